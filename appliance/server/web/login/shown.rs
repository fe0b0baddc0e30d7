//! A login as a page or as the script's JSON.
//!
//! The secret behind an animated QR code stays in the service; what comes here is one frame.

use data_encoding::BASE64;
use kuvert_domain::directory::Audience;
use kuvert_service::{
    Destination, Device, LoginCookie, LoginFailure, LoginFault, LoginState, LoginView, MethodView,
    Waiting as Looked,
};
use qrcode::{EcLevel, QrCode, render::svg};
use serde::Serialize;

use crate::web::{
    fault::{Answer, Fault},
    view::signing_in::{AppPlace, Failed, FailureClass, Finish, Leaving, Paused, Waiting},
    visit::Visitor,
    ways::{choice, sides},
};

/// How often a page looks that waits for its browser to be sent back.
const RETURN_SECONDS: u32 = 2;

/// The page for this state.
pub(super) fn page(who: &Visitor, cookie: &LoginCookie, view: &LoginView) -> Answer {
    let way = who.method(view.audience, &view.method)?;
    let method = way.name.clone();
    match &view.state {
        LoginState::Redirect { url } => who.page(&Leaving { method, url: url.clone(), back: back(view) }),
        LoginState::Waiting(waiting) => {
            let page = waiting_page(who, cookie, view, &way);
            who.page(&Waiting {
                qr: waiting.qr.as_deref().map(qr_image).transpose()?,
                app_link: waiting.app_link.clone(),
                message: waiting.message.clone(),
                silent: waiting.silent,
                seconds_left: waiting.seconds_left,
                seconds_total: waiting.seconds_total,
                frame_seconds: waiting.next_frame_ms.div_ceil(1000).max(1),
                ..page
            })
        }
        LoginState::NeedsReturn => who.page(&waiting_page(who, cookie, view, &way)),
        LoginState::Done => who.page(&Finish { method }),
        LoginState::Failed(failure) => failed(who, view, failure, &way),
        LoginState::Left => {
            let login = choice(&view.method, view.device);
            who.page(&Paused { method, login, action: action(view), back: back(view) })
        }
    }
}

/// What the script is told.
pub(super) fn json(cookie: &LoginCookie, view: &LoginView) -> Result<String, Fault> {
    let mut look = Look { mark: Some(cookie.page_mark()), ..Look::default() };
    match &view.state {
        LoginState::Waiting(Looked { qr, app_link, message, silent, seconds_left, .. }) => {
            look.state = "waiting";
            look.qr = qr.as_deref().map(qr_image).transpose()?;
            look.app_link.clone_from(app_link);
            // A frame that could not be drawn changes nothing on the page.
            look.message = Some(message.clone()).filter(|message| !message.is_empty());
            look.silent = *silent;
            look.seconds_left = *seconds_left;
        }
        LoginState::NeedsReturn => look.state = "return",
        LoginState::Redirect { .. } => (look.state, look.next) = ("redirect", Some("/login")),
        LoginState::Done => (look.state, look.next) = ("done", Some("/login")),
        LoginState::Failed(_) => (look.state, look.next) = ("failed", Some("/login")),
        LoginState::Left => (look.state, look.next) = ("left", Some("/login")),
    }
    serde_json::to_string(&look).map_err(|error| Fault::broken(&error))
}

/// What the script is told about a login that is no more: begin again.
pub(super) fn json_over() -> String {
    r#"{"state":"over","qr":null,"app_link":null,"message":null,"silent":false,"seconds_left":0,"mark":null,"next":"/login"}"#.to_owned()
}

/// Where "choose another way" leads.
pub(super) fn back(view: &LoginView) -> String {
    match (view.audience, &view.destination) {
        (Audience::Staff, _) => "/staff".to_owned(),
        (Audience::Resident, Destination::Link(link)) => local(link),
        (Audience::Resident, _) => "/".to_owned(),
    }
}

/// Where a button posts that begins a login for the same destination.
fn action(view: &LoginView) -> String {
    match (view.audience, &view.destination) {
        (Audience::Staff, _) => "/staff/login".to_owned(),
        (Audience::Resident, Destination::Link(link)) if local(link) != "/" => local(link),
        (Audience::Resident, _) => "/login".to_owned(),
    }
}

/// A page that waits for this browser to be sent back; what a login shows before that lies on top of it.
fn waiting_page(who: &Visitor, cookie: &LoginCookie, view: &LoginView, way: &MethodView) -> Waiting {
    Waiting {
        method: way.name.clone(),
        place: place(view.device),
        qr: None,
        app_link: None,
        message: String::new(),
        returning: view.state == LoginState::NeedsReturn,
        seconds_left: 0,
        seconds_total: 0,
        frame_seconds: RETURN_SECONDS,
        mark: cookie.page_mark(),
        silent: false,
        login: choice(&view.method, view.device),
        switch: switch(who, view, way),
        action: action(view),
    }
}

/// What the button for the other side sends, where an app can be there.
fn switch(who: &Visitor, view: &LoginView, way: &MethodView) -> Option<String> {
    let other = match view.device {
        Device::This => Device::Other,
        Device::Other => Device::This,
    };
    let asked = !way.app_on.is_empty();
    (asked && sides(way, who.hardware).contains(&other)).then(|| choice(&view.method, other))
}

#[derive(Default, Serialize)]
struct Look {
    state: &'static str,
    qr: Option<String>,
    app_link: Option<String>,
    message: Option<String>,
    silent: bool,
    seconds_left: u32,
    /// Which login this is about: another tab may have begun a new one.
    mark: Option<String>,
    next: Option<&'static str>,
}

fn failed(who: &Visitor, view: &LoginView, failure: &LoginFailure, way: &MethodView) -> Answer {
    let all = who.front()?.methods(view.audience, who.language)?;
    let others = all.into_iter().filter(|other| other.id != view.method);
    who.page(&Failed {
        staff: view.audience == Audience::Staff,
        method: way.name.clone(),
        class: class(failure.class),
        methods: others.map(|other| other.name).collect(),
        reference: failure.reference.clone(),
        message: said(who, view, failure),
        fault: failure.fault.clone(),
        switch: switch(who, view, way),
        place: place(view.device),
        retryable: failure.retryable,
        login: choice(&view.method, view.device),
        action: action(view),
        back: back(view),
    })
}

/// The plugin's words: of the language that the login went on in, and never instead of our warning about a fraud.
fn said(who: &Visitor, view: &LoginView, failure: &LoginFailure) -> String {
    if view.language == who.language && failure.class != LoginFault::Risk {
        failure.message.clone()
    } else {
        String::new()
    }
}

const fn place(device: Device) -> AppPlace {
    match device {
        Device::This => AppPlace::This,
        Device::Other => AppPlace::Other,
    }
}

const fn class(fault: LoginFault) -> FailureClass {
    match fault {
        LoginFault::UserCancelled => FailureClass::UserCancelled,
        LoginFault::Expired => FailureClass::Expired,
        LoginFault::NotStarted => FailureClass::NotStarted,
        LoginFault::Busy => FailureClass::Busy,
        LoginFault::Credential => FailureClass::Credential,
        LoginFault::Risk => FailureClass::Risk,
        LoginFault::Assurance => FailureClass::Assurance,
        LoginFault::NoNumber => FailureClass::NoNumber,
        LoginFault::SecondFactor => FailureClass::SecondFactor,
        LoginFault::Organisation => FailureClass::Organisation,
        LoginFault::ProviderDown => FailureClass::ProviderDown,
        LoginFault::Config => FailureClass::Config,
        LoginFault::NoRole => FailureClass::NoRole,
        LoginFault::Unknown => FailureClass::Unknown,
    }
}

/// The page of a link; anything that no link of ours looks like leads to the start page instead.
fn local(link: &str) -> String {
    let fits = link.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if fits { format!("/m/{link}") } else { "/".to_owned() }
}

/// One frame, black on white in every theme, with the quiet zone that scanners need. Low error correction makes the
/// squares larger: nothing covers a code on a screen.
fn qr_image(data: &str) -> Result<String, Fault> {
    let code =
        QrCode::with_error_correction_level(data, EcLevel::L).map_err(|error| Fault::broken(&error))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build();
    Ok(format!("data:image/svg+xml;base64,{}", BASE64.encode(picture.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_picture_that_needs_no_other_address() {
        let picture = qr_image("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.dc69358e").unwrap();
        let encoded = picture.strip_prefix("data:image/svg+xml;base64,").unwrap();
        let svg = String::from_utf8(BASE64.decode(encoded.as_bytes()).unwrap()).unwrap();
        assert!(svg.contains("<svg") && !svg.contains("href"));
    }

    #[test]
    fn the_script_is_told_where_to_go_when_there_is_nothing_left() {
        let over: serde_json::Value = serde_json::from_str(&json_over()).unwrap();
        assert_eq!(over["next"], "/login");
        let look = serde_json::to_value(Look::default()).unwrap();
        assert_eq!(over.as_object().unwrap().len(), look.as_object().unwrap().len(), "the same fields");
    }

    #[test]
    fn odd_links_lead_home() {
        assert_eq!(local("Ab-c_9"), "/m/Ab-c_9");
        for odd in ["a\r\nSet-Cookie: x", "../inbox", "a b", "å"] {
            assert_eq!(local(odd), "/", "{odd}");
        }
    }
}
