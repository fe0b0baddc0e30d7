//! The configuration as it is meant: every value parsed, every contradiction refused.
//!
//! Reads certificate and credential files, so that a wrong path is found here and not at the first login. It opens
//! no socket and contacts nobody.

use std::{net::SocketAddr, num::NonZeroUsize, str::FromStr, time::Duration};

use cron::Schedule;
use kuvert_domain::secret::Secret;

use super::{Config, ConfigError, Source, municipality, secrets, secrets::RootKeySource, written};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line each.
    Text,
    /// One JSON object each, for a log collector.
    Json,
}

/// The listener's certificate.
#[derive(Debug, Clone)]
pub enum TlsSection {
    /// Made at start for every configured host. For the demo and for trying things out.
    SelfSigned,
    /// From files, in PEM.
    Files {
        /// Certificate chain, the leaf first.
        certificate_pem: String,
        /// Private key (PKCS#8, PKCS#1 or SEC1).
        key_pem: Secret<String>,
    },
}

/// The relay that takes notices.
#[derive(Debug, Clone)]
pub struct SmtpSection {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// A root to trust besides the system's, in PEM.
    pub ca_pem: Option<String>,
    /// User name and password, when the relay wants them.
    pub credentials: Option<(String, Secret<String>)>,
    /// Longest wait for any one answer of the relay.
    pub timeout: Duration,
    /// Most notices handed over at once.
    pub parallel: NonZeroUsize,
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// TLS from the first byte (port 465).
    Wrapped,
    /// STARTTLS, refused when the relay does not offer it (port 587).
    StartTls,
    /// None. Only for a relay on this very machine.
    None,
}

/// When background work runs: cron expressions with seconds first, in UTC.
#[derive(Debug, Clone)]
pub struct Schedules {
    /// Hand queued notices to the relay. A new notice also wakes this at once.
    pub notices: Schedule,
    /// Remove what has reached its last day.
    pub purge: Schedule,
    /// Remove files that nothing references.
    pub sweep: Schedule,
    /// End sessions and logins that have run out.
    pub sessions: Schedule,
    /// Look which certificates end soon.
    pub certificates: Schedule,
}

pub(super) fn check(written: written::Written, source: &Source<'_>) -> Result<Config, ConfigError> {
    let server = written.server;
    let listen = server
        .listen
        .parse::<SocketAddr>()
        .map_err(|_| source.fault("server.listen", "is not an address and port, such as \"[::]:443\""))?;
    let metrics_listen = server.metrics_listen.map(|text| on_this_machine(&text, source)).transpose()?;
    if server.connections == 0 {
        return Err(source.fault("server.connections", "must be at least 1"));
    }
    let log = match server.log.as_str() {
        "text" => LogFormat::Text,
        "json" => LogFormat::Json,
        other => return Err(source.fault("server.log", format_args!("{other:?} is neither text nor json"))),
    };
    Ok(Config {
        listen,
        public_port: server.public_port,
        metrics_listen,
        data_dir: source.path(&server.data_dir),
        plugins_dir: source.path(&server.plugins_dir),
        plugin_keys_file: source.path(&server.plugin_keys_file),
        profiles_dir: source.path("profiles"),
        cache_dir: source.path(&server.cache_dir),
        themes_dir: server.themes_dir.map(|folder| source.path(&folder)),
        root_key: RootKeySource::new(server.root_key_file, source),
        connections: server.connections,
        log,
        log_filter: server.log_filter,
        tls: tls(written.tls, source)?,
        smtp: smtp(written.smtp, source)?,
        schedules: schedules(&written.tasks, source)?,
        municipalities: municipality::check_all(written.municipality, source)?,
    })
}

fn tls(written: written::Tls, source: &Source<'_>) -> Result<TlsSection, ConfigError> {
    match (written.certificate_file, written.key_file) {
        (None, None) => Ok(TlsSection::SelfSigned),
        (Some(certificate), Some(key)) => Ok(TlsSection::Files {
            certificate_pem: secrets::read_text(&certificate, "tls.certificate_file", source)?
                .expose()
                .clone(),
            key_pem: secrets::read_text(&key, "tls.key_file", source)?,
        }),
        (Some(_), None) => Err(source.fault("tls.key_file", "is missing beside tls.certificate_file")),
        (None, Some(_)) => Err(source.fault("tls.certificate_file", "is missing beside tls.key_file")),
    }
}

fn smtp(written: written::Smtp, source: &Source<'_>) -> Result<SmtpSection, ConfigError> {
    let tls = match written.tls.as_str() {
        "wrapped" => SmtpTls::Wrapped,
        "starttls" => SmtpTls::StartTls,
        "none" if is_loopback(&written.host) => SmtpTls::None,
        "none" => return Err(source.fault("smtp.tls", "may be none only for a relay on this machine")),
        other => {
            let why = format_args!("{other:?} is none of wrapped, starttls, none").to_string();
            return Err(source.fault("smtp.tls", why));
        }
    };
    let credentials = match (written.username, written.password_file) {
        (None, None) => None,
        (Some(_), _) if tls == SmtpTls::None => {
            return Err(source.fault("smtp.username", "a password needs tls = wrapped or starttls"));
        }
        (Some(user), Some(file)) => Some((user, secrets::read_line(&file, "smtp.password_file", source)?)),
        (Some(_), None) => return Err(source.fault("smtp.password_file", "is missing beside smtp.username")),
        (None, Some(_)) => return Err(source.fault("smtp.username", "is missing beside smtp.password_file")),
    };
    let ca_pem = match written.ca_file {
        Some(file) => Some(secrets::read_text(&file, "smtp.ca_file", source)?.expose().clone()),
        None => None,
    };
    Ok(SmtpSection {
        host: written.host,
        port: written.port,
        tls,
        ca_pem,
        credentials,
        timeout: Duration::from_secs(written.timeout_seconds.clamp(1, 600)),
        parallel: NonZeroUsize::new(written.parallel)
            .ok_or_else(|| source.fault("smtp.parallel", "must be at least 1"))?,
    })
}

fn schedules(written: &written::Tasks, source: &Source<'_>) -> Result<Schedules, ConfigError> {
    let parse = |key: &str, text: &str| {
        Schedule::from_str(text).map_err(|error| {
            source.fault(key, format_args!("{text:?} is not a cron expression with seconds first: {error}"))
        })
    };
    Ok(Schedules {
        notices: parse("tasks.notices", &written.notices)?,
        purge: parse("tasks.purge", &written.purge)?,
        sweep: parse("tasks.sweep", &written.sweep)?,
        sessions: parse("tasks.sessions", &written.sessions)?,
        certificates: parse("tasks.certificates", &written.certificates)?,
    })
}

/// Figures are for this machine's own collector: nobody asks who reads them.
fn on_this_machine(text: &str, source: &Source<'_>) -> Result<SocketAddr, ConfigError> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        _ => Err(source.fault(
            "server.metrics_listen",
            "is not an address and port of this machine itself, such as \"127.0.0.1:9464\"",
        )),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
