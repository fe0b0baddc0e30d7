//! What hostile guests get: a fault with the right code, while the host and the neighbours go on.

use std::time::{Duration, Instant};

use kuvert_sandbox::{AddressPolicy, Binding, EndpointBinding, Fault, FaultCode, Sandbox, Step};

use tokio::net::TcpListener;

use crate::canned::{Canned, json};
use crate::guest::{Memory, bundle, component};
use crate::world::{TestClock, World, args, binding, context};

/// Where `guest` lays what `begin` returns.
const OUTCOME: u32 = 1024;
/// No body, and no bearer, as parameters of `$send`.
const NO_BODY: &str = "(i32.const 0) (i32.const 0)";
const NO_BEARER: &str = "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)";
const NUMBER: &str = "/completionData/user/personalNumber";
const NAME: &str = "/completionData/user/name";

/// A sandbox with one hostile plugin.
pub(crate) struct Den {
    world: World,
    _plugins: tempfile::TempDir,
}

impl Den {
    pub(crate) fn of(wasm: &[u8]) -> Self {
        Self::with(
            wasm,
            EndpointBinding {
                url: "https://localhost:1".to_owned(),
                ca_pem: None,
                client_identity: None,
                private_network: false,
            },
        )
    }

    pub(crate) fn with(wasm: &[u8], endpoint: EndpointBinding) -> Self {
        let plugins = tempfile::tempdir().unwrap();
        bundle(plugins.path(), "hostile", wasm);
        let world = World::open_folder(
            &TestClock::new(),
            vec![bound(endpoint)],
            plugins.path(),
            AddressPolicy::PublicAndLoopback,
        );
        Self { world, _plugins: plugins }
    }

    pub(crate) async fn begin(&self) -> Result<Step, Fault> {
        begin(&self.world.sandbox).await
    }
}

fn bound(endpoint: EndpointBinding) -> Binding {
    binding("granby/hostile", "hostile", "bankid", vec![("api", endpoint)])
}

async fn begin(sandbox: &Sandbox) -> Result<Step, Fault> {
    sandbox.begin("granby/hostile", &args(), &context()).await.map(|turn| turn.step)
}

pub(crate) async fn fault(body: &str, memory: &Memory) -> Fault {
    Den::of(&component(body, memory)).begin().await.unwrap_err()
}

/// A call of `$send` without a body; its strings lie behind the outcome.
pub(crate) fn send(
    memory: Memory,
    endpoint: &str,
    method: &str,
    path: &str,
    header: Option<(&str, &str)>,
) -> (String, Memory) {
    let (name, value) = header.unwrap_or_default();
    let memory =
        memory.text(160, endpoint).text(168, method).text(176, path).text(192, name).text(200, value);
    let string = |at: u32| {
        format!("(i32.load (i32.const {})) (i32.load (i32.const {}))", OUTCOME + at, OUTCOME + at + 4)
    };
    let body = format!(
        "(call $send {} {} {} (i32.const 0) (i32.const 0) (i32.const {}) (i32.const {}) {NO_BODY} {NO_BEARER}
            (i32.const 2048))",
        string(160),
        string(168),
        string(176),
        OUTCOME + 192,
        u8::from(header.is_some()),
    );
    (body, memory)
}

#[tokio::test]
async fn an_honest_guest_of_the_same_make_works() {
    let memory = Memory::step(3).text(24, "cancelled").text(32, "name").text(48, "x");
    let Step::Failed(failure) = Den::of(&component("", &memory)).begin().await.unwrap() else {
        panic!("not failed")
    };
    assert_eq!((failure.class.name(), failure.message.text.as_str()), ("cancelled", "Hostile"));
}

/// A guest chooses a text of its bundle; it has no way to say something of its own to anybody.
#[tokio::test]
async fn a_text_that_the_bundle_does_not_have_is_never_shown() {
    let memory =
        Memory::step(3).text(24, "cancelled").text(32, "Call 0800 and read out your code").text(48, "x");
    let fault = fault("", &memory).await;
    assert_eq!(fault.code, FaultCode::Output);
    assert!(fault.detail.contains("no text Call 0800"), "{}", fault.detail);
}

#[tokio::test]
async fn a_provider_s_code_is_logged_as_one_word_without_numbers() {
    let memory =
        Memory::step(3).text(24, "cancelled").text(32, "name").text(48, "19990807-2391\nERROR forged");
    let Step::Failed(failure) = Den::of(&component("", &memory)).begin().await.unwrap() else {
        panic!("not failed")
    };
    assert_eq!(failure.code, "…\\nERROR forged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_ends_and_its_neighbour_never_notices() {
    let plugins = tempfile::tempdir().unwrap();
    let endpoint = EndpointBinding {
        url: "https://localhost:1".to_owned(),
        ca_pem: None,
        client_identity: None,
        private_network: false,
    };
    bundle(plugins.path(), "hostile", &component("(loop $l br $l)", &Memory::step(3)));
    let honest = Memory::step(3).text(24, "cancelled").text(32, "name").text(48, "x");
    bundle(plugins.path(), "honest", &component("", &honest));
    let neighbour = binding("granby/honest", "honest", "bankid", vec![("api", endpoint.clone())]);
    let bindings = vec![bound(endpoint), neighbour];
    let policy = AddressPolicy::PublicAndLoopback;
    let world = World::open_folder(&TestClock::new(), bindings, plugins.path(), policy);

    let started = Instant::now();
    let looping = tokio::task::spawn({
        let sandbox = world.sandbox.clone();
        async move { begin(&sandbox).await }
    });
    let (context, args) = (context(), args());
    for _ in 0..20 {
        world.sandbox.begin("granby/honest", &args, &context).await.unwrap();
    }
    assert!(started.elapsed() < Duration::from_secs(15), "the neighbour waited {:?}", started.elapsed());
    assert_eq!(looping.await.unwrap().unwrap_err().code, FaultCode::Cpu);
    assert!(started.elapsed() < Duration::from_secs(20), "the loop ran for {:?}", started.elapsed());
}

#[tokio::test]
async fn memory_is_bounded() {
    let grow = "(loop $l (drop (memory.grow (i32.const 16))) br $l)";
    assert_eq!(fault(grow, &Memory::step(3)).await.code, FaultCode::Memory);
    let grow = "(drop (table.grow $table (ref.null func) (i32.const 10000)))";
    assert_eq!(fault(grow, &Memory::step(3)).await.code, FaultCode::Memory);
}

#[tokio::test]
async fn a_trap_ends_one_call() {
    let den = Den::of(&component("unreachable", &Memory::step(3)));
    for _ in 0..40 {
        assert_eq!(den.begin().await.unwrap_err().code, FaultCode::Trap);
    }
    let deep = "(call $send (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const -1) (i32.const 9)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
        (i32.const 0) (i32.const 0) (i32.const 2048))";
    let wild = fault(deep, &Memory::step(3)).await;
    assert!(matches!(wild.code, FaultCode::Trap | FaultCode::Output), "{wild}");
}

#[tokio::test]
async fn host_calls_and_bytes_are_counted() {
    let flood = "(loop $l (call $random (i32.const 8) (i32.const 2048)) br $l)";
    assert_eq!(fault(flood, &Memory::step(3)).await.code, FaultCode::Budget);
    let greedy = "(call $random (i32.const 65) (i32.const 2048))";
    assert_eq!(fault(greedy, &Memory::step(3)).await.code, FaultCode::Budget);
    let flood = "(call $log (i32.const 0) (i32.const 65536) (i32.const 2097152))";
    assert_eq!(fault(flood, &Memory::step(3)).await.code, FaultCode::Budget);
}

#[tokio::test]
async fn a_claim_without_evidence_is_false() {
    let forged = fault("", &Memory::claim(1, NUMBER, NAME)).await;
    assert_eq!(forged.code, FaultCode::Claim);
    let nobody = fault("", &Memory::step(2)).await;
    assert_eq!(nobody.code, FaultCode::Http, "who claims nobody claims nothing false");
}

#[tokio::test]
async fn an_answer_that_is_not_this_logins_is_no_evidence() {
    let complete = r#"{"orderRef":"of-another-login","status":"complete",
        "completionData":{"user":{"personalNumber":"199908072391","name":"Astrid Exempel"}}}"#;
    let canned = Canned::start(|_| json(200, complete)).await;
    let (body, memory) = send(Memory::claim(1, NUMBER, NAME), "api", "POST", "/rp/v6.0/collect", None);
    let den = Den::with(&component(&body, &memory), canned.endpoint(false));
    let fault = den.begin().await.unwrap_err();
    assert_eq!((canned.calls(), fault.code), (1, FaultCode::Claim), "{fault}");
}

#[tokio::test]
async fn what_was_not_granted_is_not_sent() {
    let canned = Canned::start(|_| json(200, "{}")).await;
    for (endpoint, method, path, header) in [
        ("elsewhere", "POST", "/rp/v6.0/auth", None),
        ("api", "DELETE", "/rp/v6.0/auth", None),
        ("api", "POST", "/rp/v5.1/auth", None),
        ("api", "POST", "/rp/v6.0/../v5.1/auth", None),
        ("api", "POST", "/rp/v6.0/%2e%2e/auth", None),
        ("api", "POST", "/rp/v6.0//auth", None),
        ("api", "POST", "/rp/v6.0/auth", Some(("authorization", "Bearer x"))),
        ("api", "POST", "/rp/v6.0/auth", Some(("host", "evil.example"))),
        ("api", "POST", "/rp/v6.0/auth", Some(("accept", "x\r\nauthorization: y"))),
    ] {
        let (body, memory) = send(Memory::step(3), endpoint, method, path, header);
        let fault = Den::with(&component(&body, &memory), canned.endpoint(false)).begin().await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Denied, "{endpoint} {method} {path} {header:?}: {fault}");
    }
    assert_eq!(canned.calls(), 0);
}

#[tokio::test]
async fn a_fifth_request_is_one_too_many() {
    let canned = Canned::start(|_| json(200, "{}")).await;
    let (body, memory) = send(Memory::step(3), "api", "POST", "/rp/v6.0/auth", None);
    let den = Den::with(&component(&format!("(loop $l {body} br $l)"), &memory), canned.endpoint(false));
    assert_eq!(den.begin().await.unwrap_err().code, FaultCode::Budget);
    assert_eq!(canned.calls(), 4);
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let fields = |count: usize, size: usize| {
        let field = |at| format!("x-{at}: {}\r\n", "x".repeat(size));
        let fields: String = (0..count).map(field).collect();
        format!("HTTP/1.1 200 X\r\n{fields}content-length: 0\r\n\r\n").into_bytes()
    };
    for answer in [json(200, &" ".repeat(300 * 1024)), fields(65, 1), fields(20, 1024)] {
        cut_off(answer).await;
    }
}

/// The guest sees an error; an answer would make it trap.
async fn cut_off(answer: Vec<u8>) {
    let canned = Canned::start(move |_| answer.clone()).await;
    let (body, memory) = send(Memory::step(3), "api", "POST", "/rp/v6.0/auth", None);
    let trap_on_ok = format!("{body} (if (i32.eqz (i32.load8_u (i32.const 2048))) (then unreachable))");
    let den = Den::with(
        &component(&trap_on_ok, &memory.text(24, "protocol").text(32, "name")),
        canned.endpoint(false),
    );
    assert!(matches!(den.begin().await.unwrap(), Step::Failed(_)));
}

#[tokio::test]
async fn silence_is_waited_for_only_so_long() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let url = format!("https://localhost:{port}");
    let (body, memory) = send(Memory::step(3), "api", "POST", "/rp/v6.0/auth", None);
    let endpoint = EndpointBinding { url, ca_pem: None, client_identity: None, private_network: false };
    let den = Den::with(&component(&format!("(loop $l {body} br $l)"), &memory), endpoint);
    let started = Instant::now();
    // Three connections of three seconds each; the fourth meets the end of the whole call.
    assert_eq!(den.begin().await.unwrap_err().code, FaultCode::Wall);
    assert!((9..30).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
}

#[tokio::test]
async fn people_are_sent_nowhere_else() {
    let elsewhere = Memory::step(0).text(24, "api").text(32, "/rp/v6.0/auth");
    assert_eq!(fault("", &elsewhere).await.code, FaultCode::Denied);
    for link in ["https://evil.example/", "https://app.bankid.com.evil.example/", "bankid.1.2.3\u{e9}"] {
        let qr = Memory::step(1).number(24, 1).text(28, link).text(48, "name");
        assert_eq!(fault("", &qr).await.code, FaultCode::Denied, "{link}");
        let app = Memory::step(1).number(36, 1).text(40, link).text(48, "name");
        assert_eq!(fault("", &app).await.code, FaultCode::Denied, "{link}");
    }
}

#[tokio::test]
async fn a_state_has_a_size() {
    let memory = Memory::step(3)
        .number(8, 65536)
        .number(12, 9000)
        .text(24, "cancelled")
        .text(32, "name")
        .text(48, "x");
    assert_eq!(fault("", &memory).await.code, FaultCode::Output);
}

#[tokio::test]
async fn what_is_no_plugin_is_never_run() {
    let wasi = r#"(component
        (import "wasi:cli/environment@0.2.0" (instance (export "get-arguments" (func (result (list string)))))))"#;
    for (wasm, code) in [
        (wat::parse_str(wasi).unwrap(), FaultCode::Wit),
        (wat::parse_str("(component)").unwrap(), FaultCode::Wit),
        (b"\0asm\x0d\0\x01\0\x09\xff".to_vec(), FaultCode::Compile),
    ] {
        assert_eq!(Den::of(&wasm).begin().await.unwrap_err().code, code);
    }
}

#[tokio::test]
async fn an_address_instead_of_a_name_is_refused() {
    for url in [
        "https://127.0.0.1:8443",
        "https://[::1]:8443",
        "https://2130706433",
        "https://0x7f.1",
        "http://localhost",
    ] {
        let endpoint = EndpointBinding {
            url: url.to_owned(),
            ca_pem: None,
            client_identity: None,
            private_network: false,
        };
        let (body, memory) = send(Memory::step(3), "api", "POST", "/rp/v6.0/auth", None);
        let fault = Den::with(&component(&body, &memory), endpoint).begin().await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Config, "{url}: {fault}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_told_to_come_back() {
    let den = Den::of(&component("(loop $l br $l)", &Memory::step(3)));
    let crowd = (0..100).map(|_| {
        let sandbox = den.world.sandbox.clone();
        tokio::task::spawn(async move { begin(&sandbox).await.unwrap_err().code })
    });
    let mut codes = Vec::new();
    for guest in crowd.collect::<Vec<_>>() {
        codes.push(guest.await.unwrap());
    }
    assert!(codes.iter().all(|code| matches!(code, FaultCode::Cpu | FaultCode::Busy)), "{codes:?}");
    assert!(codes.contains(&FaultCode::Cpu) && codes.contains(&FaultCode::Busy));
}
