//! The mail server as a mail client meets it, byte by byte, and the mails as tests read them.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use rustls::pki_types::ServerName;
use rustls::version::TLS13;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{Mood, Smtp, SmtpSettings};
use crate::ca::Authority;
use crate::clock::ManualClock;
use crate::testing::{send, tls};

const LETTER: &str = "From: =?utf-8?Q?Granby_kommun?= <noreply@granby.example>\r\nTo: astrid@example.org\r\n\
Subject: =?utf-8?Q?Du_har_f=C3=A5tt_ett_s=C3=A4kert_meddelande?=\r\nMessage-ID: <1@granby.example>\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
Öppna (https://granby.localhost/m/abc).\r\n..gömd punkt\r\n\
--b\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p><img src=\"cid:shield\"> Hej</p>\r\n\
--r\r\nContent-Type: image/png\r\nContent-ID: <shield>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n--r--\r\n--b--\r\n";

struct Client<S>(BufReader<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// Sends lines and reads as many answers, the last line of each.
    async fn say(&mut self, text: &str, answers: usize) -> Vec<String> {
        self.0.write_all(text.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        while heard.len() < answers {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).await.unwrap() > 0, "hung up");
            if line.as_bytes()[3] == b' ' {
                heard.push(line.trim_end().to_owned());
            }
        }
        heard
    }

    async fn code(&mut self, line: &str) -> String {
        self.say(&format!("{line}\r\n"), 1).await[0][..3].to_owned()
    }

    async fn letter(&mut self, to: &str) -> Vec<String> {
        let head = format!("MAIL FROM:<bounce@granby.example> SIZE=900\r\nRCPT TO:<{to}>\r\nDATA\r\n");
        let mut answers = self.say(&head, 3).await;
        answers.extend(self.say(&format!("{LETTER}.\r\n"), 1).await);
        answers
    }
}

async fn server(authority: Option<&Authority>) -> Smtp {
    let tls = authority.map(|authority| authority.server(&["localhost"]).unwrap());
    let clock = ManualClock::at(1_795_000_000_000).sim();
    Smtp::start(SmtpSettings { port: 0, page_port: 0, clock, tls }).await.unwrap()
}

async fn connect(smtp: &Smtp) -> Client<TcpStream> {
    let mut client = Client(BufReader::new(TcpStream::connect(smtp.address()).await.unwrap()));
    assert!(client.say("", 1).await[0].starts_with("220"));
    client
}

async fn greeted(smtp: &Smtp) -> Client<TcpStream> {
    let mut client = connect(smtp).await;
    assert_eq!(client.code("EHLO here").await, "250");
    client
}

#[tokio::test]
async fn a_letter_arrives_whole_and_readable() {
    let smtp = server(None).await;
    let heard = greeted(&smtp).await.letter("Astrid@example.org").await;
    assert_eq!(heard.iter().map(|line| &line[..3]).collect::<Vec<_>>(), ["250", "250", "354", "250"]);
    let mail = smtp.mails().next_for("astrid@example.org").await;
    assert_eq!(mail.subject(), "Du har fått ett säkert meddelande");
    assert_eq!(mail.header("Message-ID").as_deref(), Some("<1@granby.example>"));
    assert!(mail.text().contains("\n.gömd punkt"), "dots are unstuffed: {}", mail.text());
    assert_eq!(mail.links(), ["https://granby.localhost/m/abc"]);
    assert_eq!(mail.html().unwrap().trim(), "<p><img src=\"cid:shield\"> Hej</p>");
    assert_eq!((mail.from.as_str(), mail.secured), ("bounce@granby.example", false));
}

#[tokio::test]
async fn the_next_mail_is_awaited_and_taken_once() {
    let smtp = server(None).await;
    let mails = smtp.mails();
    let waiting = mails.next_for("astrid@example.org");
    tokio::pin!(waiting);
    assert!(tokio::time::timeout(Duration::from_millis(20), &mut waiting).await.is_err());
    greeted(&smtp).await.letter("astrid@example.org").await;
    assert_eq!(waiting.await.id, 1);
    assert!(smtp.mails().take("astrid@example.org").is_none());
    assert_eq!(smtp.mails().all().len(), 1);
}

#[tokio::test]
async fn what_is_offered_is_said() {
    let smtp = server(None).await;
    let mut client = connect(&smtp).await;
    client.0.write_all(b"EHLO here\r\n").await.unwrap();
    let mut said = String::new();
    while !said.lines().last().is_some_and(|line| line.starts_with("250 ")) {
        client.0.read_line(&mut said).await.unwrap();
    }
    for offer in ["8BITMIME", "PIPELINING", "SIZE 10485760"] {
        assert!(said.contains(offer), "{said}");
    }
    assert!(!said.contains("STARTTLS"));
    assert_eq!(client.code("STARTTLS").await, "502");
}

#[tokio::test]
async fn nobody_can_write_to_noreply() {
    let smtp = server(None).await;
    let mut client = greeted(&smtp).await;
    client.code("MAIL FROM:<a@example.org>").await;
    assert_eq!(client.code("RCPT TO:<NoReply@granby.example>").await, "550");
    assert_eq!(client.code("DATA").await, "503");
}

#[tokio::test]
async fn commands_have_an_order_and_limits() {
    let smtp = server(None).await;
    let mut client = connect(&smtp).await;
    assert_eq!(client.code("MAIL FROM:<a@example.org>").await, "503");
    assert_eq!(client.code("EHLO here").await, "250");
    assert_eq!(client.code("RCPT TO:<b@example.org>").await, "503");
    assert_eq!(client.code("MAIL FROM:<a@example.org> SIZE=99999999").await, "552");
    assert_eq!(client.code("MAIL FROM:<a@example.org>").await, "250");
    assert_eq!(client.code("RSET").await, "250");
    assert_eq!(client.code("RCPT TO:<b@example.org>").await, "503");
    assert_eq!(client.code("NONSENSE").await, "500");
    assert_eq!(client.code("QUIT").await, "221");
}

#[tokio::test]
async fn a_server_that_defers_or_refuses_keeps_nothing() {
    let smtp = server(None).await;
    for (mood, code) in [(Mood::Deferring, "451"), (Mood::Refusing, "550")] {
        smtp.mails().set(mood);
        let mut client = greeted(&smtp).await;
        client.code("MAIL FROM:<a@example.org>").await;
        assert_eq!(client.code("RCPT TO:<b@example.org>").await, code);
    }
    assert!(smtp.mails().all().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_hangs_up() {
    let smtp = server(None).await;
    smtp.mails().set(Mood::Down);
    let mut client = BufReader::new(TcpStream::connect(smtp.address()).await.unwrap());
    let mut line = String::new();
    assert!(matches!(client.read_line(&mut line).await, Ok(0) | Err(_)));
    assert_eq!(smtp.mails().connections(), 1);
}

#[tokio::test]
async fn a_letter_may_come_over_tls() {
    let authority = Authority::new("Mail CA").unwrap();
    let smtp = server(Some(&authority)).await;
    let mut plain = greeted(&smtp).await;
    assert_eq!(plain.code("STARTTLS").await, "220");
    let config = tls(&authority.pem(), None, &[&TLS13]);
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(config).connect(name, plain.0.into_inner()).await.unwrap();
    let mut client = Client(BufReader::new(stream));
    assert_eq!(client.code("EHLO here").await, "250");
    client.letter("astrid@example.org").await;
    assert!(smtp.mails().next_for("astrid@example.org").await.secured);
}

#[tokio::test]
async fn the_page_shows_the_mail_without_its_tricks() {
    let smtp = server(None).await;
    greeted(&smtp).await.letter("astrid@example.org").await;
    let get = async |path: &str| {
        let request = Request::get(path).header("host", "127.0.0.1").body(Full::new(Bytes::new())).unwrap();
        send(smtp.pages.port(), None, request).await.unwrap()
    };
    assert!(get("/").await.text().contains("Du har fått ett säkert meddelande"));
    assert!(!get("/?to=ture@example.org").await.text().contains("/mail/1"));
    let text = get("/mail/1").await.text();
    assert!(text.contains(
        "(<a href=\"https://granby.localhost/m/abc\" rel=\"noreferrer\">https://granby.localhost/m/abc</a>)."
    ));
    let html = get("/mail/1/html").await;
    assert!(html.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"));
    assert!(html.text().contains("<img src=\"data:image/png;base64,iVBO\">"));
    assert!(get("/mail/1/raw").await.text().starts_with("From: "));
    assert_eq!(get("/mail/2").await.status, 404);
}
