//! Judges what a guest returns, before anybody else sees it.
//!
//! Addresses are built by the host and must lie under the trust profile's prefixes; claims are read by the host; times
//! and lengths are cut. What is left over is only which of its texts a plugin shows.

use crate::{
    Claim, Display, Failure, FailureClass, Fault, FaultCode, Message, Step, Wait,
    contract::{GuestFault, Location, MessageRef, provider},
    host::Host,
    outbound,
    profile::{self, reading},
};

/// A guest's step in the host's words.
pub(crate) fn step(host: &Host, step: provider::Step) -> Result<Step, Fault> {
    let limits = &host.shared.limits;
    match step {
        provider::Step::Redirect(location) => redirect(host, &location).map(Step::Redirect),
        provider::Step::Wait(wait) => Ok(Step::Wait(Wait {
            display: display(host, wait.display)?,
            poll_after_ms: wait.poll_after_ms.clamp(limits.poll_least_ms, limits.poll_most_ms),
            expires_at_ms: wait.expires_at_ms.min(latest(host)),
        })),
        provider::Step::Done(pointers) => {
            let claim = reading::claim(&host.bound.profile, &host.login.dossier, &pointers, limits)?;
            asked_to_say(host, &claim)?;
            Ok(Step::Done(claim))
        }
        provider::Step::Failed(failure) => Ok(Step::Failed(Failure {
            class: FailureClass::from_name(&failure.class),
            message: message(host, &failure.message),
            code: failure
                .code
                .chars()
                .filter(char::is_ascii_graphic)
                .take(host.shared.limits.code_bytes)
                .collect(),
            retryable: failure.retryable,
        })),
    }
}

/// A frame. Security: only the provider's own codes and links, so that a plugin cannot lead people elsewhere.
pub(crate) fn display(host: &Host, display: provider::Display) -> Result<Display, Fault> {
    let (links, limits) = (&host.bound.profile.links, &host.shared.limits);
    let checked = |what: &str, text: Option<String>, prefixes: &[String], limit: usize| match text {
        None => Ok(None),
        Some(text)
            if text.len() <= limit && text.is_ascii() && prefixes.iter().any(|p| text.starts_with(p)) =>
        {
            Ok(Some(text))
        }
        Some(_) => {
            Err(Fault::new(FaultCode::Denied, format!("{what} without a prefix of the trust profile")))
        }
    };
    Ok(Display {
        qr: checked("a QR code", display.qr, &links.qr, limits.qr_bytes)?,
        app_link: checked("an app link", display.app_link, &links.app, limits.app_link_bytes)?,
        message: message(host, &display.message),
        next_frame_ms: match display.next_frame_ms {
            0 => 0,
            some => some.clamp(limits.poll_least_ms, limits.poll_most_ms),
        },
    })
}

/// A fault that a guest reports. Its word for the cause is kept only where it is one of ours.
pub(crate) fn reported(fault: &GuestFault) -> Fault {
    let code = match fault.code.as_str() {
        "budget" => FaultCode::Budget,
        "config" => FaultCode::Config,
        "timeout" | "connect" | "tls" | "too-large" | "protocol" | "provider" | "state" | "issuer" => {
            FaultCode::Http
        }
        code if code.starts_with("provider:") || code.starts_with("token:") => FaultCode::Http,
        _ => FaultCode::Output,
    };
    let tidy = |text: &str| {
        text.chars().filter(|c| !c.is_control() && !c.is_ascii_digit()).take(200).collect::<String>()
    };
    let detail = format!("{}: {}", tidy(&fault.code), tidy(&fault.detail));
    Fault { retryable: fault.retryable, ..Fault::new(code, detail) }
}

/// Holds a claim to what the manifest asked for: whose residents the plugin may speak for, and how surely.
fn asked_to_say(host: &Host, claim: &Claim) -> Result<(), Fault> {
    match claim.country {
        Some(country) if !host.bound.may_assert(country, claim.level) => {
            let (country, level) = (country.code(), claim.level.name());
            let detail = format!("the manifest does not ask for identity.assert:{country}:{level}");
            Err(Fault::new(FaultCode::Denied, detail))
        }
        _ => Ok(()),
    }
}

fn redirect(host: &Host, location: &Location) -> Result<String, Fault> {
    let denied = |detail: &str| Fault::new(FaultCode::Denied, detail);
    let endpoint =
        host.bound.endpoint(&location.endpoint).ok_or_else(|| denied("a redirect to no endpoint"))?;
    if !outbound::is_clean_path(&location.path) {
        return Err(denied("a redirect with a path that is not plain"));
    }
    let query = location.query.iter().map(|pair| (pair.name.as_str(), pair.value.as_str()));
    let url = endpoint.address(&location.path, query);
    let prepared = host.login.attempt.as_ref().is_some_and(|attempt| attempt.address == url);
    let allowed = host.bound.profile.links.redirect.iter().any(|prefix| match profile::variable(prefix) {
        Some(_) => prepared,
        None => url.starts_with(prefix),
    });
    if !allowed {
        return Err(denied("a redirect that the trust profile does not allow"));
    }
    if url.len() > host.shared.limits.url_bytes {
        return Err(denied("a redirect that is too long"));
    }
    Ok(url)
}

fn message(host: &Host, message: &MessageRef) -> Message {
    let args = message.args.iter().map(|pair| (pair.name.as_str(), pair.value.as_str()));
    let text = host.bound.plugin.texts.format(host.language, &message.key, args);
    Message { key: message.key.chars().take(host.shared.limits.code_bytes).collect(), text }
}

fn latest(host: &Host) -> u64 {
    u64::try_from(host.shared.now_ms()).unwrap_or_default().saturating_add(host.shared.limits.login_ms)
}
