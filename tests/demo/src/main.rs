//! `kuvert-demo`: the real appliance for two fictional municipalities, with a BankID, a Freja, an OpenID provider and a
//! mail server of its own, sample people and letters, and one clock that can be moved.
//!
//! Everything listens on loopback and ends with the program. It is not a way to run Kuvert: everybody's e-ID is a button.

mod arguments;
mod clock;
mod end;
mod folder;
mod letters;
mod paper;
mod report;
mod visitor;
mod world;

use std::process::ExitCode;

use clap::Parser;
use kuvert::config::LogFormat;

use crate::arguments::Arguments;
use crate::world::{COMPILE_TRIAL, World};

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|word| word == COMPILE_TRIAL) {
        return kuvert_service::sandbox::compile_trial();
    }
    let arguments = Arguments::parse();
    let outcome = kuvert::telemetry::start(LogFormat::Text, "warn")
        .map_err(anyhow::Error::from)
        .and_then(|()| Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?))
        .and_then(|runtime| runtime.block_on(run(&arguments)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let end = end::awaited()?;
    let world = World::start(arguments).await?;
    letters::write_once(&world).await?;
    report::ready(&world, arguments.json)?;
    end.await;
    world.stop().await;
    Ok(())
}
