//! A login from its first button to its session.
//!
//! The state lies in the service under the login's cookie; each handler here asks it for a view and shows that. Only
//! three things end in a session: the finish button, and the two returns from a provider, which need the cookie too.

mod shown;

use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use kuvert_domain::directory::Audience;
use kuvert_service::{
    Arrival, Begin, Client, Destination, Device, LoginCookie, LoginState, LoginView, ServiceError, SignedIn,
};
use percent_encoding::percent_decode_str;
use warp::{path::Tail, reply::Response};

use super::{
    cookies,
    fault::{Answer, Fault},
    form::Form,
    pace::{Deed, Whose},
    visit::{Visitor, see_other, with_cookie},
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
        Ok(view) => shown::page(&who, &view),
        Err(ServiceError::NotFound) => Ok(with_cookie(see_other("/"), cookies::no_login())),
        Err(error) => Err(error.into()),
    }
}

/// `POST /login/look`, asked once a second by the script
pub(super) async fn look(who: Visitor) -> Answer {
    let looked = match &who.cookies.login {
        Some(cookie) if who.pace(Deed::Look, Whose::Login(cookie.text())).is_err() => {
            return Ok(nothing_new());
        }
        Some(cookie) => who.front()?.look(cookie).await,
        None => Err(ServiceError::NotFound),
    };
    let text = match looked {
        Ok(view) => shown::json(&view)?,
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
        if let Ok(view) = front.look(cookie).await {
            back = shown::back(&view);
        }
        front.cancel(cookie).await?;
    }
    Ok(with_cookie(see_other(&back), cookies::no_login()))
}

/// `GET /login/return?nonce=…`: the app has sent the browser back
pub(super) async fn returned(who: Visitor, query: String) -> Answer {
    let query = Form::decode(query.as_bytes());
    let cookie = login_cookie(&who)?;
    let view = who.front()?.returned(&cookie, query.text("nonce")).await?;
    onward(&who, &cookie, &view).await
}

/// `GET /login/callback?…`
pub(super) async fn called_back_by_address(who: Visitor, query: String) -> Answer {
    called_back_by_form(who, Form::decode(query.as_bytes())).await
}

/// `POST /login/callback`, from the provider's own page
pub(super) async fn called_back_by_form(who: Visitor, form: Form) -> Answer {
    let cookie = login_cookie(&who)?;
    let view = who.front()?.callback(&cookie, form.into_pairs()).await?;
    onward(&who, &cookie, &view).await
}

/// `POST /login/finish`
pub(super) async fn finish(who: Visitor) -> Answer {
    let cookie = login_cookie(&who)?;
    Ok(arrive(who.front()?.finish(&cookie).await?))
}

/// Somebody looks far more often than the page does: what it shows already stands.
fn nothing_new() -> Response {
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

/// `bankid/this` or `bankid/other`, as the buttons send it.
fn chosen(text: &str) -> Option<(String, Device)> {
    let (method, device) = text.split_once('/')?;
    match device {
        "this" => Some((method.to_owned(), Device::This)),
        "other" => Some((method.to_owned(), Device::Other)),
        _ => None,
    }
}

/// A return without the cookie is another browser's: it learns nothing and begins again.
fn login_cookie(who: &Visitor) -> Result<LoginCookie, Fault> {
    who.cookies.login.clone().ok_or(Fault::SignedOut { staff: false, ended: false })
}

/// After a return: in, if that was all; else back to the page that says how it stands.
async fn onward(who: &Visitor, cookie: &LoginCookie, view: &LoginView) -> Answer {
    if view.state == LoginState::Done {
        Ok(arrive(who.front()?.finish(cookie).await?))
    } else {
        Ok(see_other("/login"))
    }
}

/// The session's cookie and the way to where the person wanted to go. The login's cookie stays until it expires: some
/// browsers come back twice.
fn arrive(signed_in: SignedIn) -> Response {
    let path = match signed_in.arrival {
        Arrival::Inbox => "/inbox".to_owned(),
        Arrival::Message(id) => format!("/message/{id}"),
        Arrival::Checks => "/checks".to_owned(),
        Arrival::Page(path) => path,
        Arrival::Staff => "/staff".to_owned(),
    };
    let mut response = with_cookie(see_other(&path), cookies::session(&signed_in.token));
    if let Some(language) = signed_in.session.language() {
        response = with_cookie(response, cookies::language(language));
    }
    debug_assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_name_a_method_and_a_device() {
        assert_eq!(chosen("bankid/this"), Some(("bankid".to_owned(), Device::This)));
        assert_eq!(chosen("bankid/other"), Some(("bankid".to_owned(), Device::Other)));
        for nonsense in ["", "bankid", "bankid/", "bankid/both", "/"] {
            assert_eq!(chosen(nonsense), None, "{nonsense}");
        }
    }
}
