//! Which kinds of files may come in: the extension and the first bytes must tell the same story.
//!
//! Archives and programs are not on the list, and what is inside a document is not looked at.

use kuvert_domain::text::FileName;

/// The extensions that are taken, for the page that says so before someone runs into it.
pub const KNOWN: [&str; 24] = [
    "pdf", "jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "tif", "tiff", "docx", "xlsx", "pptx", "odt",
    "ods", "odp", "doc", "xls", "ppt", "rtf", "txt", "csv", "mp3", "mp4",
];

/// Whether a name's extension is on the list.
pub(super) fn is_allowed_name(name: &FileName) -> bool {
    KNOWN.contains(&name.extension().as_str())
}

/// Whether a file's first bytes are those of a file of that name.
pub(super) fn is_what_it_says(name: &FileName, head: &[u8]) -> bool {
    let found = infer::get(head).map(|kind| kind.mime_type());
    match name.extension().as_str() {
        "pdf" => found == Some("application/pdf"),
        "jpg" | "jpeg" => found == Some("image/jpeg"),
        "png" => found == Some("image/png"),
        "gif" => found == Some("image/gif"),
        "webp" => found == Some("image/webp"),
        "heic" | "heif" => is_heif(head),
        "tif" | "tiff" => found == Some("image/tiff"),
        "docx" | "xlsx" | "pptx" => is_zip(head) && !is_named(found, "application/java-archive"),
        "odt" => is_open_document(head, b"text"),
        "ods" => is_open_document(head, b"spreadsheet"),
        "odp" => is_open_document(head, b"presentation"),
        "doc" | "xls" | "ppt" => head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
        "rtf" => head.starts_with(b"{\\rtf"),
        "txt" | "csv" => is_plain_text(head),
        "mp3" => found == Some("audio/mpeg"),
        "mp4" => found == Some("video/mp4"),
        _ => false,
    }
}

fn is_named(found: Option<&str>, mime: &str) -> bool {
    found == Some(mime)
}

fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// An `OpenDocument` file stores its type first and uncompressed (ODF 1.3, part 2, 3.3).
fn is_open_document(head: &[u8], kind: &[u8]) -> bool {
    let mut marker = b"mimetypeapplication/vnd.oasis.opendocument.".to_vec();
    marker.extend_from_slice(kind);
    is_zip(head) && head.get(30..).is_some_and(|rest| rest.starts_with(&marker))
}

/// ISO/IEC 23008-12: a file type box with one of the still-image brands.
fn is_heif(head: &[u8]) -> bool {
    let brand = head.get(8..12);
    head.get(4..8) == Some(b"ftyp".as_slice())
        && [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc"].iter().any(|it| brand == Some(*it))
}

/// Text in any of the usual encodings: no control characters but those of lines, and nothing that is known otherwise.
fn is_plain_text(head: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    !head.iter().any(control)
        && !head.starts_with(b"%PDF")
        && !head.starts_with(b"{\\rtf")
        && !looks_active(head)
}

/// Pages and scripts under the name of a text.
fn looks_active(head: &[u8]) -> bool {
    let start: Vec<u8> = head.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let start = start.trim_ascii_start();
    [b"<!doctype".as_slice(), b"<html", b"<script", b"<svg", b"<?xml", b"#!"]
        .iter()
        .any(|it| start.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(name: &str, head: &[u8]) -> bool {
        let name = FileName::parse(name).unwrap();
        is_allowed_name(&name) && is_what_it_says(&name, head)
    }

    #[test]
    fn what_people_attach_is_taken() {
        assert!(takes("Intyg.PDF", b"%PDF-1.7\n..."));
        assert!(takes("foto.jpg", &[0xff, 0xd8, 0xff, 0xe0, 0, 0x10]));
        assert!(takes("foto.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"));
        assert!(takes("brev.docx", b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"));
        assert!(takes("brev.odt", b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0mimetypeapplication/vnd.oasis.opendocument.text"));
        assert!(takes("lista.csv", "namn;ålder\nÅsa;7\n".as_bytes()));
    }

    #[test]
    fn what_is_not_what_it_says_is_refused() {
        for (name, head) in [
            ("faktura.pdf", b"MZ\x90\0\x03".as_slice()),
            ("faktura.pdf.exe", b"MZ\x90\0\x03"),
            ("foto.jpg", b"<script>alert(1)</script>"),
            ("text.txt", b"<!DOCTYPE html><script>"),
            ("text.txt", b"\x7fELF\x02\x01\x01\0"),
            ("bild.svg", b"<svg xmlns="),
            ("arkiv.zip", b"PK\x03\x04"),
            ("makro.docm", b"PK\x03\x04"),
            ("namnlös", b"%PDF-1.7"),
        ] {
            assert!(!takes(name, head), "{name}");
        }
    }
}
