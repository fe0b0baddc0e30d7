//! A page that moves the clock which the demo's appliance and the simulators share.
//!
//! `POST /clock?days=31` (or `hours=`, `minutes=`, as query or form) moves it forward and answers when the mover says so.
//! It never turns the clock back: an appliance that deletes on time can't undelete.

use std::future::Future;
use std::io;
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use serde_json::json;

use crate::clock::SimClock;
use crate::http::{Call, Listening, Reply, first, json as json_reply, redirect};
use crate::page::{page, problem};

const NAME: &str = "Clock of the demo";
/// Ten years: further makes no sense and would outlive the certificates.
const FURTHEST: Duration = Duration::from_hours(24 * 3650);

/// The running page.
pub struct ClockPage(Listening);

impl ClockPage {
    /// Opens the port (0 = any). `move_by` moves the clock and does what has become due.
    pub async fn start<M, F>(port: u16, clock: SimClock, move_by: M) -> io::Result<Self>
    where
        M: Fn(Duration) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listening = Listening::start(port, None, move |call| {
            let (clock, move_by) = (clock.clone(), move_by.clone());
            async move {
                match (&call.method, call.path.as_str(), asked(&call)) {
                    (&Method::GET, "/" | "/clock", _) => show(&clock),
                    (&Method::POST, "/clock", Some(by)) => {
                        move_by(by).await;
                        moved(&call, &clock)
                    }
                    (&Method::POST, "/clock", None) => problem(
                        NAME,
                        StatusCode::BAD_REQUEST,
                        "Say how far: days, hours or minutes, forward.",
                    ),
                    _ => problem(NAME, StatusCode::NOT_FOUND, "There is no such page."),
                }
            }
        });
        Ok(Self(listening.await?))
    }

    /// The address to look at, and to post to.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/clock", self.0.port())
    }
}

/// How far the clock is to be moved.
fn asked(call: &Call) -> Option<Duration> {
    let form = call.form();
    let minutes = [("days", 1440), ("hours", 60), ("minutes", 1)]
        .into_iter()
        .find_map(|(name, unit)| {
            let count: u64 = call.query(name).or_else(|| first(&form, name))?.parse().ok()?;
            count.checked_mul(unit)
        })
        .filter(|minutes| *minutes > 0)?;
    Some(Duration::from_mins(minutes)).filter(|by| *by <= FURTHEST)
}

fn show(clock: &SimClock) -> Reply {
    let button = |days: u32, label: &str, class: &str| {
        format!(
            "<form method=\"post\" action=\"/clock\"><input type=\"hidden\" name=\"days\" value=\"{days}\">\
             <button{class}>{label}</button></form>"
        )
    };
    let main = format!(
        "<div class=\"phone\"><p class=\"quiet\">The demo's time</p><h1>{}</h1>\
         <p>Everything in the demo goes by this clock. It only goes forward; what is due happens at once.</p>{}{}{}</div>",
        written(clock),
        button(31, "31 days on", ""),
        button(7, "7 days on", " class=\"second\""),
        button(1, "1 day on", " class=\"second\""),
    );
    page(NAME, "Clock", &main, false, None)
}

/// A browser gets the page again; a program gets the new time.
fn moved(call: &Call, clock: &SimClock) -> Reply {
    let accepts = call.headers.get(header::ACCEPT).and_then(|value: &HeaderValue| value.to_str().ok());
    match accepts {
        Some(kinds) if kinds.contains("text/html") => redirect("/clock"),
        _ => json_reply(StatusCode::OK, &json!({ "now": written(clock) })),
    }
}

fn written(clock: &SimClock) -> String {
    let ms = i64::try_from(clock.now_ms()).unwrap_or(i64::MAX);
    let at = Timestamp::from_millisecond(ms).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;
    use http_body_util::Full;

    use super::ClockPage;
    use crate::clock::ManualClock;
    use crate::testing::send;

    #[tokio::test]
    async fn the_clock_moves_forward_and_only_forward() {
        let clock = ManualClock::at(1_795_000_000_000);
        let hand = clock.clone();
        let page = ClockPage::start(0, clock.sim(), move |by| {
            hand.advance(by);
            async {}
        });
        let page = page.await.unwrap();
        let post = async |query: &str| {
            let request = Request::post(format!("/clock{query}")).header("host", "127.0.0.1");
            send(page.0.port(), None, request.body(Full::new(Bytes::new())).unwrap()).await.unwrap()
        };
        assert_eq!(post("?days=31").await.json()["now"], "2026-12-19 11:06:40 UTC");
        assert_eq!(post("?minutes=1").await.status, 200);
        assert_eq!(clock.now_ms(), 1_795_000_000_000 + 31 * 86_400_000 + 60_000);
        for wrong in ["", "?days=0", "?days=-1", "?days=9999999999", "?years=1"] {
            assert_eq!(post(wrong).await.status, 400, "{wrong}");
        }
    }
}
