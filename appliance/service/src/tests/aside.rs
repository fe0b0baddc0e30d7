//! Browsers that hang up in the middle of a step, and orders that nobody waits for any longer.
//!
//! The provider is a door that takes connections and answers none: it says how often it was knocked at, and holds every
//! caller until it is told to let go.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::SignedDuration;
use kuvert_domain::{directory::Audience, language::Language};
use kuvert_store::{Reading as _, Scan, records::Login};
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time::timeout};

use super::{
    guests::{self, Guest, Memory},
    town::Town,
};
use crate::{Begin, Client, Destination, Device, Front, LoginCookie, LoginState};

/// A provider that lets nobody in.
struct Door {
    port: u16,
    knocks: Arc<AtomicUsize>,
    open: watch::Sender<bool>,
    _task: JoinSet<()>,
}

impl Door {
    async fn shut() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (knocks, (open, opens)) = (Arc::new(AtomicUsize::new(0)), watch::channel(false));
        let counted = Arc::clone(&knocks);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut held = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut opens = opens.clone();
                held.spawn(async move {
                    let _ = opens.wait_for(|open| *open).await;
                    drop(stream);
                });
            }
        });
        Self { port, knocks, open, _task: task }
    }

    fn knocks(&self) -> usize {
        self.knocks.load(Ordering::SeqCst)
    }

    /// Waits until somebody has knocked so often.
    async fn knocked(&self, times: usize) {
        let heard = async {
            while self.knocks() < times {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), heard).await.expect("nobody knocks");
    }
}

/// A guest that asks the provider at these steps, and waits for an app otherwise.
fn asking(steps: &[&str]) -> Guest {
    let guest = ["begin", "advance", "render", "cancel"].into_iter();
    guest.fold(Guest::of(Memory::waiting()), |guest, step| {
        guest.does(step, if steps.contains(&step) { "(drop (call $post))" } else { "" })
    })
}

async fn town(door: &Door, guest: &Guest) -> (Town, Front) {
    let town = guests::town_at(&format!("https://localhost:{}", door.port), "1.0.0", guest).await;
    let front = town.front("granby");
    (town, front)
}

fn wish() -> Begin {
    Begin {
        method: "bankid".to_owned(),
        audience: Audience::Resident,
        device: Device::Other,
        client: Client { ip: [203, 0, 113, 7].into(), user_agent: "Mozilla/5.0".to_owned() },
        origin: "https://granby.localhost".to_owned(),
        destination: Destination::Home,
        language: Language::Sv,
    }
}

/// A login that waits, and whose next poll is due.
async fn waiting(town: &Town, front: &Front) -> LoginCookie {
    let (cookie, view) = front.begin(wish(), None).await.unwrap();
    assert!(matches!(view.state, LoginState::Waiting(_)), "{view:?}");
    town.pass(SignedDuration::from_secs(61));
    cookie
}

async fn logins(town: &Town) -> usize {
    let all = Login::all(town.municipality("granby").id);
    town.service.core().read(move |view| Ok(view.keys(&Scan::prefix(&all))?.len())).await.unwrap()
}

#[tokio::test]
async fn what_the_provider_answers_is_kept_when_the_browser_has_gone() {
    let door = Door::shut().await;
    let guest = asking(&["advance"]).does("advance", "(drop (call $post)) unreachable");
    let (town, front) = town(&door, &guest).await;
    let cookie = waiting(&town, &front).await;
    tokio::select! {
        biased;
        looked = front.look(&cookie) => panic!("the provider has not answered: {looked:?}"),
        () = door.knocked(1) => {}
    }
    door.open.send_replace(true);
    town.service.quiet().await;
    let LoginState::Failed(failure) = front.look(&cookie).await.unwrap().state else { panic!("lost") };
    assert_eq!(failure.fault, "P-TRAP");
    assert_eq!(door.knocks(), 1, "it was asked once");
}

#[tokio::test]
async fn nobody_asks_again_while_an_answer_is_under_way() {
    let door = Door::shut().await;
    let (town, front) = town(&door, &asking(&["advance"])).await;
    let cookie = waiting(&town, &front).await;
    let mut first = Box::pin(front.look(&cookie));
    tokio::select! {
        biased;
        looked = &mut first => panic!("the provider has not answered: {looked:?}"),
        () = door.knocked(1) => {}
    }
    town.pass(SignedDuration::from_secs(10));
    assert!(matches!(front.look(&cookie).await.unwrap().state, LoginState::Waiting(_)));
    assert_eq!(door.knocks(), 1);
    door.open.send_replace(true);
    assert!(matches!(first.await.unwrap().state, LoginState::Waiting(_)));
    town.pass(SignedDuration::from_secs(61));
    front.look(&cookie).await.unwrap();
    assert_eq!(door.knocks(), 2, "then it is asked again");
}

#[tokio::test]
async fn a_login_that_no_browser_heard_of_is_given_up() {
    let door = Door::shut().await;
    let (town, front) = town(&door, &asking(&["begin", "cancel"])).await;
    tokio::select! {
        biased;
        begun = front.begin(wish(), None) => panic!("the provider has not answered: {begun:?}"),
        () = door.knocked(1) => {}
    }
    door.open.send_replace(true);
    town.service.quiet().await;
    assert_eq!((door.knocks(), logins(&town).await), (2, 0), "begun, and cancelled");
}

#[tokio::test]
async fn giving_up_waits_for_no_provider() {
    let door = Door::shut().await;
    let (town, front) = town(&door, &asking(&["cancel"])).await;
    for way in ["by the button", "by leaving", "by beginning anew"] {
        let cookie = waiting(&town, &front).await;
        let before = door.knocks();
        match way {
            "by the button" => front.cancel(&cookie).await.unwrap(),
            "by leaving" => front.leave(&cookie, &cookie.page_mark()).await.unwrap(),
            _ => drop(front.begin(wish(), Some(&cookie)).await.unwrap()),
        }
        door.knocked(before + 1).await;
        assert!(!*door.open.borrow(), "{way}: the provider has not answered yet");
    }
    door.open.send_replace(true);
    town.service.quiet().await;
}

#[tokio::test]
async fn an_order_that_comes_too_late_is_cancelled() {
    let door = Door::shut().await;
    let (town, front) = town(&door, &asking(&["advance", "cancel"])).await;
    let cookie = waiting(&town, &front).await;
    let mut poll = Box::pin(front.look(&cookie));
    tokio::select! {
        biased;
        looked = &mut poll => panic!("the provider has not answered: {looked:?}"),
        () = door.knocked(1) => {}
    }
    front.cancel(&cookie).await.unwrap();
    door.open.send_replace(true);
    poll.await.unwrap_err();
    town.service.quiet().await;
    assert_eq!(door.knocks(), 3, "the order that was known, and the one that the poll came back with");
}

#[tokio::test]
async fn an_order_whose_login_runs_out_is_cancelled() {
    let door = Door::shut().await;
    door.open.send_replace(true);
    let (town, front) = town(&door, &asking(&["cancel"])).await;
    let seen = waiting(&town, &front).await;
    town.pass(SignedDuration::from_mins(10));
    assert!(matches!(front.look(&seen).await.unwrap().state, LoginState::Failed(_)));
    town.service.quiet().await;
    assert_eq!(door.knocks(), 1, "by whoever looks");

    let waits = waiting(&town, &front).await;
    let row = crate::front::stored(&front, &waits).await;
    let id = town.municipality("granby").id;
    for (cookie, leaves_one) in [(&waits, true), (&LoginCookie::from_bytes([9; 32]), false)] {
        let ends = row.ends;
        let mut row = Login { cookie_hash: cookie.hash(), ..row.clone() };
        if let kuvert_store::records::LoginStage::Waiting { expires, .. } = &mut row.stage {
            *expires = if leaves_one { ends } else { row.began };
        }
        town.keep_login(id, cookie, row).await;
    }
    town.pass(SignedDuration::from_mins(10));
    town.service.tasks().expire().await.unwrap();
    town.service.quiet().await;
    assert_eq!((door.knocks(), logins(&town).await), (2, 0), "by the task, where an order may be left");
}

#[tokio::test]
async fn a_way_back_that_another_browser_takes_ends_its_login() {
    let door = Door::shut().await;
    let (town, front) = town(&door, &asking(&[])).await;
    let cookie = town.approved("granby", super::logins::astrid(), Destination::Home).await;
    let nonce =
        data_encoding::BASE64URL_NOPAD.encode(&[cookie.id().as_bytes().as_slice(), &[7; 32]].concat());
    let row = crate::front::stored(&front, &cookie).await;
    let row = Login { this_device: true, nonce_hash: crate::token::hash_of(nonce.as_bytes()), ..row };
    town.keep_login(town.municipality("granby").id, &cookie, row.clone()).await;

    let guess =
        data_encoding::BASE64URL_NOPAD.encode(&[cookie.id().as_bytes().as_slice(), &[8; 32]].concat());
    for stranger in ["", "nonsense", &guess] {
        front.strayed(stranger).await.unwrap();
        assert_eq!(front.look(&cookie).await.unwrap().state, LoginState::NeedsReturn, "{stranger}");
    }
    front.strayed(&nonce).await.unwrap();
    let LoginState::Failed(failure) = front.look(&cookie).await.unwrap().state else { panic!("it goes on") };
    assert_eq!(failure.class, crate::LoginFault::Risk);
    front.returned(&cookie, &nonce).await.unwrap();
    front.finish(&cookie).await.unwrap_err();

    let own = Login { returned: true, ..row };
    town.keep_login(town.municipality("granby").id, &cookie, own).await;
    front.strayed(&nonce).await.unwrap();
    assert_eq!(front.look(&cookie).await.unwrap().state, LoginState::Done, "its own browser was there first");
}
