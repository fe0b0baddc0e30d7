//! Somebody who lives in Granby, with BankID on a phone and an e-mail address.

use kuvert_simulators::bankid::OrderRef;
use kuvert_simulators::people::{self, Swede};
use kuvert_simulators::smtp::Mail;

use super::{Browser, Letter, Page, qr};
use crate::appliance::TestAppliance;
use crate::world::GRANBY;

/// A resident and the browser in front of them.
pub(crate) struct Resident<'town> {
    town: &'town TestAppliance,
    pub(crate) person: Swede,
    pub(crate) address: String,
    pub(crate) browser: Browser,
}

impl<'town> Resident<'town> {
    pub(crate) fn new(town: &'town TestAppliance, name: &str) -> Self {
        let person =
            people::swedish().into_iter().find(|person| person.given == name).expect("a known resident");
        let address = format!("{}@example.test", name.to_lowercase());
        let browser =
            Browser::new(&town.world.certificates(), &[GRANBY, "localhost"], &town.world.origin(GRANBY));
        Self { town, person, address, browser }
    }

    /// The same resident, with nothing but a phone.
    pub(crate) fn on_a_phone(mut self) -> Self {
        let world = &self.town.world;
        let (trusted, start) = (world.certificates(), world.origin(GRANBY));
        let name = "Kuvert stories (Android; Mobile)";
        self.browser = Browser::called(name, &trusted, &[GRANBY, "localhost"], &start);
        self
    }

    /// A letter to this resident, to the address they use.
    pub(crate) fn letter(&self, subject: &str, text: &str) -> Letter {
        Letter {
            number: self.person.number.clone(),
            address: self.address.clone(),
            mailbox: "Bostadsanpassning",
            subject: subject.to_owned(),
            text: text.to_owned(),
            files: Vec::new(),
        }
    }

    /// The next mail to this resident.
    pub(crate) async fn mail(&self) -> Mail {
        self.mail_to(&self.address).await
    }

    /// The next mail to some address, from the mail server that took it.
    pub(crate) async fn mail_to(&self, address: &str) -> Mail {
        self.town.world.smtp.mails().next_for(address).await
    }

    /// Opens the link of a mail and signs in there.
    pub(crate) async fn follows(&mut self, mail: &Mail) -> &Page {
        let link = link_of(mail);
        self.browser.open(&link).await;
        self.signs_in().await
    }

    /// Goes to the portal without any link and signs in.
    pub(crate) async fn visits(&mut self) -> &Page {
        let start = self.town.world.origin(GRANBY);
        self.browser.open(&start).await;
        self.signs_in().await
    }

    /// Signs in with BankID on another device: reads the QR, approves on the phone, comes back.
    pub(crate) async fn signs_in(&mut self) -> &Page {
        self.browser.press("login=bankid/other").await;
        let order = self.scans();
        let phone = self.town.world.bankid.phone();
        phone.show(&order).unwrap();
        phone.approve(&order).unwrap();
        self.waits_for_the_page().await
    }

    /// Signs in with Freja on another device.
    pub(crate) async fn signs_in_with_freja(&mut self) -> &Page {
        self.approves_in_freja().await;
        self.waits_for_the_page().await
    }

    /// Chooses Freja, reads the QR and approves on the phone; the page has not heard of it yet.
    pub(crate) async fn approves_in_freja(&mut self) {
        self.browser.press("login=freja/other").await;
        let source = self.browser.page.attribute("img[src^='data:image/svg+xml']", "src").expect("a QR");
        let app = self.town.world.freja.app();
        app.approve(&app.bind(&self.person.number, &qr::read(&source)).unwrap()).unwrap();
    }

    /// Scans the QR and says no on the phone; the page hears of it.
    pub(crate) async fn declines(&mut self) {
        let order = self.scans();
        self.town.world.bankid.phone().decline(&order).unwrap();
        self.town.seconds_later(2);
        self.browser.post("/login/look", &[]).await;
    }

    /// Opens the app by the link on the page and approves there; gives the address that the app leads back to.
    pub(crate) fn approves_in_the_app(&self) -> String {
        let app = self.browser.page.attribute("a[href*=autostarttoken]", "href").expect("a link to the app");
        let app = reqwest::Url::parse(&app).unwrap();
        let token =
            app.query_pairs().find(|(name, _)| name == "autostarttoken").expect("a token").1.into_owned();
        let phone = self.town.world.bankid.phone();
        let order = phone.open(&self.person.number, &token).unwrap();
        phone.show(&order).unwrap();
        phone.approve(&order).unwrap().expect("the app leads back to the page")
    }

    /// Points the phone at the QR on the page.
    pub(crate) fn scans(&self) -> OrderRef {
        let source = self.browser.page.attribute("img[src^='data:image/svg+xml']", "src").expect("a QR");
        self.town.world.bankid.phone().scan(&self.person.number, &qr::read(&source)).unwrap()
    }

    /// Asks as the page's script does until the login has come through.
    pub(crate) async fn waits_for_the_page(&mut self) -> &Page {
        for _ in 0..10 {
            self.town.seconds_later(2);
            let answer = self.browser.post("/login/look", &[]).await;
            if answer.text_of("next").is_some() {
                self.browser.open("/login").await;
                return self.browser.press("/login/finish").await;
            }
        }
        panic!("the login does not come through:\n{}", self.browser.page.text());
    }

    /// Writes an answer to the message that is shown, with files, and sends it.
    pub(crate) async fn answers(&mut self, text: &str, files: &[(&str, &[u8])]) -> &Page {
        self.browser.press("/reply").await;
        self.browser.attach(files).await;
        let form = self.browser.page.form("action=send").set("text", text);
        self.browser.submit(form).await
    }

    /// Logs out.
    pub(crate) async fn logs_out(&mut self) -> &Page {
        self.browser.press("/logout").await
    }
}

/// The link in a notice.
pub(crate) fn link_of(mail: &Mail) -> String {
    mail.links().into_iter().find(|link| link.contains("/m/")).expect("a notice has its link")
}
