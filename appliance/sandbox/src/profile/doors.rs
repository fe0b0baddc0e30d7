//! Which door a trust profile can open at all: a way to sign in that could let nobody in is refused before it is offered.
//!
//! It knows the profiles that came with the appliance. Whom a claim lets in is decided elsewhere, login by login.

use std::collections::BTreeMap;

use kuvert_domain::directory::Audience;

use super::{Field, Profile};

/// Whether somebody can come in by this door with what a built-in profile says about people; the error says why nobody
/// can. Nothing is known here of profiles of the municipality's own, and they pass.
pub fn check_audience(profile: &str, audience: Audience) -> Result<(), &'static str> {
    Profile::named(profile, &BTreeMap::new()).map_or(Ok(()), |profile| profile.opens(audience))
}

impl Profile {
    fn opens(&self, audience: Audience) -> Result<(), &'static str> {
        let names = |field| self.claims.contains_key(&field);
        match audience {
            Audience::Staff if !names(Field::Subject) || !names(Field::Groups) => {
                Err("names no groups, so nobody on the staff could be given a mailbox")
            }
            Audience::Resident if self.requires.contains(&Field::Organisation) => {
                Err("names people who act for an organisation, and organisations have no mailbox yet")
            }
            Audience::Resident if !names(Field::Number) => {
                Err("names no identity number, so no resident's mailbox could be found")
            }
            Audience::Staff | Audience::Resident => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_refused_at_a_door_that_it_cannot_open() {
        let residents = ["bankid", "freja", "freja-oidc", "mitid-signaturgruppen", "mitid-idura"];
        let staff = ["staff-entra", "staff-adfs", "staff-keycloak", "staff-oidc"];
        let nobody = ["mitid-signaturgruppen-erhverv", "mitid-idura-erhverv"];
        for profile in residents.into_iter().chain(staff).chain(nobody) {
            let opens = |audience| check_audience(profile, audience).is_ok();
            assert_eq!(opens(Audience::Resident), residents.contains(&profile), "{profile}");
            assert_eq!(opens(Audience::Staff), staff.contains(&profile), "{profile}");
        }
        check_audience("the municipality's own", Audience::Staff).unwrap();
    }
}
