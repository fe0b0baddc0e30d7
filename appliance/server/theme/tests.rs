//! Every template in every language with views that a page may really get; keys that match; nothing that escapes.

mod samples;

use std::{collections::BTreeSet, fs, path::Path};

use kuvert_domain::language::Language;
use kuvert_service::sandbox::FaultCode;
use serde::Serialize;

use super::{BUILT_IN, Theme, Themes, files::Folder, texts};
use crate::web::view::{
    FaultKind, Page,
    frame::Frame,
    signing_in::{Failed, FailureClass},
    staff::Finding,
};

/// Every page with sample values, drawn by one theme: its name and what browsers get.
fn pages_of(theme: &Theme, language: Language) -> Vec<(&'static str, String)> {
    samples::pages(language, &mut |frame: &Frame, page| page.draw(theme, frame))
}

fn granby(themes: &Themes) -> &Theme {
    themes.named("granby").expect("the example theme is there")
}

fn themes() -> Themes {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
    Themes::open(Some(&folder)).expect("the themes load")
}

/// Draws one view; the samples hand out views of different types.
trait Draw {
    fn draw(&self, theme: &Theme, frame: &Frame) -> String;
}

impl<P: Page> Draw for P {
    fn draw(&self, theme: &Theme, frame: &Frame) -> String {
        theme.page(frame, self).unwrap_or_else(|e| panic!("{}: {e}", P::TEMPLATE))
    }
}

#[test]
fn every_page_is_drawn_in_every_language_and_keeps_the_rules() {
    let themes = themes();
    for theme in [BUILT_IN, "granby", "havnby"].map(|name| themes.named(name).expect("the theme is there")) {
        for language in Language::ALL {
            for (name, html) in pages_of(theme, language) {
                keep(&format!("{name}.{}.{}.html", theme.name(), language.tag()), html.as_bytes());
                assert_rules(&html, language, &format!("{name} in {}", language.tag()));
            }
        }
        for (path, file) in &theme.files {
            keep(&format!("static/{}/{path}", theme.hash()), &file.bytes);
        }
    }
}

/// A resident is told what to do and a number to give, and nothing of what is inside.
#[test]
fn every_fault_of_a_plugin_has_calm_words() {
    let themes = themes();
    for language in Language::ALL {
        let frame = samples::frame(language, None);
        for code in FaultCode::ALL {
            let html = samples::faulty(code).draw(granby(&themes), &frame);
            assert_rules(&html, language, code.name());
            for part in ["7f3a-22c1", "BankID", "0980-319 20"] {
                assert!(html.contains(part), "{code} in {}: {part} is missing", language.tag());
            }
            assert!(
                !html.contains(code.name()),
                "{code} in {}: a code is for administrators",
                language.tag()
            );
        }
    }
}

#[test]
fn a_failed_page_offers_another_way_only_where_there_is_one() {
    let themes = themes();
    let frame = samples::frame(Language::Sv, None);
    let page = samples::failed(FailureClass::NoNumber, false);
    let other = "Välj ett annat sätt att logga in</a>";
    assert!(page.draw(granby(&themes), &frame).contains(other));
    let alone = Failed { methods: Vec::new(), ..page }.draw(granby(&themes), &frame);
    assert!(!alone.contains(other) && alone.contains("Logga in igen</a>"));
}

#[test]
fn staff_without_a_role_are_not_told_that_they_are_not_signed_in() {
    let themes = themes();
    let frame = samples::frame(Language::Sv, None);
    let page = samples::failed(FailureClass::NoRole, false).draw(granby(&themes), &frame);
    assert!(page.contains("Kontot har ingen brevlåda här</h1>") && page.contains("Handläggare</span>"));
    assert!(!page.contains("Du är inte inloggad"), "it stands in no title");
}

#[test]
fn a_code_that_was_read_takes_its_steps_and_its_countdown_along() {
    let themes = themes();
    let pages = pages_of(granby(&themes), Language::Sv);
    let taken = |wanted: &str| {
        let (_, html) = pages.iter().find(|(name, _)| *name == wanted).expect("there is such a page");
        html.contains(" data-taken")
    };
    assert_eq!(["waiting-qr", "waiting-taken", "waiting-here"].map(taken), [false, true, false]);
}

/// What holds on every page.
fn assert_rules(html: &str, language: Language, place: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "{place}: one h1");
    assert!(html.contains(&format!("<html lang=\"{}\"", language.tag())), "{place}: language");
    assert!(!html.contains(" style="), "{place}: no inline style");
    for inline in ["<script>", " onclick=", " onload=", " onsubmit=", " onchange=", "javascript:"] {
        assert!(!html.contains(inline), "{place}: no inline script");
    }
    assert!(!html.contains("<b>bold</b>"), "{place}: what people wrote is escaped");
    assert!(!html.contains("{$") && !html.contains("**"), "{place}: no mark of a text is left over");
    let mut seen = BTreeSet::new();
    for rest in html.split(" id=\"").skip(1) {
        let id = rest.split('"').next().unwrap_or_default();
        assert!(seen.insert(id.to_owned()), "{place}: two elements have the id {id}");
    }
}

#[test]
fn every_template_is_seen_by_the_test_of_pages() {
    let drawn: BTreeSet<_> = samples::templates().into_iter().collect();
    let folder = Folder::built_in();
    let parts = ["base.html", "parts.html", "write.html", "staff_base.html", "staff_parts.html"];
    for (name, _) in folder.below("templates/").filter(|(name, _)| !parts.contains(name)) {
        assert!(drawn.contains(name), "{name} has no sample");
    }
}

#[test]
fn locales_have_the_same_keys_and_none_too_many() {
    let folder = Folder::built_in();
    let keys = texts::keys_in(&folder, Language::Sv);
    for language in Language::ALL {
        let own = texts::keys_in(&folder, language);
        let differing: Vec<_> = keys.symmetric_difference(&own).collect();
        assert!(differing.is_empty(), "{} differs from sv: {differing:?}", language.tag());
    }
    let templates: String = ["templates/", "mail/"]
        .iter()
        .flat_map(|below| folder.below(below))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    let composed = composed_keys();
    for key in &keys {
        let used = templates.contains(&format!("t(\"{key}\""));
        assert!(used || composed.contains(key), "nothing uses {key:?}");
    }
    for key in &composed {
        assert!(keys.contains(key), "there is no text {key:?}");
    }
}

/// The keys that templates put together from a value, and those that the speech of days uses.
fn composed_keys() -> BTreeSet<String> {
    fn of<T: Serialize>(start: &str, values: &[T]) -> Vec<String> {
        let name = |value| serde_json::to_value(value).expect("a name").as_str().map(str::to_owned);
        values.iter().map(|value| format!("{start}{}", name(value).expect("a text"))).collect()
    }
    let mut keys = of("fault-", &FaultKind::ALL);
    keys.extend(of("eid-", &FailureClass::ALL));
    for code in FaultCode::ALL {
        keys.extend(["plugin", "cause", "step"].map(|kind| format!("{kind}-{code}")));
    }
    keys.extend(of("check-", &Finding::ALL));
    keys.extend(of("language-", &Language::ALL.map(Language::tag)));
    keys.extend(of("registration-", &["undecided", "registered", "filed", "minor"]));
    keys.extend(of("personal-number-", &["se", "dk"]));
    for show in ["all", "unread", "undecided"] {
        keys.extend([format!("show-{show}"), format!("empty-mailbox-{show}")]);
    }
    for band in ["ready", "doubtful", "no-recipient", "blocked"] {
        keys.extend([format!("band-{band}"), format!("band-{band}-text")]);
    }
    keys.extend((1..=12).map(|month| format!("month-{month}")));
    keys.extend((1..=7).map(|day| format!("weekday-{day}")));
    let spoken = ["clock", "day", "or", "moment-today", "moment-yesterday", "moment-day", "moment-exact"];
    keys.extend(spoken.map(str::to_owned));
    keys.extend(["moment-second", "notice-subject"].map(str::to_owned));
    keys.into_iter().collect()
}

#[test]
fn invitation_holds_nothing_of_the_address() {
    let themes = themes();
    let page = pages_of(granby(&themes), Language::Sv).into_iter().find(|(name, _)| *name == "invitation");
    let (_, html) = page.expect("there is an invitation page");
    assert!(!html.contains("action=\"/m/") && !html.contains("/m/"), "nothing of a reference");
    assert!(
        html.contains("<form class=\"kv-paper kv-paper--pad kv-stack\" method=\"post\" aria-label"),
        "no action"
    );
}

#[test]
fn every_file_that_a_page_asks_for_is_there() {
    let themes = themes();
    let theme = granby(&themes);
    let base = format!("/static/{}/", theme.hash());
    let icons = theme.file("icons.svg").expect("there are icons");
    let icons = String::from_utf8_lossy(&icons.bytes).into_owned();
    for (name, html) in pages_of(theme, Language::En) {
        for rest in html.split(&base).skip(1) {
            let path = rest.split('"').next().unwrap_or_default();
            match path.split_once('#') {
                Some((_, icon)) => {
                    assert!(icons.contains(&format!("id=\"{icon}\"")), "{name}: no icon {icon}");
                }
                None if path.starts_with("vendor/") => {}
                None => assert!(theme.file(path).is_some(), "{name}: no file {path}"),
            }
        }
    }
    assert!(themes.with_hash(theme.hash()).is_some());
    assert_ne!(theme.hash(), themes.built_in().hash());
}

#[test]
fn the_notice_says_what_it_must_and_nothing_else() {
    let themes = themes();
    let theme = granby(&themes);
    for language in Language::ALL {
        for code in [Some("H4K9-TR2M"), None] {
            let notice = samples::notice(code);
            let letter = theme.notice(language, &notice).expect("the notice is written");
            keep(&format!("mail.granby.{}.html", language.tag()), letter.html.as_bytes());
            for body in [&letter.text, &letter.html] {
                for part in ["Granby kommun", &notice.link, "BankID", "0980-319 20", &notice.get_eid_url] {
                    assert!(body.contains(part), "{}: {part} is missing", language.tag());
                }
                assert_eq!(body.contains("H4K9-TR2M"), code.is_some());
                assert!(!body.contains("var(--") && !body.contains("<script") && !body.contains("**"));
            }
            assert!(letter.html.contains("style=\""), "styles are written into the elements");
            assert!(!letter.text.contains("&amp;") && !letter.text.contains('<'), "plain text is plain");
        }
    }
    let swedish = theme.notice(Language::Sv, &samples::notice(Some("H4K9-TR2M"))).expect("written");
    assert_eq!(swedish.subject, "Du har fått ett säkert meddelande från Granby kommun");
    assert!(swedish.text.contains("Du kan läsa det till och med den 20 december 2026 (30 dagar)."));
}

/// Keeps what a test drew, where `KUVERT_PAGES` names a folder, so that a person can look at it.
fn keep(path: &str, content: &[u8]) {
    #[expect(clippy::disallowed_methods, reason = "a developer's switch, read by a test only")]
    let Ok(folder) = std::env::var("KUVERT_PAGES") else { return };
    let path = Path::new(&folder).join(path);
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder is made");
    fs::write(path, content).expect("the page is written");
}
