//! Measures Kuvert against the limits of this machine and prints one table; run by `cargo xtask bench`.
//!
//! Every figure is the median of interleaved rounds beside its limit from the same rounds. It is a benchmark and not a
//! test: a missed target is printed and nothing fails.
#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads real clocks")]

#[path = "../../actors/browser.rs"]
#[expect(dead_code, reason = "the stories use more of it")]
#[expect(clippy::unwrap_used, clippy::panic, reason = "made for tests, which end where it does not go on")]
mod browser;
mod child;
mod load;
mod peers;
mod rows;
mod subject;
mod table;
#[path = "../../world.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "made for tests, which end where it does not go on"
)]
mod world;

use std::time::Duration;

use clap::Parser as _;

/// What to measure, and for how long.
#[derive(clap::Parser)]
#[command(name = "cargo xtask bench")]
pub(crate) struct Options {
    /// Rounds of each measurement; the table shows medians
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each measurement in a round
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Be the appliance that another process of this benchmark measures: its folder and port
    #[arg(long, hide = true, num_args = 2)]
    be: Option<Vec<String>>,
}

impl Options {
    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        if let Some([folder, port]) = options.be.as_deref() {
            return child::be(folder.as_ref(), port.parse()?).await;
        }
        let rows = rows::measure(&options).await?;
        println!("{}", table::print(&rows));
        Ok(())
    })
}
