//! Where requests end: only at the address that was checked, only where the name may lead, and not at all without leave.

use std::{net::IpAddr, sync::Arc};

use kuvert_sandbox::{AddressPolicy, EndpointBinding};
use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use crate::arena::{Arena, Plan, nowhere};
use crate::guest::{Guest, Memory};
use crate::network::ScriptedNetwork;
use crate::talker::{Manner, Talker};

/// A guest that traps when no answer comes, in a world where names lead where the network says.
fn arena(network: &ScriptedNetwork, endpoint: EndpointBinding) -> Arena {
    let wasm = Guest::of(Memory::polite()).does("begin", "(if (call $post) (then unreachable))").wasm();
    let mut plan = Plan::new().guest_at("guest", wasm, endpoint);
    plan.addresses = AddressPolicy::PublicOnly;
    plan.network = Arc::new(network.clone());
    plan.open()
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_dialled() {
    for address in [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "fd00:ec2::254",
        "0.0.0.0",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "93.184.216.34",
    ] {
        let network = ScriptedNetwork::new(&[&[address]], 1).owning("93.184.216.34");
        assert_eq!(arena(&network, nowhere()).outcome("guest").await, "P-TRAP", "{address}");
        assert_eq!(network.looked_up(), ["localhost"], "{address}");
        assert!(network.dialled().is_empty(), "{address}");
    }
    // The own network is nothing that a plugin may even feel for: the call ends.
    for address in ["10.1.2.3", "192.168.1.1", "fd12::1", "::ffff:10.1.2.3"] {
        let network = ScriptedNetwork::new(&[&["127.0.0.1", address]], 1);
        assert_eq!(arena(&network, nowhere()).outcome("guest").await, "P-DENIED", "{address}");
        assert!(network.dialled().is_empty(), "{address}");
    }
}

#[tokio::test]
async fn of_a_mixed_answer_only_the_public_address_is_dialled() {
    let talker = Talker::start(Manner::default()).await;
    let answer: &[&str] = &["127.0.0.1", "10.0.0.1", "93.184.216.34", "::1"];
    let network = ScriptedNetwork::new(&[answer], talker.port());
    assert_eq!(arena(&network, talker.endpoint()).outcome("guest").await, "through");
    assert_eq!(network.dialled(), ["93.184.216.34"]);
}

#[tokio::test]
async fn a_name_that_turns_round_after_the_check_gains_nothing() {
    let talker = Talker::start(Manner { hangs_up: true, ..Manner::default() }).await;
    let network = ScriptedNetwork::new(&[&["93.184.216.34"], &["127.0.0.1"]], talker.port());
    let arena = arena(&network, talker.endpoint());
    assert_eq!(arena.outcome("guest").await, "through");
    assert_eq!(network.looked_up().len(), 1, "looked up once, and that answer is dialled");
    assert_eq!(arena.outcome("guest").await, "P-TRAP");
    assert_eq!(network.dialled(), ["93.184.216.34"]);
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let manner =
        Manner { status: "302 Found", lines: "location: https://127.0.0.1/\r\n", ..Manner::default() };
    let talker = Talker::start(manner).await;
    let network = ScriptedNetwork::new(&[&["93.184.216.34"]], talker.port());
    assert_eq!(arena(&network, talker.endpoint()).outcome("guest").await, "through");
    assert_eq!((talker.requests(), network.dialled().len()), (1, 1));
}

#[tokio::test]
async fn what_was_not_granted_causes_no_packet_at_all() {
    let network = ScriptedNetwork::new(&[&["93.184.216.34"]], 1);
    let asks = [
        "(i32.store8 (i32.const 60000) (i32.const 120))",
        "(i32.store8 (i32.const 60003) (i32.const 120))",
        "(i32.store8 (i32.const 60008) (i32.const 37))",
        "(i32.store16 (i32.const 60013) (i32.const 0x2e2e))",
    ];
    for ask in asks {
        let wasm = Guest::of(Memory::polite()).does("begin", &format!("{ask} (drop (call $post))")).wasm();
        let mut plan = Plan::new().guest("guest", wasm);
        plan.addresses = AddressPolicy::PublicOnly;
        plan.network = Arc::new(network.clone());
        assert_eq!(plan.open().outcome("guest").await, "P-DENIED", "{ask}");
    }
    // While a frame is drawn, nothing is granted.
    let mut plan = Plan::new().guest("guest", Guest::attack("no-network", Memory::waiting()).wasm());
    plan.network = Arc::new(network.clone());
    let arena = plan.open();
    let turn = arena.turn("guest").await.unwrap();
    let drawn = arena.sandbox.render("guest", &turn.transaction, &crate::world::context()).await;
    assert_eq!(drawn.unwrap_err().code.name(), "P-DENIED");
    assert!(network.looked_up().is_empty() && network.dialled().is_empty());
}

/// Addresses of every range that is somebody's inside, in each of the coats that an address can wear.
fn inside() -> impl Strategy<Value = IpAddr> {
    let four = prop_oneof![
        any::<[u8; 3]>().prop_map(|[b, c, d]| [10, b, c, d]),
        any::<[u8; 3]>().prop_map(|[b, c, d]| [127, b, c, d]),
        any::<[u8; 3]>().prop_map(|[b, c, d]| [0, b, c, d]),
        any::<[u8; 3]>().prop_map(|[b, c, d]| [100, 0x40 | (b & 0x3f), c, d]),
        any::<[u8; 2]>().prop_map(|[c, d]| [169, 254, c, d]),
        any::<[u8; 3]>().prop_map(|[b, c, d]| [172, 0x10 | (b & 0x0f), c, d]),
        any::<[u8; 2]>().prop_map(|[c, d]| [192, 168, c, d]),
        any::<[u8; 4]>().prop_map(|[a, b, c, d]| [0xe0 | (a & 0x1f), b, c, d]),
    ];
    (four, 0..5_u8).prop_map(|([a, b, c, d], coat)| {
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        match coat {
            0 => IpAddr::from([a, b, c, d]),
            1 => IpAddr::from([0, 0, 0, 0, 0, 0xffff, high, low]),
            2 => IpAddr::from([0, 0, 0, 0, 0, 0, high, low]),
            3 => IpAddr::from([0x64, 0xff9b, 0, 0, 0, 0, high, low]),
            _ => IpAddr::from([0x2002, high, low, 0, 0, 0, 0, 1]),
        }
    })
}

#[test]
fn no_coat_makes_an_inside_address_public() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let network = ScriptedNetwork::new(&[], 1);
    let arena = runtime.block_on(async { arena(&network, nowhere()) });
    proptest!(|(address in inside())| {
        network.will_answer(address);
        assert!(["P-TRAP", "P-DENIED"].contains(&runtime.block_on(arena.outcome("guest"))));
        assert!(network.dialled().is_empty(), "{}", address);
    });
}
