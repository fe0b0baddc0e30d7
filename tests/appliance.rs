//! A whole appliance inside this process, and what every story must leave behind.
//!
//! Nothing in it is shared between stories: own ports, own folder, own clock, own log.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use kuvert::boot::{self, Running};
use kuvert_domain::clock::Clock;
use kuvert_service::Engine;
use kuvert_simulators::clock::ManualClock;
use kuvert_simulators::people;
use tracing::dispatcher;

use crate::actors::{Browser, Caseworker, Resident, sign_in_staff};
use crate::log::Log;
use crate::world::{self, GRANBY, World};

/// When every story begins: a Tuesday in May, 14.05 in Sweden.
const BEGINNING_MS: u64 = 1_778_587_500_000;

/// An appliance that runs in this process, in its world.
pub(crate) struct TestAppliance {
    pub(crate) world: World,
    pub(crate) running: Running,
    clock: ManualClock,
}

struct StoryClock(ManualClock);

impl Clock for StoryClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0.now_ms().try_into().unwrap()).unwrap()
    }
}

thread_local! {
    static LOGGING: RefCell<Option<dispatcher::DefaultGuard>> = const { RefCell::new(None) };
}

/// Plays a story against a fresh appliance, then holds it to what every story must leave behind: no unfinished
/// job, no error in the log, no identity number in the log.
pub(crate) fn story(plot: impl AsyncFnOnce(&TestAppliance)) {
    story_with(Engine::Memory, plot);
}

/// The same on another engine; gives what was logged.
pub(crate) fn story_with(engine: Engine, plot: impl AsyncFnOnce(&TestAppliance)) -> String {
    let strays = Log::of_strays();
    let log = Log::default();
    let dispatch = log.dispatch();
    let _guard = dispatcher::set_default(&dispatch);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(move || LOGGING.set(Some(dispatcher::set_default(&dispatch))))
        .build()
        .unwrap();
    runtime.block_on(async {
        let town = TestAppliance::start(engine).await;
        plot(&town).await;
        town.finish().await;
    });
    assert_eq!(log.errors(), [""; 0], "the log holds errors");
    let text = log.text() + &strays.text();
    for person in people::swedish() {
        let (birth, rest) = person.number.split_at(8);
        for written in [format!("{}{rest}", &birth[2..]), format!("{}-{rest}", &birth[2..])] {
            assert!(!text.contains(&written), "the log holds an identity number");
        }
    }
    text
}

impl TestAppliance {
    /// Starts everything on ports that the system chooses.
    pub(crate) async fn start(engine: Engine) -> Self {
        let clock = ManualClock::at(BEGINNING_MS);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let world = World::start(clock.sim(), listener.local_addr().unwrap().port()).await;
        let settings =
            world::boot_settings(world.folder(), Arc::new(StoryClock(clock.clone())), listener, engine);
        let running = boot::start(settings).await.unwrap();
        Self { world, running, clock }
    }

    /// A resident of Granby by given name, with an e-mail address.
    pub(crate) fn resident(&self, name: &str) -> Resident<'_> {
        Resident::new(self, name)
    }

    /// A caseworker by given name, signed in through the staff directory.
    pub(crate) async fn caseworker(&self, name: &str) -> Caseworker<'_> {
        Caseworker::sign_in(self, name, GRANBY).await
    }

    /// Somebody whom no group gives a mailbox, as far as the sign-in lets them.
    pub(crate) async fn caseworker_without_mailbox(&self, name: &str) -> Browser {
        sign_in_staff(&self.world, name, GRANBY).await
    }

    /// Lets time pass, and lets the appliance do what is due by then.
    pub(crate) async fn days_later(&self, days: u64) {
        self.clock.advance(Duration::from_hours(24 * days));
        self.settle().await;
    }

    /// Lets a moment pass, as while waiting for a login.
    pub(crate) fn seconds_later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Runs every job that is due.
    pub(crate) async fn settle(&self) {
        self.running.tasks().run_once().await.unwrap();
    }

    async fn finish(self) {
        self.settle().await;
        let waiting = self.running.service().tasks().due_notices(1).await.unwrap();
        assert!(waiting.is_empty(), "a notice was not sent");
        self.running.stop().await;
    }
}
