//! Just enough DER writing for an OCSP answer.
//!
//! It writes and never reads; what is put in is trusted to be of the right kind.

/// One DER value: tag, length, content.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    let wide = length.to_be_bytes();
    let significant = wide.iter().copied().skip_while(|byte| *byte == 0);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes: Vec<u8> = significant.collect();
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0x7f));
            out.extend(bytes);
        }
    }
    out.extend_from_slice(content);
    out
}

/// `SEQUENCE` of finished values.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(0x30, &parts.concat())
}

/// `OCTET STRING`.
pub(crate) fn octets(content: &[u8]) -> Vec<u8> {
    value(0x04, content)
}

/// `BIT STRING` of whole bytes.
pub(crate) fn bits(content: &[u8]) -> Vec<u8> {
    value(0x03, &[&[0], content].concat())
}

/// `OBJECT IDENTIFIER` from its already encoded content.
pub(crate) fn oid(content: &[u8]) -> Vec<u8> {
    value(0x06, content)
}

/// `[number]`, constructed.
pub(crate) fn tagged(number: u8, content: &[u8]) -> Vec<u8> {
    value(0xa0 | number, content)
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn lengths_take_as_many_bytes_as_they_need() {
        assert_eq!(value(4, &[7]), [4, 1, 7]);
        assert_eq!(value(4, &[0; 127])[..2], [4, 127]);
        assert_eq!(value(4, &[0; 128])[..3], [4, 0x81, 128]);
        assert_eq!(value(4, &[0; 300])[..4], [4, 0x82, 1, 44]);
    }
}
