//! Who may sign what, until when, and what was called back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kuvert_bundle::{
    Bundle, KeyId, Kind, Kinds, SignatureError, Signer, SigningKey, TrustError, TrustStore, pack, sign,
};

use crate::fixture::{files, key, with};

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn trusting(key: &SigningKey, more: &str) -> TrustStore {
    let block = TrustStore::block(key, &Kinds::from([Kind::Identity]));
    TrustStore::parse(&format!("{block}{more}")).unwrap()
}

fn signed(key: &SigningKey) -> Bundle {
    Bundle::open(&sign(&pack(&files()).unwrap(), key).unwrap()).unwrap()
}

fn by(key: &SigningKey) -> Signer {
    Signer::Key(key.id().clone())
}

#[test]
fn a_trusted_key_vouches_for_what_it_signed() {
    let key = key("kuvert-2026");
    let bundle = signed(&key);
    assert_eq!(trusting(&key, "").judge(&bundle, noon(), false), Ok(by(&key)));
    assert_eq!(bundle.digest(), Bundle::open(&pack(&files()).unwrap()).unwrap().digest());
    assert_eq!(sign(&sign(&pack(&files()).unwrap(), &key).unwrap(), &key).unwrap(), {
        sign(&pack(&files()).unwrap(), &key).unwrap()
    });
}

#[test]
fn nobody_vouches_for_the_unsigned_and_the_foreign() {
    let (ours, theirs) = (key("kuvert-2026"), key("mallory"));
    let unsigned = Bundle::open(&pack(&files()).unwrap()).unwrap();
    let trust = trusting(&ours, "");
    assert_eq!(trust.judge(&unsigned, noon(), false), Err(SignatureError::Untrusted(vec![])));
    let foreign = Err(SignatureError::Untrusted(vec![theirs.id().clone()]));
    assert_eq!(trust.judge(&signed(&theirs), noon(), false), foreign);
    assert_eq!(trust.judge(&unsigned, noon(), true), Ok(Signer::Nobody));
    assert_eq!(trust.judge(&signed(&theirs), noon(), true), Ok(Signer::Nobody));
}

#[test]
fn another_key_of_the_same_name_and_a_moved_signature_are_wrong() {
    let (ours, twin) = (key("kuvert-2026"), key("kuvert-2026"));
    let trust = trusting(&ours, "");
    let wrong = SignatureError::Wrong(ours.id().clone());
    for test_data in [false, true] {
        assert_eq!(trust.judge(&signed(&twin), noon(), test_data), Err(wrong.clone()));
    }
    // A wrong signature spoils the bundle although another trusted one is right.
    let second = key("vendor");
    let both = sign(&sign(&pack(&files()).unwrap(), &twin).unwrap(), &second).unwrap();
    let blocks = [&ours, &second].map(|key| TrustStore::block(key, &Kinds::from([Kind::Identity]))).concat();
    let trust = TrustStore::parse(&blocks).unwrap();
    assert_eq!(trust.judge(&Bundle::open(&both).unwrap(), noon(), false), Err(wrong));
}

#[test]
fn a_changed_bundle_has_another_digest() {
    let key = key("kuvert-2026");
    let changed = Bundle::open(&pack(&with("locales/sv.ftl", "name = Annan\n")).unwrap()).unwrap();
    assert_ne!(changed.digest(), signed(&key).digest());
}

#[test]
fn a_key_signs_until_its_last_day() {
    let key = key("kuvert-2026");
    let bundle = signed(&key);
    let trust = trusting(&key, "not_after = \"2026-11-22\"\n");
    assert_eq!(trust.judge(&bundle, noon(), false), Ok(by(&key)));
    let midnight = "2026-11-23T00:00:00Z".parse().unwrap();
    let error = trust.judge(&bundle, midnight, false).unwrap_err();
    assert!(matches!(error, SignatureError::Expired { .. }), "{error}");
    assert!(trust.judge(&bundle, midnight, true).is_err(), "test data makes no key younger");
}

#[test]
fn a_key_signs_only_its_kinds() {
    let key = key("profiles-only");
    let block = TrustStore::block(&key, &Kinds::from([Kind::Profile]));
    let trust = TrustStore::parse(&block).unwrap();
    let error = trust.judge(&signed(&key), noon(), false).unwrap_err();
    assert_eq!(error, SignatureError::Kind { key: key.id().clone(), kind: Kind::Identity });

    let text = "requires = [\"number\"]\n";
    let signatures = BTreeMap::from([(key.id().clone(), key.sign_profile(text))]);
    assert_eq!(trust.judge_profile(text, &signatures, noon(), false), Ok(by(&key)));
    assert!(trust.judge_profile("requires = []\n", &signatures, noon(), false).is_err());
    assert!(trust.judge_profile(text, &BTreeMap::new(), noon(), true).is_err());
    let identity = trusting(&key, "");
    assert!(identity.judge_profile(text, &signatures, noon(), false).is_err());
}

#[test]
fn revocation_wins() {
    let (key, second) = (key("kuvert-2026"), key("vendor"));
    let bundle = signed(&key);
    let revoked = trusting(&key, "revoked = true\n");
    let error = SignatureError::RevokedKey(key.id().clone());
    for test_data in [false, true] {
        assert_eq!(revoked.judge(&bundle, noon(), test_data), Err(error.clone()));
    }
    let block = TrustStore::block(&key, &Kinds::from([Kind::Identity]));
    let list = format!("revoked = [\"{}\"]\n{block}", bundle.digest());
    let trust = TrustStore::parse(&list).unwrap();
    for test_data in [false, true] {
        assert_eq!(trust.judge(&bundle, noon(), test_data), Err(SignatureError::RevokedBundle));
    }
    // Another trusted key's signature still counts when one key was revoked.
    let both = sign(&sign(&pack(&files()).unwrap(), &key).unwrap(), &second).unwrap();
    let blocks =
        format!("{block}revoked = true\n{}", TrustStore::block(&second, &Kinds::from([Kind::Identity])));
    let trust = TrustStore::parse(&blocks).unwrap();
    assert_eq!(trust.judge(&Bundle::open(&both).unwrap(), noon(), false), Ok(by(&second)));
}

#[test]
fn a_test_key_counts_only_in_test_data() {
    let key = key("development");
    let trust = trusting(&key, "test = true\n");
    let bundle = signed(&key);
    assert!(matches!(trust.judge(&bundle, noon(), false), Err(SignatureError::Untrusted(_))));
    assert_eq!(trust.judge(&bundle, noon(), true), Ok(by(&key)));
}

#[test]
fn a_list_of_keys_is_read_strictly() {
    let block = TrustStore::block(&key("a"), &Kinds::from([Kind::Identity]));
    for wrong in [
        format!("{block}{block}"),
        format!("{block}colour = \"red\"\n"),
        format!("{block}not_after = \"soon\"\n"),
        block.replace("identity", "everything"),
        block.replace("\"a\"", "\"A\""),
        block.replace("public = \"", "public = \"AAAA"),
        "revoked = [\"00\"]\n".to_owned(),
        "[[key]]\nid = \"a\"\n".to_owned(),
    ] {
        assert!(TrustStore::parse(&wrong).is_err(), "{wrong}");
    }
    assert!(TrustStore::parse("").is_ok(), "an empty list trusts nobody");
}

#[test]
fn a_private_key_travels_as_pem() {
    let key = key("kuvert-2026");
    let pem = key.to_pem().unwrap();
    let again = SigningKey::from_pem(key.id().clone(), &pem).unwrap();
    assert_eq!(again.public(), key.public());
    assert!(!format!("{key:?}").contains(&key.public()));
    for broken in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        let error = SigningKey::from_pem(key.id().clone(), broken).unwrap_err();
        assert_eq!(error, TrustError::Key("kuvert-2026".to_owned()));
    }
    assert!(KeyId::parse("Bad Id").is_err());
}
