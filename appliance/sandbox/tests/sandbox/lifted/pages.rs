//! What a guest puts on a page, and how long it keeps a person there.

use kuvert_sandbox::{Limits, Step, Wait};

use super::{Line, Outcome};
use crate::arena::Plan;
use crate::guest::{Memory, component};
use crate::world::TestClock;

pub(super) fn lines() -> Vec<Line> {
    [shapes(), times()].into_iter().flatten().collect()
}

fn shapes() -> Vec<Line> {
    vec![
        Line::of(
            "qr_bytes",
            "P-DENIED",
            |limits| limits.qr_bytes += 1,
            |limits| {
                shown(
                    limits,
                    Memory::waiting().number(24, 1).text(28, &format!("bankid.{}", "1".repeat(506))),
                    |_| true,
                )
            },
        ),
        Line::of(
            "app_link_bytes",
            "P-DENIED",
            |limits| limits.app_link_bytes *= 2,
            |limits| {
                let link = format!("bankid:///?autostarttoken={}", "1".repeat(2048));
                shown(limits, Memory::waiting().number(36, 1).text(40, &link), |_| true)
            },
        ),
        Line::of(
            "text_bytes",
            "cut",
            |limits| limits.text_bytes *= 2,
            |limits| {
                shown(limits, Memory::step(1).text(48, "long"), |wait| {
                    wait.display.message.text.len() == 1025
                })
            },
        ),
        Line::of(
            "code_bytes",
            "cut",
            |limits| limits.code_bytes += 1,
            |limits| logged(limits, "a-provider-s-code-that-is-one-character-longer-than-a-code-may-be"),
        ),
    ]
}

fn times() -> Vec<Line> {
    vec![
        Line::of(
            "login_ms",
            "cut",
            |limits| limits.login_ms *= 2,
            |limits| {
                let end = TestClock::new().0.now_ms() + 600_001;
                let (low, high) =
                    (u32::try_from(end & 0xffff_ffff).unwrap(), u32::try_from(end >> 32).unwrap());
                shown(limits, Memory::waiting().number(72, low).number(76, high), |wait| {
                    wait.expires_at_ms == TestClock::new().0.now_ms() + 600_001
                })
            },
        ),
        Line::of(
            "poll_least_ms",
            "cut",
            |limits| limits.poll_least_ms = 1,
            |limits| shown(limits, Memory::waiting().number(68, 1), |wait| wait.poll_after_ms == 1),
        ),
        Line::of(
            "poll_most_ms",
            "cut",
            |limits| limits.poll_most_ms = u32::MAX,
            |limits| {
                shown(limits, Memory::waiting().number(64, 60_001), |wait| {
                    wait.display.next_frame_ms == 60_001
                })
            },
        ),
    ]
}

/// Whether a failure's code is kept as the guest said it.
fn logged(limits: Limits, code: &'static str) -> Outcome {
    Box::pin(async move {
        let memory = Memory::step(3).text(24, "cancelled").text(32, "name").text(48, code);
        let arena = Plan::new().limits(limits).guest("guest", component("", &memory)).open();
        match arena.begin("guest").await {
            Ok(Step::Failed(failure)) if failure.code == code => "through",
            Ok(Step::Failed(_)) => "cut",
            Ok(_) => "another step",
            Err(fault) => fault.code.name(),
        }
    })
}

/// Whether a page gets to see what the guest returned, as it was.
fn shown(limits: Limits, memory: Memory, whole: fn(&Wait) -> bool) -> Outcome {
    Box::pin(async move {
        let arena = Plan::new().limits(limits).guest("guest", component("", &memory)).open();
        match arena.begin("guest").await {
            Ok(Step::Wait(wait)) if whole(&wait) => "through",
            Ok(Step::Wait(_)) => "cut",
            Ok(_) => "another step",
            Err(fault) => fault.code.name(),
        }
    })
}
