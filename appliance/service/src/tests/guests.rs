//! A town whose BankID is a guest that we wrote ourselves: real components in the real sandbox, installed as on an
//! appliance, with no provider behind them.

#[expect(dead_code, reason = "the sandbox's own tests use the rest of it")]
#[path = "../../../sandbox/tests/sandbox/guest.rs"]
mod guest;

use std::collections::BTreeMap;

use kuvert_bundle::{Files, Registry, Version, pack};
use kuvert_domain::{directory::Audience, language::Language, level::Level};
use kuvert_sandbox::{BeginArgs, Binding, Client, Context, EndpointBinding};

pub(super) use guest::{Guest, Memory};

use super::town::Town;
use crate::calling::Calling;

/// A town with this version of its plugin active.
pub(super) async fn town(number: &str, guest: &Guest) -> Town {
    towns(number, guest, &["granby"]).await
}

/// The same, where its provider is at this address.
pub(super) async fn town_at(url: &str, number: &str, guest: &Guest) -> Town {
    active(Town::bound(vec![binding("granby", url)]).await, number, guest).await
}

/// An appliance whose municipalities of these names all have this version of the plugin active.
pub(super) async fn towns(number: &str, guest: &Guest, slugs: &[&str]) -> Town {
    let bindings = slugs.iter().map(|slug| binding(slug, "https://localhost:1"));
    active(Town::bound(bindings.collect()).await, number, guest).await
}

async fn active(town: Town, number: &str, guest: &Guest) -> Town {
    town.allow_unsigned_plugins();
    swap(&town, number, guest).await;
    town
}

/// Installs another version and activates it.
pub(super) async fn swap(town: &Town, number: &str, guest: &Guest) {
    let registry = registry(town);
    registry.install(&bundle(number, guest), "anna").unwrap();
    registry.activate("bankid", &version(number), "anna").unwrap();
    town.service.core().sandbox.refresh().await.unwrap();
}

pub(super) fn registry(town: &Town) -> &Registry {
    &town.service.core().registry
}

pub(super) fn version(number: &str) -> Version {
    Version::parse(number).unwrap()
}

/// Why a version is shut away, if it is.
pub(super) fn shut_away(town: &Town, number: &str) -> Option<String> {
    let table = registry(town).table().unwrap();
    table.plugin("bankid").unwrap().numbered(&version(number)).unwrap().quarantined.clone()
}

/// Calls of the method.
pub(super) fn calling(town: &Town) -> Calling<'_> {
    calling_in(town, "granby")
}

/// Calls of the method of one municipality.
pub(super) fn calling_in<'a>(town: &'a Town, slug: &str) -> Calling<'a> {
    Calling::new(town.service.core(), town.municipality(slug).id, method(slug))
}

fn method(slug: &str) -> String {
    format!("{slug}/bankid")
}

pub(super) fn context(login: &str) -> Context {
    Context { language: Language::Sv, correlation: login.to_owned() }
}

pub(super) fn args() -> BeginArgs {
    BeginArgs {
        transaction: "0123456789abcdef".to_owned(),
        audience: Audience::Resident,
        min_level: Level::Substantial,
        client: Client {
            ip: [203, 0, 113, 7].into(),
            user_agent: "Mozilla/5.0".to_owned(),
            device_id: "f00d".to_owned(),
            domain: "granby.localhost".to_owned(),
            same_device: false,
        },
        return_url: None,
    }
}

fn binding(slug: &str, url: &str) -> Binding {
    let provider =
        EndpointBinding { url: url.to_owned(), ca_pem: None, client_identity: None, private_network: false };
    Binding {
        id: method(slug),
        municipality: slug.to_owned(),
        plugin: "bankid".to_owned(),
        profile: "bankid".to_owned(),
        audience: Audience::Resident,
        endpoints: BTreeMap::from([("api".to_owned(), provider)]),
        settings: BTreeMap::new(),
        trusts: BTreeMap::new(),
        accept_relayed_logins: false,
        oidc: None,
        allow: None,
    }
}

/// The guest as a bundle that nobody signed.
fn bundle(number: &str, guest: &Guest) -> Vec<u8> {
    let manifest = format!(
        "id = \"bankid\"\nversion = \"{number}\"\nkind = \"identity\"\nvendor = \"Guests\"\nlicence = \"none\"\n\
         world = \"kuvert:identity/identity-provider@0.1.0\"\nmin-host = \"0.1.0\"\n\
         [permissions.\"http:api\"]\nen = \"to talk\"\n\
         [permissions.\"identity.assert:SE:high\"]\nen = \"to say who\"\n\
         [endpoints.api]\nhosts = [\"*\"]\nmethods = [\"POST\"]\npaths = [\"/rp/v6.0/*\"]\nauth = \"none\"\n"
    );
    let mut files = Files::from([
        ("manifest.toml".to_owned(), manifest.into_bytes()),
        ("plugin.wasm".to_owned(), guest.wasm()),
    ]);
    for tag in ["sv", "da", "en"] {
        files.insert(format!("locales/{tag}.ftl"), b"name = Guest\n".to_vec());
    }
    pack(&files).unwrap()
}
