//! Views as a handler might fill them: invented people, official test numbers, and a few things that must not break a page.

mod failures;
mod staff;

use jiff::{Timestamp, civil::date, tz::TimeZone};
use kuvert_domain::language::Language;
use kuvert_service::sandbox::FaultCode;

use failures::parting;
pub(super) use failures::{failed, faulty};

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
        AppPlace, Elsewhere, Failed, FailureClass, Finish, Invitation, Leaving, LoggedOut, Method, Parting,
        Paused, StaffStart, Start, Waiting,
    },
    staff::{Mailbox, StaffDraft, Thread},
};

/// Draws a view within a frame.
type Drawing<'a> = &'a mut dyn FnMut(&Frame, &dyn Draw) -> String;

/// The templates that the samples use.
pub(super) fn templates() -> Vec<&'static str> {
    vec![
        Start::TEMPLATE,
        Invitation::TEMPLATE,
        StaffStart::TEMPLATE,
        Waiting::TEMPLATE,
        Leaving::TEMPLATE,
        Finish::TEMPLATE,
        Paused::TEMPLATE,
        Elsewhere::TEMPLATE,
        Failed::TEMPLATE,
        LoggedOut::TEMPLATE,
        Parting::TEMPLATE,
        Checks::TEMPLATE,
        Inbox::TEMPLATE,
        Sent::TEMPLATE,
        Drafts::TEMPLATE,
        Message::TEMPLATE,
        Receipt::TEMPLATE,
        Draft::TEMPLATE,
        Mailbox::TEMPLATE,
        Thread::TEMPLATE,
        StaffDraft::TEMPLATE,
        NotFound::TEMPLATE,
        Broken::TEMPLATE,
        TooMany::TEMPLATE,
        Stale::TEMPLATE,
    ]
}

/// Every page in every state worth looking at.
pub(super) fn pages(language: Language, draw: Drawing<'_>) -> Vec<(&'static str, String)> {
    let out = frame(language, None);
    let resident = frame(language, Some(Role::Resident));
    let mut all = vec![
        ("start", draw(&out, &Start { methods: methods(), days: 30 })),
        ("invitation", draw(&out, &Invitation { methods: methods() })),
        ("staff-start", draw(&out, &StaffStart { methods: vec![redirecting()] })),
        ("waiting-qr", draw(&out, &waiting(AppPlace::Other))),
        ("waiting-taken", draw(&out, &Waiting { qr: None, ..waiting(AppPlace::Other) })),
        ("waiting-here", draw(&out, &waiting(AppPlace::This))),
        ("waiting-return", draw(&out, &Waiting { returning: true, ..waiting(AppPlace::This) })),
        (
            "paused",
            draw(
                &out,
                &Paused {
                    method: "BankID".into(),
                    login: "bankid/other".into(),
                    action: "/login".into(),
                    back: "/".into(),
                },
            ),
        ),
        ("elsewhere", draw(&out, &Elsewhere)),
        (
            "leaving",
            draw(
                &out,
                &Leaving {
                    method: "MitID".into(),
                    url: "https://idp.example/a?x=1&y=2".into(),
                    back: "/".into(),
                },
            ),
        ),
        ("finish", draw(&out, &Finish { method: "BankID".into() })),
        ("failed", draw(&out, &failed(FailureClass::UserCancelled, true))),
        ("failed-config", draw(&out, &failed(FailureClass::Config, false))),
        ("failed-no-role", draw(&out, &failed(FailureClass::NoRole, false))),
        ("failed-fault", draw(&out, &faulty(FaultCode::Http))),
        ("logged-out", draw(&out, &LoggedOut { staff: false, idle: true })),
        ("parting", draw(&out, &parting())),
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
    ];
    all.extend(staff::pages(&frame(language, Some(Role::Staff)), draw));
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

pub(super) fn frame(language: Language, role: Option<Role>) -> Frame {
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
        test_data: role.is_none(),
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
    let way = |login: &str, place, last| Method {
        login: login.into(),
        name: "BankID".into(),
        place,
        icon: Some(
            "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=".into(),
        ),
        last,
    };
    vec![way("bankid/other", AppPlace::Other, true), way("bankid/this", AppPlace::This, false), redirecting()]
}

fn redirecting() -> Method {
    Method {
        login: "entra/this".into(),
        name: "Granbykonto".into(),
        place: AppPlace::Any,
        icon: None,
        last: false,
    }
}

fn waiting(place: AppPlace) -> Waiting {
    let qr = concat!("data:image/svg+xml;base64,", include_str!("qr.svg.b64")).trim().to_owned();
    let link = "https://app.bankid.com/?autostarttoken=7c40&redirect=null".to_owned();
    Waiting {
        method: "BankID".into(),
        place,
        qr: (place == AppPlace::Other).then_some(qr),
        app_link: (place == AppPlace::This).then_some(link),
        message: "Starta BankID-appen.".into(),
        returning: false,
        seconds_left: 161,
        seconds_total: 180,
        frame_seconds: 1,
        mark: "m4rk".into(),
        switch: Some(if place == AppPlace::This { "bankid/other" } else { "bankid/this" }.into()),
        silent: false,
        login: if place == AppPlace::This { "bankid/this" } else { "bankid/other" }.into(),
        action: "/login".into(),
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
    let row = |[id, from, subject, excerpt, when]: [&str; 5], unread, files, days_left| InboxRow {
        id: id.into(),
        unread,
        from: from.into(),
        subject: subject.into(),
        excerpt: excerpt.into(),
        files,
        at: at(when),
        days_left,
    };
    let ask =
        "Tack för din ansökan om bostadsanpassning. För att vi ska kunna gå vidare behöver vi två saker";
    let place = "Vi kan erbjuda en plats. Svara senast den 4 december om ni vill tacka ja";
    let decision = "Beslutet finns bifogat. Du kan överklaga inom tre veckor från den dag du fick det";
    let meter = "Vi behöver komma in i huset. Välj en tid som passar dig";
    let alarm = "Hej Astrid! Larmet fungerar i hela huset och på tomten";
    let now = "2026-11-21T13:05:00Z";
    vec![
        row(["m1", "Bostadsanpassning", "Komplettera din ansökan", ask, now], true, 2, 29),
        row(["m2", "Förskola Granbacken", "Plats i januari", place, "2026-11-20T08:12:00Z"], true, 0, 29),
        row(["m3", "Bygglov", "Beslut <b>bold</b>", decision, "2026-11-16T10:00:00Z"], false, 1, 25),
        row(["m4", "Vatten och avlopp", "Vattenmätare", meter, "2026-10-27T10:00:00Z"], false, 0, 5),
        row(["m5", "Äldreomsorg", "Om trygghetslarm", alarm, "2025-12-24T10:00:00Z"], false, 3, 1),
    ]
}

fn sent_rows() -> Vec<SentRow> {
    let row =
        |id: &str, to: &str, subject: &str, files, when: &str, opened: Option<&str>, days_left| SentRow {
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
        row(
            "s2",
            "Förskola Granbacken",
            "Önskat datum för start",
            0,
            "2026-11-18T09:00:00Z",
            Some("2026-11-19T08:00:00Z"),
            27,
        ),
        row(
            "s3",
            "Äldreomsorg",
            "Fråga om trygghetslarm",
            0,
            "2026-10-23T09:00:00Z",
            Some("2026-10-24T08:00:00Z"),
            1,
        ),
    ]
}

fn draft_rows() -> Vec<DraftRow> {
    vec![
        DraftRow {
            id: "d1".into(),
            to: "Bostadsanpassning".into(),
            subject: "Sv: Komplettera din ansökan".into(),
            excerpt: "Hej! Här kommer intyget".into(),
            files: 1,
            saved: at("2026-11-21T13:05:00Z"),
        },
        DraftRow {
            id: "d2".into(),
            to: "Bygglov".into(),
            subject: String::new(),
            excerpt: String::new(),
            files: 0,
            saved: at("2026-11-12T10:05:00Z"),
        },
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
    Quote {
        who: "Bostadsanpassning".into(),
        at: at("2026-11-21T13:05:00Z"),
        text: "Tack för din ansökan om bostadsanpassning som kom in den 9 november.".into(),
    }
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
