//! Somebody who works for a municipality and signs in through its directory.

use super::{Browser, Letter, Page};
use crate::appliance::TestAppliance;
use crate::world::World;

/// A caseworker and the browser in front of them.
pub(crate) struct Caseworker<'town> {
    town: &'town TestAppliance,
    pub(crate) browser: Browser,
}

impl<'town> Caseworker<'town> {
    /// Signs in, and is let into the staff pages.
    pub(crate) async fn sign_in(town: &'town TestAppliance, name: &str, host: &str) -> Self {
        let browser = sign_in_staff(&town.world, name, host).await;
        assert!(browser.page.url.path().starts_with("/staff"), "{}", browser.page.text());
        Self { town, browser }
    }

    /// Writes a letter and presses Send once; the notice goes out.
    pub(crate) async fn sends(&mut self, letter: &Letter) -> &Page {
        self.drafts(letter).await;
        self.browser.press("action=send").await;
        self.town.settle().await;
        assert!(self.browser.page.status.is_success(), "{}", self.browser.page.text());
        &self.browser.page
    }

    /// Writes a letter without sending it.
    pub(crate) async fn drafts(&mut self, letter: &Letter) -> &Page {
        self.opens_mailbox(letter.mailbox).await;
        self.browser.press("/staff/compose").await;
        let form = self.browser.page.form("action=save");
        let form = form.set("number", &letter.number).set("address", &letter.address);
        let form = form.set("subject", &letter.subject).set("text", &letter.text);
        self.browser.submit(form).await;
        let files: Vec<(&str, &[u8])> =
            letter.files.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        self.browser.attach(&files).await;
        &self.browser.page
    }

    /// Opens one of the mailboxes.
    pub(crate) async fn opens_mailbox(&mut self, name: &str) -> &Page {
        self.browser.open("/staff").await;
        if !self.browser.page.heading().contains(name) {
            self.browser.follow(name).await;
        }
        &self.browser.page
    }

    /// Opens the thread with this subject.
    pub(crate) async fn opens_thread(&mut self, mailbox: &str, subject: &str) -> &Page {
        self.opens_mailbox(mailbox).await;
        self.browser.follow(subject).await
    }
}

/// Goes through the OpenID provider as this member of staff, wherever that ends.
pub(crate) async fn sign_in_staff(world: &World, name: &str, host: &str) -> Browser {
    let mut browser = Browser::new(&world.certificates(), &[host, "localhost"], &world.origin(host));
    browser.open("/staff").await;
    browser.press("login=staff/this").await;
    let provider = browser.page.refresh().expect("the page leads to the provider");
    browser.open(&provider).await;
    browser.press(&format!("person={}", name.to_lowercase())).await;
    if browser.page.attribute("form[action$='/login/finish']", "action").is_some() {
        browser.press("/login/finish").await;
    }
    browser
}
