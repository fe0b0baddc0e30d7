//! Everything that the demo runs: the appliance and the parties around it, wired by one configuration.
//!
//! The portal's port is taken first, because the OpenID clients name it; the appliance starts last, because it asks its
//! providers.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use kuvert::boot::{self, Background, BootSettings, Running, SystemEntropy};
use kuvert_service::sandbox::{AddressPolicy, ChildTrial};
use kuvert_service::{ClockJumps, Engine};
use kuvert_simulators::bankid::{BankId, BankIdSettings};
use kuvert_simulators::ca::Authority;
use kuvert_simulators::clock_page::ClockPage;
use kuvert_simulators::freja::{Freja, FrejaSettings, Holder};
use kuvert_simulators::openid::{Client, OpenId, OpenIdSettings};
use kuvert_simulators::people;
use kuvert_simulators::phone_page::PhonePage;
use kuvert_simulators::smtp::{Smtp, SmtpSettings};

use crate::arguments::Arguments;
use crate::clock::DemoClock;
use crate::folder::Folder;

/// The Swedish municipality.
pub(crate) const GRANBY: &str = "granby";
/// The Danish municipality.
pub(crate) const HAVNBY: &str = "havnby";

/// The word by which the demo starts itself to try a plugin out.
pub(crate) const COMPILE_TRIAL: &str = "compile-trial";

const STAFF_SECRET: &str = "demo staff";
const MITID_SECRET: &str = "demo residents";

/// The running demo.
pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) bankid: BankId,
    pub(crate) freja: Freja,
    pub(crate) phones: PhonePage,
    pub(crate) openid: OpenId,
    pub(crate) smtp: Smtp,
    pub(crate) clock_page: ClockPage,
    pub(crate) folder: Folder,
    /// Whether staff sign in elsewhere than at the simulator.
    pub(crate) foreign_staff: bool,
}

impl World {
    pub(crate) async fn start(arguments: &Arguments) -> anyhow::Result<Self> {
        let folder = Folder::open(arguments.data.as_deref())?;
        let clock = DemoClock::open(&folder.file("clock"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port))
            .with_context(|| format!("port {} is taken", arguments.port))?;
        let port = listener.local_addr()?.port();
        let sim = clock.sim();
        let people = people::swedish();
        let bankid = BankId::start(BankIdSettings { port: 0, clock: sim.clone(), people }).await?;
        let holders = people::swedish().into_iter().map(Holder::plus).collect();
        let freja = Freja::start(FrejaSettings { port: 0, clock: sim.clone(), holders }).await?;
        let phones = PhonePage::start(0, bankid.phone(), Some(freja.app())).await?;
        let smtp = Smtp::start(SmtpSettings { port: 0, page_port: 0, clock: sim.clone(), tls: None }).await?;
        let openid = OpenId::start(openid_settings(&clock, port)).await?;
        let config = {
            secrets(&folder, arguments, &bankid, &openid)?;
            freja_secrets(&folder, &freja)?;
            let staff = arguments.staff_issuer.clone().unwrap_or_else(|| openid.issuer().to_owned());
            let marks = [
                ("@PLUGINS@", plugins(arguments)?.display().to_string()),
                ("@THEMES@", themes().display().to_string()),
                ("@SMTP_PORT@", smtp.address().port().to_string()),
                ("@BANKID@", bankid.origin()),
                ("@FREJA@", freja.origin()),
                ("@MITID_ISSUER@", openid.issuer().to_owned()),
                ("@STAFF_ISSUER@", staff),
            ];
            folder.configure(&marks, &more_municipalities(arguments)?)?
        };
        let running = boot::start(BootSettings {
            config,
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SystemEntropy),
            addresses: AddressPolicy::PublicAndLoopback,
            trial: Arc::new(ChildTrial::new("/proc/self/exe", &[COMPILE_TRIAL])),
            clock_jumps: ClockJumps::Follow,
            listener: Some(listener),
            engine: Engine::File,
            background: Background::Scheduled,
        })
        .await?;
        let tasks = running.tasks().clone();
        let clock_page = ClockPage::start(0, sim, move |by| {
            let (clock, tasks) = (clock.clone(), tasks.clone());
            async move {
                clock.advance(by);
                if let Err(error) = tasks.run_once().await {
                    tracing::error!(%error, "a job failed after the clock was moved");
                }
            }
        })
        .await?;
        let foreign_staff = arguments.staff_issuer.is_some();
        Ok(Self { running, bankid, freja, phones, openid, smtp, clock_page, folder, foreign_staff })
    }

    /// Lets the appliance finish what it is doing, then ends the parties around it.
    pub(crate) async fn stop(self) {
        self.running.stop().await;
        self.phones.stop().await;
        self.bankid.stop().await;
        self.freja.stop().await;
        self.openid.stop().await;
        self.smtp.stop().await;
    }
}

fn openid_settings(clock: &DemoClock, port: u16) -> OpenIdSettings {
    let back = |town: &str, method: &str| format!("https://{town}.localhost:{port}/login/callback/{method}");
    let staff = [back(GRANBY, "staff"), back(HAVNBY, "staff")];
    let out = |town: &str, path: &str| format!("https://{town}.localhost:{port}{path}");
    let desks = [GRANBY, HAVNBY].map(|town| out(town, "/staff/logged-out"));
    OpenIdSettings {
        port: 0,
        clock: clock.sim(),
        clients: vec![
            Client::staff("kuvert-staff", STAFF_SECRET, &staff.each_ref().map(String::as_str))
                .logging_out_to(&desks.each_ref().map(String::as_str)),
            Client::mitid_broker("kuvert-mitid", MITID_SECRET, &[&back(HAVNBY, "mitid")])
                .logging_out_to(&[&out(HAVNBY, "/logged-out")]),
        ],
        staff: people::staff(),
        danes: people::danish(),
    }
}

/// Writes every key and certificate that the configuration names.
fn secrets(folder: &Folder, arguments: &Arguments, bankid: &BankId, openid: &OpenId) -> anyhow::Result<()> {
    let portal = Authority::new("Kuvert demo CA")?;
    // The star is for municipalities that were named on the command line.
    let names = [GRANBY, HAVNBY, "*"].map(|town| format!("{town}.localhost"));
    let server = portal.server(&names.each_ref().map(String::as_str))?;
    let client = bankid.client();
    let staff_ca = match &arguments.staff_ca {
        Some(file) => fs::read_to_string(file).with_context(|| format!("{}", file.display()))?,
        None => openid.ca_pem(),
    };
    folder.keep_root_key("root.key")?;
    for (name, content) in [
        ("portal-ca.pem", portal.pem()),
        ("portal.pem", server.cert_pem),
        ("portal.key", server.key_pem),
        ("bankid-ca.pem", bankid.ca_pem()),
        ("bankid.pem", client.cert_pem),
        ("bankid.key", client.key_pem),
        ("mitid-ca.pem", openid.ca_pem()),
        ("mitid.secret", MITID_SECRET.to_owned()),
        ("staff-ca.pem", staff_ca),
        ("staff.secret", arguments.staff_secret.clone().unwrap_or_else(|| STAFF_SECRET.to_owned())),
    ] {
        folder.write(name, &content)?;
    }
    Ok(())
}

/// The same for Freja: what it trusts, who we are to it, and the certificate under which it signs.
fn freja_secrets(folder: &Folder, freja: &Freja) -> anyhow::Result<()> {
    let client = freja.client();
    for (name, content) in [
        ("freja-ca.pem", freja.ca_pem()),
        ("freja.pem", client.cert_pem),
        ("freja.key", client.key_pem),
        ("freja-jws.pem", freja.signer_pem()),
    ] {
        folder.write(name, &content)?;
    }
    Ok(())
}

/// The blocks of municipalities that were named on the command line; else nothing.
fn more_municipalities(arguments: &Arguments) -> anyhow::Result<String> {
    let Some(file) = &arguments.municipalities else { return Ok(String::new()) };
    fs::read_to_string(file).with_context(|| format!("{}", file.display()))
}

/// The built plugins: as told, or in the build folder that this program lies in.
fn plugins(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &arguments.plugins {
        return folder.canonicalize().with_context(|| format!("{}", folder.display()));
    }
    let program = std::env::current_exe()?;
    let built =
        program.ancestors().skip(1).map(|folder| folder.join("plugins")).find(|folder| folder.is_dir());
    built.context("the plugins are not built: run `cargo xtask demo`, or name their folder with --plugins")
}

/// The example themes, where this program was built.
fn themes() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../themes")
}
