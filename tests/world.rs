//! The world around an appliance, on loopback: BankID and Freja with a phone, an OpenID provider, a mail server, a folder with
//! a configuration that names them.
//!
//! It starts no appliance, so that a test may run one in this process or in another.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kuvert::boot::{Background, BootSettings, SystemEntropy};
use kuvert::config::{self, Config};
use kuvert_domain::clock::Clock;
use kuvert_service::sandbox::{AddressPolicy, NoTrial};
use kuvert_service::{ClockJumps, Engine};
use kuvert_simulators::bankid::{BankId, BankIdSettings};
use kuvert_simulators::ca::Authority;
use kuvert_simulators::clock::SimClock;
use kuvert_simulators::freja::{Freja, FrejaSettings, Holder};
use kuvert_simulators::openid::{Client, OpenId, OpenIdSettings};
use kuvert_simulators::people;
use kuvert_simulators::smtp::{Smtp, SmtpSettings};
use tempfile::TempDir;

/// The Swedish municipality's host.
pub(crate) const GRANBY: &str = "granby.localhost";
/// The Danish municipality's host.
pub(crate) const HAVNBY: &str = "havnby.localhost";

const CONFIGURATION: &str = "kuvert.toml";
/// Freja's certificates for signing.
const SIGNERS: &str = "freja-jws";

/// Everybody an appliance talks to.
pub(crate) struct World {
    pub(crate) bankid: BankId,
    pub(crate) freja: Freja,
    pub(crate) smtp: Smtp,
    pub(crate) openid: OpenId,
    authority: Authority,
    port: u16,
    folder: TempDir,
}

impl World {
    /// Starts everybody for an appliance that listens on this port.
    pub(crate) async fn start(clock: SimClock, port: u16) -> Self {
        let authority = Authority::new("Story CA").unwrap();
        let people = people::swedish();
        let bankid = BankIdSettings { port: 0, clock: clock.clone(), people };
        let holders = people::swedish().into_iter().map(Holder::plus).collect();
        let freja = FrejaSettings { port: 0, clock: clock.clone(), holders };
        let callback = |host: &str, method: &str| format!("https://{host}:{port}/login/callback/{method}");
        let out = |host: &str, path: &str| format!("https://{host}:{port}{path}");
        let desks = [GRANBY, HAVNBY].map(|host| out(host, "/staff/logged-out"));
        let openid = OpenIdSettings {
            port: 0,
            clock: clock.clone(),
            clients: vec![
                Client::staff(
                    "kuvert-staff",
                    "staff secret",
                    &[&callback(GRANBY, "staff"), &callback(HAVNBY, "staff")],
                )
                .logging_out_to(&desks.each_ref().map(String::as_str)),
                Client::mitid_broker("kuvert-mitid", "broker secret", &[&callback(HAVNBY, "mitid")])
                    .logging_out_to(&[&out(HAVNBY, "/logged-out")]),
            ],
            staff: people::staff(),
            danes: people::danish(),
        };
        let world = Self {
            bankid: BankId::start(bankid).await.unwrap(),
            freja: Freja::start(freja).await.unwrap(),
            smtp: Smtp::start(SmtpSettings { port: 0, page_port: 0, clock, tls: None }).await.unwrap(),
            openid: OpenId::start(openid).await.unwrap(),
            authority,
            port,
            folder: TempDir::new().unwrap(),
        };
        world.write_configuration();
        world
    }

    /// Where configuration, secrets and data lie.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Scheme, host and port, without a slash at the end.
    pub(crate) fn origin(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    /// What a browser must trust: who vouches for the appliance, and for the OpenID provider.
    pub(crate) fn certificates(&self) -> [String; 2] {
        [self.authority.pem(), self.openid.ca_pem()]
    }

    fn write_configuration(&self) {
        let client = self.bankid.client();
        let server = self.authority.server(&[GRANBY, HAVNBY]).unwrap();
        let text = [
            ("@PLUGINS@", plugins().display().to_string()),
            ("@BANKID@", self.bankid.url().replace("/rp/v6.0/", "")),
            ("@FREJA@", self.freja.origin()),
            ("@ISSUER@", self.openid.issuer().to_owned()),
            ("@SMTP_PORT@", self.smtp.address().port().to_string()),
        ]
        .iter()
        .fold(include_str!("world/towns.toml").to_owned(), |text, (mark, value)| text.replace(mark, value));
        for (name, content) in [
            (CONFIGURATION, text),
            ("root.key", config::new_root_key(&SystemEntropy)),
            ("server.pem", server.cert_pem),
            ("server.key", server.key_pem),
            ("bankid-ca.pem", self.bankid.ca_pem()),
            ("bankid.pem", client.cert_pem),
            ("bankid.key", client.key_pem),
            ("openid-ca.pem", self.openid.ca_pem()),
            ("staff.secret", "staff secret".to_owned()),
            ("mitid.secret", "broker secret".to_owned()),
        ] {
            write_private(&self.folder().join(name), &content);
        }
        self.write_freja();
    }

    fn write_freja(&self) {
        let client = self.freja.client();
        for (name, content) in [
            ("freja-ca.pem", self.freja.ca_pem()),
            ("freja.pem", client.cert_pem),
            ("freja.key", client.key_pem),
        ] {
            write_private(&self.folder().join(name), &content);
        }
        fs::create_dir(self.folder().join(SIGNERS)).unwrap();
        self.receive_signer("2026.pem");
    }

    /// Lays the certificate under which Freja signs now into the folder that the operator keeps.
    pub(crate) fn receive_signer(&self, name: &str) {
        write_private(&self.folder().join(SIGNERS).join(name), &self.freja.signer_pem());
    }
}

/// How an appliance with this configuration starts.
pub(crate) fn boot_settings(
    folder: &Path,
    clock: Arc<dyn Clock>,
    listener: TcpListener,
    engine: Engine,
) -> BootSettings {
    let text = fs::read_to_string(folder.join(CONFIGURATION)).unwrap();
    BootSettings {
        config: Config::parse(&text, folder).unwrap(),
        clock,
        entropy: Arc::new(SystemEntropy),
        addresses: AddressPolicy::PublicAndLoopback,
        trial: Arc::new(NoTrial),
        clock_jumps: ClockJumps::Follow,
        listener: Some(listener),
        engine,
        background: Background::OnRequest,
    }
}

/// Where `cargo xtask plugins` put the built plugins: in the build folder that this program lies in.
pub(crate) fn plugins() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let built = program.ancestors().map(|folder| folder.join("plugins")).find(|folder| folder.is_dir());
    built.expect("plugins are built: run `cargo xtask plugins` once")
}

fn write_private(path: &Path, content: &str) {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).unwrap();
    file.write_all(content.as_bytes()).unwrap();
}
