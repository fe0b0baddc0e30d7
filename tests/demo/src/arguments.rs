//! What the demo can be told on the command line.
//!
//! Only the names; what they lead to is in `world`.

use std::path::PathBuf;

use clap::Parser;

/// Two fictional municipalities, ready to be tried: portal, staff desk, phone, mails and clock, all on this computer.
#[derive(Debug, Parser)]
#[command(name = "kuvert-demo", version)]
pub(crate) struct Arguments {
    /// Print the addresses as one line of JSON when everything is ready
    #[arg(long)]
    pub(crate) json: bool,
    /// Port of the portal (0 = any free one)
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) port: u16,
    /// Where data, keys and the configuration go [default: a new folder that is removed at the end]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Where the built plugins are [default: `plugins` beside the folder of this program]
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Option<PathBuf>,
    /// More municipalities: `[[municipality]]` blocks, whose files lie in the folder of --data
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) municipalities: Option<PathBuf>,
    /// Use this OpenID provider for staff (client `kuvert-staff`) instead of the simulator; no sample letters are written
    #[arg(long, value_name = "URL", requires_all = ["staff_ca", "staff_secret"])]
    pub(crate) staff_issuer: Option<String>,
    /// The certificate authority of that provider, PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) staff_ca: Option<PathBuf>,
    /// The client's secret at that provider
    #[arg(long, value_name = "TEXT")]
    pub(crate) staff_secret: Option<String>,
}
