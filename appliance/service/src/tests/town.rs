//! One appliance with three municipalities, a clock that stands still, and people who sign in at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kuvert_domain::{
    clock::{Clock, Entropy},
    country::Country,
    directory::{Audience, ContactCentre, Method, Municipality},
    id::{DraftId, MailboxId, MessageId, MunicipalityId, ThreadId},
    language::Language,
    level::Level,
    number::TestNumbers,
    registration::Registration,
    retention::Retention,
    secret::Secret,
    text::DisplayName,
};
use kuvert_sandbox::Binding;
use kuvert_store::records::{self, Identity, LoginStage};

use crate::{
    Arrival, AuthorityPlan, ClockJumps, Destination, Engine, Front, LoginCookie, MailboxPlan,
    MunicipalityPlan, Notice, PluginPlan, Receipt, Recipient, Resident, Service, ServiceError, Session,
    Settings, SignedIn, Staff, StaffDraftText, sandbox::AddressPolicy,
};

pub(super) const ASTRID: &str = "19990807-2391";
pub(super) const BERTIL: &str = "18900101-9802";
pub(super) const ASTRIDS_MAIL: &str = "astrid@example.org";

/// A clock that moves when told to.
pub(super) struct SetClock(Mutex<Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Different bytes each time.
struct Chance;

impl Entropy for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).unwrap();
    }
}

/// The appliance under test.
pub(super) struct Town {
    pub(super) service: Service,
    clock: Arc<SetClock>,
    folder: tempfile::TempDir,
}

impl Town {
    pub(super) async fn open() -> Self {
        Self::with(ClockJumps::Follow).await
    }

    pub(super) async fn with(clock_jumps: ClockJumps) -> Self {
        Self::of(clock_jumps, Vec::new()).await
    }

    /// With methods that plugins stand behind.
    pub(super) async fn bound(bindings: Vec<Binding>) -> Self {
        Self::of(ClockJumps::Follow, bindings).await
    }

    async fn of(clock_jumps: ClockJumps, bindings: Vec<Binding>) -> Self {
        let start = "2026-11-21T13:05:00Z".parse().unwrap();
        let clock = Arc::new(SetClock(Mutex::new(start)));
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data_dir: folder.path().join("data"),
            root_key: Secret::new([7; 32]),
            cache_bytes: 1 << 20,
            engine: Engine::Memory,
            municipalities: vec![granby(), holmby(), havnby()],
            plugins: PluginPlan {
                shipped: folder.path().join("shipped"),
                keys_file: folder.path().join("keys.toml"),
                profiles_dir: folder.path().join("profiles"),
                trial: Arc::new(kuvert_sandbox::NoTrial),
            },
            cache_dir: folder.path().join("cache"),
            bindings,
            addresses: AddressPolicy::PublicAndLoopback,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(Chance),
            clock_jumps,
        };
        Self { service: Service::open(settings).await.unwrap(), clock, folder }
    }

    /// The folder of its data.
    pub(super) fn data_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Marks that folder as one for tests, where bundles run that nobody signed.
    pub(super) fn allow_unsigned_plugins(&self) {
        std::fs::create_dir_all(self.data_dir()).unwrap();
        std::fs::write(crate::test_mark(&self.data_dir()), "").unwrap();
    }

    pub(super) fn pass(&self, time: SignedDuration) {
        let mut now = self.clock.0.lock().unwrap();
        *now = now.saturating_add(time).unwrap();
    }

    pub(super) fn pass_days(&self, days: i64) {
        self.pass(SignedDuration::from_hours(24 * days));
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn municipality(&self, slug: &str) -> &Municipality {
        self.service.directory().municipalities.iter().find(|it| it.slug == slug).unwrap()
    }

    pub(super) fn front(&self, slug: &str) -> Front {
        self.service.front(self.municipality(slug).id).unwrap()
    }

    pub(super) fn mailbox(&self, path: &str) -> MailboxId {
        let mut parts = path.split('/');
        let municipality = self.municipality(parts.next().unwrap());
        let (authority, mailbox) = (parts.next().unwrap(), parts.next().unwrap());
        let authority = municipality.authorities.iter().find(|it| it.slug == authority).unwrap();
        authority.mailboxes.iter().find(|it| it.slug == mailbox).unwrap().id
    }

    /// A resident of Granby signs in without a link.
    pub(super) async fn resident(&self, number: &str) -> Resident {
        self.arrive("granby", number, Destination::Home).await.0
    }

    /// A resident signs in on the way somewhere.
    pub(super) async fn arrive(&self, slug: &str, number: &str, to: Destination) -> (Resident, Arrival) {
        let signed_in = self.sign_in(slug, number, to).await;
        let Session::Resident(session) = &signed_in.session else { panic!("not a resident") };
        (self.service.as_resident(session), signed_in.arrival)
    }

    pub(super) async fn sign_in(&self, slug: &str, number: &str, to: Destination) -> SignedIn {
        let municipality = self.municipality(slug);
        let number = kuvert_domain::number::Number::parse(
            municipality.country,
            number,
            jiff::civil::date(2026, 11, 21),
            TestNumbers::Allowed,
        );
        let identity = Identity::Resident {
            number: number.unwrap(),
            name: DisplayName::parse("Astrid Exempel").unwrap(),
        };
        let cookie = self.approved(slug, identity, to).await;
        self.front(slug).finish(&cookie).await.unwrap()
    }

    /// A member of staff signs in with these mailboxes.
    pub(super) async fn staff(&self, name: &str, paths: &[&str]) -> Staff {
        let slug = paths[0].split('/').next().unwrap();
        let identity = Identity::Staff {
            staff: self.service.core().staff_id(self.municipality(slug), "staff", name),
            name: DisplayName::parse(name).unwrap(),
            mailboxes: paths.iter().map(|path| self.mailbox(path)).collect(),
        };
        let cookie = self.approved(slug, identity, Destination::Home).await;
        let signed_in = self.front(slug).finish(&cookie).await.unwrap();
        let Session::Staff(session) = &signed_in.session else { panic!("not staff") };
        self.service.as_staff(session)
    }

    /// Bo works where residents ask about housing.
    pub(super) async fn bo(&self) -> Staff {
        self.staff("Bo Exempel", &["granby/social/bostadsanpassning"]).await
    }

    /// A login that its plugin has approved.
    pub(super) async fn approved(&self, slug: &str, identity: Identity, to: Destination) -> LoginCookie {
        let core = self.service.core();
        let municipality = self.municipality(slug).id;
        let cookie = LoginCookie::from_bytes(core.draw());
        let audience = match &identity {
            Identity::Resident { .. } => Audience::Resident,
            Identity::Staff { .. } => Audience::Staff,
        };
        let row = records::Login {
            cookie_hash: cookie.hash(),
            nonce_hash: crate::token::hash_of(b"nonce"),
            method: "bankid".to_owned(),
            audience,
            this_device: false,
            language: Language::Sv,
            destination: match to {
                Destination::Home => records::Destination::Home,
                Destination::Link(text) => records::Destination::Link(text),
                Destination::Page(path) => records::Destination::Page(path),
            },
            began: self.now(),
            ends: self.now().saturating_add(SignedDuration::from_mins(10)).unwrap(),
            returned: false,
            turn: 1,
            stage: LoginStage::Approved { identity, issued: None, parting: Vec::new() },
        };
        self.keep_login(municipality, &cookie, row).await;
        cookie
    }

    pub(super) async fn keep_login(&self, id: MunicipalityId, cookie: &LoginCookie, row: records::Login) {
        let core = Arc::clone(self.service.core());
        let key = records::Login::key(id, cookie.id());
        let today = crate::core::today(core.municipality(id).unwrap(), self.now());
        let epoch = crate::epochs::logins(id, today);
        core.write(id, move |tx| Ok(tx.put(&key, &row, &epoch)?)).await.unwrap();
    }

    /// Everything that waits for a mail server, handed over.
    pub(super) async fn post(&self) -> Vec<Notice> {
        let tasks = self.service.tasks();
        let mut notices = Vec::new();
        for (lease, notice) in tasks.due_notices(100).await.unwrap() {
            tasks.notice_sent(&lease).await.unwrap();
            notices.push(notice);
        }
        notices
    }

    /// Bo writes to somebody, and the notice goes out.
    pub(super) async fn write_to(&self, number: &str, address: &str) -> (Receipt, Notice) {
        let receipt = send(&self.bo().await, self.mailbox(HOUSING), number, address).await.unwrap();
        let notice = self.post().await.pop().unwrap();
        (receipt, notice)
    }
}

pub(super) const HOUSING: &str = "granby/social/bostadsanpassning";
pub(super) const MINOR: &str = "granby/social/fritid";
pub(super) const SCHOOL: &str = "granby/skola/expedition";
pub(super) const PORT: &str = "holmby/teknik/hamn";

/// A whole message with the usual words.
pub(super) fn words(number: &str, address: &str) -> StaffDraftText {
    StaffDraftText {
        recipient: Recipient { number: number.to_owned(), address: address.to_owned(), language: None },
        subject: "Komplettera din ansökan".to_owned(),
        body: "Hej!\nVi behöver ett intyg.".to_owned(),
        case_number: String::new(),
    }
}

pub(super) async fn draft(staff: &Staff, mailbox: MailboxId, text: StaffDraftText) -> DraftId {
    let draft = staff.compose(mailbox).await.unwrap();
    staff.save(draft, text).await.unwrap();
    draft
}

pub(super) async fn send(
    staff: &Staff,
    mailbox: MailboxId,
    number: &str,
    address: &str,
) -> Result<Receipt, ServiceError> {
    staff.send(draft(staff, mailbox, words(number, address)).await).await
}

/// A resident answers with one file.
pub(super) async fn answer(resident: &Resident, message: MessageId) -> Receipt {
    let draft = resident.reply(message).await.unwrap();
    let text = crate::DraftText { subject: String::new(), body: "Här är intyget.".to_owned() };
    resident.save(draft, text).await.unwrap();
    resident.attach(draft, "intyg.pdf", bytes(b"%PDF-1.7 intyg")).await.unwrap();
    resident.send(draft).await.unwrap()
}

pub(super) fn bytes(
    content: &[u8],
) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send + Unpin + use<> {
    let chunks: Vec<_> = content.chunks(5).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    stream::iter(chunks)
}

pub(super) async fn content(download: crate::Download) -> Vec<u8> {
    let chunks: Vec<_> = download.stream.collect().await;
    chunks.into_iter().flat_map(|chunk| chunk.unwrap().to_vec()).collect()
}

pub(super) async fn only_thread(staff: &Staff, mailbox: MailboxId) -> ThreadId {
    let threads = staff.threads(mailbox, crate::ThreadFilter::All).await.unwrap();
    assert_eq!(threads.len(), 1);
    threads[0].id
}

fn granby() -> MunicipalityPlan {
    let mailbox = |slug: &str, name: &str, registration| MailboxPlan {
        slug: slug.to_owned(),
        name: name.to_owned(),
        registration,
    };
    MunicipalityPlan {
        authorities: vec![
            AuthorityPlan {
                slug: "social".to_owned(),
                name: "Socialnämnden".to_owned(),
                mailboxes: vec![
                    mailbox("bostadsanpassning", "Bostadsanpassning", Registration::Undecided),
                    mailbox("fritid", "Fritid", Registration::MinorImportance),
                ],
            },
            AuthorityPlan {
                slug: "skola".to_owned(),
                name: "Skolnämnden".to_owned(),
                mailboxes: vec![mailbox("expedition", "Skolexpeditionen", Registration::Undecided)],
            },
        ],
        ..plan("granby", Country::Sweden, "Europe/Stockholm", Language::Sv)
    }
}

fn holmby() -> MunicipalityPlan {
    let teknik = authority("teknik", "Tekniska nämnden", "hamn", "Hamnkontoret");
    MunicipalityPlan {
        authorities: vec![teknik],
        ..plan("holmby", Country::Sweden, "Europe/Stockholm", Language::Sv)
    }
}

fn havnby() -> MunicipalityPlan {
    let service = authority("borgerservice", "Borgerservice", "post", "Borgerservice");
    MunicipalityPlan {
        authorities: vec![service],
        ..plan("havnby", Country::Denmark, "Europe/Copenhagen", Language::Da)
    }
}

fn authority(slug: &str, name: &str, mailbox: &str, mailbox_name: &str) -> AuthorityPlan {
    let mailbox = MailboxPlan {
        slug: mailbox.to_owned(),
        name: mailbox_name.to_owned(),
        registration: Registration::Undecided,
    };
    AuthorityPlan { slug: slug.to_owned(), name: name.to_owned(), mailboxes: vec![mailbox] }
}

fn plan(slug: &str, country: Country, zone: &str, language: Language) -> MunicipalityPlan {
    MunicipalityPlan {
        slug: slug.to_owned(),
        name: format!("{slug} kommun"),
        country,
        hosts: vec![format!("{slug}.localhost")],
        time_zone: TimeZone::get(zone).unwrap(),
        languages: vec![language, Language::En],
        retention: Retention::of_days(30).unwrap(),
        contact: ContactCentre {
            name: "Kontaktcenter".to_owned(),
            phone: "0999-123 45".to_owned(),
            hours: "8–16".to_owned(),
        },
        search_term: "säkra meddelanden".to_owned(),
        get_eid_url: "https://example.org/".to_owned(),
        methods: vec![Method {
            id: "bankid".to_owned(),
            name: Some("BankID".to_owned()),
            audience: Audience::Resident,
            min_level: Level::Substantial,
        }],
        authorities: Vec::new(),
        roles: BTreeMap::new(),
        test_numbers: TestNumbers::Allowed,
    }
}
