//! Figures for a collector on this machine, in the text form that Prometheus reads.
//!
//! How many plugin calls there were, how many ended in which fault, which method rests. Only names of methods and codes:
//! nothing about a person. Security: it listens on a loopback address alone, knows one path, and changes nothing.
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::{convert::Infallible, fmt::Write as _, time::Duration};

use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Bytes, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use kuvert_service::{MethodFigures, Service};
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time::timeout};

/// A collector that takes longer is let go.
const PATIENCE: Duration = Duration::from_secs(5);
/// Collectors at once; there is one.
const COLLECTORS: usize = 8;

/// Answers until the switch is thrown.
pub(crate) async fn serve(listener: TcpListener, service: Service, mut stop: watch::Receiver<bool>) {
    let mut talks = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stopped| *stopped) => break,
            Some(_) = talks.join_next() => continue,
            accepted = listener.accept(), if talks.len() < COLLECTORS => accepted,
        };
        let Ok((stream, _)) = accepted else { continue };
        let service = service.clone();
        talks.spawn(async move {
            let answer = service_fn(|request: Request<Incoming>| {
                let response = answer(&request, &service);
                async move { Ok::<_, Infallible>(response) }
            });
            let mut server = http1::Builder::new();
            let talk = server
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), answer);
            if let Ok(Err(error)) = timeout(PATIENCE, talk).await {
                tracing::debug!(metrics.error = %error, "a collector hung up");
            }
        });
    }
}

fn answer<B>(request: &Request<B>, service: &Service) -> Response<Full<Bytes>> {
    let known = request.method() == Method::GET && request.uri().path() == "/metrics";
    let text = if known { page(&service.method_figures(), service.plugin_calls()) } else { String::new() };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = if known { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let kind = header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn page(methods: &[MethodFigures], under_way: usize) -> String {
    let mut page = String::new();
    head(&mut page, "kuvert_plugin_calls_total", "counter", "Plugin calls that came to an end.");
    for figures in methods {
        for (call, count) in &figures.calls {
            let labels = [("method", figures.method.as_str()), ("call", call)];
            line(&mut page, "kuvert_plugin_calls_total", &labels, *count);
        }
    }
    head(
        &mut page,
        "kuvert_plugin_faults_total",
        "counter",
        "Plugin calls that ended in a fault, by its code.",
    );
    for figures in methods {
        for (code, count) in &figures.faults {
            let labels = [("method", figures.method.as_str()), ("code", code.name())];
            line(&mut page, "kuvert_plugin_faults_total", &labels, *count);
        }
    }
    head(&mut page, "kuvert_plugin_resting", "gauge", "1 while a method rests because it keeps failing.");
    for figures in methods {
        line(&mut page, "kuvert_plugin_resting", &[("method", &figures.method)], u64::from(figures.rests));
    }
    head(&mut page, "kuvert_plugin_calls_under_way", "gauge", "Plugin calls under way.");
    line(&mut page, "kuvert_plugin_calls_under_way", &[], u64::try_from(under_way).unwrap_or(u64::MAX));
    page
}

fn head(page: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Names of methods are slugs and codes are ours: nothing in them needs escaping.
fn line(page: &mut String, name: &str, labels: &[(&str, &str)], value: u64) {
    let labels: Vec<String> = labels.iter().map(|(name, text)| format!("{name}=\"{text}\"")).collect();
    let braces = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    let _ = writeln!(page, "{name}{braces} {value}");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kuvert_service::sandbox::FaultCode;

    use super::*;

    #[test]
    fn a_collector_reads_every_code() {
        let figures = MethodFigures {
            method: "granby/bankid".to_owned(),
            calls: BTreeMap::from([("begin", 40)]),
            faults: FaultCode::ALL.into_iter().map(|code| (code, 2)).collect(),
            rests: true,
        };
        let page = page(&[figures], 3);
        for code in FaultCode::ALL {
            let line = format!("kuvert_plugin_faults_total{{method=\"granby/bankid\",code=\"{code}\"}} 2\n");
            assert!(page.contains(&line), "{line}");
        }
        assert!(page.contains("kuvert_plugin_calls_total{method=\"granby/bankid\",call=\"begin\"} 40\n"));
        assert!(page.contains("kuvert_plugin_resting{method=\"granby/bankid\"} 1\n"));
        assert!(page.ends_with("kuvert_plugin_calls_under_way 3\n"));
    }
}
