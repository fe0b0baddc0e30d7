//! The staff's side of the samples.

use jiff::civil::date;
use kuvert_domain::language::Language;

use super::{Drawing, at, file, limits, quote};
use crate::web::view::{
    Fault, FaultKind,
    draft::DraftFile,
    frame::Frame,
    staff::{
        Band, Delivery, Desk, DraftLink, Entry, Finding, Latest, Mailbox, MailboxLink, Person, Registration,
        RegistrationState, Show, StaffDraft, Thread, ThreadRow,
    },
};

/// Every page of the staff in every state worth looking at.
pub(super) fn pages(staff: &Frame, draw: Drawing<'_>) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("staff-mailbox", draw(staff, &mailbox(threads()))),
        ("staff-mailbox-empty", draw(staff, &mailbox(vec![]))),
        ("staff-thread", draw(staff, &thread(RegistrationState::Undecided))),
        ("staff-thread-registered", draw(staff, &thread(RegistrationState::Registered))),
    ];
    let bands = [
        ("staff-draft", Band::NoRecipient),
        ("staff-draft-ready", Band::Ready { address: "a…@example.org".into() }),
        ("staff-draft-doubtful", Band::Doubtful { address: "a…@example.org".into() }),
        ("staff-draft-blocked", Band::Blocked),
    ];
    for (name, band) in bands {
        all.push((name, draw(staff, &staff_draft(band))));
    }
    all
}

fn registration(state: RegistrationState) -> Registration {
    let case = matches!(state, RegistrationState::Registered | RegistrationState::Filed)
        .then(|| "SN 2026-0412".into());
    Registration { state, case }
}

fn mailbox(threads: Vec<ThreadRow>) -> Mailbox {
    let link = |id: &str, name: &str, authority: &str, unread| MailboxLink {
        id: id.into(),
        name: name.into(),
        authority: authority.into(),
        unread,
    };
    Mailbox {
        desk: Desk {
            mailboxes: vec![
                link("b1", "Bostadsanpassning", "Socialnämnden", 2),
                link("b2", "Äldreomsorg", "Socialnämnden", 0),
                link("b3", "Bygglov", "Byggnadsnämnden", 7),
            ],
            drafts: vec![
                DraftLink { id: "d1".into(), subject: "Tid för hembesök".into() },
                DraftLink { id: "d2".into(), subject: String::new() },
            ],
        },
        id: "b1".into(),
        name: "Bostadsanpassning".into(),
        show: Show::All,
        threads,
    }
}

fn threads() -> Vec<ThreadRow> {
    use Latest::{Incoming, NeverOpened, NotOpened, Opened};
    use RegistrationState::{Filed, Minor, Registered, Undecided};
    let row = |[id, who, subject, when]: [&str; 4], unread, files, latest, state| ThreadRow {
        id: id.into(),
        who: who.into(),
        subject: subject.into(),
        at: at(when),
        unread,
        files,
        latest,
        registration: registration(state),
    };
    let now = "2026-11-21T13:12:00Z";
    vec![
        row(["t1", "Astrid Exempel", "Sv: Komplettera din ansökan", now], true, 2, Incoming, Undecided),
        row(["t2", "Ture Provsson", "Räcke i badrummet", now], true, 0, Incoming, Undecided),
        row(["t3", "19140168-2396", "Hembesök", "2026-11-18T09:00:00Z"], false, 0, NotOpened, Minor),
        row(["t4", "Signe Exempel", "Spisvakt", "2026-11-17T09:00:00Z"], false, 1, Opened, Registered),
        row(["t5", "Alva Provsson", "Intyg saknas", "2026-10-12T09:00:00Z"], false, 0, NeverOpened, Filed),
    ]
}

fn person() -> Person {
    Person {
        name: Some("Astrid Exempel".into()),
        number: "19990807-2391".into(),
        address: Some("a…@example.org".into()),
        confirmed: true,
    }
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
            disowned: (!undecided).then(|| at("2026-11-21T13:06:00Z")),
            opened: undecided.then(|| at("2026-11-21T13:07:00Z")),
            ended: false,
        }),
        registration: registration(state),
        last_day: undecided.then(|| date(2026, 12, 20).into()),
        sent: undecided.then(|| at("2026-11-21T13:05:00Z")),
        faults: if undecided { vec![] } else { vec![Fault::new("case", FaultKind::CaseMissing)] },
    }
}

fn staff_draft(band: Band) -> StaffDraft {
    let checks = match &band {
        Band::NoRecipient => return empty_draft(band),
        Band::Ready { .. } => vec![Finding::NumberOk, Finding::EmailWritten, Finding::PairYes],
        Band::Doubtful { .. } => Finding::ALL.to_vec(),
        Band::Blocked => vec![Finding::NumberBad, Finding::EmailBad, Finding::Minor],
    };
    let reply = matches!(band, Band::Ready { .. });
    StaffDraft {
        person: reply.then(person),
        number: "19990807-2391".into(),
        address: "astrid@example.org".into(),
        checks,
        subject: "Tid för hembesök".into(),
        text: "Hej!\n\nVi kommer gärna hem till dig onsdagen den 2 december klockan 10.".into(),
        files: vec![DraftFile { id: "f1".into(), name: "Karta.pdf".into(), bytes: 20_000_000 }],
        quote: reply.then(quote),
        saved: Some(at("2026-11-21T13:05:00Z")),
        ..empty_draft(band)
    }
}

fn empty_draft(band: Band) -> StaffDraft {
    StaffDraft {
        id: "d1".into(),
        person: None,
        number: String::new(),
        address: String::new(),
        checks: vec![],
        language: Language::Sv,
        languages: Language::ALL.to_vec(),
        case: String::new(),
        from: "Bostadsanpassning".into(),
        subject: String::new(),
        text: String::new(),
        files: vec![],
        limits: limits(),
        quote: None,
        saved: None,
        band,
        faults: vec![],
        back: "/staff/mailbox/b1".into(),
    }
}
