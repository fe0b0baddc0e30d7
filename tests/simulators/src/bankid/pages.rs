//! The phone page: pick a person, take an order, approve or decline. Plain HTML, forms and links.
//!
//! `GET /` shows the persons; with `?scan=<text of a QR frame>` or `?autostarttoken=<token>` (the parameter of BankID's own
//! app links) the person picked takes that very order. It keeps nothing: whatever it knows is in the address or in the orders.

use std::fmt::Write;

use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::order::OrderRef;
use super::phone::{Phone, PhoneFault, Waiting};
use crate::http::{Call, Reply, first, redirect};
use crate::page::{escape, page, problem};
use crate::people::Swede;

const NAME: &str = "BankID simulator";

/// Answers one call to the phone page.
pub(crate) fn answer(phone: &Phone, call: &Call) -> Reply {
    let mut steps = call.path.trim_matches('/').split('/');
    let outcome = match (&call.method, steps.next(), steps.next(), steps.next(), steps.next()) {
        (&Method::GET, Some(""), None, ..) => Ok(people(phone, call)),
        (&Method::GET, Some("person"), Some(number), None, None) => screen(phone, number),
        (&Method::POST, Some("person"), Some(number), Some(action), None) => act(phone, number, action, call),
        _ => return problem(NAME, StatusCode::NOT_FOUND, "There is no such page."),
    };
    outcome.unwrap_or_else(|fault| problem(NAME, StatusCode::CONFLICT, &sentence(fault)))
}

fn people(phone: &Phone, call: &Call) -> Reply {
    let errand = [("scan", call.query("scan")), ("open", call.query("autostarttoken"))]
        .into_iter()
        .find_map(|(action, data)| data.map(|data| (action, data)));
    let mut main = String::from("<div class=\"phone\"><h1>Whose phone is this?</h1>");
    if errand.is_some() {
        main.push_str("<p>An order has come in. Choose who answers it.</p>");
    }
    for person in phone.people() {
        let label = format!(
            "<span>{}</span> <small>{}</small>",
            escape(&person.name()),
            escape(&written(&person.number))
        );
        let number = &person.number;
        let _ = match errand {
            Some((action, data)) => write!(
                main,
                "<form method=\"post\" action=\"/person/{number}/{action}\">\
                 <input type=\"hidden\" name=\"data\" value=\"{}\"><button class=\"person\">{label}</button></form>",
                escape(data)
            ),
            None => write!(main, "<a class=\"button person\" href=\"/person/{number}\">{label}</a>"),
        };
    }
    main.push_str("</div>");
    page(NAME, "Whose phone is this?", &main, false, None)
}

/// The phone of one person: the order it has, or those it could take.
fn screen(phone: &Phone, number: &str) -> Result<Reply, PhoneFault> {
    let person =
        phone.people().iter().find(|person| person.number == number).ok_or(PhoneFault::NoSuchPerson)?;
    let waiting = phone.waiting();
    if let Some(order) = waiting.iter().find(|order| order.person.as_deref() == Some(number)) {
        phone.show(&order.order)?;
        return Ok(approval(person, order));
    }
    let mut main = format!("<div class=\"phone\"><p class=\"quiet\">{}</p><h1>BankID</h1>", whose(person));
    let open: Vec<_> = waiting.iter().filter(|order| order.person.is_none()).collect();
    if open.is_empty() {
        main.push_str("<p>No site is waiting for a BankID right now. Start a login, this page looks again by itself.</p>");
    }
    for order in open {
        let _ = write!(main, "<div class=\"card\"><p><strong>{}</strong></p>", escape(&site(order)));
        let _ = write!(main, "<p class=\"quiet\">Waiting for {} seconds</p>", order.age_s);
        // A site that gave a way back has shown a link to the app, one that gave none a QR code.
        let (action, label) = match (order.kind.is_call(), &order.return_url) {
            (true, _) => ("call", "Open BankID as the caller asks"),
            (false, None) => ("scan", "Scan the QR code on its screen"),
            (false, Some(_)) => ("open", "Open BankID on that same device"),
        };
        main.push_str(&button(person, action, order.order.as_str(), label, ""));
        main.push_str("</div>");
    }
    let _ = write!(
        main,
        "<details><summary>Type in what a QR code says</summary><form method=\"post\" action=\"/person/{number}/scan\">\
         <label for=\"data\">Text of the code</label><input id=\"data\" name=\"data\" autocomplete=\"off\" required>\
         <button class=\"second\">Scan it</button></form></details><p><a href=\"/\">Take another phone</a></p></div>"
    );
    Ok(page(NAME, "Phone", &main, false, Some(3)))
}

fn approval(person: &Swede, order: &Waiting) -> Reply {
    let verb = if order.kind.is_signing() { "sign" } else { "identify yourself" };
    let mut main = format!(
        "<div class=\"phone\"><p class=\"quiet\">{}</p><h1>{} asks you to {verb}</h1>",
        whose(person),
        escape(&site(order))
    );
    if let Some(text) = &order.text {
        let _ = write!(main, "<pre>{}</pre>", escape(text));
    }
    let how = if order.same_device { "Started from this device." } else { "Started on another device." };
    let _ = write!(main, "<p class=\"quiet\">{how}</p>");
    let label = if order.kind.is_signing() { "Sign with BankID" } else { "Identify with BankID" };
    main.push_str(&button(person, "approve", order.order.as_str(), label, ""));
    main.push_str(&button(person, "decline", order.order.as_str(), "Cancel", " class=\"stop\""));
    main.push_str("</div>");
    page(NAME, label, &main, false, None)
}

fn act(phone: &Phone, number: &str, action: &str, call: &Call) -> Result<Reply, PhoneFault> {
    let form = call.form();
    let data = first(&form, "data").unwrap_or_default();
    let order = OrderRef(first(&form, "order").unwrap_or_default().to_owned());
    match action {
        "scan" if data.is_empty() => phone.scan_screen(number, &order)?,
        "scan" => phone.scan(number, data)?,
        "open" if data.is_empty() => phone.open_screen(number, &order)?,
        "open" => phone.open(number, data)?,
        "call" => phone.answer_call(number)?,
        "approve" => {
            let back = phone.approve(&order)?;
            return Ok(done(number, "Done", "You have identified yourself.", back.as_deref()));
        }
        "decline" => {
            phone.decline(&order)?;
            return Ok(done(number, "Cancelled", "Nothing was approved.", None));
        }
        _ => return Err(PhoneFault::NoSuchOrder),
    };
    Ok(redirect(&format!("/person/{}", utf8_percent_encode(number, NON_ALPHANUMERIC))))
}

fn done(number: &str, title: &str, text: &str, back: Option<&str>) -> Reply {
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

fn button(person: &Swede, action: &str, order: &str, label: &str, class: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/person/{}/{action}\"><input type=\"hidden\" name=\"order\" value=\"{}\">\
         <button{class}>{label}</button></form>",
        person.number,
        escape(order),
    )
}

fn site(order: &Waiting) -> String {
    let domain = order.web.as_ref().and_then(|web| web.referring_domain.clone());
    domain.unwrap_or_else(|| "A relying party".to_owned())
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

fn sentence(fault: PhoneFault) -> String {
    let text = fault.to_string();
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |initial| format!("{}{}.", initial.to_uppercase(), characters.as_str()))
}
