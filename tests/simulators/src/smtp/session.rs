//! One conversation with a mail client: commands in, answers out, a mail at the end.
//!
//! Commands, data and their dots are read by `smtp-proto`; the order of the commands and the answers are decided here.
//! It does not judge what a mail says.

use std::slice::Iter;
use std::time::Duration;

use smtp_proto::request::receiver::{DataReceiver, RequestReceiver};
use smtp_proto::{
    EXT_8BIT_MIME, EXT_ENHANCED_STATUS_CODES, EXT_PIPELINING, EXT_SIZE, EXT_SMTP_UTF8, EXT_START_TLS,
    EhloResponse, Error, MailFrom, Request,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::mail::Mails;
use super::mood::Mood;

/// The largest mail it takes.
const MAX_MAIL_BYTES: usize = 10 * 1024 * 1024;
/// A client that is silent for this long is hung up on.
const PATIENCE: Duration = Duration::from_mins(1);
const HOST: &str = "mail.simulator.example";

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Who the client is and what it has said about the next mail.
struct Session {
    mails: Mails,
    offers_tls: bool,
    secured: bool,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// What the bytes that come are read as.
enum Reading {
    Commands(RequestReceiver),
    Data(DataReceiver, Vec<u8>),
}

/// What a command leads to, beside its answer.
enum Next {
    Command,
    Data,
    Tls,
    Goodbye,
}

/// Takes connections until it is dropped.
pub(crate) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, mails: Mails) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        while connections.try_join_next().is_some() {}
        if mails.connected() == Mood::Down {
            continue;
        }
        let (tls, mails) = (tls.clone(), mails.clone());
        connections.spawn(async move {
            if let Err(error) = converse(Box::new(stream), tls, mails).await {
                tracing::debug!(%error, "mail client left");
            }
        });
    }
}

async fn converse(
    mut stream: Box<dyn Stream>,
    tls: Option<TlsAcceptor>,
    mails: Mails,
) -> std::io::Result<()> {
    let mut session = Session::new(mails, tls.is_some());
    let mut reading = Reading::Commands(RequestReceiver::default());
    let mut buffer = vec![0; 16 * 1024];
    stream.write_all(format!("220 {HOST} ESMTP simulator\r\n").as_bytes()).await?;
    loop {
        let count = timeout(PATIENCE, stream.read(&mut buffer)).await??;
        if count == 0 {
            return Ok(());
        }
        let mut bytes = buffer.get(..count).unwrap_or_default().iter();
        let (answer, next) = session.hear(&mut reading, &mut bytes);
        stream.write_all(&answer).await?;
        match (next, &tls) {
            (Next::Goodbye, _) => return stream.shutdown().await,
            (Next::Tls, Some(tls)) => {
                // What the client sent before the handshake is forgotten: it could have been put there by others.
                stream = Box::new(tls.accept(stream).await?);
                session = Session { secured: true, ..Session::new(session.mails, false) };
                reading = Reading::Commands(RequestReceiver::default());
            }
            (Next::Tls | Next::Command | Next::Data, _) => {}
        }
    }
}

impl Session {
    fn new(mails: Mails, offers_tls: bool) -> Self {
        Self { mails, offers_tls, secured: false, greeted: false, from: None, to: Vec::new() }
    }

    /// Reads what came, which may be half a command or ten (PIPELINING), and gathers the answers.
    fn hear(&mut self, reading: &mut Reading, bytes: &mut Iter<'_, u8>) -> (Vec<u8>, Next) {
        let mut answers = Vec::new();
        loop {
            match reading {
                Reading::Data(receiver, data) => {
                    if !receiver.ingest(bytes, data) {
                        return (answers, Next::Data);
                    }
                    let data = std::mem::take(data);
                    answers.extend(self.deliver(data).as_bytes());
                    *reading = Reading::Commands(RequestReceiver::default());
                }
                Reading::Commands(receiver) => {
                    let next = match receiver.ingest(bytes) {
                        Ok(request) => self.answer(&request.into_owned(), &mut answers),
                        Err(Error::NeedsMoreData { .. }) => return (answers, Next::Command),
                        Err(error) => {
                            answers.extend(complaint(&error).as_bytes());
                            Next::Command
                        }
                    };
                    match next {
                        Next::Command => {}
                        Next::Data => *reading = Reading::Data(DataReceiver::new(), Vec::new()),
                        Next::Tls | Next::Goodbye => return (answers, next),
                    }
                }
            }
        }
    }

    fn answer(&mut self, request: &Request<String>, answers: &mut Vec<u8>) -> Next {
        let (line, next) = match request {
            Request::Ehlo { .. } => {
                self.reset();
                self.greeted = true;
                answers.extend(self.capabilities());
                return Next::Command;
            }
            Request::Helo { .. } => {
                self.reset();
                self.greeted = true;
                (format!("250 {HOST}"), Next::Command)
            }
            Request::Mail { from } => (self.mail(from), Next::Command),
            Request::Rcpt { to } => (self.recipient(&to.address), Next::Command),
            Request::Data if self.to.is_empty() => ("503 5.5.1 No recipient yet".into(), Next::Command),
            Request::Data => ("354 End with a line that holds only a dot".into(), Next::Data),
            Request::StartTls if self.offers_tls => ("220 2.0.0 Go ahead".into(), Next::Tls),
            Request::Rset => {
                self.reset();
                ("250 2.0.0 Forgotten".into(), Next::Command)
            }
            Request::Noop { .. } => ("250 2.0.0 Still here".into(), Next::Command),
            Request::Quit => ("221 2.0.0 Goodbye".into(), Next::Goodbye),
            _ => ("502 5.5.1 Not offered".into(), Next::Command),
        };
        answers.extend(line.as_bytes());
        answers.extend(b"\r\n");
        next
    }

    fn capabilities(&self) -> Vec<u8> {
        let mut greeting = EhloResponse::new(HOST);
        greeting.capabilities =
            EXT_8BIT_MIME | EXT_ENHANCED_STATUS_CODES | EXT_PIPELINING | EXT_SIZE | EXT_SMTP_UTF8;
        if self.offers_tls {
            greeting.capabilities |= EXT_START_TLS;
        }
        greeting.size = MAX_MAIL_BYTES;
        let mut lines = Vec::new();
        // Writing to memory can't fail.
        let _ = greeting.write(&mut lines);
        lines
    }

    fn mail(&mut self, from: &MailFrom<String>) -> String {
        if !self.greeted {
            return "503 5.5.1 Say EHLO first".into();
        }
        if from.size > MAX_MAIL_BYTES {
            return "552 5.3.4 Too large".into();
        }
        self.from = Some(from.address.clone());
        self.to.clear();
        "250 2.1.0 Sender noted".into()
    }

    fn recipient(&mut self, address: &str) -> String {
        let answer = match self.mails.mood() {
            _ if self.from.is_none() => "503 5.5.1 Say MAIL first",
            Mood::Deferring => "451 4.7.1 Come back later",
            Mood::Refusing => "550 5.1.1 Nobody here has that address",
            _ if address.to_lowercase().starts_with("noreply@") => {
                "550 5.1.1 This address does not take mail"
            }
            Mood::Open | Mood::Down => {
                self.to.push(address.to_owned());
                "250 2.1.5 Recipient noted"
            }
        };
        answer.into()
    }

    fn deliver(&mut self, data: Vec<u8>) -> String {
        let (from, to) = (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to));
        if data.len() > MAX_MAIL_BYTES {
            return "552 5.3.4 Too large\r\n".into();
        }
        let id = self.mails.deliver(from, to, self.secured, data);
        format!("250 2.0.0 Kept as {id}\r\n")
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }
}

fn complaint(error: &Error) -> &'static str {
    match error {
        Error::UnknownCommand | Error::InvalidResponse { .. } | Error::NeedsMoreData { .. } => {
            "500 5.5.1 Unknown command\r\n"
        }
        Error::InvalidSenderAddress => "501 5.1.7 That is no sender\r\n",
        Error::InvalidRecipientAddress => "501 5.1.3 That is no recipient\r\n",
        Error::SyntaxError { .. } | Error::InvalidParameter { .. } => "501 5.5.4 Not understood\r\n",
        Error::UnsupportedParameter { .. } => "555 5.5.4 Parameter not offered\r\n",
        Error::ResponseTooLong => "500 5.5.2 Line too long\r\n",
    }
}
