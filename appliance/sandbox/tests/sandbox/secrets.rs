//! What guests never see, and connections that nobody shares.

use data_encoding::BASE64;
use kuvert_sandbox::{EndpointBinding, Limits};

use crate::arena::Plan;
use crate::guest::{Guest, Memory};
use crate::log::Log;
use crate::provider::Provider;
use crate::talker::{Manner, Talker};

/// A guest that sends with the host's credentials and traps when it finds these eight bytes anywhere in its memory.
fn searcher(canary: &[u8]) -> Vec<u8> {
    let word = u64::from_le_bytes(canary[..8].try_into().unwrap());
    Guest::attack("search", Memory::polite()).with("{{canary}}", &format!("{:#x}", !word)).wasm()
}

#[tokio::test]
async fn a_searching_guest_finds_what_is_there() {
    let talker =
        Talker::start(Manner { body: "a-canary-in-an-answer".to_owned(), ..Manner::default() }).await;
    let plan = Plan::new().guest_at("guest", searcher(b"a-canary"), talker.endpoint());
    assert_eq!(plan.open().outcome("guest").await, "P-TRAP", "the search works");
}

#[tokio::test]
async fn keys_are_in_no_guest_and_in_no_line() {
    let (log, _guard) = Log::catch();
    let talker = Talker::start(Manner::default()).await;
    let (endpoint, key_pem) = talker.endpoint_as("Granby");
    let text: String = key_pem.lines().filter(|line| !line.starts_with("---")).collect();
    let der = BASE64.decode(text.as_bytes()).unwrap();
    // The end of a PKCS#8 key is the public point; what matters lies in the middle.
    for canary in [&text.as_bytes()[52..60], &der[40..48]] {
        let plan = Plan::new().guest_at("guest", searcher(canary), endpoint.clone());
        assert_eq!(plan.open().outcome("guest").await, "through");
    }
    assert!(talker.callers().iter().all(|(_, certificate)| !certificate.is_empty()), "the key was used");
    let lines = log.text();
    assert!(!lines.contains(&text[52..60]) && !lines.contains("PRIVATE KEY"));
    let shown = format!("{endpoint:?}");
    assert!(!shown.contains(&text[52..60]), "a binding that is printed keeps its key to itself");
}

#[tokio::test]
async fn client_secrets_and_tokens_are_in_no_line() {
    let (log, _guard) = Log::catch();
    let provider = Provider::start(Limits::DEFAULT).await;
    assert_eq!(provider.sign_in().await, "through");
    let lines = log.text();
    for word in ["cl1ent-s3cret-canary", "Bearer ", "Basic ", "eyJ", "code_verifier"] {
        assert!(!lines.contains(word), "{word} is in the log");
    }
}

/// Two municipalities at one provider, each with its own certificate.
#[tokio::test]
async fn no_connection_and_no_session_serves_two_municipalities() {
    let talker = Talker::start(Manner::default()).await;
    let (granby, _) = talker.endpoint_as("Granby");
    let (havnby, _) = talker.endpoint_as("Havnby");
    let ask = Guest::of(Memory::polite()).does("begin", "(if (call $post) (then unreachable))").wasm();
    let arena = Plan::new()
        .guest_at("granby/ask", ask.clone(), granby.clone())
        .guest_at("havnby/ask", ask.clone(), havnby)
        .guest_at("granby/other", ask, granby)
        .open();
    for _ in 0..5 {
        for name in ["granby/ask", "havnby/ask", "granby/other"] {
            assert_eq!(arena.outcome(name).await, "through");
        }
    }
    assert_eq!((talker.connections(), talker.requests()), (3, 15), "each keeps its own connection");
    assert_eq!(talker.resumed(), 0, "nobody took up a session of somebody else");
    let callers = talker.callers();
    for (connection, certificate) in &callers {
        let same = callers.iter().filter(|(other, _)| other == connection);
        assert!(same.clone().all(|(_, other)| other == certificate));
        assert_eq!(same.count(), 5);
    }
}

/// A server that says nothing and hangs up: the next request notices, and goes over a new connection.
#[tokio::test]
async fn a_connection_that_the_other_side_ended_is_not_used_again() {
    let talker = Talker::start(Manner { hangs_up: true, ..Manner::default() }).await;
    let ask = Guest::of(Memory::polite()).does("begin", "(if (call $post) (then unreachable))").wasm();
    let endpoint: EndpointBinding = talker.endpoint();
    let arena = Plan::new().guest_at("ask", ask, endpoint).open();
    for _ in 0..5 {
        assert_eq!(arena.outcome("ask").await, "through");
        while talker.open() > 0 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!((talker.connections(), talker.requests()), (5, 5));
    assert_eq!(talker.resumed(), 4, "its own TLS session may be taken up again");
}
