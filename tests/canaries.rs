//! Words that must never lie readable on disk or in the log, before and after the purge.
//!
//! It uses the real engine on real files and reads every byte of the data directory.

use std::fs;
use std::path::Path;

use kuvert_service::Engine;

use crate::appliance::{TestAppliance, story_with};

const SUBJECT: &str = "Kanariefågel-ämne";
const TEXT: &str = "Kanariefågel-text som ingen annan ska läsa";
const FILE_NAME: &str = "kanariefagel-bilaga.pdf";
const CONTENT: &str = "kanariefagel-innehall";
const ANSWER: &str = "Kanariefågel-svar";
const ADDRESS: &str = "kanariefagel@example.test";

#[test]
fn no_word_of_a_letter_lies_readable_on_disk_or_in_the_log() {
    let log = story_with(Engine::File, async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        let content = format!("%PDF-1.7\n{}", CONTENT.repeat(20_000));
        let letter = astrid.letter(SUBJECT, TEXT).addressed(ADDRESS).with(FILE_NAME, content.as_bytes());
        for mailbox in ["Bostadsanpassning", "Färdtjänst"] {
            bo.sends(&letter.clone().in_mailbox(mailbox)).await;
        }
        assert_nothing_readable(town, &astrid.person.number);

        let mail = astrid.mail_to(ADDRESS).await;
        assert!(astrid.follows(&mail).await.says(TEXT));
        astrid.answers(ANSWER, &[(FILE_NAME, content.as_bytes())]).await;
        assert_nothing_readable(town, &astrid.person.number);

        town.days_later(31).await;
        assert_nothing_readable(town, &astrid.person.number);
    });
    for word in [SUBJECT, TEXT, FILE_NAME, CONTENT, ANSWER, ADDRESS] {
        assert!(!log.contains(word), "the log says \"{word}\"");
    }
}

fn assert_nothing_readable(town: &TestAppliance, number: &str) {
    let (birth, rest) = number.split_at(8);
    let numbers = [number.to_owned(), number[2..].to_owned(), format!("{}-{rest}", &birth[2..])];
    let words = [SUBJECT, TEXT, FILE_NAME, CONTENT, ANSWER, ADDRESS].map(str::to_owned);
    let needles: Vec<Vec<u8>> = words
        .iter()
        .chain(&numbers)
        .flat_map(|word| [word.as_bytes().to_vec(), word.encode_utf16().flat_map(u16::to_le_bytes).collect()])
        .collect();
    let mut read = 0;
    for place in ["data", "cache"] {
        read += search(&town.world.folder().join(place), &needles);
    }
    assert!(read > 100_000, "only {read} bytes read: this test looks in the wrong place");
}

/// Reads every file below a folder, its name included, and gives the number of bytes.
pub(crate) fn search(folder: &Path, needles: &[Vec<u8>]) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let mut read = 0;
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            read += search(&path, needles);
            continue;
        }
        let mut bytes = fs::read(&path).unwrap_or_default();
        bytes.extend_from_slice(path.to_string_lossy().as_bytes());
        for needle in needles {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{} holds {:?}", path.display(), String::from_utf8_lossy(needle));
        }
        read += bytes.len();
    }
    read
}
