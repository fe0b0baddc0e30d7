//! `kuvert plugin …`: what is installed, what a new version changes, and the steps from one to the other.
//!
//! Works while the appliance runs and while it does not: both keep to one table on disk, and a running appliance takes a
//! change up within a second. Typed by root, each goes on as the user of the data folder. What is printed is put
//! together in [`words`]; nothing here knows a person.

mod desk;
#[cfg(test)]
mod tests;
mod words;

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use kuvert_service::bundle::Version;

use self::desk::Desk;
use super::{Place, owner, plain::Plain, probe};
use crate::config::Config;

/// What stands for standard input where a file is named.
const STANDARD_INPUT: &str = "-";

/// What to do with plugins.
#[derive(Debug, Subcommand)]
pub(super) enum PluginCommand {
    /// What is installed, what people sign in with, and what is newer.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Everything about a plugin: what it may do, who signed it, what was done with it.
    Show {
        /// The plugin's id, for example `bankid`.
        plugin: String,
        #[command(flatten)]
        place: Place,
    },
    /// Take a bundle in: check who signed it, say what it asks for, try it out. Nobody signs in with it yet.
    Install {
        /// The bundle, a `.kplug` file; `-` for standard input.
        file: PathBuf,
        /// Let people sign in with it at once.
        #[arg(long)]
        activate: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Let new logins begin with an installed version. Logins in progress finish with theirs.
    Activate {
        /// The plugin's id.
        plugin: String,
        /// The version.
        version: Version,
        #[command(flatten)]
        place: Place,
    },
    /// Go back to the version before, in one step.
    RollBack {
        /// The plugin's id.
        plugin: String,
        /// Why, for those who read the log later.
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        place: Place,
    },
    /// Take a version away that is not in use.
    Remove {
        /// The plugin's id.
        plugin: String,
        /// The version.
        version: Version,
        #[command(flatten)]
        place: Place,
    },
    /// Ask the provider, for every municipality that uses the plugin, whether all is well. Signs nobody in.
    Probe {
        /// The plugin's id.
        plugin: String,
        #[command(flatten)]
        place: Place,
    },
    /// Mark this data folder as one for tests: unsigned plugins run in it, and every page says so.
    TestMode {
        /// `on` or `off`. Never `on` where real people's messages lie.
        #[arg(value_parser = ["on", "off"])]
        state: String,
        #[command(flatten)]
        place: Place,
    },
    /// Approve a trust profile of your own. It counts when two different people have.
    ApproveProfile {
        /// The profile, `<name>.toml`.
        file: PathBuf,
        /// Who you are.
        #[arg(long = "as", value_name = "NAME")]
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

impl PluginCommand {
    fn place(&self) -> &Place {
        match self {
            Self::List { place }
            | Self::Show { place, .. }
            | Self::Install { place, .. }
            | Self::Activate { place, .. }
            | Self::RollBack { place, .. }
            | Self::Remove { place, .. }
            | Self::Probe { place, .. }
            | Self::TestMode { place, .. }
            | Self::ApproveProfile { place, .. } => place,
        }
    }

    /// A file that perhaps only root may read, and the same command with that file on standard input.
    fn handed(&self) -> Option<(&Path, Vec<OsString>)> {
        let Self::Install { file, activate, place } = self else { return None };
        if file.as_os_str() == STANDARD_INPUT {
            return None;
        }
        let mut words: Vec<OsString> =
            ["plugin", "install", STANDARD_INPUT, "--config"].map(OsString::from).into();
        words.push(place.config.clone().into_os_string());
        if *activate {
            words.push("--activate".into());
        }
        Some((file, words))
    }
}

/// Does it, and says what came of it in `out`.
pub(super) fn run(command: PluginCommand, out: &mut dyn io::Write) -> anyhow::Result<()> {
    let data_dir = Config::load(&command.place().config)?.data_dir;
    let (who, out) = (operator(), &mut Plain(out));
    owner::take_on(&data_dir, &who, command.handed())?;
    match command {
        PluginCommand::List { place } => Desk::open(&place.config)?.list(out),
        PluginCommand::Show { plugin, place } => Desk::open(&place.config)?.show(&plugin, out),
        PluginCommand::Install { file, activate, place } => {
            Desk::open(&place.config)?.install(&file, activate, &who, out)
        }
        PluginCommand::Activate { plugin, version, place } => {
            Desk::open(&place.config)?.activate(&plugin, &version, &who, out)
        }
        PluginCommand::RollBack { plugin, note, place } => {
            Desk::open(&place.config)?.roll_back(&plugin, &who, &note, out)
        }
        PluginCommand::Remove { plugin, version, place } => {
            Desk::open(&place.config)?.remove(&plugin, &version, &who, out)
        }
        PluginCommand::Probe { plugin, place } => probe::run(&plugin, &place.config, out),
        PluginCommand::TestMode { state, place } => {
            Desk::open(&place.config)?.test_mode(state == "on", &who, out)
        }
        PluginCommand::ApproveProfile { file, name, place } => {
            Desk::open(&place.config)?.approve(&file, &name, &who, out)
        }
    }
}

/// Who types this, as the machine knows them.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
fn operator() -> String {
    let named = ["SUDO_USER", "LOGNAME", "USER"].into_iter().find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| match owner::own_id() {
        Ok(owner::ROOT) => "root".to_owned(),
        Ok(id) => format!("user {id}"),
        Err(_) => "unknown".to_owned(),
    })
}
