//! Views as a handler might fill them: invented people, official test numbers, and a few things that must not break a page.

use jiff::{Timestamp, civil::date, tz::TimeZone};
use kuvert_domain::language::Language;

use super::Draw;
use crate::web::view::{
    Fault, FaultKind, File, Moment, Page,
    draft::{Draft, DraftFile, Limits, Quote},
    frame::{Frame, Municipality, Role, SignedIn},
    letter::Notice,
    problem::{Broken, NotFound, Stale, TooMany},
    resident::{
        Checks, ChecksOutcome, DraftRow, Drafts, Earlier, Inbox, InboxRow, Message, Receipt, Sent, SentRow,
    },
    signing_in::{
        Failed, FailureClass, Finish, Invitation, Leaving, LoggedOut, Method, StaffStart, Start, Waiting,
    },
    staff::{
        Band, CheckLine, Choice, Delivery, Desk, DraftLink, Entry, Finding, Latest, Mailbox, MailboxLink, Person,
        Registration, RegistrationState, Show, StaffDraft, Thread, ThreadRow,
    },
};

/// Draws a view within a frame.
type Drawing<'a> = &'a mut dyn FnMut(&Frame, &dyn Draw) -> String;

/// The templates that the samples use.
pub(super) fn templates() -> Vec<&'static str> {
    vec![
        Start::TEMPLATE, Invitation::TEMPLATE, StaffStart::TEMPLATE, Waiting::TEMPLATE, Leaving::TEMPLATE,
        Finish::TEMPLATE, Failed::TEMPLATE, LoggedOut::TEMPLATE, Checks::TEMPLATE, Inbox::TEMPLATE, Sent::TEMPLATE,
        Drafts::TEMPLATE, Message::TEMPLATE, Receipt::TEMPLATE, Draft::TEMPLATE, Mailbox::TEMPLATE, Thread::TEMPLATE,
        StaffDraft::TEMPLATE, NotFound::TEMPLATE, Broken::TEMPLATE, TooMany::TEMPLATE, Stale::TEMPLATE,
    ]
}

/// Every page in every state worth looking at.
pub(super) fn pages(language: Language, draw: Drawing<'_>) -> Vec<(&'static str, String)> {
    let out = frame(language, None);
    let resident = frame(language, Some(Role::Resident));
    let staff = frame(language, Some(Role::Staff));
    let mut all = vec![
        ("start", draw(&out, &Start { methods: methods(), days: 30 })),
        ("invitation", draw(&out, &Invitation { methods: methods() })),
        ("staff-start", draw(&out, &StaffStart { methods: vec![redirecting()] })),
        ("waiting-qr", draw(&out, &waiting(true))),
        ("waiting-here", draw(&out, &waiting(false))),
        ("leaving", draw(&out, &Leaving { method: "MitID".into(), url: "https://idp.example/a?x=1&y=2".into(), back: "/".into() })),
        ("finish", draw(&out, &Finish { method: "BankID".into() })),
        ("failed", draw(&out, &failed(FailureClass::UserCancelled, true))),
        ("failed-config", draw(&out, &failed(FailureClass::Config, false))),
        ("logged-out", draw(&out, &LoggedOut { staff: false, idle: true })),
        ("checks-a", draw(&resident, &checks(ChecksOutcome::AnotherPerson, false))),
        ("checks-told", draw(&resident, &checks(ChecksOutcome::AnotherPerson, true))),
        ("checks-b", draw(&resident, &checks(ChecksOutcome::NoInvitation, false))),
        ("inbox", draw(&resident, &Inbox { days: 30, rows: inbox_rows() })),
        ("inbox-empty", draw(&resident, &Inbox { days: 30, rows: vec![] })),
        ("sent", draw(&resident, &Sent { days: 30, rows: sent_rows() })),
        ("drafts", draw(&resident, &Drafts { rows: draft_rows() })),
        ("drafts-empty", draw(&resident, &Drafts { rows: vec![] })),
        ("message", draw(&resident, &message())),
        ("draft", draw(&resident, &draft(vec![]))),
        ("draft-faults", draw(&resident, &draft(faults()))),
        ("receipt", draw(&resident, &receipt())),
        ("not-found", draw(&resident, &NotFound)),
        ("broken", draw(&out, &Broken { reference: "7f3a-22c1".into() })),
        ("too-many", draw(&out, &TooMany { wait_seconds: 61 })),
        ("stale", draw(&resident, &Stale { back: "/drafts".into() })),
        ("staff-mailbox", draw(&staff, &mailbox(threads()))),
        ("staff-mailbox-empty", draw(&staff, &mailbox(vec![]))),
        ("staff-thread", draw(&staff, &thread(RegistrationState::Undecided))),
        ("staff-thread-registered", draw(&staff, &thread(RegistrationState::Registered))),
    ];
    let bands = [
        ("staff-draft", Band::NoRecipient),
        ("staff-draft-ready", Band::Ready { address: "a…@example.org".into() }),
        ("staff-draft-doubtful", Band::Doubtful { address: "a…@example.org".into() }),
        ("staff-draft-blocked", Band::Blocked),
    ];
    for (name, band) in bands {
        all.push((name, draw(&staff, &staff_draft(band))));
    }
    all
}

/// The notice for the person in the samples.
pub(super) fn notice(code: Option<&str>) -> Notice {
    Notice {
        municipality: "Granby kommun".into(),
        host: "meddelanden.granby.example".into(),
        link: "https://meddelanden.granby.example/m/Qf7RkN2xVb9TzLwEQf7RkN2xVb9TzLwE".into(),
        code: code.map(Into::into),
        methods: vec!["BankID".into(), "Freja".into()],
        get_eid_url: "https://granby.example/e-legitimation".into(),
        last_day: date(2026, 12, 20).into(),
        days: 30,
        search_term: "säkra meddelanden".into(),
        contact_name: "Kontaktcenter".into(),
        contact_phone: "0980-319 20".into(),
    }
}

fn at(text: &str) -> Moment {
    text.parse::<Timestamp>().expect("a time").into()
}

fn frame(language: Language, role: Option<Role>) -> Frame {
    Frame {
        language,
        languages: Language::ALL.to_vec(),
        municipality: Municipality {
            name: "Granby kommun".into(),
            country: "se",
            host: "meddelanden.granby.example".into(),
            web_site: "https://granby.example/".into(),
            get_eid_url: "https://granby.example/e-legitimation".into(),
            contact_name: "Kontaktcenter".into(),
            contact_phone: "0980-319 20".into(),
            contact_hours: "vardagar 8–16.30".into(),
        },
        now: at("2026-11-21T13:30:00Z"),
        zone: TimeZone::get("Europe/Stockholm").expect("the zone is known"),
        signed_in: role.map(|role| SignedIn {
            name: if role == Role::Staff { "Bo Exempel" } else { "Astrid Exempel" }.into(),
            role,
            csrf: "c5rf".into(),
            idle_seconds: 900,
            unread: 2,
            drafts: 1,
        }),
    }
}

fn methods() -> Vec<Method> {
    vec![
        Method { id: "bankid".into(), name: "BankID".into(), two_devices: true },
        Method { id: "freja".into(), name: "Freja".into(), two_devices: false },
    ]
}

fn redirecting() -> Method {
    Method { id: "entra".into(), name: "Granbykonto".into(), two_devices: false }
}

fn waiting(qr: bool) -> Waiting {
    Waiting {
        method: "BankID".into(),
        qr: qr.then(|| concat!("data:image/svg+xml;base64,", include_str!("qr.svg.b64")).trim().to_owned()),
        app_link: Some("https://app.bankid.com/?autostarttoken=7c40&redirect=null".into()),
        message: "Starta BankID-appen.".into(),
        seconds_left: 161,
        seconds_total: 180,
        frame_seconds: 1,
        back: "/".into(),
    }
}

fn failed(class: FailureClass, retryable: bool) -> Failed {
    Failed {
        method: "BankID".into(),
        class,
        methods: vec!["Freja".into()],
        reference: "7f3a-22c1".into(),
        retryable,
        login: "bankid/other".into(),
        action: "/login".into(),
        back: "/".into(),
    }
}

fn checks(outcome: ChecksOutcome, told: bool) -> Checks {
    let faults = match outcome {
        ChecksOutcome::NoInvitation => vec![Fault::new("code", FaultKind::CodeNothing)],
        ChecksOutcome::AnotherPerson => vec![],
    };
    Checks { own_name: "Astrid Exempel".into(), outcome, help_code: "KX4 7TB".into(), days: 30, faults, told }
}

fn inbox_rows() -> Vec<InboxRow> {
    let row = |id: &str, unread, from: &str, subject: &str, excerpt: &str, files, when: &str, days_left| InboxRow {
        id: id.into(),
        unread,
        from: from.into(),
        subject: subject.into(),
        excerpt: excerpt.into(),
        files,
        at: at(when),
        days_left,
    };
    vec![
        row("m1", true, "Bostadsanpassning", "Komplettera din ansökan", "Tack för din ansökan om bostadsanpassning. För att vi ska kunna gå vidare behöver vi två saker", 2, "2026-11-21T13:05:00Z", 29),
        row("m2", true, "Förskola Granbacken", "Plats från den 11 januari", "Vi kan erbjuda en plats. Svara senast den 4 december om ni vill tacka ja", 0, "2026-11-20T08:12:00Z", 29),
        row("m3", false, "Bygglov", "Beslut i ditt ärende <b>bold</b>", "Beslutet finns bifogat. Du kan överklaga inom tre veckor från den dag du fick det", 1, "2026-11-16T10:00:00Z", 25),
        row("m4", false, "Vatten och avlopp", "Byte av vattenmätare", "Vi behöver komma in i huset. Välj en tid som passar dig", 0, "2026-10-27T10:00:00Z", 5),
        row("m5", false, "Äldreomsorg", "Svar på din fråga om trygghetslarm", "Hej Astrid! Larmet fungerar i hela huset och på tomten", 3, "2025-12-24T10:00:00Z", 1),
    ]
}

fn sent_rows() -> Vec<SentRow> {
    let row = |id: &str, to: &str, subject: &str, files, when: &str, opened: Option<&str>, days_left| SentRow {
        id: id.into(),
        to: to.into(),
        subject: subject.into(),
        files,
        at: at(when),
        opened: opened.map(at),
        days_left,
    };
    vec![
        row("s1", "Bostadsanpassning", "Sv: Komplettera din ansökan", 2, "2026-11-21T13:12:00Z", None, 30),
        row("s2", "Förskola Granbacken", "Önskat datum för start", 0, "2026-11-18T09:00:00Z", Some("2026-11-19T08:00:00Z"), 27),
        row("s3", "Äldreomsorg", "Fråga om trygghetslarm", 0, "2026-10-23T09:00:00Z", Some("2026-10-24T08:00:00Z"), 1),
    ]
}

fn draft_rows() -> Vec<DraftRow> {
    vec![
        DraftRow { id: "d1".into(), to: "Bostadsanpassning".into(), subject: "Sv: Komplettera din ansökan".into(), excerpt: "Hej! Här kommer intyget".into(), files: 1, saved: at("2026-11-21T13:05:00Z") },
        DraftRow { id: "d2".into(), to: "Bygglov".into(), subject: String::new(), excerpt: String::new(), files: 0, saved: at("2026-11-12T10:05:00Z") },
    ]
}

fn file(href: &str, name: &str, bytes: u64) -> File {
    File { href: href.into(), name: name.into(), bytes }
}

fn message() -> Message {
    Message {
        id: "m1".into(),
        subject: "Komplettera din ansökan".into(),
        unit: "Bostadsanpassning".into(),
        mine: false,
        at: at("2026-11-21T13:05:00Z"),
        opened: None,
        last_day: date(2026, 12, 20).into(),
        days_left: 29,
        days_total: 30,
        text: "Hej Astrid!\n\nTack för din ansökan om bostadsanpassning som kom in den 9 november. För att vi ska kunna gå vidare behöver vi två saker från dig:\n\n1. Ett intyg från arbetsterapeut eller läkare.\n2. Ett foto av entrén där trösklar och trappsteg syns.\n\nDu kan svara här och bifoga filerna direkt. <b>bold</b> & 'citat'\n\nVänliga hälsningar\nBostadsanpassning".into(),
        files: vec![file("/message/m1/file/f1", "Checklista-entre.pdf", 214_000), file("/message/m1/file/f2", "Intyg-mall.docx", 48_000)],
        earlier: vec![
            Earlier { unit: "Bostadsanpassning".into(), mine: true, at: at("2026-11-09T10:00:00Z"), text: "Hej! Jag skickar min ansökan om ramp och bredare dörr. Det är två trappsteg vid entrén.".into(), files: vec![file("/message/m0/file/f1", "Ritning.jpeg", 20_480_000)], opened: Some(at("2026-11-10T10:00:00Z")) },
            Earlier { unit: "Bostadsanpassning".into(), mine: false, at: at("2026-11-06T10:00:00Z"), text: "Hej! Så här ansöker du om bostadsanpassning.".into(), files: vec![], opened: None },
            Earlier { unit: "Bostadsanpassning".into(), mine: true, at: at("2026-11-05T10:00:00Z"), text: "Hur ansöker jag?".into(), files: vec![], opened: None },
        ],
        can_reply: true,
    }
}

fn limits() -> Limits {
    Limits { max_files: 10, max_bytes: 99_500_000 }
}

fn quote() -> Quote {
    Quote { who: "Bostadsanpassning".into(), at: at("2026-11-21T13:05:00Z"), text: "Tack för din ansökan om bostadsanpassning som kom in den 9 november.".into() }
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::new("subject", FaultKind::SubjectMissing),
        Fault { field: "files", kind: FaultKind::FileTooLarge, file: Some("Film <b>bold</b>.mov".into()) },
    ]
}

fn draft(faults: Vec<Fault>) -> Draft {
    Draft {
        id: "d1".into(),
        to: "Bostadsanpassning".into(),
        subject: if faults.is_empty() { "Sv: Komplettera din ansökan" } else { "" }.into(),
        text: "Hej!\n\nHär kommer intyget från arbetsterapeuten och ett foto av entrén.\nRampen behöver vara bred nog för en permobil.\n\nVänliga hälsningar\nAstrid".into(),
        files: vec![DraftFile { id: "f1".into(), name: "Intyg-arbetsterapeut.pdf".into(), bytes: 1_204_000 }, DraftFile { id: "f2".into(), name: "Entre-foto.heic".into(), bytes: 8_400_000 }],
        limits: limits(),
        quote: Some(quote()),
        saved: Some(at("2026-11-21T13:05:00Z")),
        faults,
        back: "/message/m1".into(),
    }
}

fn receipt() -> Receipt {
    Receipt {
        number: "G-2026-04127".into(),
        at: at("2026-11-21T13:12:07Z"),
        to: "Bostadsanpassning".into(),
        files: vec!["Intyg-arbetsterapeut.pdf".into(), "Entre-foto.heic".into()],
        last_day: date(2026, 12, 20).into(),
    }
}

fn registration(state: RegistrationState) -> Registration {
    let case = matches!(state, RegistrationState::Registered | RegistrationState::Filed).then(|| "SN 2026-0412".into());
    Registration { state, case }
}

fn mailbox(threads: Vec<ThreadRow>) -> Mailbox {
    let link = |id: &str, name: &str, authority: &str, unread| MailboxLink { id: id.into(), name: name.into(), authority: authority.into(), unread };
    Mailbox {
        desk: Desk {
            mailboxes: vec![link("b1", "Bostadsanpassning", "Socialnämnden", 2), link("b2", "Äldreomsorg", "Socialnämnden", 0), link("b3", "Bygglov", "Byggnadsnämnden", 7)],
            drafts: vec![DraftLink { id: "d1".into(), subject: "Tid för hembesök".into() }, DraftLink { id: "d2".into(), subject: String::new() }],
        },
        id: "b1".into(),
        name: "Bostadsanpassning".into(),
        show: Show::All,
        threads,
    }
}

fn threads() -> Vec<ThreadRow> {
    let row = |id: &str, who: &str, subject: &str, when: &str, unread, files, latest, state| ThreadRow {
        id: id.into(),
        who: who.into(),
        subject: subject.into(),
        at: at(when),
        unread,
        files,
        latest,
        registration: registration(state),
    };
    vec![
        row("t1", "Astrid Exempel", "Sv: Komplettera din ansökan", "2026-11-21T13:12:00Z", true, 2, Latest::Incoming, RegistrationState::Undecided),
        row("t2", "Ture Provsson", "Räcke i badrummet", "2026-11-21T07:40:00Z", true, 0, Latest::Incoming, RegistrationState::Undecided),
        row("t3", "19140168-2396", "Tid för hembesök", "2026-11-18T09:00:00Z", false, 0, Latest::NotOpened, RegistrationState::Minor),
        row("t4", "Signe Exempel", "Fråga om spisvakt", "2026-11-17T09:00:00Z", false, 1, Latest::Opened, RegistrationState::Registered),
        row("t5", "Alva Provsson", "Intyg saknas", "2026-10-12T09:00:00Z", false, 0, Latest::NeverOpened, RegistrationState::Filed),
    ]
}

fn person() -> Person {
    Person { name: Some("Astrid Exempel".into()), number: "19990807-2391".into(), address: Some("a…@example.org".into()), confirmed: true }
}

fn thread(state: RegistrationState) -> Thread {
    let ours = Entry {
        incoming: false,
        who: "Bostadsanpassning".into(),
        official: Some("Bo Exempel".into()),
        subject: "Komplettera din ansökan".into(),
        at: at("2026-11-21T13:05:00Z"),
        text: "Hej Astrid!\n\nTack för din ansökan om bostadsanpassning som kom in den 9 november. För att vi ska kunna gå vidare behöver vi två saker från dig.".into(),
        files: vec![file("/staff/thread/t1/file/m1/f1", "Checklista-entre.pdf", 214_000)],
        opened: Some(at("2026-11-21T13:07:00Z")),
        ended: false,
    };
    let reply = Entry {
        incoming: true,
        who: "Astrid Exempel".into(),
        official: None,
        subject: "Sv: Komplettera din ansökan".into(),
        at: at("2026-11-21T13:12:00Z"),
        text: "Hej!\n\nHär kommer intyget från arbetsterapeuten och ett foto av entrén. Rampen behöver vara bred nog för en permobil. <b>bold</b>\n\nVänliga hälsningar\nAstrid".into(),
        files: vec![file("/staff/thread/t1/file/m2/f1", "Intyg-arbetsterapeut.pdf", 1_200_000), file("/staff/thread/t1/file/m2/f2", "Entre-foto.heic", 8_100_000)],
        opened: None,
        ended: false,
    };
    let undecided = state == RegistrationState::Undecided;
    let unread = Entry { opened: None, ended: true, ..ours.clone() };
    Thread {
        id: "t1".into(),
        mailbox_id: "b1".into(),
        mailbox: "Bostadsanpassning".into(),
        subject: "Komplettera din ansökan".into(),
        person: if undecided { person() } else { Person { name: None, confirmed: false, ..person() } },
        entries: vec![reply, ours, unread],
        delivery: Some(Delivery {
            queued: at("2026-11-21T13:05:00Z"),
            handed: Some(at("2026-11-21T13:05:08Z")),
            refused: None,
            opened: undecided.then(|| at("2026-11-21T13:07:00Z")),
            ended: false,
        }),
        registration: registration(state),
        last_day: undecided.then(|| date(2026, 12, 20).into()),
        can_reply: true,
        faults: if undecided { vec![] } else { vec![Fault::new("case", FaultKind::CaseMissing)] },
    }
}

fn staff_draft(band: Band) -> StaffDraft {
    let checks: Vec<CheckLine> = match &band {
        Band::NoRecipient => vec![],
        Band::Ready { .. } => [Finding::NumberOk, Finding::EmailWritten, Finding::PairYes].map(Into::into).to_vec(),
        Band::Doubtful { .. } => [Finding::NumberOk, Finding::EmailWritten, Finding::PairNo, Finding::AddressUsed].map(Into::into).to_vec(),
        Band::Blocked => vec![Finding::NumberBad.into(), CheckLine { finding: Finding::EmailNoMail, domain: Some("example.ogr".into()) }, Finding::Minor.into()],
    };
    let fresh = matches!(band, Band::NoRecipient);
    let reply = matches!(band, Band::Ready { .. });
    StaffDraft {
        id: "d1".into(),
        person: reply.then(person),
        number: if fresh { "" } else { "19990807-2391" }.into(),
        address: if fresh { "" } else { "astrid@example.org" }.into(),
        checks,
        language: Language::Sv,
        languages: Language::ALL.to_vec(),
        case: String::new(),
        mailbox: "b1".into(),
        mailboxes: vec![Choice { value: "b1".into(), label: "Bostadsanpassning".into() }, Choice { value: "b2".into(), label: "Äldreomsorg".into() }],
        subject: if fresh { "" } else { "Tid för hembesök" }.into(),
        text: if fresh { "" } else { "Hej!\n\nVi kommer gärna hem till dig onsdagen den 2 december klockan 10." }.into(),
        files: if fresh { vec![] } else { vec![DraftFile { id: "f1".into(), name: "Karta.pdf".into(), bytes: 20_000_000 }] },
        limits: limits(),
        quote: reply.then(quote),
        saved: (!fresh).then(|| at("2026-11-21T13:05:00Z")),
        band,
        faults: vec![],
        back: "/staff/mailbox/b1".into(),
    }
}
