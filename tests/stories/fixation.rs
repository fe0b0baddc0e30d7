//! The attack on logins with the app on the same device: somebody begins one and has somebody else approve it.
//!
//! The study is <https://mastersplinter.work/research/bankid/>. What must hold: approving moves nobody in but the browser
//! that began *and* is sent back, and the way back is known to the app alone.

use crate::actors::{Browser, Resident};
use crate::appliance::{TestAppliance, story};

/// The token in the link that opens the app.
fn start_token(browser: &Browser) -> String {
    let link = browser.page.attribute("a[href*=autostarttoken]", "href").expect("a link to the app");
    let link = reqwest::Url::parse(&link).unwrap();
    link.query_pairs().find(|(name, _)| name == "autostarttoken").expect("a token").1.into_owned()
}

/// The victim presses the link that she was sent and approves; gives the address that her app opens then.
fn is_talked_into_approving(town: &TestAppliance, victim: &Resident<'_>, token: &str) -> String {
    let phone = town.world.bankid.phone();
    let order = phone.open(&victim.person.number, token).unwrap();
    phone.show(&order).unwrap();
    phone.approve(&order).unwrap().expect("the app leads somewhere")
}

#[test]
fn whoever_begins_a_login_gets_nothing_when_somebody_else_approves_it() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        let mut mallory = town.resident("Ture").browser;
        mallory.open("/").await;
        mallory.press("login=bankid/this").await;

        let way_back = is_talked_into_approving(town, &astrid, &start_token(&mallory));
        let nonce = way_back.split("nonce=").nth(1).expect("a nonce").to_owned();
        astrid.browser.is_sent_to(&way_back).await;
        let page = &astrid.browser.page;
        assert!(page.is_good() && page.says("Du är inte inloggad i den här webbläsaren"), "{}", page.text());
        assert!(page.says("har någon annan försökt logga in som du"), "{}", page.text());
        assert!(
            !astrid.browser.open("/inbox").await.url.path().contains("inbox"),
            "she is not let in either"
        );

        for _ in 0..5 {
            town.seconds_later(3);
            let look = mallory.post("/login/look", &[]).await;
            assert_ne!(look.text_of("state").as_deref(), Some("done"));
            assert!(
                !String::from_utf8_lossy(&look.bytes).contains(&nonce),
                "the way back is the app's secret"
            );
        }
        for address in ["/login/return", "/login/return?nonce=", "/login/return?nonce=guessed"] {
            mallory.open(address).await;
            assert!(mallory.page.says("Du är inte inloggad"), "{address}: {}", mallory.page.text());
        }
        // The way back came to another browser than the one that began: that login is over.
        mallory.open("/login").await;
        assert!(mallory.page.says("av säkerhetsskäl"), "{}", mallory.page.text());
        assert!(!String::from_utf8_lossy(&mallory.page.bytes).contains(&nonce));
        mallory.post("/login/finish", &[]).await;
        assert!(!mallory.open("/inbox").await.url.path().contains("inbox"), "nobody is signed in");
        mallory.open(&way_back).await;
        assert!(!mallory.open("/inbox").await.url.path().contains("inbox"), "not even with the way back");
    });
}

#[test]
fn a_login_of_ones_own_is_not_disturbed_by_somebody_elses_way_back() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        let mail = astrid.mail().await;
        let mut mallory = town.resident("Ture").browser;
        mallory.open("/").await;
        mallory.press("login=bankid/this").await;
        let way_back = is_talked_into_approving(town, &astrid, &start_token(&mallory));

        astrid.browser.open(&crate::actors::link_of(&mail)).await;
        astrid.browser.press("login=bankid/this").await;
        let waiting = astrid.browser.page.clone();
        astrid.browser.is_sent_to(&way_back).await;
        assert!(astrid.browser.page.says("Du är inte inloggad i den här webbläsaren"));
        astrid.browser.page = waiting;
        let own = astrid.approves_in_the_app();
        town.seconds_later(3);
        astrid.browser.is_sent_to(&own).await;
        assert!(astrid.browser.page.says("Bara för dig."), "{}", astrid.browser.page.text());
    });
}

#[test]
fn a_code_for_another_device_cannot_be_turned_into_a_link() {
    story(async |town| {
        let mut mallory = town.resident("Ture").browser;
        mallory.open("/").await;
        mallory.press("login=bankid/other").await;
        town.seconds_later(2);
        let look = mallory.post("/login/look", &[]).await;
        for page in [&mallory.page, &look] {
            let text = String::from_utf8_lossy(&page.bytes);
            assert!(!text.contains("autostart") && !text.contains("bankid://"), "{text}");
        }
    });
}
