//! A file of 99.5 MB from a browser's form to durable sealed chunks.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::Request;
use http_body_util::Full;
use kuvert_domain::limits::MAX_FILE_BYTES;

use crate::Options;
use crate::load::{per_second, send};
use crate::peers;
use crate::subject::Subject;
use crate::table::{Row, Target, median};

const BOUNDARY: &str = "kuvert-bench-boundary";
const MEGA: f64 = 1_000_000.0;

/// Over HTTPS, beside sealing and writing the same bytes.
pub(crate) async fn measure(options: &Options, subject: &Subject) -> anyhow::Result<Row> {
    let length = usize::try_from(MAX_FILE_BYTES)?;
    let csrf = subject.caseworker.page.attribute("input[name=csrf]", "value").unwrap_or_default();
    let body = body(&csrf, length);
    let (mut ours, mut limits) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        limits.push(peers::seal_and_write(subject.world.folder(), length)? / MEGA);
        let draft = subject.draft("Med en stor fil").await?;
        let request = Request::post(format!("/staff/draft/{draft}/file"))
            .header("Host", subject.server.authority())
            .header("Origin", format!("https://{}", subject.server.authority()))
            .header("Sec-Fetch-Site", "same-origin")
            .header("Cookie", subject.caseworker.cookies())
            .header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Full::from(body.clone()))?;
        let mut connection = subject.server.connect().await?;
        let began = Instant::now();
        send(&mut connection, request).await?;
        ours.push(per_second(length, began.elapsed()) / MEGA);
        subject.staff.delete_draft(draft).await?;
    }
    Ok(Row {
        what: "upload 99.5 MB over HTTPS",
        unit: "MB/s",
        ours: median(ours),
        limit: Some(("AES-GCM, write, fsync", median(limits))),
        target: Target::AtLeast(0.6),
        remark: String::new(),
    })
}

fn body(csrf: &str, length: usize) -> Bytes {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"ritning.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n%PDF-1.7\n"
    );
    let mut body = BytesMut::with_capacity(length + 1_024);
    body.extend_from_slice(head.as_bytes());
    body.resize(head.len() + length - "%PDF-1.7\n".len(), 7);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body.freeze()
}
