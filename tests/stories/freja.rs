//! The same letter with another e-ID: Freja+ by code, what somebody who begins a login can do with it, and when Freja
//! changes its key. The app on the same device is in the browser's journeys.

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

/// Freja learns the way back from the link on the page, so whoever began the login could read it and send the rest on.
#[test]
fn a_login_with_freja_cannot_be_handed_to_somebody_else() {
    story(async |town| {
        let mut mallory = town.resident("Ture").on_a_phone().browser;
        mallory.open(&town.world.origin(crate::world::GRANBY)).await;
        assert!(mallory.page.attribute("button[value='freja/this']", "value").is_none(), "it is not offered");
        mallory.post("/login", &[("login", "freja/this")]).await;
        let page = &mallory.page;
        assert!(!String::from_utf8_lossy(&page.bytes).contains("frejaeid:"), "{}", page.text());

        mallory.open(&town.world.origin(crate::world::GRANBY)).await;
        mallory.press("login=freja/other").await;
        let source = mallory.page.attribute("img[src^='data:image/svg+xml']", "src").expect("a QR");
        let code = crate::actors::qr::read(&source);
        assert!(code.starts_with("https://app.prod.frejaeid.com/"), "{code}");
        let victim = town.resident("Astrid").person.number.clone();
        town.seconds_later(10);
        assert!(town.world.freja.app().bind(&victim, &code).is_err(), "a code that was sent on is too old");
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
