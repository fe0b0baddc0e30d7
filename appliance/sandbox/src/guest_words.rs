//! What a guest says, made fit for a log line, an audit line and a terminal.
//!
//! Whatever a guest chose and the host repeats goes through here: it stays one line, it is short, and digits that could be
//! an identity number go out. Texts for people are another matter: they are the bundle's own, in `plugin::texts`.

/// The most that is repeated of one word of a guest: a path, a name, a code.
const WORD_BYTES: usize = 160;

/// A word of a guest inside a sentence of the host.
pub(crate) fn word(said: &str) -> String {
    tidy(said, WORD_BYTES)
}

/// Cuts, escapes control characters, and blanks every run of six digits or more.
pub(crate) fn tidy(message: &str, bytes: usize) -> String {
    let mut line = String::new();
    let mut digits = String::new();
    for character in message.chars().chain(['\n']) {
        if character.is_ascii_digit() || (character == '-' && !digits.is_empty()) {
            digits.push(character);
            continue;
        }
        let count = digits.chars().filter(char::is_ascii_digit).count();
        line.push_str(if count < 6 { &digits } else { "…" });
        digits.clear();
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line.truncate(line.len().saturating_sub("\\n".len()));
    while line.len() > bytes {
        line.pop();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_without_numbers() {
        assert_eq!(tidy("a\nERROR x\u{1b}[2J", 100), "a\\nERROR x\\u{1b}[2J");
        assert_eq!(tidy("who: 19990807-2391, port 8443, 990807", 100), "who: …, port 8443, …");
        assert_eq!(tidy("äää", 3), "ä");
    }
}
