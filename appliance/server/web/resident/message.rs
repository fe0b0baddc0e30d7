//! One message: reading it, its files, answering it, and the receipt of one that was sent.

use kuvert_domain::id::{FileId, MessageId};
use kuvert_service::{Direction, EarlierView, MessageView};

use crate::web::{
    download,
    fault::Answer,
    mending,
    view::resident::{Earlier, Message, Receipt},
    visit::see_other,
    who::AsResident,
};

/// `GET /message/<id>`: the first time, this is the opening that the sender's eye shows.
pub(in crate::web) async fn page(who: AsResident, id: MessageId) -> Answer {
    let message = who.verbs.message(id).await?;
    let days_total = who.visit.place()?.retention.days();
    who.page(&view(&message, days_total)).await
}

/// `GET /message/<id>/file/<file>`
pub(in crate::web) async fn file(who: AsResident, id: MessageId, file: FileId) -> Answer {
    Ok(download::attachment(who.verbs.file(id, file).await?))
}

/// `POST /message/<id>/reply`
pub(in crate::web) async fn reply(who: AsResident, id: MessageId) -> Answer {
    let draft = who.verbs.reply(id).await?;
    Ok(see_other(&format!("/draft/{draft}")))
}

/// `GET /sent/<id>`
pub(in crate::web) async fn receipt(who: AsResident, id: MessageId) -> Answer {
    let receipt = who.verbs.receipt(id).await?;
    let sent = who.verbs.message(id).await?;
    let view = Receipt {
        number: receipt.number,
        at: receipt.at.into(),
        to: receipt.unit.name,
        files: sent.files.iter().map(|file| file.name.as_str().to_owned()).collect(),
        last_day: receipt.readable.last_day.into(),
    };
    who.page(&view).await
}

fn view(message: &MessageView, days_total: u16) -> Message {
    let mine = message.direction == Direction::ToUnit;
    Message {
        id: message.id.to_string(),
        subject: message.subject.as_str().to_owned(),
        unit: message.unit.name.clone(),
        mine,
        at: message.sent.into(),
        opened: message.opened.filter(|_| mine).map(Into::into),
        last_day: message.readable.last_day.into(),
        days_left: message.readable.days_left,
        days_total,
        text: message.body.as_str().to_owned(),
        files: mending::files(&message.files, &below(message.id)),
        earlier: message.earlier.iter().map(|earlier| before(earlier, &message.unit.name)).collect(),
        can_reply: message.can_reply,
    }
}

fn before(earlier: &EarlierView, unit: &str) -> Earlier {
    let mine = earlier.direction == Direction::ToUnit;
    Earlier {
        unit: unit.to_owned(),
        mine,
        at: earlier.sent.into(),
        text: earlier.body.as_str().to_owned(),
        files: mending::files(&earlier.files, &below(earlier.id)),
        opened: earlier.opened.filter(|_| mine).map(Into::into),
    }
}

fn below(id: MessageId) -> String {
    format!("/message/{id}/file")
}
