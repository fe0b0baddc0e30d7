//! What a trial says about components that are none, that want another world, or that misbehave when they start.
//!
//! The trial runs in this process here; that a child which dies harms nobody is shown with the real program, beside the
//! stories.

use std::fs;

use kuvert_sandbox::{FaultCode, try_out};

use crate::probe::{PROVIDER, component, kplug, module};
use crate::world::built_plugins;

/// The code of the refusal; `None` for a bundle that passes.
fn refusal(wasm: &[u8]) -> Option<FaultCode> {
    try_out(&kplug(wasm)).err().map(|fault| fault.code)
}

fn plain() -> Vec<u8> {
    component(&module(PROVIDER, ""), &[])
}

#[test]
fn what_is_in_order_passes() {
    assert_eq!(refusal(&plain()), None);
    for file in fs::read_dir(built_plugins()).unwrap().flatten() {
        if file.path().extension().is_some_and(|end| end == "kplug") {
            try_out(&fs::read(file.path()).unwrap()).unwrap();
        }
    }
}

#[test]
fn another_contract_is_refused() {
    let other = "kuvert:identity/provider@2.0.0";
    let version = [("identity", "kuvert:identity@0.1.0", "kuvert:identity@2.0.0")];
    assert_eq!(
        refusal(&component(&module(other, ""), &version)),
        Some(FaultCode::Wit),
        "another major version"
    );
    for (package, from, to, what) in [
        ("identity", "        returned,", "        returned,\n        left,", "one case more"),
        (
            "identity",
            "        settings-schema:",
            "        colour: string,\n        settings-schema:",
            "one field more",
        ),
        ("identity", "        endpoints: list<string>,\n", "", "one field less"),
        ("common", "retryable: bool,", "retryable: string,", "a field of another type"),
    ] {
        let wasm = component(&module(PROVIDER, ""), &[(package, from, to)]);
        assert_eq!(refusal(&wasm), Some(FaultCode::Wit), "{what}");
    }
    let missing = "    describe: func() -> info;\n";
    let wasm = component(&module(PROVIDER, ""), &[("identity", missing, "")]);
    assert_eq!(refusal(&wasm), Some(FaultCode::Wit), "a function is missing");
    let newer =
        ("identity", "    describe: func() -> info;", "    describe: func() -> info;\n    greet: func();");
    let more = format!(r#"(func (export "{PROVIDER}#greet"))"#);
    assert_eq!(refusal(&component(&module(PROVIDER, &more), &[newer])), None, "a function more harms nobody");
}

#[test]
fn other_worlds_are_refused() {
    let text = |text: &str| wat::parse_str(text).unwrap();
    for (wasm, code, what) in [
        (text("(component)"), FaultCode::Wit, "nothing at all"),
        (
            text(
                r#"(component (import "wasi:cli/environment@0.2.0"
                    (instance (export "get-environment" (func (result (list (tuple string string))))))))"#,
            ),
            FaultCode::Wit,
            "WASI",
        ),
        (
            text(r#"(component (import "wasi:sockets/tcp@0.2.0" (instance (export "x" (func)))))"#),
            FaultCode::Wit,
            "sockets",
        ),
        (text("(component (core module (memory i64 1)))"), FaultCode::Compile, "64-bit memory"),
        (text("(component (core module (memory 1 1 shared)))"), FaultCode::Compile, "shared memory"),
        (text("(component (core module (memory 1) (memory 1)))"), FaultCode::Compile, "two memories"),
        (text("(component (core module (tag)))"), FaultCode::Compile, "exceptions"),
        (
            text("(component (core module (type (struct (field i32)))))"),
            FaultCode::Compile,
            "garbage collection",
        ),
        (
            text("(component (core module (func $f) (func (return_call $f))))"),
            FaultCode::Compile,
            "tail calls",
        ),
        (text("(component (type (future u8)))"), FaultCode::Compile, "futures"),
        (text("(component (type (stream u8)))"), FaultCode::Compile, "streams"),
    ] {
        assert_eq!(refusal(&wasm), Some(code), "{what}");
    }
}

/// Sections that no engine reads may hold what they like, as long as the component has the size of one.
#[test]
fn what_nobody_reads_is_carried_and_weighed() {
    let padded = |bytes: usize| {
        let size = u32::try_from(bytes + 2).unwrap();
        let leb = [0, 7, 14, 21, 28].map(|at| u8::try_from(size >> at & 0x7f).unwrap());
        let more = [0x80, 0x80, 0x80, 0x80, 0];
        let mut wasm = plain();
        wasm.push(0);
        wasm.extend(leb.iter().zip(more).map(|(part, more)| part | more));
        wasm.extend(b"\x01x");
        // Noise, or the archive would be a bomb.
        wasm.extend((0..bytes).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 13 & 0xff).unwrap()));
        wasm
    };
    assert_eq!(refusal(&padded(1024 * 1024)), None);
    let heavy = std::panic::catch_unwind(|| refusal(&padded(10 * 1024 * 1024)));
    assert!(!matches!(heavy, Ok(None)), "ten megabytes of nothing");
}

#[test]
fn a_start_that_misbehaves_ends_the_trial() {
    let start = |body: &str| component(&module(PROVIDER, &format!("(func $s {body}) (start $s)")), &[]);
    assert_eq!(refusal(&start("(loop $l br $l)")), Some(FaultCode::Cpu));
    assert_eq!(refusal(&start("unreachable")), Some(FaultCode::Trap));
    assert_eq!(refusal(&start("(call $s)")), Some(FaultCode::Trap), "without a bottom");
    let grow = "(drop (memory.grow (i32.const 1024)))";
    assert_eq!(refusal(&start(grow)), Some(FaultCode::Memory));
    let large = component(&module(PROVIDER, "").replace("\"memory\") 2", "\"memory\") 1024"), &[]);
    assert!(matches!(refusal(&large), Some(FaultCode::Memory | FaultCode::Compile)));
    let other = component(&module(PROVIDER, "").replace("\"probe\"", "\"bogus\""), &[]);
    assert_eq!(refusal(&other), Some(FaultCode::Bundle), "it describes itself as another");
}

#[test]
fn a_truncated_component_is_refused_at_every_hundredth() {
    let whole = plain();
    for part in 0..100 {
        let cut = &whole[..whole.len() * part / 100];
        if let Ok(packed) = std::panic::catch_unwind(|| kplug(cut)) {
            let refused = try_out(&packed);
            assert!(refused.is_err(), "{part} %");
        }
    }
}

/// Whatever byte is changed: a refusal, or a component that still is who it says it is. Never a fall of the host.
#[test]
fn mutated_components_harm_nobody() {
    let whole = plain();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut chance = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
    };
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..10_000 {
        let mut mutated = whole.clone();
        for _ in 0..=chance(3) {
            let place = 8 + chance(mutated.len() - 8);
            mutated[place] = u8::try_from(chance(256)).unwrap();
        }
        match refusal(&mutated) {
            None => passed += 1,
            Some(_) => refused += 1,
        }
    }
    println!("{refused} refused, {passed} still whole");
    assert!(refused > 1_000, "{refused}");
}
