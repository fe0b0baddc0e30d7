//! The pages before login.
//!
//! Security: `invitation` has no access to the link it was asked for; it reads no session and no store, so its bytes are
//! the same for every link, good, expired, recalled or invented.

use kuvert_domain::directory::Audience;
use kuvert_service::Session;

use super::{
    fault::Answer,
    view::signing_in::{Invitation, Method, StaffStart, Start},
    visit::{Visitor, see_other},
    ways::ways,
};

/// `GET /`
pub(super) async fn resident(who: Visitor) -> Answer {
    match who.session().await? {
        Some(Session::Resident(_)) => Ok(see_other("/inbox")),
        Some(Session::Staff(_)) => Ok(see_other("/staff")),
        None => {
            let days = who.place()?.retention.days();
            who.page(&Start { methods: methods(&who, Audience::Resident)?, days })
        }
    }
}

/// `GET /staff`
pub(super) async fn staff(who: Visitor) -> Answer {
    let Some(Session::Staff(session)) = who.session().await? else {
        return who.page(&StaffStart { methods: methods(&who, Audience::Staff)? });
    };
    let mailboxes = who.app.service().as_staff(&session).mailboxes().await?;
    match mailboxes.first() {
        Some(row) => Ok(see_other(&format!("/staff/mailbox/{}", row.unit.mailbox))),
        None => who.page(&StaffStart { methods: methods(&who, Audience::Staff)? }),
    }
}

/// `GET /m/<anything>`
pub(super) async fn invitation(who: Visitor) -> Answer {
    who.page(&Invitation { methods: methods(&who, Audience::Resident)? })
}

/// The ways to sign in.
fn methods(who: &Visitor, audience: Audience) -> Result<Vec<Method>, super::fault::Fault> {
    let methods = who.front()?.methods(audience, who.language)?;
    Ok(ways(&methods, who.hardware, who.cookies.method.as_deref()))
}
