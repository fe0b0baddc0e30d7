//! The phone page: pick a person, take what waits, approve or decline, in BankID or in Freja. Plain HTML, forms, links.
//!
//! `GET /` shows the persons; with `?scan=<text of a QR code>` or `?open=<link to an app>` the person picked takes that
//! very one, in the app that the text belongs to (`?autostarttoken=<token>` is the parameter of BankID's own links). It
//! keeps nothing: whatever it knows is in the address or in the apps.

mod apps;
mod screens;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use self::apps::PhoneApp;
use crate::http::{Call, Listening, Reply, first, redirect};
use crate::page::problem;
use crate::people::Swede;
use crate::{bankid, freja};

const NAME: &str = "Phone simulator";

/// The running page.
pub struct PhonePage(Listening);

/// The apps on every phone.
pub(crate) struct Phones(Vec<Box<dyn PhoneApp>>);

impl PhonePage {
    /// Opens the port (0 = any) for phones with BankID and, where there is one, Freja.
    pub async fn start(port: u16, bankid: bankid::Phone, freja: Option<freja::App>) -> io::Result<Self> {
        let mut apps: Vec<Box<dyn PhoneApp>> = vec![Box::new(bankid)];
        if let Some(freja) = freja {
            apps.push(Box::new(freja));
        }
        let phones = Arc::new(Phones(apps));
        let listening = Listening::start(port, None, move |call| {
            let answer = answer(&phones, &call);
            async move { answer }
        });
        Ok(Self(listening.await?))
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.0.port())
    }

    /// Closes the port and every connection.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}

impl Phones {
    pub(crate) fn apps(&self) -> impl Iterator<Item = &dyn PhoneApp> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Everybody with any of the apps.
    pub(crate) fn people(&self) -> Vec<Swede> {
        let mut people: Vec<Swede> = Vec::new();
        for person in self.apps().flat_map(PhoneApp::people) {
            if !people.iter().any(|known| known.number == person.number) {
                people.push(person);
            }
        }
        people
    }

    fn person(&self, number: &str) -> Result<Swede, String> {
        let person = self.people().into_iter().find(|person| person.number == number);
        person.ok_or_else(|| "nobody has that number".to_owned())
    }

    fn named(&self, id: &str) -> Result<&dyn PhoneApp, String> {
        self.apps().find(|app| app.id() == id).ok_or_else(|| "there is no such app on this phone".to_owned())
    }
}

fn answer(phones: &Phones, call: &Call) -> Reply {
    let steps: Vec<&str> = call.path.trim_matches('/').split('/').collect();
    let outcome = match (&call.method, steps.as_slice()) {
        (&Method::GET, [""]) => people(phones, call),
        (&Method::GET, ["person", number]) => screen(phones, number),
        (&Method::POST, ["person", number, app, action]) => act(phones, number, app, action, call),
        _ => return problem(NAME, StatusCode::NOT_FOUND, "There is no such page."),
    };
    outcome.unwrap_or_else(|fault| problem(NAME, StatusCode::CONFLICT, &sentence(&fault)))
}

fn people(phones: &Phones, call: &Call) -> Result<Reply, String> {
    let errand = [("scan", "scan"), ("open", "open"), ("autostarttoken", "open")]
        .into_iter()
        .find_map(|(parameter, action)| call.query(parameter).map(|data| (action, data)));
    let Some((action, data)) = errand else { return Ok(screens::people(&phones.people(), None)) };
    let app = phones.apps().find(|app| app.knows(data)).ok_or("no app on this phone knows that code")?;
    let people = app.people();
    Ok(screens::people(&people, Some(&screens::Errand { app: app.id(), action, data })))
}

/// The phone of one person: what an app shows for approval, or what could be taken.
fn screen(phones: &Phones, number: &str) -> Result<Reply, String> {
    let person = phones.person(number)?;
    for app in phones.apps() {
        if let Some(order) = app.waiting().into_iter().find(|order| order.person.as_deref() == Some(number)) {
            app.show(&order.id)?;
            return Ok(screens::approval(&person, app, &order));
        }
    }
    Ok(screens::choice(&person, phones))
}

fn act(phones: &Phones, number: &str, app: &str, action: &str, call: &Call) -> Result<Reply, String> {
    let app = match app {
        // Typed in by hand: the text says whose it is.
        "any" => {
            let form = call.form();
            let data = first(&form, "data").unwrap_or_default().to_owned();
            phones.apps().find(|app| app.knows(&data)).ok_or("no app on this phone knows that code")?
        }
        id => phones.named(id)?,
    };
    let form = call.form();
    let data = first(&form, "data").unwrap_or_default();
    let order = first(&form, "order").unwrap_or_default();
    match action {
        "scan" | "open" | "call" if data.is_empty() => app.take_screen(number, action, order)?,
        "scan" | "open" => app.take(number, action, data)?,
        "approve" => {
            let back = app.approve(order)?;
            return Ok(screens::done(number, "Done", "You have identified yourself.", back.as_deref()));
        }
        "decline" => {
            app.decline(order)?;
            return Ok(screens::done(number, "Cancelled", "Nothing was approved.", None));
        }
        _ => return Err("there is no such button".to_owned()),
    }
    Ok(redirect(&format!("/person/{}", utf8_percent_encode(number, NON_ALPHANUMERIC))))
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |initial| format!("{}{}.", initial.to_uppercase(), characters.as_str()))
}
