//! The screens of the phone, as HTML.
//!
//! They show what they are told and decide nothing.

use std::fmt::Write;

use super::apps::{Order, PhoneApp};
use super::{NAME, Phones};
use crate::http::Reply;
use crate::page::{escape, page};
use crate::people::Swede;

/// What the person picked is to take up at once.
pub(crate) struct Errand<'a> {
    pub(crate) app: &'a str,
    pub(crate) action: &'a str,
    pub(crate) data: &'a str,
}

/// The persons to choose from.
pub(crate) fn people(people: &[Swede], errand: Option<&Errand<'_>>) -> Reply {
    let mut main = String::from("<div class=\"phone\"><h1>Whose phone is this?</h1>");
    if errand.is_some() {
        main.push_str("<p>An order has come in. Choose who answers it.</p>");
    }
    for person in people {
        let label = format!(
            "<span>{}</span> <small>{}</small>",
            escape(&person.name()),
            escape(&written(&person.number))
        );
        let number = escape(&person.number);
        let _ = match errand {
            Some(Errand { app, action, data }) => write!(
                main,
                "<form method=\"post\" action=\"/person/{number}/{app}/{action}\">\
                 <input type=\"hidden\" name=\"data\" value=\"{}\"><button class=\"person\">{label}</button></form>",
                escape(data)
            ),
            None => write!(main, "<a class=\"button person\" href=\"/person/{number}\">{label}</a>"),
        };
    }
    main.push_str("</div>");
    page(NAME, "Whose phone is this?", &main, false, None)
}

/// The phone of a person for whom nothing is open: what could be taken up, app by app.
pub(crate) fn choice(person: &Swede, phones: &Phones) -> Reply {
    let number = escape(&person.number);
    let mut main = format!("<div class=\"phone\"><p class=\"quiet\">{}</p><h1>Apps</h1>", whose(person));
    for app in phones.apps().filter(|app| app.people().iter().any(|known| known.number == person.number)) {
        let _ = write!(main, "<h2>{}</h2>", app.name());
        let open: Vec<Order> = app.waiting().into_iter().filter(|order| order.person.is_none()).collect();
        if open.is_empty() {
            let _ = write!(main, "<p>No site is waiting for {} right now.</p>", app.name());
        }
        for order in open {
            let _ = write!(main, "<div class=\"card\"><p><strong>{}</strong></p>", escape(&order.site));
            let _ = write!(main, "<p class=\"quiet\">Waiting for {} seconds</p>", order.age_s);
            let (action, label) = order.way;
            main.push_str(&button(person, app.id(), action, &order.id, label, ""));
            main.push_str("</div>");
        }
    }
    let _ = write!(
        main,
        "<p class=\"quiet\">Start a login: this page looks again by itself.</p>\
         <details><summary>Type in what a QR code says</summary><form method=\"post\" action=\"/person/{number}/any/scan\">\
         <label for=\"data\">Text of the code</label><input id=\"data\" name=\"data\" autocomplete=\"off\" required>\
         <button class=\"second\">Scan it</button></form></details><p><a href=\"/\">Take another phone</a></p></div>"
    );
    page(NAME, "Phone", &main, false, Some(3))
}

/// What an app asks a person to approve.
pub(crate) fn approval(person: &Swede, app: &dyn PhoneApp, order: &Order) -> Reply {
    let mut main = format!(
        "<div class=\"phone\"><p class=\"quiet\">{} · {}</p><h1>{} asks you to {}</h1>",
        app.name(),
        whose(person),
        escape(&order.site),
        order.verb,
    );
    if let Some(text) = &order.text {
        let _ = write!(main, "<pre>{}</pre>", escape(text));
    }
    let how = if order.same_device { "Started from this device." } else { "Started on another device." };
    let _ = write!(main, "<p class=\"quiet\">{how}</p>");
    let verb = if order.verb == "sign" { "Sign" } else { "Identify" };
    let label = format!("{verb} with {}", app.name());
    main.push_str(&button(person, app.id(), "approve", &order.id, &label, ""));
    main.push_str(&button(person, app.id(), "decline", &order.id, "Cancel", " class=\"stop\""));
    main.push_str("</div>");
    page(NAME, &label, &main, false, None)
}

/// The end, with the way back to the browser where there is one.
pub(crate) fn done(number: &str, title: &str, text: &str, back: Option<&str>) -> Reply {
    let link = back.map_or_else(
        || "<p>Go on where you started.</p>".to_owned(),
        |url| format!("<a class=\"button\" id=\"return\" href=\"{}\">Back to the browser</a>", escape(url)),
    );
    let main = format!(
        "<div class=\"phone\"><h1>{title}</h1><p>{text}</p>{link}<p><a href=\"/person/{}\">This phone</a></p></div>",
        escape(number)
    );
    page(NAME, title, &main, false, None)
}

fn button(person: &Swede, app: &str, action: &str, order: &str, label: &str, class: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/person/{}/{app}/{action}\"><input type=\"hidden\" name=\"order\" value=\"{}\">\
         <button{class}>{label}</button></form>",
        escape(&person.number),
        escape(order),
    )
}

fn whose(person: &Swede) -> String {
    format!("{} · {}", escape(&person.name()), escape(&written(&person.number)))
}

/// A twelve-digit number as people write it.
fn written(number: &str) -> String {
    match (number.get(..8), number.get(8..)) {
        (Some(birth), Some(rest)) => format!("{birth}-{rest}"),
        _ => number.to_owned(),
    }
}
