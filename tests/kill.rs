//! Kills the appliance at random moments while eight clients send; nothing acknowledged may be lost.
//!
//! The test starts itself again as the appliance's process, with real files, and ends that process with SIGKILL.
//! What a power cut does to a disk is not shown here.

#![expect(clippy::disallowed_methods, reason = "the moments of the kills are real time")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kuvert::boot::{self, SystemClock};
use kuvert_domain::clock::Clock as _;
use kuvert_service::Engine;
use kuvert_simulators::clock::SimClock;
use tokio::sync::watch;

use crate::actors::{Browser, Page, sign_in_staff};
use crate::world::{self, GRANBY, World};

const KILLS: usize = 100;
const CLIENTS: usize = 8;
/// Set for the process that is the appliance: its folder and port.
const FOLDER: &str = "KUVERT_KILLED_IN";
const PORT: &str = "KUVERT_KILLED_ON";

/// Letters that the appliance said it has sent: subject → text.
type Acknowledged = Arc<Mutex<BTreeMap<String, String>>>;

#[test]
fn nothing_acknowledged_is_lost_in_a_hundred_kills() {
    if let (Some(folder), Some(port)) = (std::env::var_os(FOLDER), std::env::var_os(PORT)) {
        return be_the_appliance(Path::new(&folder), port.to_str().unwrap().parse().unwrap());
    }
    runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let clock = SimClock::new(|| SystemClock.now().as_millisecond().try_into().unwrap());
        let world = World::start(clock, port).await;
        let acknowledged = kill_while_sending(&world, port).await;
        println!("{} letters acknowledged in {KILLS} kills", acknowledged.len());
        assert!(acknowledged.len() >= KILLS / 2, "only {} letters went through", acknowledged.len());
        let mut child = start(&world, port);
        assert_all_there(&world, &acknowledged).await;
        end(&mut child);
    });
}

/// Sends from every client while the appliance is killed again and again.
async fn kill_while_sending(world: &World, port: u16) -> BTreeMap<String, String> {
    let mut child = start(world, port);
    let acknowledged = Acknowledged::default();
    let (running, changes) = watch::channel(true);
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let browser = sign_in_staff(world, "Bo", GRANBY).await;
        clients.push(send_until_the_end(browser, number, changes.clone(), Arc::clone(&acknowledged)));
    }
    let sending = futures_util::future::join_all(clients);
    let killing = async {
        let mut chance = port;
        for kill in 0..KILLS {
            if kill % 2 == 0 {
                progress(&acknowledged).await; // every other life gets a letter through, however busy the machine is
            }
            chance = chance.wrapping_mul(25_173).wrapping_add(13_849);
            tokio::time::sleep(Duration::from_millis(20 + u64::from(chance % 400))).await;
            end(&mut child);
            child = start(world, port);
        }
        end(&mut child);
        running.send(false).unwrap();
    };
    tokio::join!(sending, killing);
    Arc::into_inner(acknowledged).unwrap().into_inner().unwrap()
}

/// Waits until one more letter is acknowledged.
async fn progress(acknowledged: &Acknowledged) {
    let before = acknowledged.lock().unwrap().len();
    let patience = async {
        while acknowledged.lock().unwrap().len() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), patience)
        .await
        .expect("a letter goes through within a minute");
}

/// Sends letter after letter; a request that fails was not acknowledged, and the next letter follows.
async fn send_until_the_end(
    mut browser: Browser,
    client: usize,
    running: watch::Receiver<bool>,
    acknowledged: Acknowledged,
) {
    let mut count = 0;
    while *running.borrow() {
        count += 1;
        let (subject, text) =
            (format!("Brev {client}-{count}."), format!("Text nummer {count} från klient {client}."));
        if send(&mut browser, &subject, &text).await.is_some() {
            acknowledged.lock().unwrap().insert(subject, text);
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn send(browser: &mut Browser, subject: &str, text: &str) -> Option<()> {
    browser.try_open("/staff").await.filter(Page::is_good)?;
    let compose = browser.page.form("/staff/compose");
    if !browser.try_submit(compose).await?.is_good() {
        return throw_away_drafts(browser).await;
    }
    let letter = browser.page.form("action=save").set("number", "199908072391").set("subject", subject);
    let address = format!("{}@example.test", subject.trim_end_matches('.').replace(' ', "-"));
    let letter = letter.set("address", &address).set("text", text);
    browser.try_submit(letter).await.filter(Page::is_good)?;
    let ready = browser.page.form("action=send");
    browser.try_submit(ready).await.filter(Page::is_good)?;
    browser.page.says(subject).then_some(())
}

/// A kill leaves drafts behind, and an author may have only so many: drops some, those of other clients as well, who
/// then find theirs gone and begin again. Sends nothing.
async fn throw_away_drafts(browser: &mut Browser) -> Option<()> {
    browser.try_open("/staff").await.filter(Page::is_good)?;
    let drafts = browser.page.links().into_iter().map(|(_, address)| address);
    let drafts: BTreeSet<String> = drafts.filter(|address| address.contains("/staff/draft/")).collect();
    for draft in drafts.into_iter().take(20) {
        if browser.try_open(&draft).await?.is_good() {
            let delete = browser.page.form("action=delete");
            browser.try_submit(delete).await?;
        }
    }
    None
}

/// Every acknowledged letter is in the mailbox, whole, and so is every other one that is shown.
async fn assert_all_there(world: &World, acknowledged: &BTreeMap<String, String>) {
    let mut bo = sign_in_staff(world, "Bo", GRANBY).await;
    bo.open("/staff").await;
    let shown: BTreeMap<String, String> = bo
        .page
        .links()
        .into_iter()
        .filter(|(_, address)| address.contains("/staff/thread/"))
        .filter_map(|(text, address)| Some((subject_in(&text)?, address)))
        .collect();
    let known: BTreeSet<&String> = shown.keys().collect();
    let lost: Vec<_> = acknowledged.keys().filter(|subject| !known.contains(subject)).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), acknowledged.len());
    for (subject, address) in &shown {
        let (client, count) =
            subject.trim_end_matches('.').split_once(' ').unwrap().1.split_once('-').unwrap();
        let text = format!("Text nummer {count} från klient {client}.");
        let thread = bo.fetch(address).await;
        assert!(thread.says(&text), "half a letter: {}", thread.text());
    }
}

/// "Brev 3-14." inside the words of a row.
fn subject_in(row: &str) -> Option<String> {
    let start = row.find("Brev ")?;
    let end = row[start..].find('.')?;
    Some(row[start..=start + end].to_owned())
}

/// Starts this test again as the appliance and waits until it listens.
fn start(world: &World, port: u16) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::nothing_acknowledged_is_lost_in_a_hundred_kills", "--nocapture"])
        .env(FOLDER, world.folder())
        .env(PORT, port.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.map_while(Result::ok).any(|line| line.contains("listening"));
    assert!(ready, "the appliance did not start again: {:?}", child.wait());
    child
}

/// SIGKILL, and wait until the process is gone.
fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn be_the_appliance(folder: &Path, port: u16) {
    runtime().block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let settings = world::boot_settings(folder, Arc::new(SystemClock), listener, Engine::File);
        let _running = boot::start(settings).await.unwrap();
        println!("listening");
        std::future::pending::<()>().await;
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
