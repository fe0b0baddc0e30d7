//! The two checks (P5): what is shown when no message could be opened.
//!
//! Security: this page knows only which check failed. It never learns whether there is a message.

use http::StatusCode;
use kuvert_domain::checks::Check;
use kuvert_service::{ChecksView, Landing, Proof, ServiceError};

use crate::web::{
    fault::{Answer, Fault as Refusal},
    form::Form,
    pace::{Deed, Whose},
    view::{
        Fault, FaultKind,
        resident::{Checks, ChecksOutcome},
    },
    visit::see_other,
    who::AsResident,
};

/// `GET /checks`
pub(in crate::web) async fn page(who: AsResident) -> Answer {
    shown(&who, Vec::new()).await
}

/// `POST /checks/code`
pub(in crate::web) async fn code(who: AsResident, form: Form) -> Answer {
    who.visit.pace(Deed::Code, Whose::Address(who.visit.address))?;
    let typed = form.text("code").trim().to_owned();
    let fault = if typed.is_empty() {
        FaultKind::CodeMissing
    } else {
        match who.verbs.land(Proof::Code(typed)).await {
            Ok(Landing::Open(id)) => return Ok(see_other(&format!("/message/{id}"))),
            Ok(Landing::Checks) => FaultKind::CodeNothing,
            Err(ServiceError::Invalid(_)) => FaultKind::CodeBad,
            Err(error) => return Err(error.into()),
        }
    };
    shown(&who, vec![Fault::new("code", fault)]).await
}

/// `POST /checks/not-mine`
pub(in crate::web) async fn not_mine(who: AsResident, _: Form) -> Answer {
    who.verbs.not_mine().await?;
    Ok(see_other("/checks"))
}

async fn shown(who: &AsResident, faults: Vec<Fault>) -> Answer {
    let Some(checks) = who.verbs.checks().await? else { return Ok(see_other("/inbox")) };
    let must_mend = !faults.is_empty();
    let mut response = who.page(&view(who, &checks, faults)?).await?;
    if must_mend {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(who: &AsResident, checks: &ChecksView, faults: Vec<Fault>) -> Result<Checks, Refusal> {
    Ok(Checks {
        own_name: who.session.name().as_str().to_owned(),
        outcome: match checks.checks.invited {
            Check::Yes => ChecksOutcome::AnotherPerson,
            Check::No | Check::NotChecked => ChecksOutcome::NoInvitation,
        },
        help_code: checks.help_code.to_string(),
        days: who.visit.place()?.retention.days(),
        faults,
        told: checks.disowned,
    })
}
