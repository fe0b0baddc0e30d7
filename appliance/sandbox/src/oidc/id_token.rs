//! Every check of an id token, in one place (OpenID Connect Core 1.0, 3.1.3.7).
//!
//! Each broken rule has its own code, because "invalid token" costs an administrator a day.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, crypto};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::{Attempt, Party, Trouble};
use crate::{binding::Bound, host::Shared, limits::Limits, strict_json};

/// Checks signature and claims; answers with the payload's own bytes.
pub(super) async fn check(
    shared: &Shared,
    bound: &Bound,
    party: &Party,
    attempt: &Attempt,
    token: &str,
    access_token: &str,
) -> Result<Vec<u8>, Trouble> {
    let mut pieces = token.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Err(broken("form", "not a compact JWS"));
    };
    let (algorithm, key_id) = header(bound, &decode(head)?)?;
    let key = shared.documents.key(shared, bound, algorithm, key_id.as_deref()).await?;
    let message = token.get(..head.len().saturating_add(1).saturating_add(body.len())).unwrap_or_default();
    if !crypto::verify(signature, message.as_bytes(), &key, algorithm).unwrap_or(false) {
        return Err(broken("signature", "it does not fit the key"));
    }
    let payload = decode(body)?;
    let claims = Claims(strict_json::parse(&payload).map_err(|detail| broken("json", detail))?);
    claims.audience(party)?;
    let now = shared.now_ms().div_euclid(1000);
    claims.times(now, &shared.limits)?;
    claims.signed_in(now, attempt, &bound.profile.token.signed_in, &shared.limits)?;
    claims.equal("nonce", &attempt.nonce)?;
    claims.access_token(access_token)?;
    claims.tenant(&bound.profile.token.in_issuer, party)?;
    claims.second_factor(&bound.profile.token.second_factor, party)?;
    if claims.text("sub").is_none_or(str::is_empty) {
        return Err(broken("sub", "there is none"));
    }
    Ok(payload)
}

/// Algorithm and key name. `crit` names rules that nobody here knows; keys inside a token are no keys.
fn header(bound: &Bound, bytes: &[u8]) -> Result<(Algorithm, Option<String>), Trouble> {
    let head = strict_json::parse(bytes).map_err(|detail| broken("header", detail))?;
    if head.get("crit").is_some() {
        return Err(broken("crit", "it asks for rules that are not known here"));
    }
    let named = head.get("alg").and_then(Value::as_str).unwrap_or_default();
    if !bound.profile.token.algorithms.iter().any(|allowed| allowed == named) {
        return Err(broken("alg", "the algorithm is not among the profile's"));
    }
    let algorithm = match named {
        "RS256" => Algorithm::RS256,
        "PS256" => Algorithm::PS256,
        "ES256" => Algorithm::ES256,
        _ => return Err(broken("alg", "the algorithm is not known here")),
    };
    match head.get("kid") {
        None => Ok((algorithm, None)),
        Some(Value::String(id)) => Ok((algorithm, Some(id.clone()))),
        Some(_) => Err(broken("header", "a key name that is no text")),
    }
}

struct Claims(Value);

impl Claims {
    fn audience(&self, party: &Party) -> Result<(), Trouble> {
        self.equal("iss", &party.issuer)?;
        let audiences: Vec<&str> = match self.0.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(list)) => list.iter().map(|item| item.as_str().unwrap_or_default()).collect(),
            _ => Vec::new(),
        };
        if audiences != [party.client_id.as_str()] {
            return Err(broken("aud", "it is not for this client alone"));
        }
        if self.0.get("azp").is_some() {
            self.equal("azp", &party.client_id)?;
        }
        Ok(())
    }

    fn times(&self, now: i64, limits: &Limits) -> Result<(), Trouble> {
        let seconds = |name| -> Result<i64, Trouble> {
            self.seconds(name)?.ok_or_else(|| broken(name, "there is none"))
        };
        if seconds("exp")? <= now.saturating_sub(limits.skew_s) {
            return Err(broken("exp", "it is over"));
        }
        let issued = seconds("iat")?;
        if issued > now.saturating_add(limits.skew_s) || issued < now.saturating_sub(limits.token_age_s) {
            return Err(broken("iat", "it was not issued just now"));
        }
        if self.seconds("nbf")?.is_some_and(|from| from > now.saturating_add(limits.skew_s)) {
            return Err(broken("nbf", "it is not valid yet"));
        }
        Ok(())
    }

    /// Security: who had to sign in anew must be said to have done so. Whoever sits at a shared computer can take
    /// `prompt=login` out of the address on the way to the provider, and is then signed in as the person before.
    fn signed_in(
        &self,
        now: i64,
        attempt: &Attempt,
        also: &[String],
        limits: &Limits,
    ) -> Result<(), Trouble> {
        let at = match self.seconds("auth_time")? {
            None => also.iter().find_map(|name| self.instant(name)),
            said => said,
        };
        let unsaid = || broken("auth_time", "the provider does not say when the person signed in");
        if let Some(age) = attempt.max_age_s {
            let oldest = now.saturating_sub(i64::from(age)).saturating_sub(limits.skew_s);
            if at.ok_or_else(unsaid)? < oldest {
                return Err(broken("auth_time", "the person did not sign in just now"));
            }
        }
        let sent = attempt.sent_ms.div_euclid(1000).saturating_sub(limits.skew_s);
        if attempt.fresh && at.ok_or_else(unsaid)? < sent {
            return Err(broken("auth_time", "the person did not sign in anew"));
        }
        Ok(())
    }

    /// Left half of the access token's digest, when the provider gives it. All allowed algorithms use SHA-256.
    fn access_token(&self, access_token: &str) -> Result<(), Trouble> {
        if self.0.get("at_hash").is_none() {
            return Ok(());
        }
        let whole = digest::digest(&digest::SHA256, access_token.as_bytes());
        let half = whole.as_ref().get(..16).unwrap_or_default();
        self.equal("at_hash", &BASE64URL_NOPAD.encode(half))
    }

    /// Security: a directory of many tenants signs for all of them; only those of this issuer count.
    fn tenant(&self, names: &[String], party: &Party) -> Result<(), Trouble> {
        let is_step =
            |said: &str| !said.is_empty() && party.issuer_url.path().split('/').any(|step| step == said);
        match names.iter().find(|name| !self.text(name).is_some_and(is_step)) {
            Some(name) => Err(broken(name, "it is not the one in the issuer's address")),
            None => Ok(()),
        }
    }

    /// Whether the directory says that a second factor was used, in words that the profile or the administrator knows.
    fn second_factor(&self, known: &BTreeMap<String, Vec<String>>, party: &Party) -> Result<(), Trouble> {
        let (false, Some(also)) = (known.is_empty(), &party.second_factor) else { return Ok(()) };
        let proves = |(name, words): (&String, &Vec<String>)| {
            let said = match self.0.get(name) {
                Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
                Some(Value::String(one)) => vec![one.as_str()],
                _ => Vec::new(),
            };
            said.into_iter().any(|said| words.iter().chain(also).any(|word| word == said))
        };
        if known.iter().any(proves) {
            return Ok(());
        }
        Err(broken("second-factor", "the directory does not say that one was used"))
    }

    fn equal(&self, name: &str, wanted: &str) -> Result<(), Trouble> {
        let found = self.text(name).unwrap_or_default();
        if bool::from(found.as_bytes().ct_eq(wanted.as_bytes())) {
            Ok(())
        } else {
            Err(broken(name, "it is not the one of this login"))
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A time that is written as a date (RFC 3339).
    fn instant(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse::<Timestamp>().ok().map(Timestamp::as_second)
    }

    /// A time claim; JSON numbers may have a fraction.
    fn seconds(&self, name: &str) -> Result<Option<i64>, Trouble> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        #[expect(clippy::cast_possible_truncation, reason = "a float is clamped to the range of i64 by `as`")]
        let seconds = value.as_i64().or_else(|| value.as_f64().map(|float| float as i64));
        seconds.map(Some).ok_or_else(|| broken(name, "it is no time"))
    }
}

fn decode(part: &str) -> Result<Vec<u8>, Trouble> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| broken("form", "not base64url"))
}

fn broken(rule: &str, detail: impl Into<String>) -> Trouble {
    Trouble::fault(format!("token:{rule}"), detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_262_400;

    fn attempt(fresh: bool, max_age_s: Option<u32>) -> Attempt {
        let text = String::new;
        let sent_ms = (NOW - 120) * 1000;
        let (state, nonce, verifier, address) = (text(), text(), text(), text());
        Attempt { state, nonce, verifier, max_age_s, sent_ms, fresh, address }
    }

    fn holds(claims: Value, attempt: &Attempt) -> bool {
        let also = ["authenticationinstant".to_owned()];
        Claims(claims).signed_in(NOW, attempt, &also, &Limits::DEFAULT).is_ok()
    }

    #[test]
    fn who_must_sign_in_anew_is_said_to_have_done_so() {
        for attempt in [attempt(true, None), attempt(true, Some(600)), attempt(false, Some(60))] {
            assert!(holds(json!({ "auth_time": NOW - 30 }), &attempt));
            assert!(!holds(json!({}), &attempt), "not said");
            assert!(!holds(json!({ "auth_time": NOW - 3600 }), &attempt), "before");
        }
        assert!(holds(json!({}), &attempt(false, None)), "nobody asked");
    }

    #[test]
    fn a_broker_may_write_the_time_as_a_date() {
        let fresh = attempt(true, Some(600));
        let at = |second: i64| Timestamp::from_second(second).unwrap().to_string();
        assert!(holds(json!({ "authenticationinstant": at(NOW - 30) }), &fresh));
        assert!(!holds(json!({ "authenticationinstant": at(NOW - 3600) }), &fresh));
        assert!(!holds(json!({ "authenticationinstant": "yesterday" }), &fresh));
        let both = json!({ "auth_time": NOW - 3600, "authenticationinstant": at(NOW - 30) });
        assert!(!holds(both, &fresh), "the standard's own claim comes first");
    }
}
