//! Limits that no attack is needed to meet: sizes, lengths and times.

use kuvert_sandbox::{FaultCode, Step};

use crate::guest::{Memory, component};
use crate::hostile::{Den, fault};
use crate::world::TestClock;

#[tokio::test]
async fn what_a_page_shows_has_a_length() {
    for (length, refused) in [(513, true), (512, false)] {
        let text = format!("bankid.{}", "1".repeat(length - 7));
        let memory = Memory::step(1).number(24, 1).text(28, &text).text(48, "name");
        let outcome = Den::of(&component("", &memory)).begin().await;
        assert_eq!(outcome.is_err(), refused, "{length}");
    }
    let link = format!("bankid:///?autostarttoken={}", "1".repeat(2048));
    let memory = Memory::step(1).number(36, 1).text(40, &link).text(48, "name");
    assert_eq!(fault("", &memory).await.code, FaultCode::Denied);

    let memory = Memory::step(3).text(24, "cancelled").text(32, "name").text(48, &"x".repeat(100));
    let Step::Failed(failure) = Den::of(&component("", &memory)).begin().await.unwrap() else {
        panic!("not failed")
    };
    assert_eq!(failure.code.len(), 64);
}

#[tokio::test]
async fn times_are_cut_to_measure() {
    let ever = Memory::step(1).text(48, "name").number(72, u32::MAX).number(76, u32::MAX);
    let Step::Wait(wait) = Den::of(&component("", &ever)).begin().await.unwrap() else {
        panic!("not waiting")
    };
    assert_eq!(wait.poll_after_ms, 500);
    assert_eq!(wait.expires_at_ms, TestClock::new().0.now_ms() + 600_000);
    let never = Memory::step(1).text(48, "name").number(68, u32::MAX);
    let Step::Wait(wait) = Den::of(&component("", &never)).begin().await.unwrap() else {
        panic!("not waiting")
    };
    assert_eq!(wait.poll_after_ms, 60_000);
}

#[tokio::test]
async fn a_component_has_few_parts() {
    let many = |module: &str, count: usize| {
        let instances = "(core instance (instantiate $m))".repeat(count);
        wat::parse_str(format!("(component (core module $m {module}) {instances})")).unwrap()
    };
    for wasm in [many("", 9), many("(memory 1)", 2), many("(table 1 funcref)", 5), many("(memory 513)", 1)] {
        assert_eq!(Den::of(&wasm).begin().await.unwrap_err().code, FaultCode::Compile);
    }
}
