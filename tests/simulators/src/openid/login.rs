//! The authorization request, and the page on which a test person is picked.
//!
//! A request with an unknown client or address gets a page, never a redirect; every other fault goes back to the
//! client. It does not issue codes.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::client::{Client, Profile};
use crate::http::{Reply, first};
use crate::page::{escape, page};
use crate::people::{Dane, Employee};

/// The page's own name for the provider.
pub(crate) const NAME: &str = "OpenID simulator";

/// Somebody who signed in.
#[derive(Clone)]
pub(crate) enum Account {
    Employee(Employee),
    Dane(Dane),
}

/// A checked authorization request.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) client: Client,
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) scope: String,
    pub(crate) challenge: String,
    pub(crate) post: bool,
    pub(crate) fresh: bool,
    pub(crate) silent: bool,
    pub(crate) max_age: Option<u64>,
}

/// Why a request is refused.
pub(crate) enum Refusal {
    /// To be shown to the person, because there is nowhere safe to send the browser.
    Page(&'static str),
    /// To be sent back to the client.
    Back {
        redirect_uri: String,
        state: Option<String>,
        post: bool,
        error: &'static str,
        description: &'static str,
    },
}

/// Reads an authorization request.
pub(crate) fn asked(
    clients: &BTreeMap<String, Client>,
    query: &[(String, String)],
) -> Result<Asked, Refusal> {
    let (client, redirect_uri) = asking(clients, query).map_err(Refusal::Page)?;
    let get = |name| first(query, name);
    let post = get("response_mode") == Some("form_post");
    let back = |error, description| Refusal::Back {
        redirect_uri: redirect_uri.clone(),
        state: get("state").map(ToOwned::to_owned),
        post,
        error,
        description,
    };
    let required = |name, description| {
        get(name).filter(|v| !v.is_empty()).ok_or_else(|| back("invalid_request", description))
    };
    if get("response_type") != Some("code") {
        return Err(back("unsupported_response_type", "only response_type=code"));
    }
    if !matches!(get("response_mode"), None | Some("query" | "form_post")) {
        return Err(back("invalid_request", "response_mode must be query or form_post"));
    }
    let scope = required("scope", "scope is required")?;
    if !scope.split(' ').any(|scope| scope == "openid") {
        return Err(back("invalid_scope", "scope must hold openid"));
    }
    let state = required("state", "state is required here")?;
    let nonce = required("nonce", "nonce is required here")?;
    let challenge = required("code_challenge", "PKCE is required")?;
    if get("code_challenge_method") != Some("S256") || challenge.len() != 43 {
        return Err(back("invalid_request", "code_challenge_method must be S256"));
    }
    let prompts: Vec<_> = get("prompt").unwrap_or_default().split(' ').collect();
    let max_age = match get("max_age").map(str::parse) {
        None => None,
        Some(Ok(seconds)) => Some(seconds),
        Some(Err(_)) => return Err(back("invalid_request", "max_age must be a number of seconds")),
    };
    Ok(Asked {
        client,
        state: state.to_owned(),
        nonce: nonce.to_owned(),
        scope: scope.to_owned(),
        challenge: challenge.to_owned(),
        fresh: prompts.contains(&"login"),
        silent: prompts.contains(&"none"),
        redirect_uri,
        post,
        max_age,
    })
}

/// Which client asks, and where its answer goes; until both are sure, nothing may be sent anywhere.
fn asking(
    clients: &BTreeMap<String, Client>,
    query: &[(String, String)],
) -> Result<(Client, String), &'static str> {
    let mut names: Vec<_> = query.iter().map(|(name, _)| name).collect();
    names.sort();
    if names.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err("A parameter was given twice.");
    }
    let client = first(query, "client_id").and_then(|id| clients.get(id)).ok_or("No such client.")?;
    let redirect_uri = first(query, "redirect_uri").unwrap_or_default();
    if !client.redirect_uris.iter().any(|own| own == redirect_uri) {
        return Err("The client has not registered that redirect_uri.");
    }
    Ok((client.clone(), redirect_uri.to_owned()))
}

/// The page with one button per person who can sign in to that client.
pub(crate) fn choose(client: &Client, login: &str, accounts: &[Account]) -> Reply {
    let (title, lead) = match client.profile {
        Profile::Staff => ("Sign in to your work account", "Choose who you are at work."),
        Profile::MitIdBroker => ("Log in with MitID", "Choose who approves in the MitID app."),
    };
    let mut main = format!(
        "<div class=\"phone\"><h1>{title}</h1><p>{lead}</p><form method=\"post\" action=\"/login\">\
         <input type=\"hidden\" name=\"login\" value=\"{}\">",
        escape(login)
    );
    for account in accounts {
        let (name, detail) = account.label();
        let _ = write!(
            main,
            "<button class=\"person\" name=\"person\" value=\"{}\"><span>{}</span> <small>{}</small></button>",
            escape(account.key()),
            escape(name),
            escape(&detail),
        );
    }
    main.push_str("<button class=\"stop\" name=\"person\" value=\"abort\">Cancel</button></form></div>");
    page(NAME, title, &main, false, None)
}

impl Account {
    /// The name of the account on its button.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Employee(employee) => &employee.account,
            Self::Dane(dane) => &dane.account,
        }
    }

    fn label(&self) -> (&str, String) {
        match self {
            Self::Employee(employee) => (&employee.name, employee.groups.join(", ")),
            Self::Dane(dane) => (&dane.name, dane.number.clone().unwrap_or_else(|| "no CPR number".into())),
        }
    }
}
