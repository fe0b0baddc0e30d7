//! The look of the simulators' own pages: one frame, large touch targets, light and dark.
//!
//! Pages need no script and load nothing. It does not try to look like BankID, MitID or any product: a stripe and the
//! word "simulator" on every page keep a demo from being taken for the real thing.

use http::{HeaderValue, StatusCode, header};

use crate::http::{Reply, reply};

const STYLE: &str = "
:root { color-scheme: light dark; --page: light-dark(#eef1f5, #14171c); --paper: light-dark(#fff, #1e232b);
  --text: light-dark(#1b2330, #e8ecf2); --quiet: light-dark(#556070, #a9b4c2); --line: light-dark(#d3dae3, #353d49);
  --main: light-dark(#1f4e79, #8fc1ee); --on-main: light-dark(#fff, #0d1722); --stop: light-dark(#9b2335, #ff9aa8); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1.0625rem/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif;
  overflow-wrap: anywhere; }
.stripe { background: repeating-linear-gradient(-45deg, #f2c230 0 14px, #2b2b2b 14px 28px); height: 10px; }
header { padding: .75rem 1.25rem; color: var(--quiet); font-size: .9375rem; }
main { max-width: 34rem; margin: 0 auto 3rem; padding: 0 1rem; }
main.wide { max-width: 52rem; }
.phone { background: var(--paper); border: 1px solid var(--line); border-radius: 1.75rem; padding: 1.75rem 1.5rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 0 0 .75rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .25rem 0 1rem; } h2 { font-size: 1.125rem; margin: 1.75rem 0 .75rem; }
p { margin: 0 0 1rem; } .quiet { color: var(--quiet); font-size: .9375rem; } ul { list-style: none; margin: 0; padding: 0; }
a { color: var(--main); }
button, .button { display: flex; width: 100%; min-height: 3.25rem; align-items: center; justify-content: center; gap: .5rem; margin: 0 0 .75rem;
  padding: .75rem 1.25rem; border: 2px solid var(--main); border-radius: .75rem; background: var(--main); color: var(--on-main);
  font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; text-align: center; }
.second { background: transparent; color: var(--main); } .stop { border-color: var(--stop); background: transparent; color: var(--stop); }
.person { justify-content: space-between; text-align: start; } .person small { font-weight: 400; }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid #f2a900; outline-offset: 2px; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input { width: 100%; min-height: 3rem; padding: .5rem .75rem; font: inherit; border: 1px solid var(--quiet); border-radius: .5rem;
  background: var(--paper); color: inherit; margin-bottom: .75rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem; } dt { color: var(--quiet); } dd { margin: 0; }
pre { white-space: pre-wrap; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; font-size: .9375rem; }
.mail { display: block; color: inherit; text-decoration: none; min-height: 3.25rem; } .mail strong { display: block; color: var(--main); }
";

/// A whole page. `title` is text, `main` is finished HTML; `reload_s` lets a waiting page renew itself.
pub(crate) fn page(simulator: &str, title: &str, main: &str, wide: bool, reload_s: Option<u32>) -> Reply {
    let refresh =
        reload_s.map(|s| format!("<meta http-equiv=\"refresh\" content=\"{s}\">")).unwrap_or_default();
    let class = if wide { " class=\"wide\"" } else { "" };
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">{refresh}\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} – {simulator}</title><link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\
         <body><div class=\"stripe\"></div><header>{simulator} · only test people, nothing here is real</header>\
         <main{class}>{main}</main></body></html>",
        title = escape(title),
        simulator = escape(simulator),
    );
    let mut response = reply(StatusCode::OK, "text/html; charset=utf-8", html);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
        ),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A page that says what went wrong, with the given status.
pub(crate) fn problem(simulator: &str, status: StatusCode, text: &str) -> Reply {
    let main = format!("<div class=\"phone\"><h1>That did not work</h1><p>{}</p></div>", escape(text));
    let mut response = page(simulator, "That did not work", &main, false, None);
    *response.status_mut() = status;
    response
}

/// Text made safe for HTML, in elements and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(escape("<a href=\"x\">&'</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
    }
}
