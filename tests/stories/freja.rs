//! The same letter with another e-ID: Freja+, by code and on the same device, and when Freja changes its key.

use crate::actors::link_of;
use crate::appliance::story;

#[test]
fn a_letter_is_read_with_freja() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        let mail = astrid.mail().await;
        astrid.browser.open(&link_of(&mail)).await;
        let page = astrid.signs_in_with_freja().await;
        assert!(page.says("Bara för dig."), "{}", page.text());
        astrid.logs_out().await;

        let inbox = astrid.visits().await;
        assert!(inbox.says("Beslut"), "BankID leads the same person to the same mail: {}", inbox.text());
        assert_eq!(town.world.freja.app().count("getResults"), 0);
    });
}

#[test]
fn on_the_same_device_freja_leads_back_to_the_browser_that_began() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid").on_a_phone();
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        let mail = astrid.mail().await;
        astrid.browser.open(&link_of(&mail)).await;
        astrid.browser.press("login=freja/this").await;

        let link = astrid.browser.page.attribute("a[href^='frejaeid:']", "href").expect("a link to the app");
        let app = town.world.freja.app();
        let order = app.bind(&astrid.person.number, &link).unwrap();
        let way_back = app.approve(&order).unwrap().expect("the app leads back to the page");
        town.seconds_later(4);
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
fn a_new_key_of_freja_needs_only_its_certificate() {
    story(async |town| {
        let mut astrid = town.resident("Astrid");
        let start = town.world.origin(crate::world::GRANBY);
        town.world.freja.rotate(365).unwrap();
        astrid.browser.open(&start).await;
        astrid.approves_in_freja().await;
        town.seconds_later(4);
        let looked = astrid.browser.post("/login/look", &[]).await;
        assert_eq!(
            looked.text_of("state").as_deref(),
            Some("failed"),
            "a signature under no known certificate"
        );

        town.world.receive_signer("2027.pem");
        astrid.browser.open(&start).await;
        let page = astrid.signs_in_with_freja().await;
        assert!(page.is_good() && !page.url.path().starts_with("/login"), "{}", page.text());
    });
}
