//! What is measured: an appliance in this process on real files, with a caseworker and a resident signed in.
//!
//! It prepares; `rows` measures.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use kuvert::boot::{self, Running, SystemClock};
use kuvert_domain::clock::Clock as _;
use kuvert_domain::id::{DraftId, MailboxId};
use kuvert_service::{Engine, Recipient, Session, SessionToken, Staff, StaffDraftText};
use kuvert_simulators::clock::SimClock;

use crate::browser::Browser;
use crate::load::Server;
use crate::world::{self, GRANBY, World};

const NUMBER: &str = "199908072391";
const ADDRESS: &str = "astrid@example.test";

/// The appliance and those who use it.
pub(crate) struct Subject {
    pub(crate) world: World,
    pub(crate) running: Running,
    pub(crate) server: Server,
    pub(crate) staff: Staff,
    pub(crate) mailbox: MailboxId,
    pub(crate) caseworker: Browser,
    /// Her session as a header, and the path of a message that she has read before.
    pub(crate) resident: (String, String),
}

/// A clock that simulators and appliance share.
pub(crate) fn clock() -> SimClock {
    SimClock::new(|| u64::try_from(SystemClock.now().as_millisecond()).unwrap_or_default())
}

impl Subject {
    /// Starts everything and lets one letter be sent and read.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let world = World::start(clock(), address.port()).await;
        let settings = world::boot_settings(world.folder(), Arc::new(SystemClock), listener, Engine::File);
        let running = boot::start(settings).await?;
        let [authority, _] = world.certificates();
        let server = Server::new(address, GRANBY, &authority)?;
        let caseworker = sign_in_staff(&world).await?;
        let staff = as_staff(&running, &caseworker.cookies()).await?;
        let mailboxes = staff.mailboxes().await?;
        let mailbox = mailboxes.first().context("a mailbox")?.unit.mailbox;
        let mut subject =
            Self { world, running, server, staff, mailbox, caseworker, resident: Default::default() };
        let draft = subject.draft("Beslut om ramp").await?;
        subject.staff.send(draft).await?;
        subject.resident = subject.read_the_letter().await?;
        Ok(subject)
    }

    /// A finished draft that only waits to be sent, with 2 KB of text.
    pub(crate) async fn draft(&self, subject: &str) -> anyhow::Result<DraftId> {
        let draft = self.staff.compose(self.mailbox).await?;
        self.staff.save(draft, text(subject)).await?;
        Ok(draft)
    }

    /// Follows the notice's link as the resident and signs in on the phone.
    async fn read_the_letter(&self) -> anyhow::Result<(String, String)> {
        self.running.tasks().run_once().await?;
        let mail = self.world.smtp.mails().next_for(ADDRESS).await;
        let link = mail.links().into_iter().find(|link| link.contains("/m/")).context("a link")?;
        let trusted = self.world.certificates();
        let mut browser = Browser::new(&trusted, &[GRANBY], &self.world.origin(GRANBY));
        browser.open(&link).await;
        browser.press("login=bankid/other").await;
        let phone = self.world.bankid.phone();
        let waiting = phone.waiting();
        let order = &waiting.first().context("an order")?.order;
        let order = phone.scan_screen(NUMBER, order).map_err(|fault| anyhow::anyhow!("{fault}"))?;
        phone.show(&order).map_err(|fault| anyhow::anyhow!("{fault}"))?;
        phone.approve(&order).map_err(|fault| anyhow::anyhow!("{fault}"))?;
        while browser.post("/login/look", &[]).await.text_of("next").is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        browser.open("/login").await;
        browser.press("/login/finish").await;
        let path = browser.page.url.path().to_owned();
        ensure!(path.starts_with("/message/"), "the letter did not open: {}", browser.page.text());
        Ok((browser.cookies(), path))
    }
}

/// What a letter of the benchmark says.
pub(crate) fn text(subject: &str) -> StaffDraftText {
    StaffDraftText {
        recipient: Recipient { number: NUMBER.to_owned(), address: ADDRESS.to_owned(), language: None },
        subject: subject.to_owned(),
        body: "Vi har beslutat om din ansökan. ".repeat(64),
        case_number: String::new(),
    }
}

async fn sign_in_staff(world: &World) -> anyhow::Result<Browser> {
    let mut browser = Browser::new(&world.certificates(), &[GRANBY, "localhost"], &world.origin(GRANBY));
    browser.open("/staff").await;
    browser.press("login=staff/this").await;
    let provider = browser.page.refresh().context("the page leads to the provider")?;
    browser.open(&provider).await;
    browser.press("person=bo").await;
    if browser.page.attribute("form[action$='/login/finish']", "action").is_some() {
        browser.press("/login/finish").await;
    }
    ensure!(browser.page.url.path().starts_with("/staff"), "not signed in: {}", browser.page.text());
    Ok(browser)
}

/// The service's own handle for a session that was begun over HTTPS.
async fn as_staff(running: &Running, cookies: &str) -> anyhow::Result<Staff> {
    let service = running.service();
    let municipality = service.directory().municipalities.first().context("a municipality")?;
    let front = service.front(municipality.id).context("its front")?;
    for value in cookies.split("; ").filter_map(|cookie| Some(cookie.split_once('=')?.1)) {
        let Ok(token) = value.parse::<SessionToken>() else { continue };
        if let Some(Session::Staff(session)) = front.session(&token).await? {
            return Ok(service.as_staff(&session));
        }
    }
    anyhow::bail!("no cookie is a member of staff's session")
}
