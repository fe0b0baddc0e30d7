//! What reaches the terminal: text alone.
//!
//! Security: much of what the command line says was written by strangers, in bundles that nobody has vouched for yet, and
//! a terminal obeys what it is sent. Everything goes through here, results and errors alike, so that no sentence has to
//! think of it.

use std::io::{self, Write};

/// Passes text on without what a terminal would obey or what would show it in another order.
pub(super) struct Plain<'a>(pub(super) &'a mut dyn Write);

impl Write for Plain<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(plain(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The text without control characters, line ends excepted, and without those that turn the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let harmless =
        |character: &char| *character == '\n' || !(character.is_control() || turns_the_direction(*character));
    text.chars().filter(harmless).collect()
}

fn turns_the_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_passes_and_what_a_terminal_obeys_does_not() {
        let mut out = Vec::new();
        writeln!(Plain(&mut out), "Å \u{1b}[2Jwiped\u{9b}31m, \u{202e}turned\r\u{7f}").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "Å [2Jwiped31m, turned\n");
    }
}
