//! The main job: a unit writes, a resident reads and answers, the unit reads the answer.

use kuvert_domain::language::Language;

use super::town::{ASTRID, ASTRIDS_MAIL, HOUSING, Town, answer, bytes, content, draft, only_thread, words};
use crate::{Arrival, Destination, Direction, NoticeState};

#[tokio::test]
async fn a_message_goes_there_and_an_answer_comes_back() {
    let town = Town::open().await;
    let (bo, housing) = (town.bo().await, town.mailbox(HOUSING));
    let text = draft(&bo, housing, words(ASTRID, ASTRIDS_MAIL)).await;
    let pdf = b"%PDF-1.7 checklista".repeat(10_000);
    bo.attach(text, "Checklista.pdf", bytes(&pdf)).await.unwrap();
    let receipt = bo.send(text).await.unwrap();
    let notice = town.post().await.pop().unwrap();

    let link = notice.link.to_string();
    let (astrid, arrival) = town.arrive("granby", ASTRID, Destination::Link(link)).await;
    assert_eq!(arrival, Arrival::Message(receipt.message));
    assert_eq!(astrid.folders().await.unwrap().unread, 1);
    let message = astrid.message(receipt.message).await.unwrap();
    assert_eq!(message.subject.as_str(), "Komplettera din ansökan");
    assert_eq!(message.unit.name, "Bostadsanpassning");
    assert_eq!(message.readable.last_day, jiff::civil::date(2026, 12, 20));
    assert!(message.can_reply && message.opened.is_some() && message.earlier.is_empty());
    let file = &message.files[0];
    assert_eq!((file.name.as_str(), file.bytes), ("Checklista.pdf", pdf.len() as u64));
    assert_eq!(content(astrid.file(message.id, file.id).await.unwrap()).await, pdf);

    let reply = answer(&astrid, message.id).await;
    assert_eq!(reply.subject.as_str(), "Sv: Komplettera din ansökan");
    assert_eq!(reply.files, 1);
    assert_eq!(astrid.sent().await.unwrap()[0].opened, None);
    assert_eq!(astrid.receipt(reply.message).await.unwrap(), reply);

    let thread = only_thread(&bo, housing).await;
    assert_eq!(bo.mailboxes().await.unwrap()[0].unread, 1);
    let read = bo.thread(thread).await.unwrap();
    assert_eq!(read.person.name.as_ref().unwrap().as_str(), "Astrid Exempel");
    assert!(read.person.confirmed);
    let [answered, asked] = &read.messages[..] else { panic!("two messages") };
    assert_eq!(answered.direction, Direction::ToUnit);
    assert_eq!(answered.body.as_str(), "Här är intyget.");
    assert_eq!(asked.opened, message.opened, "the eye");
    assert_eq!(asked.notice, Some(NoticeState::HandedOver { at: town.now() }));
    let intyg = bo.file(thread, answered.id, answered.files[0].id).await.unwrap();
    assert_eq!(content(intyg).await, b"%PDF-1.7 intyg");
    assert_eq!(bo.mailboxes().await.unwrap()[0].unread, 0);
    assert!(astrid.sent().await.unwrap()[0].opened.is_some(), "the resident's eye");
}

#[tokio::test]
async fn the_first_opening_is_the_receipt_and_stays_it() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    assert!(astrid.inbox().await.unwrap()[0].opened.is_none(), "landing is not reading");
    let first = astrid.message(receipt.message).await.unwrap().opened;
    town.pass(jiff::SignedDuration::from_mins(5));
    let again = town.resident(ASTRID).await;
    assert_eq!(again.message(receipt.message).await.unwrap().opened, first);
    let bo = town.bo().await;
    let thread = only_thread(&bo, town.mailbox(HOUSING)).await;
    assert_eq!(bo.thread(thread).await.unwrap().messages[0].opened, first);
}

#[tokio::test]
async fn the_earlier_exchange_is_shown_but_not_stored_twice() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    town.pass_days(2);
    let astrid_later = town.resident(ASTRID).await;
    let reply = answer(&astrid_later, receipt.message).await;
    let shown = astrid_later.message(reply.message).await.unwrap();
    assert_eq!(shown.earlier.len(), 1);
    assert_eq!(shown.earlier[0].id, receipt.message);
    town.pass_days(29);
    town.service.tasks().purge().await.unwrap();
    let astrid_last = town.resident(ASTRID).await;
    let shown = astrid_last.message(reply.message).await.unwrap();
    assert!(shown.earlier.is_empty(), "the quote went with its original");
    drop(astrid);
}

#[tokio::test]
async fn an_answer_from_staff_continues_the_thread() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    astrid.set_language(Language::En).await.unwrap();
    let bo = town.bo().await;
    let thread = only_thread(&bo, town.mailbox(HOUSING)).await;
    let reply = bo.reply(thread).await.unwrap();
    assert_eq!(bo.reply(thread).await.unwrap(), reply, "one draft a thread");
    let view = bo.draft(reply).await.unwrap();
    assert_eq!(view.text.subject, "Re: Komplettera din ansökan");
    assert_eq!(view.earlier.len(), 1);
    assert!(!view.check.blocks());
    let text = crate::StaffDraftText { body: "Tack!".to_owned(), ..view.text };
    bo.save(reply, text).await.unwrap();
    let second = bo.send(reply).await.unwrap();
    assert_eq!(second.thread, receipt.thread);
    let notice = town.post().await.pop().unwrap();
    assert_eq!(notice.language, Language::En);
    assert!(notice.code.is_none(), "a confirmed pair needs no code");
    assert_eq!(astrid.inbox().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_shown_as_a_quote_counts_as_opened() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let draft = astrid.reply(receipt.message).await.unwrap();
    assert!(astrid.draft(draft).await.unwrap().earlier[0].opened.is_some());
    assert_eq!(astrid.folders().await.unwrap().unread, 0);
    answer(&astrid, receipt.message).await;

    let bo = town.bo().await;
    let reply = bo.reply(receipt.thread).await.unwrap();
    assert_eq!(bo.mailboxes().await.unwrap()[0].unread, 1);
    bo.draft(reply).await.unwrap();
    assert_eq!(bo.mailboxes().await.unwrap()[0].unread, 0);
    assert!(astrid.sent().await.unwrap()[0].opened.is_some());
    let id = town.municipality("granby").id;
    let lines = town.service.core().read(move |view| Ok(view.audit_lines(id, 1_000)?)).await.unwrap();
    let opened = lines.iter().filter(|line| line.action == "message.opened").count();
    assert_eq!(opened, 3, "the resident one, Bo two");
}

#[tokio::test]
async fn a_danish_number_and_a_danish_answer() {
    let town = Town::open().await;
    let dan = town.staff("Dan Eksempel", &["havnby/borgerservice/post"]).await;
    let mailbox = town.mailbox("havnby/borgerservice/post");
    let swedish = super::town::send(&dan, mailbox, ASTRID, ASTRIDS_MAIL).await;
    assert!(matches!(swedish, Err(crate::ServiceError::Invalid(_))), "no number of this country");
    let receipt = super::town::send(&dan, mailbox, "610101-4000", ASTRIDS_MAIL).await.unwrap();
    let notice = town.post().await.pop().unwrap();
    assert_eq!(notice.language, Language::Da);
    let link = Destination::Link(notice.link.to_string());
    let (asta, arrival) = town.arrive("havnby", "6101014000", link).await;
    assert_eq!(arrival, Arrival::Message(receipt.message));
    assert_eq!(answer(&asta, receipt.message).await.subject.as_str(), "Sv: Komplettera din ansökan");
}
