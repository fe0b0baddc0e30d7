//! The frame of every page: who runs the service, in which language, and who is logged in.
//!
//! It does not know which page stands in it; the template of the page says that.

use jiff::tz::TimeZone;
use kuvert_domain::language::Language;
use serde::{Serialize, Serializer};

use super::Moment;

/// What stands around every page.
///
/// Security: nothing here comes from the address that was asked for, so pages before login have the same bytes whatever
/// link led to them.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The language of this page.
    #[serde(serialize_with = "tag")]
    pub language: Language,
    /// The languages that can be chosen, this one included.
    #[serde(serialize_with = "tags")]
    pub languages: Vec<Language>,
    /// Whose service it is.
    pub municipality: Municipality,
    /// The time at which the page is drawn: "today" is reckoned from it.
    pub now: Moment,
    /// The municipality's time zone, in which every time is shown.
    #[serde(skip)]
    pub zone: TimeZone,
    /// Whether this is an appliance for tests, on which anybody's plugins may run: every page then says so.
    pub test_data: bool,
    /// Who is logged in, if anyone.
    pub signed_in: Option<SignedIn>,
}

/// The municipality as its visitors know it.
#[derive(Debug, Clone, Serialize)]
pub struct Municipality {
    /// Its full name, e.g. `Granby kommun`; never takes a genitive ending.
    pub name: String,
    /// `se` or `dk`.
    pub country: &'static str,
    /// The host name that the address bar must show, e.g. `meddelanden.granby.example` (with the port where it is not 443).
    pub host: String,
    /// Its own web site, an `https:` address.
    pub web_site: String,
    /// Where a visitor learns how to get an e-ID.
    pub get_eid_url: String,
    /// The contact centre's name, e.g. `Kontaktcenter`.
    pub contact_name: String,
    /// Its telephone number as written, e.g. `0980-319 20`.
    pub contact_phone: String,
    /// When it answers, e.g. `vardagar 8–16.30`.
    pub contact_hours: String,
}

/// A logged-in visitor.
#[derive(Debug, Clone, Serialize)]
pub struct SignedIn {
    /// Their name.
    pub name: String,
    /// Which side of the counter they are on; the header and the folders follow from it.
    pub role: Role,
    /// The token that every form carries.
    pub csrf: String,
    /// After how many seconds without a request the session ends.
    pub idle_seconds: u32,
    /// Unread messages (resident; 0 for staff).
    pub unread: u32,
    /// Drafts (resident; 0 for staff).
    pub drafts: u32,
}

/// The two sides of the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A resident (sv invånare, da borger).
    Resident,
    /// A member of staff (sv handläggare, da sagsbehandler).
    Staff,
}

/// Writes a language as its tag.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands every field over by reference")]
pub(super) fn tag<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(language.tag())
}

/// Writes languages as their tags.
pub(super) fn tags<S: Serializer>(languages: &[Language], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(languages.iter().map(|language| language.tag()))
}
