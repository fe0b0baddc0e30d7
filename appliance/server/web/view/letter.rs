//! What the notice says (P1).
//!
//! Security: there is no field for a subject, a text, a file name, a person, a unit or a number, so a template of a theme
//! cannot let one out.

use serde::Serialize;

use super::Day;

/// The notice that a message waits.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// The municipality's full name.
    pub municipality: String,
    /// The host name to type, e.g. `meddelanden.granby.example`.
    pub host: String,
    /// The whole link, `https://<host>/m/<reference>`.
    pub link: String,
    /// The code, e.g. `H4K9-TR2M`; none where no invitation is needed.
    pub code: Option<String>,
    /// The names of the ways to log in.
    pub methods: Vec<String>,
    /// Where a visitor learns how to get an e-ID.
    pub get_eid_url: String,
    /// The last day on which the message can be read.
    pub last_day: Day,
    /// How many days it can be read.
    pub days: u16,
    /// What to search for on the municipality's web site.
    pub search_term: String,
    /// The contact centre's name.
    pub contact_name: String,
    /// Its telephone number.
    pub contact_phone: String,
}
