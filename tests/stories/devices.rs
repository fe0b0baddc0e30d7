//! Signing in with the app on the same device, and through a broker in Denmark.

use crate::actors::{Browser, Caseworker, Letter, link_of};
use crate::appliance::story;
use crate::world::HAVNBY;

#[test]
fn on_the_same_device_only_the_browser_that_began_gets_in() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        let mail = astrid.mail().await;
        astrid.browser.open(&link_of(&mail)).await;
        astrid.browser.press("login=bankid/this").await;

        let way_back = astrid.approves_in_the_app();
        town.seconds_later(3);
        for _ in 0..3 {
            let answer = astrid.browser.post("/login/look", &[]).await;
            assert_ne!(answer.text_of("state").as_deref(), Some("done"), "asking alone never finishes it");
        }
        let mut thief = town.resident("Ture").browser;
        thief.open(&way_back).await;
        assert!(!thief.page.says("Bara för dig."), "another browser with the return link gets nothing");

        astrid.browser.open(&way_back).await;
        if !astrid.browser.page.url.path().starts_with("/message/") {
            astrid.waits_for_the_page().await;
        }
        assert!(astrid.browser.page.says("Bara för dig."), "{}", astrid.browser.page.text());
    });
}

#[test]
fn the_page_that_waited_and_the_page_that_came_back_both_arrive() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        let mail = astrid.mail().await;
        astrid.browser.open(&link_of(&mail)).await;
        astrid.browser.press("login=bankid/this").await;
        let way_back = astrid.approves_in_the_app();
        town.seconds_later(3);
        assert!(astrid.browser.open(&way_back).await.says("Bara för dig."), "{}", astrid.browser.page.text());

        // The tab that waited asks on; it leaves the other one its way and then goes there too.
        let look = astrid.browser.post("/login/look", &[]).await;
        assert_eq!(look.text_of("next"), None);
        town.seconds_later(4);
        assert_eq!(astrid.browser.post("/login/look", &[]).await.text_of("next").as_deref(), Some("/login"));
        astrid.browser.open("/login").await;
        astrid.browser.press("/login/finish").await;
        assert!(astrid.browser.page.says("Bara för dig."), "{}", astrid.browser.page.text());
        // iOS opens the way back once more.
        assert!(astrid.browser.open(&way_back).await.is_good());
        assert!(astrid.browser.open(&way_back).await.says("Logga ut"), "{}", astrid.browser.page.text());

        astrid.logs_out().await;
        astrid.browser.open(&way_back).await;
        assert!(astrid.browser.page.is_good() && astrid.browser.page.says("Du är inte inloggad"));
    });
}

#[test]
fn a_login_can_change_its_device_and_its_failure_says_what_to_do() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        let mail = astrid.mail().await;
        astrid.browser.open(&link_of(&mail)).await;
        astrid.browser.press("login=bankid/this").await;
        astrid.browser.press("Visa en QR-kod").await;
        astrid.declines().await;
        let page = astrid.browser.open("/login").await;
        assert!(page.says("Du avbröt i BankID-appen.") && page.says("0999-123 45"), "{}", page.text());
        astrid.browser.press("Öppna BankID på den här enheten").await;
        let way_back = astrid.approves_in_the_app();
        town.seconds_later(3);
        assert!(astrid.browser.open(&way_back).await.says("Bara för dig."), "{}", astrid.browser.page.text());

        astrid.logs_out().await;
        let start = astrid.browser.open("/").await;
        let first = start.attribute("button[name=login]", "value");
        assert_eq!(first.as_deref(), Some("bankid/this"), "what was used last comes first");
        assert!(start.says("Du använde det senast"));
    });
}

#[test]
fn a_danish_letter_is_read_with_mitid() {
    story(async |town| {
        let mut nils = Caseworker::sign_in(town, "Nils", HAVNBY).await;
        nils.sends(&Letter {
            number: "6101014000".to_owned(),
            address: "asta@example.test".to_owned(),
            mailbox: "Borgerservice",
            subject: "Afgørelse".to_owned(),
            text: "Kun til dig.".to_owned(),
            files: Vec::new(),
        })
        .await;
        let mail = town.world.smtp.mails().next_for("asta@example.test").await;
        assert_eq!(mail.subject(), "Du har fået en sikker besked fra Havnby Kommune");

        let mut asta =
            Browser::new(&town.world.certificates(), &[HAVNBY, "localhost"], &town.world.origin(HAVNBY));
        asta.open(&link_of(&mail)).await;
        asta.press("login=mitid/this").await;
        let broker = asta.page.refresh().expect("the page leads to the broker");
        asta.open(&broker).await;
        asta.press("person=asta").await;
        assert!(asta.page.says("Kun til dig."), "{}", asta.page.text());
    });
}

#[test]
fn mitid_without_a_cpr_number_opens_nothing_and_is_no_fault() {
    story(async |town| {
        let start = town.world.origin(HAVNBY);
        let mut noor = Browser::new(&town.world.certificates(), &[HAVNBY, "localhost"], &start);
        noor.open(&start).await;
        noor.press("login=mitid/this").await;
        let broker = noor.page.refresh().expect("the page leads to the broker");
        noor.open(&broker).await;
        noor.press("person=noor").await;
        assert!(noor.page.status.is_success(), "{}", noor.page.text());
        let inbox = noor.open("/inbox").await;
        assert!(!inbox.url.path().contains("inbox"), "nobody is signed in: {}", inbox.text());
    });
}
