//! The way out: ending the provider's own session after ours has ended (OpenID Connect RP-Initiated Logout 1.0).
//!
//! Nothing here ends our own session, and nothing of ours waits for it. What the provider answers is for the person's
//! browser alone. It does not listen for logouts that begin at the provider (front- or back-channel).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Trouble, party, place};
use crate::{
    binding::Bound,
    contract::{Location, Pair},
    evidence::Dossier,
    host::Shared,
    profile::Source,
};

/// Parameters that only the host sets.
const RESERVED: [&str; 5] =
    ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint"];

/// What is kept of a login that is done, until its session ends.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Parting {
    /// The id token as the provider signed it, to prove whose session it is.
    id_token: Option<String>,
    #[serde(skip)]
    prepared: Option<Prepared>,
}

/// An address that this call prepared.
#[derive(Clone)]
struct Prepared {
    /// As far as the guest knows it.
    location: Location,
    /// Down to the last parameter.
    address: String,
}

impl Parting {
    /// What to keep of this evidence; `None` where the provider's session is left alone.
    ///
    /// Security: the token travels through the browser's address bar. One that names a person's identity number stays out
    /// of it: the provider then asks the person whose session it is.
    pub(crate) fn of(bound: &Bound, dossier: &Dossier) -> Option<Self> {
        bound.party.as_ref()?.logged_out_uri.as_ref()?;
        let evidence = |source| dossier.under(bound.profile.rule_from(source)?)?.document().ok();
        let token = evidence(Source::TokenAnswer)?.get("id_token").and_then(Value::as_str)?.to_owned();
        let names_a_number = bound.profile.names_a_number(&evidence(Source::IdToken)?);
        Some(Self { id_token: (!names_a_number).then_some(token), prepared: None })
    }

    /// The whole address, for a guest that wants the browser sent where it was prepared to be.
    pub(crate) fn address(&self, wanted: &Location) -> Option<String> {
        let prepared = self.prepared.as_ref()?;
        let same = prepared.location.endpoint == wanted.endpoint
            && prepared.location.path == wanted.path
            && pairs(&prepared.location).eq(pairs(wanted));
        same.then(|| prepared.address.clone())
    }
}

/// Prepares the address where the provider ends its session, if it has one.
pub(crate) async fn prepare(
    shared: &Shared,
    bound: &Bound,
    parting: &mut Parting,
    params: &[Pair],
) -> Result<Option<Location>, Trouble> {
    let party = party(bound)?;
    if let Some(pair) = params.iter().find(|pair| RESERVED.contains(&pair.name.as_str())) {
        return Err(Trouble::Denied(format!("the parameter {} is the host's", pair.name)));
    }
    let metadata = shared.documents.metadata(shared, bound).await?;
    let (Some(back), Some(url)) = (&party.logged_out_uri, &metadata.end_session_endpoint) else {
        return Ok(None);
    };
    let elsewhere = || Trouble::fault("protocol", "the end of sessions lies on no bound endpoint");
    let (_, endpoint) = bound.holding(url).ok_or_else(elsewhere)?;
    let mut location = place(bound, url).ok_or_else(elsewhere)?;
    location.query.extend_from_slice(params);
    let own = [("client_id", party.client_id.as_str()), ("post_logout_redirect_uri", back)];
    let with = |hint: Option<&str>| {
        let hint = hint.map(|token| ("id_token_hint", token));
        endpoint.address(&location.path, pairs(&location).chain(own).chain(hint))
    };
    let whole = with(parting.id_token.as_deref());
    // A token with very many groups in it would make an address that no server takes.
    let fits = whole.len() <= shared.limits.url_bytes;
    let address = if fits { whole } else { with(None) };
    parting.prepared = Some(Prepared { location: location.clone(), address });
    Ok(Some(location))
}

fn pairs(location: &Location) -> impl Iterator<Item = (&str, &str)> + Clone {
    location.query.iter().map(|pair| (pair.name.as_str(), pair.value.as_str()))
}
