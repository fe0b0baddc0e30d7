//! What templates may call: texts, dates, sizes, icons, files of the theme.
//!
//! Nothing here reads anything but its arguments and what it was made with.

use minijinja::{AutoEscape, Error, ErrorKind, State, Value, value::Kwargs};

use super::speech::{self, Medium, Speech};

/// The functions, by the names that templates use.
pub(super) fn functions(base: &str, speech: &Speech) -> Vec<(&'static str, Value)> {
    let mut all = times(speech);
    all.extend(words(speech));
    all.extend(drawings(base));
    all
}

fn words(speech: &Speech) -> Vec<(&'static str, Value)> {
    let (texts, lists, sizes) = (speech.clone(), speech.clone(), speech.clone());
    vec![
        (
            "t",
            Value::from_function(move |state: &State<'_, '_>, key: &str, kwargs: Kwargs| {
                let mut args = Vec::new();
                for name in kwargs.args() {
                    args.push((name.to_owned(), kwargs.get::<Value>(name)?));
                }
                texts.text(key, &args, medium(state))
            }),
        ),
        ("either", Value::from_function(move |items: Vec<String>| lists.either(&items))),
        ("size", Value::from_function(move |bytes: u64| sizes.size(bytes))),
        ("prose", Value::from_function(|text: &str| Value::from_safe_string(speech::prose(text)))),
        ("minutes", Value::from_function(|seconds: u32| seconds.div_ceil(60).max(1))),
    ]
}

fn times(speech: &Speech) -> Vec<(&'static str, Value)> {
    let (time, exact, clock, day) = (speech.clone(), speech.clone(), speech.clone(), speech.clone());
    vec![
        ("time", Value::from_function(move |seconds: i64| time.time(seconds))),
        ("exact", Value::from_function(move |seconds: i64| exact.exact_time(seconds))),
        ("clock", Value::from_function(move |seconds: i64| clock.clock_time(seconds))),
        ("day", Value::from_function(move |date: &str| day.day(date))),
    ]
}

fn drawings(base: &str) -> Vec<(&'static str, Value)> {
    let (files, icons) = (base.to_owned(), base.to_owned());
    vec![
        ("asset", Value::from_function(move |path: &str| format!("{files}/{path}"))),
        ("icon", Value::from_function(move |name: &str| icon(&icons, name))),
        ("file_icon", Value::from_function(|name: &str| if is_image(name) { "image" } else { "file" })),
        ("file_kind", Value::from_function(file_kind)),
    ]
}

fn icon(base: &str, name: &str) -> Result<Value, Error> {
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("no icon is called {name:?}")));
    }
    Ok(Value::from_safe_string(format!(
        "<svg class=\"kv-icon\" aria-hidden=\"true\"><use href=\"{base}/icons.svg#{name}\"/></svg>"
    )))
}

/// What people call a file of that name: the program's name where it is one that all know, else the extension.
fn file_kind(name: &str) -> String {
    match extension(name).as_str() {
        "doc" | "docx" => "Word".to_owned(),
        "xls" | "xlsx" => "Excel".to_owned(),
        "ppt" | "pptx" => "PowerPoint".to_owned(),
        "jpeg" => "jpg".to_owned(),
        other => other.to_owned(),
    }
}

fn is_image(name: &str) -> bool {
    matches!(
        extension(name).as_str(),
        "jpg" | "jpeg" | "png" | "heic" | "heif" | "gif" | "webp" | "tif" | "tiff"
    )
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, end)| end.to_lowercase()).unwrap_or_default()
}

fn medium(state: &State<'_, '_>) -> Medium {
    match state.auto_escape() {
        AutoEscape::Html => Medium::Html,
        _ => Medium::Plain,
    }
}
