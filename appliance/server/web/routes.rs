//! The table of contents: every address, who may ask for it, what it takes and who answers.
//!
//! A row is path → method → who → body → handler. Nothing is decided here; a request that matches no row gets the same
//! page as one for something that does not exist.

use kuvert_domain::{
    directory::Audience,
    id::{DraftId, FileId, MailboxId, MessageId, ThreadId},
};
use warp::{Filter, filters::BoxedFilter, get, path, path::Tail, post, query, reply::Response};

use super::{
    fault::{Fault, settle},
    form::{body, form},
    leaving, login, resident, staff, start, statics,
    who::{anyone, look, open, open_form, resident, staff, submit, upload},
    writing,
};

/// Where providers send people back to, followed by the method; no other address may be posted to from another site.
/// Security: each provider has its own, so that one cannot pass another's answer off as its own (RFC 9700, 4.4.2.2).
const CALLBACK: &str = "/login/callback/";

/// The address that the provider of this method sends people back to.
#[must_use]
pub fn callback(method: &str) -> String {
    format!("{CALLBACK}{method}")
}

/// Whether an address is one that providers send people back to.
pub(super) fn is_callback(path: &str) -> bool {
    path.starts_with(CALLBACK)
}

/// Every route.
pub(super) fn routes() -> BoxedFilter<(Response,)> {
    first_of([public(), signing_in(), folders(), drafts(), desk(), staff_drafts(), nothing_else()])
}

/// Pages and files for anyone.
#[rustfmt::skip] // a row stays a row
fn public() -> BoxedFilter<(Response,)> {
    first_of([
        path!("static" / String / ..).and(path::tail()).and(get()).and(anyone())
            .then(|hash, file: Tail, who| open(who, move |who| statics::file(who, hash, file))).boxed(),
        path::end().and(get()).and(anyone())
            .then(|who| open(who, start::resident)).boxed(),
        path!("staff").and(get()).and(anyone())
            .then(|who| open(who, start::staff)).boxed(),
        path!("m" / ..).and(path::tail()).and(get()).and(anyone())
            .then(|_: Tail, who| open(who, start::invitation)).boxed(),
        path!("language").and(post()).and(anyone()).and(form())
            .then(|who, form| open_form(who, form, leaving::language)).boxed(),
        path!("logout").and(post()).and(anyone()).and(form())
            .then(|who, form| open_form(who, form, leaving::log_out)).boxed(),
        path!("logged-out").and(get()).and(anyone())
            .then(|who| open(who, |who| leaving::logged_out(who, Audience::Resident))).boxed(),
        path!("staff" / "logged-out").and(get()).and(anyone())
            .then(|who| open(who, |who| leaving::logged_out(who, Audience::Staff))).boxed(),
    ])
}

/// From "log in" to "you are logged in".
#[rustfmt::skip] // a row stays a row
fn signing_in() -> BoxedFilter<(Response,)> {
    first_of([
        path!("login").and(post()).and(anyone()).and(form())
            .then(|who, form| open_form(who, form, login::resident)).boxed(),
        path!("staff" / "login").and(post()).and(anyone()).and(form())
            .then(|who, form| open_form(who, form, login::staff)).boxed(),
        path!("m" / ..).and(path::tail()).and(post()).and(anyone()).and(form())
            .then(|link: Tail, who, form| open_form(who, form, move |who, form| login::by_link(who, form, link))).boxed(),
        path!("login").and(get()).and(anyone())
            .then(|who| open(who, login::page)).boxed(),
        path!("login" / "look").and(post()).and(anyone())
            .then(|who| open(who, login::look)).boxed(),
        path!("login" / "cancel").and(post()).and(anyone())
            .then(|who| open(who, login::cancel)).boxed(),
        path!("login" / "leave").and(post()).and(anyone()).and(form())
            .then(|who, form| open_form(who, form, login::leave)).boxed(),
        path!("login" / "return").and(get()).and(anyone()).and(raw_query())
            .then(|who, query: String| open(who, move |who| login::returned(who, query))).boxed(),
        path!("login" / "callback" / String).and(get()).and(anyone()).and(query::raw())
            .then(|method, who, query: String| open(who, move |who| login::called_back_by_address(who, method, query))).boxed(),
        path!("login" / "callback" / String).and(post()).and(anyone()).and(form())
            .then(|method, who, form| open_form(who, form, move |who, form| login::called_back_by_form(who, method, form))).boxed(),
        path!("login" / "finish").and(post()).and(anyone())
            .then(|who| open(who, login::finish)).boxed(),
        path!("session" / "stay").and(post()).and(anyone()).and(form())
            .then(|who, form| open_form(who, form, leaving::stay)).boxed(),
    ])
}

/// What a resident reads.
#[rustfmt::skip] // a row stays a row
fn folders() -> BoxedFilter<(Response,)> {
    first_of([
        path!("checks").and(get()).and(resident())
            .then(|who| look(who, resident::checks::page)).boxed(),
        path!("checks" / "code").and(post()).and(resident()).and(form())
            .then(|who, form| submit(who, form, resident::checks::code)).boxed(),
        path!("checks" / "not-mine").and(post()).and(resident()).and(form())
            .then(|who, form| submit(who, form, resident::checks::not_mine)).boxed(),
        path!("inbox").and(get()).and(resident())
            .then(|who| look(who, resident::folders::inbox)).boxed(),
        path!("sent").and(get()).and(resident())
            .then(|who| look(who, resident::folders::sent)).boxed(),
        path!("drafts").and(get()).and(resident())
            .then(|who| look(who, resident::folders::drafts)).boxed(),
        path!("message" / MessageId).and(get()).and(resident())
            .then(|id, who| look(who, move |who| resident::message::page(who, id))).boxed(),
        path!("message" / MessageId / "file" / FileId).and(get()).and(resident())
            .then(|id, file, who| look(who, move |who| resident::message::file(who, id, file))).boxed(),
        path!("message" / MessageId / "reply").and(post()).and(resident()).and(form())
            .then(|id, who, form| submit(who, form, move |who, _| resident::message::reply(who, id))).boxed(),
        path!("sent" / MessageId).and(get()).and(resident())
            .then(|id, who| look(who, move |who| resident::message::receipt(who, id))).boxed(),
    ])
}

/// What a resident writes.
#[rustfmt::skip] // a row stays a row
fn drafts() -> BoxedFilter<(Response,)> {
    first_of([
        path!("draft" / DraftId).and(get()).and(resident())
            .then(|id, who| look(who, move |who| writing::page(who, id))).boxed(),
        path!("draft" / DraftId).and(post()).and(resident()).and(body())
            .then(|id, who, body| upload(who, body, move |who, parts| writing::act(who, id, parts))).boxed(),
        path!("draft" / DraftId / "file").and(post()).and(resident()).and(body())
            .then(|id, who, body| upload(who, body, move |who, parts| writing::file(who, id, parts))).boxed(),
    ])
}

/// What staff read and decide.
#[rustfmt::skip] // a row stays a row
fn desk() -> BoxedFilter<(Response,)> {
    first_of([
        path!("staff" / "mailbox" / MailboxId).and(get()).and(staff()).and(raw_query())
            .then(|id, who, query| look(who, move |who| staff::desk::mailbox(who, id, query))).boxed(),
        path!("staff" / "thread" / ThreadId).and(get()).and(staff()).and(raw_query())
            .then(|id, who, query| look(who, move |who| staff::thread::page(who, id, query))).boxed(),
        path!("staff" / "thread" / ThreadId / "registration").and(post()).and(staff()).and(form())
            .then(|id, who, form| submit(who, form, move |who, form| staff::thread::register(who, id, form))).boxed(),
        path!("staff" / "thread" / ThreadId / "reply").and(post()).and(staff()).and(form())
            .then(|id, who, form| submit(who, form, move |who, _| staff::thread::reply(who, id))).boxed(),
        path!("staff" / "thread" / ThreadId / "file" / MessageId / FileId).and(get()).and(staff())
            .then(|id, message, file, who| look(who, move |who| staff::thread::file(who, id, message, file))).boxed(),
    ])
}

/// What staff write.
#[rustfmt::skip] // a row stays a row
fn staff_drafts() -> BoxedFilter<(Response,)> {
    first_of([
        path!("staff" / "compose").and(post()).and(staff()).and(form())
            .then(|who, form| submit(who, form, staff::draft::compose)).boxed(),
        path!("staff" / "draft" / DraftId).and(get()).and(staff())
            .then(|id, who| look(who, move |who| writing::page(who, id))).boxed(),
        path!("staff" / "draft" / DraftId).and(post()).and(staff()).and(body())
            .then(|id, who, body| upload(who, body, move |who, parts| writing::act(who, id, parts))).boxed(),
        path!("staff" / "draft" / DraftId / "file").and(post()).and(staff()).and(body())
            .then(|id, who, body| upload(who, body, move |who, parts| writing::file(who, id, parts))).boxed(),
    ])
}

/// Everything else.
fn nothing_else() -> BoxedFilter<(Response,)> {
    warp::any().map(|| settle(Err(Fault::NotFound))).boxed()
}

/// The query as it stands, empty where there is none.
fn raw_query() -> BoxedFilter<(String,)> {
    query::raw().or(warp::any().map(String::new)).unify().boxed()
}

/// The first row that matches answers.
fn first_of<const N: usize>(rows: [BoxedFilter<(Response,)>; N]) -> BoxedFilter<(Response,)> {
    rows.into_iter().reduce(|above, below| above.or(below).unify().boxed()).unwrap_or_else(nothing_else)
}
