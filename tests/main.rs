//! One test binary: the fences of the house, and stories of people who use Kuvert over real HTTPS and SMTP.
//!
//! It looks at the appliance from outside only: pages, mails, files on disk, the log.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a story that cannot go on ends there, and says why"
)]

mod actors;
mod appliance;
mod canaries;
mod guide;
mod kill;
mod log;
mod plugin_desk;
mod plugins;
mod reload;
mod stories;
mod tidy;
mod world;
