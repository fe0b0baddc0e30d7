//! The way back from an OpenID provider: whoever else leads a browser there gets nothing and spends nothing.

use crate::actors::Browser;
use crate::appliance::{TestAppliance, story};
use crate::world::GRANBY;

/// A browser that the login page sends to the directory, and the directory's address with everything that goes along.
async fn on_the_way(town: &TestAppliance) -> (Browser, String) {
    let world = &town.world;
    let mut browser = Browser::new(&world.certificates(), &[GRANBY, "localhost"], &world.origin(GRANBY));
    browser.open("/staff").await;
    browser.press("login=staff/this").await;
    let address = browser.page.refresh().expect("the page leads to the provider");
    (browser, address)
}

/// Whether the page is for somebody who is not signed in.
fn offers_a_login(browser: &Browser) -> bool {
    browser.page.attribute("[name=login][value='staff/this']", "value").is_some()
}

#[test]
fn a_foreign_page_that_calls_the_way_back_spends_no_login() {
    story(async |town| {
        let (mut browser, address) = on_the_way(town).await;
        for stray in ["?state=guess&code=x", "?error=access_denied", "?code=x"] {
            browser.open(&format!("/login/callback/staff{stray}")).await;
            assert!(browser.page.refresh().is_some(), "still on the way: {}", browser.page.text());
        }
        browser.post("/login/callback/staff", &[("state", "guess"), ("code", "x")]).await;
        let back = town.world.openid.sign_in(&address, "bo").expect("the directory sends Bo back");
        assert_eq!(back.path(), "/login/callback/staff");
        browser.open(back.as_str()).await;
        assert!(browser.page.url.path().starts_with("/staff"), "{}", browser.page.text());
        assert!(!offers_a_login(&browser), "{}", browser.page.text());
    });
}

#[test]
fn the_answer_of_one_provider_is_never_another_ones() {
    story(async |town| {
        let (mut browser, address) = on_the_way(town).await;
        let back = town.world.openid.sign_in(&address, "bo").expect("the directory sends Bo back");
        let query = back.query().expect("an answer");
        browser.open(&format!("/login/callback/bankid?{query}")).await;
        assert!(browser.page.refresh().is_some(), "still on the way: {}", browser.page.text());
        browser.open("/staff").await;
        assert!(offers_a_login(&browser), "nobody is signed in: {}", browser.page.text());
        browser.open(back.as_str()).await;
        assert!(browser.page.url.path().starts_with("/staff"), "{}", browser.page.text());
        assert!(!offers_a_login(&browser), "{}", browser.page.text());
    });
}
