//! A mail filter follows the link twenty times, posts what it finds, and changes nothing.

use crate::actors::{Browser, Page, link_of};
use crate::appliance::story;
use crate::world::{GRANBY, HAVNBY};

#[test]
fn a_scanner_on_the_link_changes_nothing() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Texten.")).await;
        let mail = astrid.mail().await;
        let link = link_of(&mail);

        for _ in 0..20 {
            let mut filter = town.resident("Signe").browser;
            filter.head(&link).await;
            filter.open(&link).await;
            filter.press("login=bankid/other").await;
            filter.open(&link).await;
            filter.press("login=bankid/this").await;
        }

        let thread = bo.opens_thread("Bostadsanpassning", "Beslut").await;
        assert!(thread.says("Inte öppnat än"), "{}", thread.text());
        assert!(astrid.follows(&mail).await.says("Texten."), "the link still opens for its person");
    });
}

#[test]
fn every_link_gives_the_same_bytes_before_login() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Texten.")).await;
        let mail = astrid.mail().await;
        let link = link_of(&mail);

        let stranger = town.resident("Signe").browser;
        let real = stranger.fetch(&link).await;
        for invented in ["/m/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/m/x", "/m/%3Cscript%3E"] {
            let other = stranger.fetch(invented).await;
            assert_eq!((other.status, &other.bytes), (real.status, &real.bytes), "{invented}");
            assert_eq!(names(&other), names(&real));
        }
    });
}

#[test]
fn a_host_answers_only_for_its_own_municipality() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Texten.")).await;
        let mail = astrid.mail().await;
        let link = link_of(&mail);
        let elsewhere = link.replace(GRANBY, HAVNBY);

        let browser = Browser::new(&town.world.certificates(), &[HAVNBY], &town.world.origin(HAVNBY));
        let page = browser.fetch(&elsewhere).await;
        assert!(page.says("Havnby Kommune") && !page.says("Granby"), "{}", page.text());
    });
}

fn names(page: &Page) -> Vec<String> {
    let mut names: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
    names.sort();
    names
}
