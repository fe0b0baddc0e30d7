//! A small PDF for the sample letters to carry: one page, one heading, a few lines.
//!
//! Plain text in the Latin alphabet only; it is no typesetter.

use std::fmt::Write;

/// A PDF 1.4 document of one page.
pub(crate) fn pdf(title: &str, lines: &[&str]) -> Vec<u8> {
    let mut page = format!("BT /F1 20 Tf 72 760 Td ({}) Tj /F1 12 Tf 0 -16 Td", escaped(title));
    for line in lines {
        let _ = write!(page, " 0 -20 Td ({}) Tj", escaped(line));
    }
    page.push_str(" ET");
    let page = latin(&page);
    let mut stream = format!("<< /Length {} >>\nstream\n", page.len()).into_bytes();
    stream.extend(page);
    stream.extend(b"\nendstream");
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        stream,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let trailer =
        format!("xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out.extend(trailer.bytes());
    out
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")
}

/// The text in Latin-1, which is what the font's encoding reads; other characters become a question mark.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::pdf;

    #[test]
    fn every_object_is_where_the_table_says() {
        let file = pdf("Intyg (kopia)", &["Rad ett", "Ännu en"]);
        let text: String = file.iter().map(|byte| char::from(*byte)).collect();
        let table = text.split("xref\n0 6\n").nth(1).unwrap();
        for (number, row) in table.lines().skip(1).take(5).enumerate() {
            let at: usize = row[..10].parse().unwrap();
            assert!(file[at..].starts_with(format!("{} 0 obj", number + 1).as_bytes()));
        }
        assert!(text.contains("(Intyg \\(kopia\\)) Tj"));
    }
}
