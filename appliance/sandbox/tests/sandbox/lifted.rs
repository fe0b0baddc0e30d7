//! Every line of the table of limits, lifted alone.
//!
//! Each row is an attack that the line stops, seen twice: under the appliance's limits, where it is stopped as it should
//! be, and with this one line lifted, where it gets through. A limit that nobody wired would let it through both
//! times. Where the default is large or slow to meet, the row starts from a smaller one: that the line counts is the
//! point, not its figure.

mod computing;
mod crossing;
mod pages;
mod places;
mod provider;
mod talking;

use std::{collections::BTreeSet, future::Future, pin::Pin};

use kuvert_sandbox::Limits;

/// One row: a limit and what it stops.
pub(crate) struct Line {
    /// The field of [`Limits`].
    name: &'static str,
    /// What the attack comes to while the line stands.
    stopped: &'static str,
    /// The limits that it meets.
    under: Limits,
    lift: fn(&mut Limits),
    attack: Attack,
}

/// Tries something and says what it came to; `"through"` when nobody stopped it.
type Attack = fn(Limits) -> Outcome;
type Outcome = Pin<Box<dyn Future<Output = &'static str>>>;

impl Line {
    fn of(name: &'static str, stopped: &'static str, lift: fn(&mut Limits), attack: Attack) -> Self {
        Self { name, stopped, under: Limits::DEFAULT, lift, attack }
    }

    fn under(mut self, lower: fn(&mut Limits)) -> Self {
        lower(&mut self.under);
        self
    }
}

async fn hold(lines: Vec<Line>) {
    for line in lines {
        let mut lifted = line.under.clone();
        (line.lift)(&mut lifted);
        assert_eq!((line.attack)(line.under).await, line.stopped, "{}: the line stands", line.name);
        assert_eq!((line.attack)(lifted).await, "through", "{}: the line is lifted", line.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn computing_is_bounded() {
    hold(computing::lines()).await;
}

#[tokio::test]
async fn crossings_are_bounded() {
    hold(crossing::lines()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn talking_is_bounded() {
    hold(talking::lines()).await;
}

#[tokio::test]
async fn what_reaches_a_page_is_bounded() {
    hold(pages::lines()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_are_bounded() {
    hold(places::lines()).await;
}

#[tokio::test]
async fn what_a_provider_may_say_is_bounded() {
    hold(provider::lines()).await;
}

#[test]
fn no_limit_is_without_its_row() {
    let table = format!("{:#?}", Limits::DEFAULT);
    let fields: BTreeSet<&str> =
        table.lines().filter_map(|line| line.strip_prefix("    ")?.split(':').next()).collect();
    let lines = [
        computing::lines(),
        crossing::lines(),
        talking::lines(),
        pages::lines(),
        places::lines(),
        provider::lines(),
    ];
    let rows: BTreeSet<&str> = lines.iter().flatten().map(|line| line.name).collect();
    assert_eq!(fields, rows);
}
