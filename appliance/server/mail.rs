//! Notices as e-mail: written with the theme's words, handed to one relay by SMTP.
//!
//! The relay's "250" is all that is known here; whether anybody read the mail is not. A notice holds no subject, text,
//! name or number of the message it announces, and nothing of it is logged.

use jiff::Timestamp;
use kuvert_domain::{address::EmailAddress, language::Language};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use crate::{
    config::{SmtpSection, SmtpTls},
    theme::Letter,
};

/// A notice ready to be handed over.
pub struct Envelope {
    /// The municipality's name, as the sender's.
    pub from_name: String,
    /// The address that notices come from.
    pub from: EmailAddress,
    /// Where it goes.
    pub to: EmailAddress,
    /// `…@host`, without brackets; the same at each attempt.
    pub message_id: String,
    /// When it is written.
    pub date: Timestamp,
    /// The language it is in.
    pub language: Language,
    /// Its words.
    pub letter: Letter,
}

/// Hands mails to the relay.
pub struct Postman(AsyncSmtpTransport<Tokio1Executor>);

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The relay is out of reach, busy, or not set up for us: the same mail may pass later.
    #[error("not taken now: {0}")]
    Later(String),
    /// The relay says that this recipient cannot be reached.
    #[error("refused for good: {0}")]
    ForGood(String),
    /// The mail or the connection cannot be set up at all.
    #[error("{0}")]
    Unusable(String),
}

impl Postman {
    /// Prepares connections to the relay; opens none yet.
    pub fn new(section: &SmtpSection) -> Result<Self, MailError> {
        let parameters = || -> Result<TlsParameters, lettre::transport::smtp::Error> {
            let mut builder = TlsParameters::builder(section.host.clone());
            if let Some(pem) = &section.ca_pem {
                builder = builder.add_root_certificate(Certificate::from_pem(pem.as_bytes())?);
            }
            builder.build_rustls()
        };
        let unusable = |error: lettre::transport::smtp::Error| MailError::Unusable(format!("smtp: {error}"));
        let tls = match section.tls {
            SmtpTls::None => Tls::None,
            SmtpTls::StartTls => Tls::Required(parameters().map_err(unusable)?),
            SmtpTls::Wrapped => Tls::Wrapper(parameters().map_err(unusable)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&section.host)
            .port(section.port)
            .tls(tls)
            .timeout(Some(section.timeout));
        if let Some((user, password)) = &section.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        Ok(Self(builder.build()))
    }

    /// Hands one mail over and waits for the relay's answer.
    pub async fn hand_over(&self, envelope: Envelope) -> Result<(), MailError> {
        let message = write(envelope)?;
        match self.0.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if is_about_the_recipient(&error) => Err(MailError::ForGood(code_of(&error))),
            Err(error) => Err(MailError::Later(code_of(&error))),
        }
    }
}

/// Only these codes speak of the recipient; others (no login, no relaying, no TLS) are for an administrator to mend, and
/// the notice waits meanwhile. <https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3>
fn is_about_the_recipient(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().map(u16::from);
    matches!(code, Some(550 | 551 | 553 | 556))
}

/// The status alone: a relay's words often repeat the address.
fn code_of(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("SMTP {code}"),
        None if error.is_timeout() => "timeout".to_owned(),
        None => "no answer".to_owned(),
    }
}

fn write(envelope: Envelope) -> Result<Message, MailError> {
    let unusable = |what: &str| MailError::Unusable(format!("a notice's {what} cannot be written"));
    let Letter { subject, text, html } = envelope.letter;
    let from: Address = envelope.from.as_str().parse().map_err(|_| unusable("sender"))?;
    let to: Address = envelope.to.as_str().parse().map_err(|_| unusable("recipient"))?;
    Message::builder()
        .from(Mailbox::new(Some(envelope.from_name), from))
        .to(Mailbox::new(None, to))
        .subject(subject)
        .message_id(Some(format!("<{}>", envelope.message_id)))
        .date(envelope.date.into())
        .header(AutoSubmitted)
        .header(ContentLanguage(envelope.language))
        .multipart(MultiPart::alternative_plain_html(text, html))
        .map_err(|_| unusable("form"))
}

/// Says that no answer is expected, so that out-of-office programs keep quiet.
/// <https://www.rfc-editor.org/rfc/rfc3834#section-5>
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The language, for screen readers and filters.
#[derive(Clone)]
struct ContentLanguage(Language);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.parse()?))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.tag().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_who_when_and_that_nobody_sits_behind_it() {
        let address = |text| EmailAddress::parse(text).unwrap();
        let envelope = Envelope {
            from_name: "Granby kommun".to_owned(),
            from: address("noreply@granby.example"),
            to: address("astrid@example.org"),
            message_id: "abc.kuvert@granby.example".to_owned(),
            date: "2026-05-12T12:05:00Z".parse().unwrap(),
            language: Language::Sv,
            letter: Letter {
                subject: "Du har fått ett säkert meddelande från Granby kommun".to_owned(),
                text: "Hej!".to_owned(),
                html: "<p>Hej!</p>".to_owned(),
            },
        };
        let mail = String::from_utf8(write(envelope).unwrap().formatted()).unwrap();
        for line in [
            "From: \"Granby kommun\" <noreply@granby.example>\r\n",
            "To: astrid@example.org\r\n",
            "Message-ID: <abc.kuvert@granby.example>\r\n",
            "Date: Tue, 12 May 2026 12:05:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Language: sv\r\n",
            "Content-Type: multipart/alternative",
        ] {
            assert!(mail.contains(line), "{line} is missing in\n{mail}");
        }
    }
}
