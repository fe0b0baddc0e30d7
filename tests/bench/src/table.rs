//! The one table that a run prints, and how its figures are made from rounds.
//!
//! It measures nothing.

use std::fmt::Write as _;
use std::time::Duration;

/// What is wanted of a ratio.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// Ours divided by the limit is at least this.
    AtLeast(f64),
    /// Ours divided by the limit is at most this.
    AtMost(f64),
    /// Ours itself is at most this, in the row's unit.
    Below(f64),
}

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) ours: f64,
    /// The limit's name and figure from the same run.
    pub(crate) limit: Option<(&'static str, f64)>,
    pub(crate) target: Target,
    pub(crate) remark: String,
}

/// Lines up the rows and says of each whether its target is met.
pub(crate) fn print(rows: &[Row]) -> String {
    let mut text = String::from("| what | ours | limit | ratio | target | |\n|---|---|---|---|---|---|\n");
    for row in rows {
        let ratio = row.limit.map(|(_, limit)| row.ours / limit);
        let (wanted, met) = match row.target {
            Target::AtLeast(least) => (format!("≥ {least}"), ratio.is_some_and(|ratio| ratio >= least)),
            Target::AtMost(most) => (format!("≤ {most}"), ratio.is_some_and(|ratio| ratio <= most)),
            Target::Below(most) => (format!("≤ {most} {}", row.unit), row.ours <= most),
        };
        let limit = row.limit.map_or_else(|| "–".to_owned(), |(name, limit)| format!("{limit:.1} ({name})"));
        let ratio = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}"));
        let verdict = if met { "met" } else { "**missed**" };
        let _ = writeln!(
            text,
            "| {} | {:.1} {} | {limit} | {ratio} | {wanted} | {verdict}{} |",
            row.what, row.ours, row.unit, row.remark
        );
    }
    text
}

/// The middle of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The latency that this share of the requests stayed below, in milliseconds.
pub(crate) fn percentile_ms(mut latencies: Vec<Duration>, share: f64) -> f64 {
    latencies.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into thousands of figures"
    )]
    let index = ((latencies.len() as f64 * share) as usize).min(latencies.len().saturating_sub(1));
    latencies.get(index).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1_000.0)
}
