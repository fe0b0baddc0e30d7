//! The sample letters: what caseworkers have written, and what one resident has answered.
//!
//! Written once per data folder, through the real service, by people who signed in. With a foreign OpenID provider there
//! are none, since nobody could sign in there without a browser.

use anyhow::Context;
use bytes::Bytes;
use futures_util::stream;
use kuvert_service::{Arrival, DraftText, Recipient, Staff, StaffDraftText};

use crate::paper;
use crate::visitor;
use crate::world::{GRANBY, HAVNBY, World};

const MARK: &str = "letters-written";
const ASTRID: &str = "199908072391";
const ASTRID_ADDRESS: &str = "astrid@example.org";

struct Letter {
    mailbox: &'static str,
    number: &'static str,
    address: &'static str,
    subject: &'static str,
    body: &'static str,
    case_number: &'static str,
    file: Option<&'static str>,
}

/// What the social services of Granby have written.
const SOCIAL: [Letter; 3] = [
    Letter {
        mailbox: "Bostadsanpassning",
        number: ASTRID,
        address: ASTRID_ADDRESS,
        subject: "Komplettera din ansökan",
        body: "Hej Astrid!\n\nTack för din ansökan om bostadsanpassning. För att vi ska kunna fatta beslut behöver vi ett intyg \
               från din arbetsterapeut och ett foto på entrén.\n\nSkicka dem gärna som svar här. Det går bra att fota med \
               mobilen.\n\nVänliga hälsningar\nBo Exempel",
        case_number: "SN 2026-412",
        file: Some("Så söker du bidrag.pdf"),
    },
    Letter {
        mailbox: "Äldreomsorg",
        number: ASTRID,
        address: ASTRID_ADDRESS,
        subject: "Svar på din fråga om trygghetslarm",
        body: "Hej Astrid!\n\nLarmet fungerar i hela huset och på tomten. Du kan prova det i två veckor utan kostnad.\n\n\
               Vänliga hälsningar\nKim Provsson",
        case_number: "",
        file: None,
    },
    Letter {
        mailbox: "Bostadsanpassning",
        number: "189001019802",
        address: "ture@example.org",
        subject: "Tid för hembesök",
        body: "Hej Ture!\n\nVi behöver komma in i huset och mäta dörren till badrummet. Passar torsdag klockan 10?\n\n\
               Vänliga hälsningar\nBo Exempel",
        case_number: "SN 2026-398",
        file: None,
    },
];

/// What the building permits of Granby have written; of minor importance, so both copies go on their day.
const BUILDING: [Letter; 1] = [Letter {
    mailbox: "Bygglov",
    number: ASTRID,
    address: ASTRID_ADDRESS,
    subject: "Din ramp kräver inget bygglov",
    body: "Hej Astrid!\n\nEn ramp vid entrén kräver inget bygglov om den går att ta bort. Du behöver alltså inte ansöka hos \
           oss.\n\nVänliga hälsningar\nLo Exempel",
    case_number: "",
    file: None,
}];

/// What the citizen service of Havnby has written.
const HAVNBY_LETTERS: [Letter; 1] = [Letter {
    mailbox: "Borgerservice",
    number: "6101014000",
    address: "asta@example.org",
    subject: "Tid til samtale",
    body: "Hej Asta!\n\nVi har sat en tid af til dig tirsdag klokken 10. Svar her, hvis det ikke passer.\n\n\
           Venlig hilsen\nNils Eksempel",
    case_number: "",
    file: None,
}];

/// Writes the letters, unless this folder has them already.
pub(crate) async fn write_once(world: &World) -> anyhow::Result<()> {
    if world.foreign_staff || world.folder.file(MARK).exists() {
        return Ok(());
    }
    for (town, account, letters) in
        [(GRANBY, "bo", &SOCIAL[..]), (GRANBY, "lo", &BUILDING[..]), (HAVNBY, "nils", &HAVNBY_LETTERS[..])]
    {
        let staff = visitor::caseworker(world, town, account)
            .await
            .with_context(|| format!("signing in as {account}"))?;
        for letter in letters {
            send(&staff, letter).await.with_context(|| format!("sending \"{}\"", letter.subject))?;
        }
        staff.log_out().await?;
    }
    world.running.tasks().send_notices().await?;
    answer(world).await.context("answering as Astrid")?;
    world.folder.write(MARK, "")
}

async fn send(staff: &Staff, letter: &Letter) -> anyhow::Result<()> {
    let mailboxes = staff.mailboxes().await?;
    let mailbox = mailboxes.iter().find(|row| row.unit.name == letter.mailbox).context("no such mailbox")?;
    let draft = staff.compose(mailbox.unit.mailbox).await?;
    let recipient =
        Recipient { number: letter.number.to_owned(), address: letter.address.to_owned(), language: None };
    let text = StaffDraftText {
        recipient,
        subject: letter.subject.to_owned(),
        body: letter.body.to_owned(),
        case_number: letter.case_number.to_owned(),
    };
    staff.save(draft, text).await?;
    if let Some(name) = letter.file {
        let lines = [
            "Det här är ett exempel i en demonstration.",
            "Bidraget söks hos kommunen. Bifoga intyg och foton.",
        ];
        staff.attach(draft, name, once(paper::pdf("Bostadsanpassningsbidrag", &lines))).await?;
    }
    staff.send(draft).await?;
    Ok(())
}

/// Astrid follows the link of her first notice, reads, and answers with a file.
async fn answer(world: &World) -> anyhow::Result<()> {
    let mails = world.smtp.mails();
    let mail = mails.all().into_iter().find(|mail| mail.to.iter().any(|to| to == ASTRID_ADDRESS));
    let links = mail.context("no notice has come")?.links();
    let reference = links.iter().find_map(|link| link.split_once("/m/")).context("the notice has no link")?.1;
    let (astrid, signed_in) = visitor::resident(world, GRANBY, ASTRID, reference).await?;
    let Arrival::Message(message) = signed_in.arrival else {
        anyhow::bail!("the link does not lead to the message")
    };
    astrid.message(message).await?;
    let draft = astrid.reply(message).await?;
    let view = astrid.draft(draft).await?;
    let body = "Hej!\n\nHär kommer intyget från min arbetsterapeut. Fotot på entrén skickar jag i morgon.\n\nAstrid Exempel";
    astrid.save(draft, DraftText { subject: view.text.subject, body: body.to_owned() }).await?;
    let paper =
        paper::pdf("Intyg", &["Exempel på ett intyg.", "Ingen person i demonstrationen finns på riktigt."]);
    astrid.attach(draft, "Intyg-arbetsterapeut.pdf", once(paper)).await?;
    astrid.send(draft).await?;
    astrid.log_out().await?;
    Ok(())
}

fn once(content: Vec<u8>) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send + Unpin {
    stream::iter([Ok(Bytes::from(content))])
}
