//! The appliance starts, answers and says calm things when not one of its plugins works.

use std::fs;
use std::sync::Arc;

use kuvert::boot;
use kuvert_domain::clock::Clock;
use kuvert_service::Engine;
use kuvert_service::sandbox::FaultCode;
use kuvert_simulators::clock::ManualClock;
use tracing::dispatcher;

use crate::actors::Browser;
use crate::log::Log;
use crate::world::{self, GRANBY, World};

/// A clock that tests set.
struct Set(ManualClock);

impl Clock for Set {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0.now_ms().try_into().unwrap()).unwrap()
    }
}

#[test]
fn the_appliance_starts_with_every_plugin_broken() {
    let (log, strays) = (Log::default(), Log::of_strays());
    let _guard = dispatcher::set_default(&log.dispatch());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = ManualClock::at(1_778_587_500_000);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let world = World::start(clock.sim(), listener.local_addr().unwrap().port()).await;
        let broken = world.folder().join("broken plugins");
        fs::create_dir(&broken).unwrap();
        for plugin in ["bankid", "freja", "oidc"] {
            fs::write(broken.join(format!("{plugin}-1.0.0.kplug")), b"PK\x03\x04 and then nothing").unwrap();
        }
        let mut settings =
            world::boot_settings(world.folder(), Arc::new(Set(clock)), listener, Engine::Memory);
        settings.config.plugins_dir = broken;
        settings.config.metrics_listen = Some(([127, 0, 0, 1], 0).into());
        let running = boot::start(settings).await.unwrap();

        let hosts = [GRANBY, "localhost"];
        let mut browser = Browser::new(&world.certificates(), &hosts, &world.origin(GRANBY));
        assert!(browser.open("/").await.is_good(), "{}", browser.page.text());
        for _ in 0..3 {
            let tried = browser.post("/login", &[("login", "bankid/other")]).await;
            assert!(tried.status.is_success() || tried.status.is_redirection(), "{}", tried.status);
            let text = tried.text();
            assert!(!text.contains("kplug") && !text.contains("panic"), "nothing of the inside: {text}");
        }
        assert!(browser.open("/staff").await.status.as_u16() < 500, "{}", browser.page.text());

        let metrics = running.metrics_address().unwrap();
        let figures = reqwest::get(format!("http://{metrics}/metrics")).await.unwrap().text().await.unwrap();
        let counted = FaultCode::ALL.iter().any(|code| {
            figures.contains(&format!(
                "kuvert_plugin_faults_total{{method=\"granby/bankid\",code=\"{code}\"}} 3\n"
            ))
        });
        assert!(counted, "{figures}");
        assert_eq!(reqwest::get(format!("http://{metrics}/")).await.unwrap().status(), 404);
        running.stop().await;
    });
    let heard = log.text() + &strays.text();
    assert!(heard.contains("out of order"), "an administrator hears of it");
}
