//! Who is asking: anyone, a resident, a member of staff. Each gives a handler its own, narrower verbs.
//!
//! These filters never reject: whoever is not signed in gets a fault, so that a rejection keeps meaning "not this route".
//! The adapters below them are the only ways to a handler, and the ones that take a form check its token first.

use kuvert_domain::directory::Audience;
use kuvert_service::{Resident, ResidentSession, Session, SessionTimes, Staff, StaffSession};
use warp::{Filter, Rejection, reply::Response};

use super::{
    fault::{Answer, Fault, settle},
    form::{Form, RawBody},
    upload::Parts,
    view::{
        Page,
        frame::{Role, SignedIn},
    },
    visit::{Visit, Visitor},
};

/// A resident who is signed in, with what residents can do.
pub(super) struct AsResident {
    pub(super) visit: Visitor,
    pub(super) session: ResidentSession,
    pub(super) verbs: Resident,
}

/// A member of staff who is signed in, with what staff can do.
pub(super) struct AsStaff {
    pub(super) visit: Visitor,
    pub(super) session: StaffSession,
    pub(super) verbs: Staff,
}

/// Somebody whose forms carry a token.
pub(super) trait Bearer {
    fn csrf_matches(&self, given: &str) -> bool;
}

impl Bearer for AsResident {
    fn csrf_matches(&self, given: &str) -> bool {
        self.session.csrf_matches(given)
    }
}

impl Bearer for AsStaff {
    fn csrf_matches(&self, given: &str) -> bool {
        self.session.csrf_matches(given)
    }
}

impl AsResident {
    /// A page with the resident's header and folder counts.
    pub(super) async fn page<P: Page>(&self, page: &P) -> Answer {
        let counts = self.verbs.folders().await?;
        let header = SignedIn {
            name: self.session.name().as_str().to_owned(),
            role: Role::Resident,
            csrf: self.session.csrf().to_owned(),
            idle_seconds: idle_seconds(&self.visit, self.session.times()),
            unread: small(counts.unread),
            drafts: small(counts.drafts),
        };
        self.visit.page_for(page, Some(header))
    }
}

impl AsStaff {
    /// A page with the staff's header.
    pub(super) fn page<P: Page>(&self, page: &P) -> Answer {
        let header = SignedIn {
            name: self.session.name().as_str().to_owned(),
            role: Role::Staff,
            csrf: self.session.csrf().to_owned(),
            idle_seconds: idle_seconds(&self.visit, self.session.times()),
            unread: 0,
            drafts: 0,
        };
        self.visit.page_for(page, Some(header))
    }
}

/// Anyone at all.
pub(super) fn anyone() -> impl Filter<Extract = (Visitor,), Error = Rejection> + Copy {
    warp::ext::get::<Visitor>()
}

/// A resident who is signed in.
pub(super) fn resident() -> impl Filter<Extract = (Result<AsResident, Fault>,), Error = Rejection> + Clone {
    anyone().then(|visit: Visitor| async move {
        match visit.session().await? {
            Some(Session::Resident(session)) => {
                let verbs = visit.app.service().as_resident(&session);
                Ok(AsResident { visit, session, verbs })
            }
            other => Err(signed_out(&visit, other.as_ref(), Audience::Resident)),
        }
    })
}

/// A member of staff who is signed in.
pub(super) fn staff() -> impl Filter<Extract = (Result<AsStaff, Fault>,), Error = Rejection> + Clone {
    anyone().then(|visit: Visitor| async move {
        match visit.session().await? {
            Some(Session::Staff(session)) => {
                let verbs = visit.app.service().as_staff(&session);
                Ok(AsStaff { visit, session, verbs })
            }
            other => Err(signed_out(&visit, other.as_ref(), Audience::Staff)),
        }
    })
}

/// Anyone acts, without a form.
pub(super) async fn open<F, Fut>(visit: Visitor, handler: F) -> Response
where
    F: FnOnce(Visitor) -> Fut,
    Fut: Future<Output = Answer>,
{
    settle(handler(visit).await)
}

/// Anyone sends a form. There is no session and so no token; the door has checked where it came from.
pub(super) async fn open_form<F, Fut>(visit: Visitor, form: Result<Form, Fault>, handler: F) -> Response
where
    F: FnOnce(Visitor, Form) -> Fut,
    Fut: Future<Output = Answer>,
{
    settle(async { handler(visit, form?).await }.await)
}

/// Somebody signed in looks at something.
pub(super) async fn look<W, F, Fut>(who: Result<W, Fault>, handler: F) -> Response
where
    F: FnOnce(W) -> Fut,
    Fut: Future<Output = Answer>,
{
    settle(async { handler(who?).await }.await)
}

/// Somebody signed in sends a form, which must carry the session's token.
pub(super) async fn submit<W, F, Fut>(
    who: Result<W, Fault>,
    form: Result<Form, Fault>,
    handler: F,
) -> Response
where
    W: Bearer,
    F: FnOnce(W, Form) -> Fut,
    Fut: Future<Output = Answer>,
{
    let checked = async {
        let (who, form) = (who?, form?);
        if who.csrf_matches(form.text("csrf")) { handler(who, form).await } else { Err(Fault::Stale) }
    };
    settle(checked.await)
}

/// Somebody signed in sends a form with files. Its first field must be the session's token; nothing else is read before.
pub(super) async fn upload<W, F, Fut>(who: Result<W, Fault>, body: RawBody, handler: F) -> Response
where
    W: Bearer,
    F: FnOnce(W, Parts) -> Fut,
    Fut: Future<Output = Answer>,
{
    let checked = async {
        let who = who?;
        let mut parts = Parts::open(body)?;
        let token = parts.first_field("csrf").await?;
        if who.csrf_matches(&token) { handler(who, parts).await } else { Err(Fault::Stale) }
    };
    settle(checked.await)
}

fn signed_out(visit: &Visit, session: Option<&Session>, wanted: Audience) -> Fault {
    let ended = session.is_none() && visit.cookies.session.is_some();
    Fault::SignedOut { staff: wanted == Audience::Staff, ended }
}

fn idle_seconds(visit: &Visit, times: SessionTimes) -> u32 {
    let left = times.idle_ends.duration_since(visit.app.now()).as_secs();
    u32::try_from(left.max(0)).unwrap_or(u32::MAX)
}

/// A count for a page.
pub(super) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
