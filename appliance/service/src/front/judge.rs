//! The final say: what a plugin's step means for a login, and whom a claim lets in.
//!
//! The plugin proposes; level, number, audience and roles are checked here and nowhere else.

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    directory::{Audience, Municipality},
    help_code::HelpCode,
    id::MailboxId,
    number::Number,
    retention::local_day,
    text::DisplayName,
};
use kuvert_sandbox::{Claim, Failure, FailureClass, Fault, FaultCode, Step, Turn};
use kuvert_store::records::{self, Identity, LoginStage};

use super::{Front, LoginFault};
use crate::{ServiceError, core::Core};

/// The stage that a plugin's step leads to.
pub(super) fn stage(
    front: &Front,
    row: &records::Login,
    turn: Turn,
    now: Timestamp,
) -> Result<LoginStage, ServiceError> {
    let transaction = turn.transaction.to_bytes().to_vec();
    Ok(match turn.step {
        Step::Redirect(url) => LoginStage::Redirect { url, transaction },
        Step::Wait(wait) => {
            let pause = SignedDuration::from_millis(i64::from(wait.poll_after_ms));
            LoginStage::Waiting {
                transaction,
                next_poll: now.saturating_add(pause).unwrap_or(now),
                pause_ms: wait.poll_after_ms,
                expires: i64::try_from(wait.expires_at_ms)
                    .ok()
                    .and_then(|ms| Timestamp::from_millisecond(ms).ok())
                    .unwrap_or(row.ends)
                    .min(row.ends),
                unanswered: 0,
            }
        }
        Step::Done(claim) => match admit(front, row, &claim, now)? {
            Ok(identity) => LoginStage::Approved { identity, issued: None, parting: transaction },
            Err(class) => {
                // The same e-ID is not let in the next time either; for oneself instead of an organisation it may be.
                let lasts =
                    matches!(class, LoginFault::Assurance | LoginFault::NoNumber | LoginFault::NoRole);
                failed(&front.core, Ending { class, retryable: !lasts, ..Ending::retryable() })
            }
        },
        Step::Failed(failure) => {
            tracing::info!(failure.code = %failure.code, "login ended by the provider");
            let retryable = failure.retryable;
            failed(
                &front.core,
                Ending { class: class(&failure), retryable, message: failure.message.text, fault: "" },
            )
        }
    })
}

/// The stage after a fault of the machinery.
pub(super) fn failed_by(core: &Core, fault: &Fault) -> LoginStage {
    tracing::warn!(fault.code = %fault.code, fault.detail = %fault.detail, "login ended by a fault");
    let class = match fault.code {
        FaultCode::Http | FaultCode::Wall | FaultCode::Busy => LoginFault::ProviderDown,
        _ => LoginFault::Config,
    };
    let fault_code = fault.code.to_string();
    failed(core, Ending { class, retryable: fault.retryable, message: String::new(), fault: &fault_code })
}

/// A login that ran out of time.
pub(super) fn expired(core: &Core) -> LoginStage {
    failed(core, Ending { class: LoginFault::Expired, ..Ending::retryable() })
}

/// A login whose app came back to a browser that did not begin it.
pub(super) fn strayed(core: &Core) -> LoginStage {
    failed(core, Ending { class: LoginFault::Risk, ..Ending::retryable() })
}

/// How a login ends unhappily.
struct Ending<'a> {
    class: LoginFault,
    retryable: bool,
    message: String,
    fault: &'a str,
}

impl Ending<'_> {
    /// An end of which nobody said more, and after which trying again makes sense.
    const fn retryable() -> Self {
        Self { class: LoginFault::Unknown, retryable: true, message: String::new(), fault: "" }
    }
}

/// A login that is over. The reference joins the page to the log.
fn failed(core: &Core, ending: Ending<'_>) -> LoginStage {
    let Ending { class, retryable, message, fault } = ending;
    let reference = HelpCode::from_bytes(core.draw()).to_string();
    tracing::info!(login.reference = %reference, login.class = class.key(), "login failed");
    LoginStage::Failed {
        class: class.key().to_owned(),
        retryable,
        reference,
        message,
        fault: fault.to_owned(),
    }
}

/// The class behind a stored key.
pub(super) fn class_of(key: &str) -> LoginFault {
    [
        LoginFault::UserCancelled,
        LoginFault::Expired,
        LoginFault::NotStarted,
        LoginFault::Busy,
        LoginFault::Credential,
        LoginFault::Risk,
        LoginFault::Assurance,
        LoginFault::NoNumber,
        LoginFault::SecondFactor,
        LoginFault::Organisation,
        LoginFault::ProviderDown,
        LoginFault::Config,
        LoginFault::NoRole,
    ]
    .into_iter()
    .find(|class| class.key() == key)
    .unwrap_or(LoginFault::Unknown)
}

fn class(failure: &Failure) -> LoginFault {
    match failure.class {
        FailureClass::Cancelled => LoginFault::UserCancelled,
        FailureClass::Expired => LoginFault::Expired,
        FailureClass::NotStarted => LoginFault::NotStarted,
        FailureClass::Busy => LoginFault::Busy,
        FailureClass::Credential => LoginFault::Credential,
        FailureClass::Risk => LoginFault::Risk,
        FailureClass::Level => LoginFault::Assurance,
        FailureClass::NoNumber => LoginFault::NoNumber,
        FailureClass::SecondFactor => LoginFault::SecondFactor,
        FailureClass::ProviderDown => LoginFault::ProviderDown,
        FailureClass::Config => LoginFault::Config,
        FailureClass::Protocol => LoginFault::Unknown,
    }
}

/// Whom the claim lets in through this door, if anybody.
fn admit(
    front: &Front,
    row: &records::Login,
    claim: &Claim,
    now: Timestamp,
) -> Result<Result<Identity, LoginFault>, ServiceError> {
    let municipality = front.municipality()?;
    let method = front.method(&row.method, row.audience)?;
    if claim.level < method.min_level {
        return Ok(Err(LoginFault::Assurance));
    }
    Ok(match row.audience {
        Audience::Resident => resident(municipality, claim, now),
        Audience::Staff => staff(front, municipality, row, claim),
    })
}

/// Security: who signed in for an organisation is not let into a private mailbox, even when a number came along.
pub(super) fn resident(
    municipality: &Municipality,
    claim: &Claim,
    now: Timestamp,
) -> Result<Identity, LoginFault> {
    if claim.organisation.is_some() {
        return Err(LoginFault::Organisation);
    }
    if claim.country.is_some_and(|country| country != municipality.country) {
        return Err(LoginFault::NoNumber);
    }
    let today = local_day(now, &municipality.time_zone);
    let written = claim.number.as_ref().ok_or(LoginFault::NoNumber)?;
    let number = Number::parse(municipality.country, written.expose(), today, municipality.test_numbers)
        .map_err(|_| LoginFault::NoNumber)?;
    let name = claim.name.as_ref().and_then(|name| DisplayName::parse(name.expose()).ok());
    Ok(Identity::Resident { name: name.ok_or(LoginFault::Unknown)?, number })
}

fn staff(
    front: &Front,
    municipality: &Municipality,
    row: &records::Login,
    claim: &Claim,
) -> Result<Identity, LoginFault> {
    let subject = claim.subject.as_ref().ok_or(LoginFault::Unknown)?;
    let name = claim.name.as_ref().and_then(|name| DisplayName::parse(name.expose()).ok());
    let mut mailboxes: Vec<MailboxId> = claim
        .groups
        .iter()
        .flatten()
        .filter_map(|group| municipality.roles.get(group))
        .flatten()
        .copied()
        .collect();
    mailboxes.sort_unstable();
    mailboxes.dedup();
    if mailboxes.is_empty() {
        return Err(LoginFault::NoRole);
    }
    let staff = front.core.staff_id(municipality, &row.method, subject.expose());
    Ok(Identity::Staff { staff, name: name.ok_or(LoginFault::Unknown)?, mailboxes })
}
