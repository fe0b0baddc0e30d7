//! What anyone signed in may do about the session itself: stay, change the language, leave.
//!
//! These routes serve both roles and, for the language, nobody at all; the token is checked here when there is a session
//! for it to belong to.

use http::StatusCode;
use kuvert_domain::{directory::Audience, language::Language};
use kuvert_service::{Parting, Session};
use warp::reply::Response;

use super::{
    cookies,
    fault::{Answer, Fault},
    form::Form,
    pace::{Deed, Whose},
    view::signing_in::LoggedOut,
    visit::{Visitor, see_other, with_cookie},
};

/// Where somebody lands who has logged out. Providers send people back here, too, and want it registered.
#[must_use]
pub const fn logged_out_path(audience: Audience) -> &'static str {
    match audience {
        Audience::Resident => "/logged-out",
        Audience::Staff => "/staff/logged-out",
    }
}

/// `POST /logout`
///
/// Security: the session here is over before its provider is asked about its own, and whatever that leads to.
pub(super) async fn log_out(who: Visitor, form: Form) -> Answer {
    let (parting, audience) = match session(&who, &form).await? {
        Some(Session::Resident(session)) => {
            (who.app.service().as_resident(&session).log_out().await?, Audience::Resident)
        }
        Some(Session::Staff(session)) => {
            (who.app.service().as_staff(&session).log_out().await?, Audience::Staff)
        }
        None => (None, Audience::Resident),
    };
    let response = match parting {
        Some(parting) => part(&who, &parting, audience).await?,
        None => see_other(logged_out_path(audience)),
    };
    Ok(with_cookie(with_cookie(response, cookies::no_session()), cookies::no_login()))
}

/// On to the provider, so that its own session ends too; where that leads nowhere, this was all.
async fn part(who: &Visitor, parting: &Parting, audience: Audience) -> Answer {
    match who.front()?.part(parting, who.language).await {
        Some(url) => {
            let method = who.method(audience, parting.method())?.name;
            who.page(&super::view::signing_in::Parting { method, url, staff: audience == Audience::Staff })
        }
        None => Ok(see_other(logged_out_path(audience))),
    }
}

/// `GET /logged-out`, `GET /staff/logged-out`
#[expect(clippy::unused_async, reason = "the table of routes takes every handler alike")]
pub(super) async fn logged_out(who: Visitor, audience: Audience) -> Answer {
    who.page(&LoggedOut { staff: audience == Audience::Staff, idle: false })
}

/// `POST /session/stay`, from the script
pub(super) async fn stay(who: Visitor, form: Form) -> Answer {
    match session(&who, &form).await? {
        Some(Session::Resident(session)) => who.app.service().as_resident(&session).stay().await?,
        Some(Session::Staff(session)) => who.app.service().as_staff(&session).stay().await?,
        None => return Err(Fault::SignedOut { staff: false, ended: true }),
    };
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// `POST /language`
pub(super) async fn language(who: Visitor, form: Form) -> Answer {
    let language: Language =
        form.text("language").parse().map_err(|_| Fault::Unreadable("no such language"))?;
    match session(&who, &form).await? {
        Some(Session::Resident(session)) => {
            who.app.service().as_resident(&session).set_language(language).await?;
        }
        Some(Session::Staff(session)) => who.app.service().as_staff(&session).set_language(language).await?,
        None => {}
    }
    if let Some(login) = &who.cookies.login {
        who.pace(Deed::Look, Whose::Login(login.text()))?;
        who.front()?.speak(login, language).await?;
    }
    let back = who.came_from.as_deref().unwrap_or("/");
    Ok(with_cookie(see_other(back), cookies::language(language)))
}

/// The session, if there is one; then the form must carry its token.
async fn session(who: &Visitor, form: &Form) -> Result<Option<Session>, Fault> {
    let session = who.session().await?;
    match session {
        Some(session) if !session.csrf_matches(form.text("csrf")) => Err(Fault::Stale),
        other => Ok(other),
    }
}
