//! The mail page: a list, each mail as its reader sees it, its text and its source.
//!
//! A mail's HTML is shown as a document of its own, in a sandbox without scripts, forms or outside requests, as careful
//! mail readers do. It does not mark, delete or answer mails.

use std::fmt::Write;

use http::{HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;

use super::mail::{Mail, Mails, addresses};
use crate::http::{Call, Reply, reply};
use crate::page::{escape, page, problem};

const NAME: &str = "Mail simulator";
/// No script, no form, no request; links may open a new page that is free of the sandbox.
const SANDBOX: &str = "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; \
                       default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'";

/// Answers one call to the mail page.
pub(crate) fn answer(mails: &Mails, call: &Call) -> Reply {
    if call.method != Method::GET {
        return problem(NAME, StatusCode::METHOD_NOT_ALLOWED, "The page can only be looked at.");
    }
    let mut steps = call.path.trim_matches('/').split('/');
    let (first, id, view) = (steps.next(), steps.next(), steps.next());
    let mail = id.and_then(|id| id.parse().ok()).and_then(|id| mails.get(id));
    match (first, id, mail, view) {
        (Some(""), None, ..) => list(mails, call.query("to")),
        (Some("mail"), _, Some(mail), None) => text(&mail),
        (Some("mail"), _, Some(mail), Some("html")) => html(&mail),
        (Some("mail"), _, Some(mail), Some("raw")) => {
            reply(StatusCode::OK, "text/plain; charset=utf-8", mail.raw)
        }
        _ => problem(NAME, StatusCode::NOT_FOUND, "There is no such mail."),
    }
}

/// All mails, newest first; with `?to=` those to one address.
fn list(mails: &Mails, to: Option<&str>) -> Reply {
    let mut main = String::from("<h1>Mails that were sent</h1>");
    let mails: Vec<_> = mails.all().into_iter().filter(|mail| is_to(mail, to)).rev().collect();
    if mails.is_empty() {
        main.push_str("<p>None yet. This page looks again by itself.</p>");
    }
    main.push_str("<ul>");
    for mail in mails {
        let _ = write!(
            main,
            "<li class=\"card\"><a class=\"mail\" href=\"/mail/{}\"><strong>{}</strong>\
             <span class=\"quiet\">to {} · {}</span></a></li>",
            mail.id,
            escape(&mail.subject()),
            escape(&mail.to.join(", ")),
            time(mail.received_ms),
        );
    }
    main.push_str("</ul>");
    page(NAME, "Mails", &main, true, Some(5))
}

fn text(mail: &Mail) -> Reply {
    let mut body = format!("<p><a href=\"/\">All mails</a></p><h1>{}</h1><dl>", escape(&mail.subject()));
    for name in ["From", "To", "Date"] {
        let value = mail.header(name).unwrap_or_default();
        let _ = write!(body, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
    }
    let way = if mail.secured { "over TLS" } else { "without TLS" };
    let _ = write!(body, "<dt>Arrived</dt><dd>{}, {way}</dd></dl>", time(mail.received_ms));
    if mail.html().is_some() {
        let _ = write!(body, "<a class=\"button\" href=\"/mail/{}/html\">See it as HTML</a>", mail.id);
    }
    let _ = write!(
        body,
        "<h2>Text</h2><pre id=\"text\">{}</pre><p><a href=\"/mail/{}/raw\">Source</a></p>",
        linked(&mail.text()),
        mail.id
    );
    page(NAME, &mail.subject(), &body, true, None)
}

fn html(mail: &Mail) -> Reply {
    let Some(html) = mail.html_with_pictures() else {
        return problem(NAME, StatusCode::NOT_FOUND, "This mail has no HTML part.");
    };
    let mut response = reply(StatusCode::OK, "text/html; charset=utf-8", html);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The text with its web addresses made into links.
fn linked(text: &str) -> String {
    let mut out = String::new();
    let mut from = 0;
    for range in addresses(text) {
        let address = escape(text.get(range.clone()).unwrap_or_default());
        out.push_str(&escape(text.get(from..range.start).unwrap_or_default()));
        let _ = write!(out, "<a href=\"{address}\" rel=\"noreferrer\">{address}</a>");
        from = range.end;
    }
    out.push_str(&escape(text.get(from..).unwrap_or_default()));
    out
}

fn is_to(mail: &Mail, address: Option<&str>) -> bool {
    address.is_none_or(|address| mail.to.iter().any(|to| to.eq_ignore_ascii_case(address)))
}

fn time(ms: u64) -> String {
    let at = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
