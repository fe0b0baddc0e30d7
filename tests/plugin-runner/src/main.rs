//! `kuvert-plugin-runner`: plays a plugin's cassettes (`tests/*.toml`) in the real sandbox.
//!
//! The bundle is opened, compiled, limited and judged exactly as in the appliance; only the provider is a recording,
//! reached over real TLS on loopback. It deliberately knows no simulator of a real provider: what a cassette does not
//! hold, the provider does not say. `cargo xtask plugin test` builds a bundle and calls this.
#![expect(clippy::print_stdout, reason = "a command speaks to the terminal that called it")]

mod cassette;
mod expectation;
mod paper;
mod play;
mod provider;
mod stage;
mod wanted;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::Parser;
use kuvert_bundle::Bundle;

use crate::{cassette::Cassette, play::play};

#[derive(Parser)]
#[command(name = "kuvert-plugin-runner", about = "Plays a plugin's cassettes in the real sandbox")]
struct Arguments {
    /// The bundle, a `.kplug` file
    bundle: PathBuf,
    /// The plugin's own folder, with `tests/` and, for a new provider, `profile.toml`
    folder: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Plays everything; whether all of it went as written.
fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let packed = fs::read(&arguments.bundle).with_context(|| arguments.bundle.display().to_string())?;
    let bundle = Bundle::open(&packed)?;
    let manifest = bundle.manifest();
    println!("{} {}, {} KiB packed", manifest.id, manifest.version, packed.len().div_ceil(1024));
    let mut failed = 0_usize;
    let mut note = |name: &str, shows: &str, outcome: Result<String, String>| match outcome {
        Ok(what) => println!("  ok      {name}: {shows} ({what})"),
        Err(why) => {
            failed = failed.saturating_add(1);
            println!("  FAILED  {name}: {shows}\n          {}", why.replace('\n', "\n          "));
        }
    };
    note("papers", "what people will read is there", paper::check(&bundle));
    let cassettes = Cassette::all(&arguments.folder.join("tests"))?;
    if cassettes.is_empty() {
        bail!("{} holds no cassette", arguments.folder.join("tests").display());
    }
    let profile = match fs::read_to_string(arguments.folder.join("profile.toml")) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).context("profile.toml"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let count = cassettes.len();
    for (name, cassette) in cassettes {
        let outcome = match cassette {
            Ok(cassette) => {
                let played =
                    runtime.block_on(play(&bundle, &arguments.folder, profile.as_deref(), &cassette));
                (cassette.shows, played)
            }
            Err(error) => (String::new(), Err(error)),
        };
        note(&name, &outcome.0, outcome.1);
    }
    if failed == 0 {
        println!("{count} cassettes, all as written");
    } else {
        println!("{failed} FAILED");
    }
    Ok(failed == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ships and a recording can play. Freja's answers are signed anew each time, and OpenID Connect is half the
    /// host's own work: those two meet simulators and servers that others wrote, in the sandbox's tests.
    const PLAYED: [&str; 1] = ["bankid"];

    #[test]
    fn plugins_that_ship_keep_to_their_cassettes() {
        let built = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("plugins");
        let sources = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
        for id in PLAYED {
            let folder = sources.join(id);
            let bundle = built.join(bundle_of(&folder));
            assert!(bundle.exists(), "run `cargo xtask plugins`: {}", bundle.display());
            assert!(run(&Arguments { bundle, folder: folder.clone() }).unwrap(), "{}", folder.display());
        }
    }

    /// "bankid-0.1.0.kplug", as the manifest beside the sources has it.
    fn bundle_of(folder: &std::path::Path) -> String {
        let manifest = fs::read_to_string(folder.join("manifest.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&manifest).unwrap();
        let word = |key: &str| manifest[key].as_str().unwrap().to_owned();
        format!("{}-{}.kplug", word("id"), word("version"))
    }
}
