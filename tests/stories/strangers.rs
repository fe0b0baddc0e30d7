//! Asking for what belongs to somebody else gives exactly what asking for nonsense gives.

use crate::actors::{Browser, Caseworker, Page};
use crate::appliance::story;
use crate::world::HAVNBY;

#[test]
fn a_resident_asking_for_anothers_letter_gets_what_nonsense_gets() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let (mut astrid, mut ture) = (town.resident("Astrid"), town.resident("Ture"));
        bo.sends(&astrid.letter("Till Astrid", "A.").with("a.pdf", b"%PDF-1.7 a")).await;
        bo.sends(&ture.letter("Till Ture", "T.")).await;
        let (to_astrid, to_ture) = (astrid.mail().await, ture.mail().await);
        let hers = astrid.follows(&to_astrid).await;
        let message = hers.url.path().to_owned();
        let file = hers.link("a.pdf").expect("her file");
        astrid.browser.press("/reply").await;
        let draft = astrid.browser.page.url.path().to_owned();
        ture.follows(&to_ture).await;

        for path in [message, file, draft] {
            assert_alike(&ture.browser, &path).await;
        }
    });
}

#[test]
fn staff_of_another_authority_or_municipality_get_what_nonsense_gets() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Till Astrid", "A.").with("a.pdf", b"%PDF-1.7 a")).await;
        bo.opens_thread("Bostadsanpassning", "Till Astrid").await;
        let thread = bo.browser.page.url.path().to_owned();
        let file = bo.browser.page.link("a.pdf").expect("the file");

        let lo = town.caseworker("Lo").await;
        let nils = Caseworker::sign_in(town, "Nils", HAVNBY).await;
        for stranger in [&lo.browser, &nils.browser] {
            assert_alike(stranger, &thread).await;
            assert_alike(stranger, &file).await;
        }
    });
}

#[test]
fn a_member_of_staff_without_a_mailbox_sees_none() {
    story(async |town| {
        let mut mira = town.caseworker_without_mailbox("Mira").await;
        let page = mira.open("/staff").await;
        assert!(!page.says("Bostadsanpassning") && !page.says("Bygglov"), "{}", page.text());
    });
}

#[test]
fn a_form_without_its_token_is_refused() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Till Astrid", "A.")).await;
        bo.opens_thread("Bostadsanpassning", "Till Astrid").await;
        let path = format!("{}/registration", bo.browser.page.url.path());
        let answer = bo.browser.post(&path, &[("state", "minor"), ("csrf", "guessed")]).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
        assert!(bo.opens_thread("Bostadsanpassning", "Till Astrid").await.says("Inte bedömt"));
    });
}

/// The real path and the same path with an invented id: status, headers and bytes agree.
async fn assert_alike(stranger: &Browser, path: &str) {
    let real = stranger.fetch(path).await;
    let nonsense = stranger.fetch(&with_other_ids(path)).await;
    assert_eq!(real.status, reqwest::StatusCode::NOT_FOUND, "{path}");
    assert_eq!(real.status, nonsense.status, "{path}");
    assert_eq!(without_request(&real), without_request(&nonsense), "{path}");
}

/// Changes every id of 26 letters into another one.
fn with_other_ids(path: &str) -> String {
    let swap = |part: &str| if part.len() == 26 { part.chars().rev().collect() } else { part.to_owned() };
    path.split('/').map(swap).collect::<Vec<_>>().join("/")
}

/// The page without its request id, which is random.
fn without_request(page: &Page) -> (usize, String) {
    let text = page.text();
    (
        page.bytes.len(),
        text.split_whitespace().filter(|word| !word.contains('-')).collect::<Vec<_>>().join(" "),
    )
}
