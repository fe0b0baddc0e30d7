//! Whether an icon is only a drawing.
//!
//! Icons are shown by `<img>`, where nothing in them runs; this check is the second lock. It is a list of what may be,
//! not of what may not.

const ELEMENTS: [&str; 14] = [
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "title",
    "desc",
    "defs",
    "linearGradient",
    "stop",
];

/// Whether the text is made of shapes alone: known elements, no entities, no links, no handlers, no styles.
pub(crate) fn is_harmless(svg: &str) -> bool {
    let svg = svg.trim();
    let tags: Vec<&str> = svg.split('<').skip(1).collect();
    svg.starts_with("<svg ")
        && svg.ends_with("</svg>")
        && !svg.contains('&')
        && tags.iter().all(|tag| {
            let name = tag.trim_start_matches('/');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            name.split_at_checked(end).is_some_and(|(name, _)| ELEMENTS.contains(&name))
                && tag.contains('>')
                && attributes_are_harmless(tag)
        })
}

fn attributes_are_harmless(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    !tag.contains("href")
        && !tag.contains("style")
        && !tag.contains("javascript:")
        && !tag
            .split(|c: char| c.is_ascii_whitespace() || c == '/' || c == '"' || c == '\'')
            .any(|word| word.starts_with("on"))
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn shapes_pass_and_nothing_else() {
        assert!(is_harmless(
            r##"<svg xmlns="http://www.w3.org/2000/svg"><g fill="#fff"><path d="M0 0h1"/></g></svg>"##
        ));
        for svg in [
            "",
            "<svg >",
            "<svg ><script>x</script></svg>",
            r#"<svg onload="x"></svg>"#,
            r#"<svg ><rect onclick="x"/></svg>"#,
            r#"<svg ><a href="x"></a></svg>"#,
            r#"<svg ><image href="x"/></svg>"#,
            r#"<svg ><rect style="x"/></svg>"#,
            "<svg ><style>x</style></svg>",
            "<!DOCTYPE x><svg ></svg>",
            "<svg >&x;</svg>",
            "<svg ><foreignObject></foreignObject></svg>",
        ] {
            assert!(!is_harmless(svg), "{svg}");
        }
    }
}
