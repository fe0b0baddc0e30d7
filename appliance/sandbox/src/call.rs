//! What a caller hands in with a call.
//!
//! Plain data in the words of the domain; the translation into the plugin's words is in `contract`.

use std::net::IpAddr;

use kuvert_domain::{directory::Audience, language::Language, level::Level};

/// On whose behalf a call is made.
#[derive(Debug, Clone)]
pub struct Context {
    /// The language of the person who waits.
    pub language: Language,
    /// Joins the lines of one login in the log; an id, nothing about a person.
    pub correlation: String,
}

/// How a login begins.
#[derive(Debug, Clone)]
pub struct BeginArgs {
    /// The host's own name for this login; unguessable.
    pub transaction: String,
    /// Who wants in.
    pub audience: Audience,
    /// The lowest level that is let in.
    pub min_level: Level,
    /// The browser.
    pub client: Client,
    /// Where an app must send the person back to; the host's nonce is its last parameter. At most 512 characters.
    pub return_url: Option<String>,
}

/// The browser as the appliance sees it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its address, as the e-ID provider shall see it.
    pub ip: IpAddr,
    /// The `User-Agent` header; cut to 256 bytes here.
    pub user_agent: String,
    /// Stable for this browser for a while, but not the session; at most 64 characters.
    pub device_id: String,
    /// The host name that the person sees.
    pub domain: String,
    /// The person wants to use an app on this very device.
    pub same_device: bool,
}

/// What happened since the last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Some time has passed.
    Poll,
    /// The provider sent the browser back with these parameters.
    Callback(Vec<(String, String)>),
    /// The app sent the person back, and the host saw its own nonce in the right browser.
    Returned,
    /// Begin anew on the same page, as when an order has run out.
    Restart,
}
