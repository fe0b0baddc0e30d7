//! Faults of plugins: each leaves an audit line and a figure, and a method that keeps failing rests.

use jiff::SignedDuration;
use kuvert_domain::language::Language;
use kuvert_sandbox::{Context, Fault, FaultCode, Used};

use super::{
    guests::{self, Guest, Memory},
    town::Town,
};
use crate::calling::{Calling, Who};

#[tokio::test]
async fn every_code_leaves_its_line_and_its_figure() {
    let town = Town::open().await;
    let core = town.service.core();
    let id = town.municipality("granby").id;
    let calling = Calling::new(core, id, "granby/bankid".to_owned());
    let context = Context { language: Language::Sv, correlation: "a-login".to_owned() };
    for code in FaultCode::ALL {
        for _ in 0..3 {
            let used = Used { ticks: 7, memory_bytes: 65_536 };
            let fault = Fault { used, ..Fault::new(code, "because") };
            let call = calling.call("advance", Who::of_login("a-login"), &context);
            let outcome = calling.noted::<()>(&call, Err(fault.clone())).await;
            assert_eq!(outcome.unwrap_err(), fault, "the fault goes on as it was");
        }
    }
    let lines = core.read(move |view| Ok(view.audit_lines(id, 1_000)?)).await.unwrap();
    for code in FaultCode::ALL {
        let about = lines.iter().filter(|line| line.action == "plugin.fault").filter(|line| {
            let details = String::from_utf8(line.details.clone().unwrap()).unwrap();
            details.contains(&format!("granby/bankid {code}: because")) && details.contains("7 ticks")
        });
        assert_eq!(about.count(), 1, "{code}: one line a minute");
    }
    let figures = town.service.method_figures();
    assert_eq!(figures.len(), 1);
    assert!(FaultCode::ALL.iter().all(|code| figures[0].faults[code] == 3));
    assert_eq!(figures[0].calls["advance"], 45);
}

#[tokio::test]
async fn a_method_that_rests_begins_nothing() {
    let town = Town::open().await;
    let core = town.service.core();
    let id = town.municipality("granby").id;
    let calling = Calling::new(core, id, "granby/bankid".to_owned());
    let context = Context { language: Language::Sv, correlation: "a-login".to_owned() };
    for login in 0..5 {
        let fault = Fault::new(FaultCode::Trap, "");
        let call = calling.call("advance", Who::of_login(&login.to_string()), &context);
        calling.noted::<()>(&call, Err(fault)).await.unwrap_err();
    }
    assert!(town.service.method_figures()[0].rests);
    let who = Who::of_address([203, 0, 113, 7].into());
    assert_eq!(core.health.ask("granby/bankid", &who, core.now()).unwrap_err().code, FaultCode::Trap);
    let lines = core.read(move |view| Ok(view.audit_lines(id, 1_000)?)).await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.action == "plugin.rests").count(), 1);
    town.pass(SignedDuration::from_secs(31));
    core.health.ask("granby/bankid", &who, core.now()).unwrap();
}

#[tokio::test]
async fn a_version_that_fails_while_another_stands_in_is_told_all_the_same() {
    let waiting = || Guest::of(Memory::waiting());
    let town = guests::town("1.0.0", &waiting()).await;
    guests::swap(&town, "1.1.0", &waiting().does("begin", "unreachable")).await;
    for login in ["one", "two", "three", "four", "five", "six"] {
        guests::calling(&town).begin(&guests::args(), &guests::context(login)).await.unwrap();
    }
    let figures = town.service.method_figures();
    assert_eq!(figures[0].faults[&FaultCode::Trap], 6);
    assert!(!figures[0].rests, "whoever wants in gets in");
    let id = town.municipality("granby").id;
    let lines = town.service.core().read(move |view| Ok(view.audit_lines(id, 1_000)?)).await.unwrap();
    let told: Vec<_> = lines.iter().filter(|line| line.action == "plugin.fault").collect();
    assert_eq!(told.len(), 1);
    let details = String::from_utf8(told[0].details.clone().unwrap()).unwrap();
    assert!(details.contains("bankid 1.1.0"), "the version that failed: {details}");
}

#[tokio::test]
async fn a_provider_that_is_down_brings_a_method_to_rest_in_whatever_words_a_plugin_says_so() {
    let ends = |begin| async move {
        let town = guests::town("1.0.0", &Guest::of(Memory::polite()).does("begin", begin)).await;
        let mut rested = Vec::new();
        for login in ["one", "two", "three", "four", "five", "six"] {
            let begun = guests::calling(&town).begin(&guests::args(), &guests::context(login)).await;
            rested.push(begun.is_err());
        }
        rested
    };
    let down = ends("(drop (call $post))").await;
    assert_eq!(down, [false, false, false, false, false, true], "five ends in plain words, and then a rest");
    assert!(!ends("").await.contains(&true), "who ends a login without a provider says nothing about one");
}
