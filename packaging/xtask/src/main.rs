//! `cargo xtask …`: the commands that the project keeps, so that nobody has to remember a recipe.
//!
//! It builds, fetches, starts and counts. It deliberately holds no product code and no test, and nothing
//! that ships depends on it.
#![expect(clippy::print_stdout, reason = "a command speaks to the terminal that called it")]

mod assets;
mod bench;
mod check;
mod demo;
mod peers;
mod plugin;
mod plugins;
mod tally;
mod tools;
mod workspace;

use clap::Parser;
use workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, try and test Kuvert", disable_help_subcommand = true)]
enum Task {
    /// Start the demo: two municipalities, a BankID phone, an OpenID provider and a mail page
    Demo(demo::Options),
    /// Run every test: Rust, plugins, browser journeys
    Test(check::Options),
    /// What CI runs: test, then rustfmt, clippy and rustdoc without a warning
    Ci,
    /// Measure against the limits of this machine and print one table
    Bench(bench::Options),
    /// Build the plugins to WebAssembly components
    Plugins,
    /// Write a plugin of your own: `new`, `build`, `test`, `sign`
    #[command(subcommand)]
    Plugin(plugin::Task),
    /// Fetch the servers and clients of others that tests meet
    Peers,
    /// Fetch the design system that the pages are made of
    Assets,
}

fn main() -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match Task::parse() {
        Task::Demo(options) => demo::start(&workspace, &options),
        Task::Test(options) => check::test(&workspace, &options),
        Task::Ci => check::ci(&workspace),
        Task::Bench(options) => bench::run(&workspace, &options),
        Task::Plugins => plugins::build(&workspace).map(|folder| println!("{}", folder.display())),
        Task::Plugin(task) => plugin::run(&workspace, &task),
        Task::Peers => peers::fetch(&workspace),
        Task::Assets => assets::fetch(&workspace),
    }
}
