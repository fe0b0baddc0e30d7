//! A login from its first button to its session.
//!
//! The state lies in the service under the login's cookie; each handler here asks it for a view and shows that. Only
//! three things end in a session: the finish button, and the two returns from a provider, which need the cookie too.
//! A browser may come to its end by two pages at once; the second goes where the first went.

mod shown;

use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use kuvert_domain::directory::Audience;
use kuvert_service::{
    Arrival, Begin, Client, Destination, LoginCookie, LoginState, LoginView, ServiceError, SignedIn,
};
use percent_encoding::percent_decode_str;
use warp::{path::Tail, reply::Response};

use super::{
    cookies,
    fault::{Answer, Fault},
    form::Form,
    pace::{Deed, Whose},
    view::signing_in::Elsewhere,
    visit::{Visitor, see_other, with_cookie},
    ways::{choice, chosen},
};

/// `POST /login`
pub(super) async fn resident(who: Visitor, form: Form) -> Answer {
    begin(who, &form, Audience::Resident, Destination::Home).await
}

/// `POST /staff/login`
pub(super) async fn staff(who: Visitor, form: Form) -> Answer {
    begin(who, &form, Audience::Staff, Destination::Home).await
}

/// `POST /m/<anything>`
pub(super) async fn by_link(who: Visitor, form: Form, link: Tail) -> Answer {
    // Some mail filters percent-encode what needs no encoding.
    let link = percent_decode_str(link.as_str()).decode_utf8_lossy().into_owned();
    begin(who, &form, Audience::Resident, Destination::Link(link)).await
}

/// `GET /login`
pub(super) async fn page(who: Visitor) -> Answer {
    let Some(cookie) = who.cookies.login.clone() else { return Ok(see_other("/")) };
    who.pace(Deed::Look, Whose::Login(cookie.text()))?;
    match who.front()?.look(&cookie).await {
        Ok(view) => shown::page(&who, &cookie, &view),
        Err(ServiceError::NotFound) => Ok(with_cookie(see_other("/"), cookies::no_login())),
        Err(error) => Err(error.into()),
    }
}

/// `POST /login/look`, asked once a second by the script
pub(super) async fn look(who: Visitor) -> Answer {
    let looked = match &who.cookies.login {
        Some(cookie) if who.pace(Deed::Look, Whose::Login(cookie.text())).is_err() => {
            return Ok(nothing());
        }
        Some(cookie) => who.front()?.look(cookie).await.map(|view| (cookie, view)),
        None => Err(ServiceError::NotFound),
    };
    let text = match looked {
        Ok((cookie, view)) => shown::json(cookie, &view)?,
        Err(ServiceError::NotFound) => shown::json_over(),
        Err(error) => return Err(error.into()),
    };
    let mut response = Response::new(text.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// `POST /login/cancel`
pub(super) async fn cancel(who: Visitor) -> Answer {
    let front = who.front()?;
    let mut back = "/".to_owned();
    if let Some(cookie) = &who.cookies.login {
        who.pace(Deed::Look, Whose::Login(cookie.text()))?;
        if let Ok(view) = front.look(cookie).await {
            back = shown::back(&view);
        }
        front.cancel(cookie).await?;
    }
    Ok(with_cookie(see_other(&back), cookies::no_login()))
}

/// `POST /login/leave`, from the script of a page that is left
pub(super) async fn leave(who: Visitor, form: Form) -> Answer {
    if let Some(cookie) = &who.cookies.login {
        who.pace(Deed::Look, Whose::Login(cookie.text()))?;
        who.front()?.leave(cookie, form.text("mark")).await?;
    }
    Ok(nothing())
}

/// `GET /login/return?nonce=…`: the app has sent the browser back
pub(super) async fn returned(who: Visitor, query: String) -> Answer {
    let query = Form::decode(query.as_bytes());
    let Some(cookie) = who.cookies.login.clone() else { return strayed(who, query.text("nonce")).await };
    who.pace(Deed::Look, Whose::Login(cookie.text()))?;
    match who.front()?.returned(&cookie, query.text("nonce")).await {
        Ok(view) => onward(&who, &cookie, &view).await,
        // The nonce of another login: of one that this browser has given up since, or of somebody else's.
        Err(ServiceError::NotFound) => strayed(who, query.text("nonce")).await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /login/callback/<method>?…`
pub(super) async fn called_back_by_address(who: Visitor, method: String, query: String) -> Answer {
    called_back_by_form(who, method, Form::decode(query.as_bytes())).await
}

/// `POST /login/callback/<method>`, from the provider's own page
pub(super) async fn called_back_by_form(who: Visitor, method: String, form: Form) -> Answer {
    who.pace(Deed::Callback, Whose::Address(who.address))?;
    let cookie = login_cookie(&who)?;
    match who.front()?.callback(&cookie, &method, form.into_pairs()).await {
        Ok(view) => onward(&who, &cookie, &view).await,
        // The answer to a login that this browser has given up since: its page says how the present one stands.
        Err(ServiceError::NotFound) => Ok(see_other("/login")),
        Err(error) => Err(error.into()),
    }
}

/// `POST /login/finish`
pub(super) async fn finish(who: Visitor) -> Answer {
    let cookie = login_cookie(&who)?;
    arrive_once(&who, &cookie).await
}

/// Nothing to say, and nothing went wrong.
fn nothing() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

async fn begin(who: Visitor, form: &Form, audience: Audience, destination: Destination) -> Answer {
    who.pace(Deed::Login, Whose::Address(who.address))?;
    let (method, device) = chosen(form.text("login")).ok_or(Fault::Unreadable("no way to log in chosen"))?;
    let begin = Begin {
        method,
        audience,
        device,
        client: Client { ip: who.address, user_agent: who.user_agent.clone() },
        origin: who.origin()?,
        destination,
        language: who.language,
    };
    let (cookie, _) = who.front()?.begin(begin, who.cookies.login.as_ref()).await?;
    Ok(with_cookie(see_other("/login"), cookies::login(&cookie)))
}

/// A callback without the cookie is another browser's: it learns nothing and begins again.
fn login_cookie(who: &Visitor) -> Result<LoginCookie, Fault> {
    who.cookies.login.clone().ok_or(Fault::SignedOut { staff: false, ended: false })
}

/// An app sent the browser back, but not to a login of its own. Security: that login ends, and the answer says nothing about
/// any login. What only fetches the address, as a scanner of addresses does, ends nothing.
async fn strayed(who: Visitor, nonce: &str) -> Answer {
    who.pace(Deed::Login, Whose::Address(who.address))?;
    if who.navigates {
        who.front()?.strayed(nonce).await?;
    }
    if who.session().await?.is_some() { Ok(see_other("/")) } else { who.page(&Elsewhere) }
}

/// After a return: in, if that was all; else back to the page that says how it stands.
async fn onward(who: &Visitor, cookie: &LoginCookie, view: &LoginView) -> Answer {
    if view.state == LoginState::Done { arrive_once(who, cookie).await } else { Ok(see_other("/login")) }
}

/// In; or, where another page of this browser came first, to where that one went.
async fn arrive_once(who: &Visitor, cookie: &LoginCookie) -> Answer {
    let front = who.front()?;
    if let Some(held) = &who.cookies.session
        && let Some(arrival) = front.already_in(cookie, held).await?
    {
        return Ok(see_other(&path_to(&arrival)));
    }
    match front.finish(cookie).await {
        Ok(signed_in) => Ok(arrive(&signed_in)),
        // Not at this step: the page says which it is at.
        Err(ServiceError::Conflict(_)) => Ok(see_other("/login")),
        // Spent, or of another browser: whoever is signed in gets in at the front, whoever is not begins again there.
        Err(ServiceError::NotFound) => Ok(with_cookie(see_other("/"), cookies::no_login())),
        Err(error) => Err(error.into()),
    }
}

/// The session's cookie and the way to where the person wanted to go. The login's cookie stays until it expires: some
/// browsers come back twice.
fn arrive(signed_in: &SignedIn) -> Response {
    let mut response =
        with_cookie(see_other(&path_to(&signed_in.arrival)), cookies::session(&signed_in.token));
    response = with_cookie(response, cookies::method(&choice(&signed_in.method, signed_in.device)));
    if let Some(language) = signed_in.session.language() {
        response = with_cookie(response, cookies::language(language));
    }
    debug_assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response
}

fn path_to(arrival: &Arrival) -> String {
    match arrival {
        Arrival::Inbox => "/inbox".to_owned(),
        Arrival::Message(id) => format!("/message/{id}"),
        Arrival::Checks => "/checks".to_owned(),
        Arrival::Page(path) => path.clone(),
        Arrival::Staff => "/staff".to_owned(),
    }
}
