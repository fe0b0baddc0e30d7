//! Trust profiles of a municipality's own, taken up and given up while people sign in.

use std::fs;

use kuvert_sandbox::{Binding, FaultCode, Sandbox, check_profile};

use crate::swap::{BANKID, Town};
use crate::world::{args, context};

/// BankID's own profile under another name.
const TEXT: &str = include_str!("../../profiles/bankid.toml");

/// "through", or the fault's code.
async fn begin(sandbox: &Sandbox) -> &'static str {
    sandbox.refresh().await.unwrap();
    match sandbox.begin(BANKID, &args(), &context()).await {
        Ok(_) => "through",
        Err(fault) => {
            assert!(fault.code != FaultCode::Config || fault.detail.contains("granby-id"), "{fault}");
            fault.code.name()
        }
    }
}

#[tokio::test]
async fn a_profile_counts_from_the_moment_that_somebody_vouches_for_it() {
    check_profile(TEXT).unwrap();
    let town = Town::build().await;
    town.install(&town.bundle_with("1.0.0", None, |manifest| manifest));
    let sandbox = town.open_with(Binding { profile: "granby-id".to_owned(), ..town.binding() });
    assert_eq!(begin(&sandbox).await, "P-CONFIG");

    let profiles = town.folder.path().join("profiles");
    let (text, signature) = (profiles.join("granby-id.toml"), profiles.join("granby-id.toml.town.sig"));
    fs::create_dir(&profiles).unwrap();
    fs::write(&text, TEXT).unwrap();
    assert_eq!(begin(&sandbox).await, "P-CONFIG", "nobody vouches for it");
    fs::write(&signature, town.key.sign_profile(TEXT)).unwrap();
    assert_eq!(begin(&sandbox).await, "through", "it is signed");

    let login = sandbox.begin(BANKID, &args(), &context()).await.unwrap().transaction;
    fs::write(&text, format!("{TEXT}# one line more\n")).unwrap();
    assert_eq!(begin(&sandbox).await, "P-CONFIG", "a signature is of a text");
    let fault = sandbox.render(BANKID, &login, &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Config, "a login in progress ends with the profile that it stood on");

    let changed = fs::read_to_string(&text).unwrap();
    town.registry.approve_profile("granby-id", &changed, "anna", "root").unwrap();
    assert_eq!(begin(&sandbox).await, "P-CONFIG", "one is not two");
    town.registry.approve_profile("granby-id", &changed, "bo", "root").unwrap();
    assert_eq!(begin(&sandbox).await, "through", "two approved it");
    fs::remove_file(&text).unwrap();
    assert_eq!(begin(&sandbox).await, "P-CONFIG");
}

#[tokio::test]
async fn whoever_asks_for_it_has_every_file_looked_at() {
    let town = Town::build().await;
    town.install(&town.bundle_with("1.0.0", None, |manifest| manifest));
    let sandbox = town.open();
    let found = sandbox.look_anew().await.unwrap();
    assert_eq!(found, [(BANKID.to_owned(), Ok(()))]);
    let digest = town.registry.active("bankid").unwrap();
    town.registry.quarantine("bankid", &digest, "claimed too much").unwrap();
    let (binding, state) = sandbox.look_anew().await.unwrap().remove(0);
    assert_eq!((binding.as_str(), state.unwrap_err().code), (BANKID, FaultCode::Claim));
}
