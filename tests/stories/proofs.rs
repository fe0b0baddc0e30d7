//! Two proofs for every pair of number and address, and what is said when one is missing (P4, P5).

use crate::actors::{Page, link_of};
use crate::appliance::story;

#[test]
fn the_wrong_person_with_the_right_link_learns_only_that() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let (mut astrid, mut ture) = (town.resident("Astrid"), town.resident("Ture"));
        bo.sends(&astrid.letter("Hemligt ärende", "Bara för Astrid.")).await;
        let mail = astrid.mail().await;

        let page = ture.follows(&mail).await;
        assert_checks(page, "Ja", "Nej");
        assert_says_nothing_of(page, &["Hemligt", "Astrid", "9908072391", "Bostadsanpassning"]);
        assert!(
            astrid.follows(&mail).await.says("Bara för Astrid."),
            "the right person is not hindered by it"
        );
    });
}

#[test]
fn the_right_person_without_link_or_code_is_asked_for_it() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Hemligt ärende", "Bara för Astrid.")).await;
        let mail = astrid.mail().await;

        let page = astrid.visits().await;
        assert_checks(page, "Nej", "Inte kontrollerat");
        assert_says_nothing_of(page, &["Hemligt", "Bostadsanpassning"]);
        let code = code_of(&mail.text());
        let form =
            astrid.browser.page.form("/checks/code").set("code", &code.to_lowercase().replace('-', " "));
        assert!(astrid.browser.submit(form).await.says("Bara för Astrid."), "{}", astrid.browser.page.text());
    });
}

#[test]
fn invented_and_damaged_links_answer_alike() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Hemligt ärende", "Text.")).await;
        let mail = astrid.mail().await;
        let link = link_of(&mail);
        let damaged = link.replacen("/m/", "/m/x", 1);
        for address in [damaged.as_str(), "/m/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/m/%00", "/m/a"] {
            astrid.browser.open(address).await;
            assert_checks(astrid.signs_in().await, "Nej", "Inte kontrollerat");
            astrid.logs_out().await;
        }
    });
}

#[test]
fn a_new_mistyped_address_does_not_open_without_its_own_link() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Första brevet", "Ett.")).await;
        let mail = astrid.mail().await;
        astrid.follows(&mail).await;
        astrid.logs_out().await;
        bo.sends(&astrid.letter("Andra brevet", "Två.").addressed("astird@example.test")).await;
        let mistyped = astrid.mail_to("astird@example.test").await;

        let inbox = astrid.visits().await;
        assert!(inbox.says("Första brevet") && !inbox.says("Andra brevet"), "{}", inbox.text());
        astrid.logs_out().await;
        assert!(astrid.follows(&mistyped).await.says("Två."), "her own number and its link open it");
    });
}

#[test]
fn a_declined_login_says_so_and_offers_another_try() {
    story(async |town| {
        let mut astrid = town.resident("Astrid");
        let start = town.world.origin(crate::world::GRANBY);
        astrid.browser.open(&start).await;
        astrid.browser.press("login=bankid/other").await;
        astrid.declines().await;

        let page = astrid.browser.open("/login").await;
        assert!(page.says("Du avbröt i BankID-appen."), "{}", page.text());
        assert!(page.form("Försök igen").leads_to("/login"));
    });
}

/// The two rows say these words, in this order.
fn assert_checks(page: &Page, invited: &str, identity: &str) {
    assert_eq!(page.url.path(), "/checks", "{}", page.text());
    let rows = page.texts(".kv-two li");
    assert_eq!(rows.len(), 2, "two rows: {rows:?}");
    assert!(rows[0].ends_with(invited), "{rows:?}");
    assert!(rows[1].ends_with(identity), "{rows:?}");
}

fn assert_says_nothing_of(page: &Page, words: &[&str]) {
    let source = String::from_utf8_lossy(&page.bytes).into_owned();
    for word in words {
        assert!(!source.contains(word), "the page says \"{word}\"");
    }
}

fn code_of(text: &str) -> String {
    let is_code = |word: &&str| word.len() == 9 && word.chars().nth(4) == Some('-') && !word.starts_with('0');
    text.split_whitespace().map(|word| word.trim_end_matches('.')).find(is_code).expect("a code").to_owned()
}
