//! Asked and allowed: what the manifest does not ask for, a plugin does not get, whatever an administrator bound.
//!
//! The plugin is the real one of BankID with a manifest that asks for less.

use kuvert_bundle::Permission;
use kuvert_sandbox::{Binding, Event, Fault, FaultCode, Sandbox, Step};

use crate::swap::{ASTRID, BANKID, Town};
use crate::world::{args, context};

/// What comes of a login with the real plugin under a manifest in which these words are exchanged.
async fn signing_in(from: &str, to: &str) -> Result<Step, Fault> {
    let town = Town::build().await;
    town.install(&town.bundle_with("1.0.0", None, |manifest| {
        assert!(manifest.contains(from), "the manifest has no {from}");
        manifest.replace(from, to)
    }));
    through(&town, &town.open()).await
}

/// What comes of a login with the real plugin where the administrator allows this and no more.
async fn allowed(words: &[&str]) -> Result<Step, Fault> {
    let town = Town::build().await;
    town.install(&town.bundle_with("1.0.0", None, |manifest| manifest));
    let allow = words.iter().map(|word| Permission::parse(word).unwrap()).collect();
    through(&town, &town.open_with(Binding { allow: Some(allow), ..town.binding() })).await
}

async fn through(town: &Town, sandbox: &Sandbox) -> Result<Step, Fault> {
    let turn = sandbox.begin(BANKID, &args(), &context()).await?;
    let frame = sandbox.render(BANKID, &turn.transaction, &context()).await?.qr.unwrap();
    let order = town.phone().scan(ASTRID, &frame).unwrap();
    town.phone().show(&order).unwrap();
    town.phone().approve(&order).unwrap();
    town.clock.forward(2);
    sandbox.advance(BANKID, &turn.transaction, Event::Poll, &context()).await.map(|turn| turn.step)
}

#[tokio::test]
async fn a_plugin_says_only_what_it_asked_to_say() {
    let asked = "identity.assert:SE:substantial";
    let Ok(Step::Done(_)) = signing_in(asked, asked).await else { panic!("not done") };
    let Ok(Step::Done(_)) = signing_in(asked, "identity.assert:SE:high").await else { panic!("not done") };
    for less in ["identity.assert:SE:low", "identity.assert:DK:high", "token.verify:nothing"] {
        let fault = signing_in(asked, less).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Denied, "{less}: {fault}");
        assert!(fault.detail.contains(asked), "{less}: {fault}");
    }
}

#[tokio::test]
async fn a_certificate_is_used_only_where_it_was_asked_for() {
    let fault = signing_in("credential:api:client-certificate", "token.verify:nothing").await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Config);
    assert!(fault.detail.contains("credential:api:client-certificate"), "{fault}");
    let fault = signing_in("http:api", "http.private-network:api").await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Config);
    assert!(fault.detail.contains("http:api"), "{fault}");
}

#[tokio::test]
async fn an_administrator_can_allow_less_than_is_asked_and_never_more() {
    const HTTP: &str = "http:api";
    const CERTIFICATE: &str = "credential:api:client-certificate";
    const SAYS: &str = "identity.assert:SE:substantial";
    for whole in
        [vec![HTTP, CERTIFICATE, SAYS], vec![HTTP, CERTIFICATE, "identity.assert:SE:high", "http:moon"]]
    {
        let Ok(Step::Done(_)) = allowed(&whole).await else { panic!("not done: {whole:?}") };
    }
    let line = format!("allow = [\"{CERTIFICATE}\", \"{HTTP}\", \"{SAYS}\"] under [[municipality.method]]");
    for (words, code) in [
        (vec![HTTP, CERTIFICATE, "identity.assert:SE:low"], FaultCode::Denied),
        (vec![HTTP, CERTIFICATE], FaultCode::Denied),
        (vec![CERTIFICATE, SAYS], FaultCode::Denied),
        (vec![HTTP, SAYS], FaultCode::Config),
    ] {
        let fault = allowed(&words).await.unwrap_err();
        assert_eq!(fault.code, code, "{words:?}: {fault}");
        assert!(fault.detail.contains(&line), "{words:?}: {fault}");
    }
    assert_eq!(allowed(&[]).await.unwrap_err().code, FaultCode::Denied);
}
