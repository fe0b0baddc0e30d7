//! The configuration as it was written: names and shapes, nothing believed yet.
//!
//! Unknown keys are refused here, so a misspelt key is an error and not a silence. No value is interpreted: that is
//! the work of `meaning`.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) server: Server,
    #[serde(default)]
    pub(super) tls: Tls,
    pub(super) smtp: Smtp,
    pub(super) tasks: Tasks,
    #[serde(default)]
    pub(super) municipality: Vec<Municipality>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Server {
    pub(super) listen: String,
    pub(super) public_port: Option<u16>,
    pub(super) metrics_listen: Option<String>,
    pub(super) data_dir: String,
    pub(super) plugins_dir: String,
    pub(super) plugin_keys_file: String,
    pub(super) cache_dir: String,
    pub(super) themes_dir: Option<String>,
    pub(super) root_key_file: String,
    pub(super) connections: usize,
    pub(super) log: String,
    pub(super) log_filter: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tls {
    pub(super) certificate_file: Option<String>,
    pub(super) key_file: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Smtp {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: String,
    pub(super) ca_file: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password_file: Option<String>,
    pub(super) timeout_seconds: u64,
    pub(super) parallel: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tasks {
    pub(super) notices: String,
    pub(super) purge: String,
    pub(super) sweep: String,
    pub(super) sessions: String,
    pub(super) certificates: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Municipality {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) country: String,
    pub(super) hosts: Vec<String>,
    pub(super) time_zone: Option<String>,
    pub(super) languages: Vec<String>,
    #[serde(default = "default_theme")]
    pub(super) theme: String,
    pub(super) notice_from: String,
    pub(super) web_site: String,
    pub(super) search_term: String,
    pub(super) get_eid_url: String,
    #[serde(default = "default_retention")]
    pub(super) retention_days: u16,
    #[serde(default)]
    pub(super) test_numbers: bool,
    pub(super) contact_centre: ContactCentre,
    #[serde(default)]
    pub(super) authority: Vec<Authority>,
    #[serde(default)]
    pub(super) method: Vec<Method>,
    #[serde(default)]
    pub(super) roles: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactCentre {
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) hours: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Authority {
    pub(super) slug: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) mailbox: Vec<Mailbox>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mailbox {
    pub(super) slug: String,
    pub(super) name: String,
    #[serde(default = "default_registration")]
    pub(super) registration: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Method {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) plugin: String,
    pub(super) profile: String,
    pub(super) audience: String,
    #[serde(default = "default_level")]
    pub(super) level: String,
    pub(super) allow: Option<Vec<String>>,
    #[serde(default)]
    pub(super) endpoints: BTreeMap<String, Endpoint>,
    #[serde(default)]
    pub(super) settings: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) trusts: BTreeMap<String, String>,
    pub(super) oidc: Option<Oidc>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) ca_file: Option<String>,
    pub(super) certificate_file: Option<String>,
    pub(super) key_file: Option<String>,
    #[serde(default)]
    pub(super) private_network: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Oidc {
    pub(super) issuer: String,
    pub(super) ca_file: Option<String>,
    #[serde(default)]
    pub(super) private_network: bool,
    pub(super) client_id: String,
    pub(super) client_secret_file: Option<String>,
    pub(super) client_key_file: Option<String>,
    pub(super) client_key_id: Option<String>,
    pub(super) second_factor: Option<String>,
    #[serde(default)]
    pub(super) second_factor_values: Vec<String>,
    pub(super) pushed_requests: Option<String>,
}

fn default_theme() -> String {
    "default".to_owned()
}

fn default_retention() -> u16 {
    30
}

fn default_registration() -> String {
    "undecided".to_owned()
}

fn default_level() -> String {
    "substantial".to_owned()
}
