//! What is said in one language at one moment: texts with their arguments, dates as people say them, sizes, lists.
//!
//! In HTML everything comes out escaped here, once, so that templates may put it anywhere. The only mark that a text may
//! carry is `**strong**`.

use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentValue};
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use kuvert_domain::language::Language;
use minijinja::{Error, ErrorKind, Value};

use super::texts::Library;
use crate::web::view::frame::Frame;

/// The first of the private-use characters that stand for arguments until the text around them is escaped.
const STAND_IN: u32 = 0xE000;

/// A language, the texts, and what "now" and "here" mean.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    library: Arc<Library>,
    language: Language,
    zone: TimeZone,
    now: Option<Zoned>,
    /// Arguments that every text may use.
    standing: Arc<Vec<(&'static str, String)>>,
}

/// Whether what comes out stands in HTML or in plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    Html,
    Plain,
}

impl Speech {
    /// For a page: with the municipality's zone and standing facts.
    pub(super) fn for_page(library: &Arc<Library>, frame: &Frame) -> Self {
        let municipality = &frame.municipality;
        let standing = vec![
            ("municipality", municipality.name.clone()),
            ("host", municipality.host.clone()),
            ("contact", municipality.contact_name.clone()),
            ("phone", municipality.contact_phone.clone()),
            ("hours", municipality.contact_hours.clone()),
        ];
        let now = Timestamp::from_second(frame.now.seconds()).ok().map(|at| at.to_zoned(frame.zone.clone()));
        Self {
            library: Arc::clone(library),
            language: frame.language,
            zone: frame.zone.clone(),
            now,
            standing: Arc::new(standing),
        }
    }

    /// For a mail: it names days, never a time, so it needs no zone.
    pub(super) fn for_letter(library: &Arc<Library>, language: Language) -> Self {
        Self {
            library: Arc::clone(library),
            language,
            zone: TimeZone::UTC,
            now: None,
            standing: Arc::new(Vec::new()),
        }
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// A text with its arguments.
    ///
    /// Security: in HTML an argument that is not marked as safe is escaped, and so is the text around it; arguments are
    /// put in last, so nothing in them can end a mark of the text.
    pub(super) fn text(&self, key: &str, args: &[(String, Value)], medium: Medium) -> Result<Value, Error> {
        let mut fluent = FluentArgs::new();
        let mut shown: Vec<String> = Vec::new();
        let standing = self.standing.iter().map(|(name, value)| (*name, Value::from(value.as_str())));
        for (name, value) in standing.chain(args.iter().map(|(name, value)| (name.as_str(), value.clone()))) {
            if let Some(number) = value.as_i64() {
                fluent.set(name.to_owned(), FluentValue::from(number));
                continue;
            }
            let stand_in = u32::try_from(shown.len()).ok().and_then(|n| char::from_u32(STAND_IN + n));
            let Some(stand_in) = stand_in else {
                return Err(fault(format!("text {key:?}: too many arguments")));
            };
            fluent.set(name.to_owned(), FluentValue::from(stand_in.to_string()));
            shown.push(visible(name, &value, medium)?);
        }
        let bare = self.library.format(self.language, key, &fluent).map_err(fault)?;
        let dressed = match medium {
            Medium::Html => strong(&escape(&bare)),
            Medium::Plain => bare.replace("**", ""),
        };
        let mut out = String::with_capacity(dressed.len() + 64);
        for c in dressed.chars() {
            match u32::from(c).checked_sub(STAND_IN).and_then(|n| shown.get(usize::try_from(n).ok()?)) {
                Some(argument) => out.push_str(argument),
                None => out.push(c),
            }
        }
        Ok(finished(out, medium))
    }

    /// A text in plain words with plain arguments.
    pub(super) fn text_plain(&self, key: &str, args: &[(&str, &str)]) -> Result<String, Error> {
        let args: Vec<_> =
            args.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        self.text(key, &args, Medium::Plain).map(|text| text.to_string())
    }

    /// A time as people say it; on paper and on hover to the minute with the day of the week.
    pub(super) fn time(&self, seconds: i64) -> Result<Value, Error> {
        let at = self.at(seconds)?;
        let clock = self.clock(&at)?;
        let (day, month, year) = self.parts(at.date())?;
        let days = self.now.as_ref().map(|now| days_between(at.date(), now.date()));
        let said = match days {
            Some(0) => self.plain("moment-today", &[("clock", clock.clone())])?,
            Some(1) => self.plain("moment-yesterday", &[("clock", clock.clone())])?,
            _ if self.now.as_ref().is_some_and(|now| now.year() == at.year()) => {
                self.plain("moment-day", &[("day", day.clone()), ("month", month.clone())])?
            }
            _ => {
                self.plain("day", &[("day", day.clone()), ("month", month.clone()), ("year", year.clone())])?
            }
        };
        let weekday = self.plain(&format!("weekday-{}", at.weekday().to_monday_one_offset()), &[])?;
        let full = [("weekday", weekday), ("day", day), ("month", month), ("year", year), ("clock", clock)];
        let exact = self.plain("moment-exact", &full)?;
        Ok(element(&at, Some(&exact), &said))
    }

    /// A time to the second, for receipts.
    pub(super) fn exact_time(&self, seconds: i64) -> Result<Value, Error> {
        let at = self.at(seconds)?;
        let (day, month, year) = self.parts(at.date())?;
        let clock = self.clock(&at)?;
        let second = format!("{:02}", at.second());
        let args = [("day", day), ("month", month), ("year", year), ("clock", clock), ("second", second)];
        Ok(element(&at, None, &self.plain("moment-second", &args)?))
    }

    /// The time of day only.
    pub(super) fn clock_time(&self, seconds: i64) -> Result<Value, Error> {
        let at = self.at(seconds)?;
        Ok(element(&at, None, &self.clock(&at)?))
    }

    /// A day, given as `2026-12-20`, in words and always with its year.
    pub(super) fn day(&self, day: &str) -> Result<String, Error> {
        let date: Date = day.parse().map_err(|e| fault(format!("{day:?} is not a day: {e}")))?;
        let (day, month, year) = self.parts(date)?;
        self.plain("day", &[("day", day), ("month", month), ("year", year)])
    }

    /// A size as people know it: whole kilobytes, rounded up, or megabytes with at most one decimal.
    pub(super) fn size(&self, bytes: u64) -> String {
        if bytes < 1_000_000 {
            return format!("{}\u{a0}kB", bytes.div_ceil(1_000));
        }
        let point = if self.language == Language::En { '.' } else { ',' };
        let tenths = bytes.saturating_add(50_000) / 100_000;
        match (tenths / 10, tenths % 10) {
            (whole, 0) => format!("{whole}\u{a0}MB"),
            (whole, tenth) => format!("{whole}{point}{tenth}\u{a0}MB"),
        }
    }

    /// "A", "A or B", "A, B or C".
    pub(super) fn either(&self, items: &[String]) -> Result<String, Error> {
        match items {
            [] => Ok(String::new()),
            [only] => Ok(only.clone()),
            [first @ .., last] => Ok(format!("{} {} {last}", first.join(", "), self.plain("or", &[])?)),
        }
    }

    fn at(&self, seconds: i64) -> Result<Zoned, Error> {
        let at = Timestamp::from_second(seconds).map_err(|e| fault(e.to_string()))?;
        Ok(at.to_zoned(self.zone.clone()))
    }

    fn clock(&self, at: &Zoned) -> Result<String, Error> {
        let args = [
            ("hour", at.hour().to_string()),
            ("padded", format!("{:02}", at.hour())),
            ("minute", format!("{:02}", at.minute())),
        ];
        self.plain("clock", &args)
    }

    fn parts(&self, date: Date) -> Result<(String, String, String), Error> {
        let month = self.plain(&format!("month-{}", date.month()), &[])?;
        Ok((date.day().to_string(), month, date.year().to_string()))
    }

    fn plain(&self, key: &str, args: &[(&'static str, String)]) -> Result<String, Error> {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(*name, FluentValue::from(value.as_str()));
        }
        self.library.format(self.language, key, &fluent).map_err(fault)
    }
}

/// Text as it may stand between tags and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// What a person wrote, as paragraphs: an empty line ends one, a line break stays a line break.
pub(super) fn prose(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut out = String::with_capacity(text.len() + 64);
    let mut paragraph: Vec<String> = Vec::new();
    for line in text.lines().chain(std::iter::once("")) {
        if !line.trim().is_empty() {
            paragraph.push(escape(line.trim_end()));
        } else if !paragraph.is_empty() {
            out.push_str("<p>");
            out.push_str(&paragraph.join("<br>"));
            out.push_str("</p>");
            paragraph.clear();
        }
    }
    out
}

fn visible(name: &str, value: &Value, medium: Medium) -> Result<String, Error> {
    let Some(text) = value.as_str() else {
        return Err(fault(format!("argument {name:?} is neither a number nor a text")));
    };
    Ok(if medium == Medium::Plain || value.is_safe() { text.to_owned() } else { escape(text) })
}

fn strong(escaped: &str) -> String {
    let mut out = String::with_capacity(escaped.len() + 16);
    for (place, piece) in escaped.split("**").enumerate() {
        if place > 0 {
            out.push_str(if place % 2 == 1 { "<strong>" } else { "</strong>" });
        }
        out.push_str(piece);
    }
    out
}

fn element(at: &Zoned, title: Option<&str>, said: &str) -> Value {
    let title = title.map(|title| format!(" title=\"{}\"", escape(title))).unwrap_or_default();
    let machine = at.strftime("%Y-%m-%dT%H:%M:%S%:z");
    Value::from_safe_string(format!("<time datetime=\"{machine}\"{title}>{}</time>", escape(said)))
}

fn finished(text: String, medium: Medium) -> Value {
    match medium {
        Medium::Html => Value::from_safe_string(text),
        Medium::Plain => Value::from(text),
    }
}

fn days_between(earlier: Date, later: Date) -> i32 {
    earlier.until(later).map_or(i32::MAX, |span| span.get_days())
}

fn fault(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}
