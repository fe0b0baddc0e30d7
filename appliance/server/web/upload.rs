//! Forms with files: read part by part, each file streamed on as it arrives.
//!
//! Memory stays flat: no file is ever held, and text fields are bounded. What the file may be is for the service to say;
//! here only the form is understood.

use std::io;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use kuvert_domain::limits::{MAX_BODY_CHARS, MAX_FILE_BYTES, MAX_FILES};
use multer::{Constraints, Field, Multipart, SizeLimit};

use super::{
    fault::Fault,
    form::{Form, RawBody},
};

/// All text of one form together: the longest allowed text, every character at its widest, and some room for the rest.
const TEXT_BYTES: usize = 4 * MAX_BODY_CHARS + 16 * 1024;
/// More fields and more files than any form of ours sends; a few files too many still get a kind answer.
const PARTS: usize = 32 + 4 * MAX_FILES;

/// The parts of a form, in the order in which they come.
///
/// Invariant: what is kept of one request, its texts and what was said about its files, is bounded as a whole.
pub(super) struct Parts {
    multipart: Multipart<'static>,
    count: usize,
    text_bytes: usize,
}

/// A file on its way in.
pub(super) struct IncomingFile {
    /// The name that the sender's program gave it; not yet judged.
    pub(super) name: String,
    field: Field<'static>,
}

/// One part of the form.
#[expect(clippy::large_enum_variant, reason = "a part is looked at once and passed on, never kept")]
enum Part {
    Field(String, String),
    File(IncomingFile),
    Nothing,
}

impl Parts {
    pub(super) fn open(body: RawBody) -> Result<Self, Fault> {
        let boundary = multer::parse_boundary(&body.content_type)
            .map_err(|_| Fault::Unreadable("not a form with files"))?;
        let whole = (MAX_FILES as u64 + 1) * MAX_FILE_BYTES;
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(whole));
        let multipart = Multipart::with_constraints(body.stream, boundary, limits);
        Ok(Self { multipart, count: 0, text_bytes: 0 })
    }

    /// The first field, which must have this name.
    pub(super) async fn first_field(&mut self, name: &str) -> Result<String, Fault> {
        match self.next_part().await? {
            Some(Part::Field(field, value)) if field == name => Ok(value),
            _ => Err(Fault::Stale),
        }
    }

    /// Reads on until the next file or the end, and puts every field passed on the way into `form`.
    pub(super) async fn next_file(&mut self, form: &mut Form) -> Result<Option<IncomingFile>, Fault> {
        loop {
            match self.next_part().await? {
                None => return Ok(None),
                Some(Part::File(file)) => return Ok(Some(file)),
                Some(Part::Field(name, value)) => form.push(name, value),
                Some(Part::Nothing) => {}
            }
        }
    }

    async fn next_part(&mut self) -> Result<Option<Part>, Fault> {
        let Some(field) = self.multipart.next_field().await.map_err(|error| fault(&error))? else {
            return Ok(None);
        };
        self.count += 1;
        if self.count > PARTS {
            return Err(Fault::TooLarge);
        }
        match field.file_name().map(str::to_owned) {
            // A browser sends an empty part for a file field in which nothing was chosen.
            Some(name) if name.is_empty() => Ok(Some(Part::Nothing)),
            Some(name) => Ok(Some(Part::File(IncomingFile { name, field }))),
            None => {
                let name = field.name().unwrap_or_default().to_owned();
                let value = self.text_of(field).await?;
                Ok(Some(Part::Field(name, value)))
            }
        }
    }
}

impl Parts {
    async fn text_of(&mut self, mut field: Field<'static>) -> Result<String, Fault> {
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| fault(&error))? {
            self.text_bytes += chunk.len();
            if self.text_bytes > TEXT_BYTES {
                return Err(Fault::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes).map_err(|_| Fault::Unreadable("text that is not UTF-8"))
    }
}

impl IncomingFile {
    /// Name and content.
    pub(super) fn into_stream(self) -> (String, impl Stream<Item = io::Result<Bytes>> + Send + Unpin) {
        (self.name, self.field.map(|chunk| chunk.map_err(io::Error::other)))
    }
}

fn fault(error: &multer::Error) -> Fault {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => Fault::TooLarge,
        _ => Fault::Unreadable("a form with files that broke off or makes no sense"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> RawBody {
        // One byte at a time, as the worst network would deliver it.
        let bytes: Vec<_> = text.as_bytes().iter().map(|byte| Ok(Bytes::copy_from_slice(&[*byte]))).collect();
        RawBody {
            content_type: "multipart/form-data; boundary=X".to_owned(),
            stream: Box::pin(futures_util::stream::iter(bytes)),
        }
    }

    #[tokio::test]
    async fn fields_and_files_come_in_their_order() {
        let text = "--X\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n\
            --X\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nHej!\r\n\
            --X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\"\r\n\r\n\r\n\
            --X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\nabc\r\n\
            --X\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nsend\r\n--X--\r\n";
        let mut parts = Parts::open(body(text)).unwrap();
        assert_eq!(parts.first_field("csrf").await.unwrap(), "token");
        let mut form = Form::default();
        let (name, stream) = parts.next_file(&mut form).await.unwrap().unwrap().into_stream();
        assert_eq!((name.as_str(), form.text("text")), ("a.txt", "Hej!"));
        let content: Vec<u8> = stream.map(|chunk| chunk.unwrap().to_vec()).concat().await;
        assert_eq!(content, b"abc");
        assert!(parts.next_file(&mut form).await.unwrap().is_none());
        assert_eq!(form.text("action"), "send");
    }

    #[tokio::test]
    async fn the_token_comes_first_or_nothing_is_read() {
        let text = "--X\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nHej!\r\n--X--\r\n";
        let mut parts = Parts::open(body(text)).unwrap();
        assert!(matches!(parts.first_field("csrf").await, Err(Fault::Stale)));
    }

    #[tokio::test]
    async fn a_form_that_breaks_off_is_a_fault() {
        let mut parts = Parts::open(body("--X\r\nContent-Disposition: form-data; na")).unwrap();
        assert!(matches!(parts.first_field("csrf").await, Err(Fault::Unreadable(_))));
    }

    #[tokio::test]
    async fn what_is_kept_of_one_request_is_bounded_as_a_whole() {
        let file = "--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"x.exe\"\r\n\r\nMZ\r\n";
        let mut parts = Parts::open(body(&file.repeat(200))).unwrap();
        let mut form = Form::default();
        let mut files = 0;
        let end = loop {
            match parts.next_file(&mut form).await {
                Ok(Some(_)) => files += 1,
                other => break other.map(|_| ()),
            }
        };
        assert!(matches!(end, Err(Fault::TooLarge)) && files <= PARTS, "{files}");

        let text =
            format!("--X\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{}\r\n", "a".repeat(30_000));
        let mut parts = Parts::open(body(&format!("{text}{file}").repeat(20))).unwrap();
        let mut form = Form::default();
        let end = loop {
            match parts.next_file(&mut form).await {
                Ok(Some(_)) => {}
                other => break other.map(|_| ()),
            }
        };
        assert!(matches!(end, Err(Fault::TooLarge)));
    }
}
