//! Second and third opinions on the honest way: PyPI's oidc-provider-mock (on Authlib) and nanoidp.

use kuvert_simulators::peer::Peer;
use serde_json::json;

use super::{BACK, CLIENT, Meeting, SECRET, certificate, done, with};

#[tokio::test]
async fn oidc_provider_mock_signs_staff_in() {
    let (certificate, ca) = certificate();
    let bo = json!({ "name": "Bo Exempel", "groups": ["granby-social"] });
    let settings = with(certificate, json!({ "people": { "bo": bo } }));
    let peer = Peer::python("oidc_provider_mock_peer.py", &settings).await.unwrap();
    // It has no way of saying how somebody signed in.
    let meeting = Meeting::open(peer, ca, "staff-oidc", |client| client.second_factor = None);
    let claim = done(meeting.sign_in(&[("sub", "bo")]).await);
    assert_eq!(claim.subject.unwrap().expose(), "bo");
    assert_eq!(claim.name.unwrap().expose(), "Bo Exempel");
    assert_eq!(claim.groups.unwrap(), ["granby-social"]);
}

#[tokio::test]
async fn nanoidp_signs_staff_in_with_roles_and_names_itself() {
    let (certificate, ca) = certificate();
    let bo = json!({ "password": "of these tests", "roles": ["desk"], "groups": ["granby-social"] });
    let client = json!({ "id": CLIENT, "secret": SECRET, "redirects": [BACK] });
    let settings = with(certificate, json!({ "client": client, "people": { "bo": bo } }));
    let peer = Peer::python("nanoidp_peer.py", &settings).await.unwrap();
    let meeting = Meeting::open(peer, ca, "staff-oidc", |client| client.second_factor = None);
    let claim = done(meeting.sign_in(&[("username", "bo"), ("password", "of these tests")]).await);
    assert_eq!(claim.groups.unwrap(), ["desk"], "roles come before groups");
    assert_eq!(claim.name.unwrap().expose(), "bo");
}
