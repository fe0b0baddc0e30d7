//! The rows of the table: each one alternates between ours and its limit, so that a busy minute hits both.
//!
//! Only the first rows are here; pages with many messages, downloads and the purge are not measured yet.

mod memory;
mod opening;
mod plugin;
mod sending;
mod uploading;

use crate::Options;
use crate::subject::Subject;
use crate::table::Row;

/// Measures everything, saying what it does meanwhile.
pub(crate) async fn measure(options: &Options) -> anyhow::Result<Vec<Row>> {
    let mut rows = memory::measure(options).await?;
    let subject = Subject::start().await?;
    eprintln!("opening a message …");
    rows.extend(opening::measure(options, &subject).await?);
    eprintln!("sending …");
    rows.extend(sending::measure(options, &subject).await?);
    eprintln!("uploading …");
    rows.push(uploading::measure(options, &subject).await?);
    eprintln!("calling a plugin …");
    rows.push(plugin::measure(options, &subject).await?);
    subject.running.stop().await;
    Ok(rows)
}
