//! Keys and tokens stay where they belong: in no file that the appliance writes, in no log, in no image of its memory.
//!
//! What people write to each other is the business of `canaries.rs`; what guests see, of the sandbox's own tests.

#![expect(clippy::disallowed_methods, reason = "it waits for a real process")]

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use kuvert::boot::SystemClock;
use kuvert_domain::clock::Clock as _;
use kuvert_service::Engine;
use kuvert_simulators::clock::SimClock;

use crate::actors::link_of;
use crate::appliance::story_with;
use crate::canaries::search;
use crate::world::{self, World};

/// Somebody without rights, on every Linux.
const NOBODY: u32 = 65534;
/// What is installed; written at the first start, once the shipped plugins have passed their trials.
const TABLE: &str = "data/plugins/table.toml";

#[test]
fn no_key_and_no_token_is_in_a_file_or_in_the_log() {
    let mut needles = Vec::new();
    let log = story_with(Engine::File, async |town| {
        needles = secrets(town.world.folder());
        let nowhere = || {
            let places = ["data", "cache"].map(|place| town.world.folder().join(place));
            let read: usize = places.iter().map(|place| search(place, &needles)).sum();
            assert!(read > 100_000, "only {read} bytes read: this test looks in the wrong place");
        };
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Bara för dig.")).await;
        nowhere();
        // A login in progress keeps most.
        let mail = astrid.mail().await;
        astrid.browser.open(&link_of(&mail)).await;
        astrid.approves_in_freja().await;
        nowhere();
        astrid.waits_for_the_page().await;
        astrid.logs_out().await;
        astrid.visits().await;
        nowhere();
    });
    for needle in needles {
        let word = String::from_utf8_lossy(&needle).into_owned();
        assert!(!log.contains(&word), "the log says {word}");
    }
}

/// What the operator laid beside the data, in the forms in which it might turn up elsewhere; and how every token of the
/// OpenID provider and of Freja begins.
fn secrets(folder: &Path) -> Vec<Vec<u8>> {
    let mut secrets = vec![b"eyJhbGciOi".to_vec()];
    for name in ["bankid.key", "freja.key", "server.key"] {
        let pem = fs::read_to_string(folder.join(name)).unwrap();
        let text: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
        let der = BASE64.decode(text.as_bytes()).unwrap();
        // The middle of a PKCS#8 key is the key; its end is the public point.
        secrets.extend([text.as_bytes()[52..76].to_vec(), der[40..56].to_vec()]);
    }
    for name in ["staff.secret", "mitid.secret", "root.key"] {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        secrets.push(text.trim().as_bytes().to_vec());
    }
    for client in ["kuvert-staff:staff secret", "kuvert-mitid:broker secret", "kuvert-staff:staff+secret"] {
        secrets.push(BASE64.encode(client.as_bytes()).into_bytes());
    }
    secrets
}

/// The real program, as a user without rights: its memory is closed to others of that user, and when it falls, nothing of
/// it is left.
#[test]
fn a_running_appliance_leaves_no_image_of_its_memory() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let clock = SimClock::new(|| SystemClock.now().as_millisecond().try_into().unwrap());
        let world = World::start(clock, port).await;
        let mut appliance = serve(&world, port);
        let pid = appliance.id();
        let of = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap();
        let user: u32 = of("status").lines().find_map(|line| line.strip_prefix("Uid:\t")).map(first).unwrap();
        assert_ne!(user, 0, "root owns what is closed, and what is not");
        let limit = of("limits");
        let limit = limit.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
        assert_eq!(limit.split_whitespace().take(2).collect::<Vec<_>>(), ["0", "0"]);
        let owner = fs::metadata(format!("/proc/{pid}/mem")).unwrap().uid();
        assert_eq!(owner, 0, "its memory is open to every process of its user");
        // It is closed to its own children as well, and they must find the program all the same.
        let table = fs::read_to_string(world.folder().join(TABLE)).unwrap();
        assert!(table.contains("bankid"), "what was shipped did not pass its trial:\n{table}");

        assert!(Command::new("kill").args(["-ABRT", &pid.to_string()]).status().unwrap().success());
        let end = appliance.wait().unwrap();
        assert_eq!((end.signal(), end.core_dumped()), (Some(6), false));
    });
}

fn first(numbers: &str) -> u32 {
    numbers.split_whitespace().next().unwrap().parse().unwrap()
}

/// Starts `kuvert serve` where core files are allowed, and waits until it listens and has installed what was shipped.
fn serve(world: &World, port: u16) -> Child {
    let program = own_copy(world.folder());
    let config = world.folder().join("kuvert.toml");
    let text = fs::read_to_string(&config).unwrap();
    let shipped = world::plugins().display().to_string();
    let text = text.replace(&shipped, &world.folder().join("plugins").display().to_string());
    fs::write(&config, text.replace("127.0.0.1:0", &format!("127.0.0.1:{port}"))).unwrap();
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "ulimit -c unlimited; exec \"$0\" serve --config \"$1\""])
        .args([&program, &config])
        .current_dir(world.folder())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if fs::metadata(&config).unwrap().uid() == 0 {
        give(world.folder());
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut appliance = command.spawn().unwrap();
    let began = Instant::now();
    let listens = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    while !world.folder().join(TABLE).is_file() || !listens() {
        if appliance.try_wait().unwrap().is_some() || began.elapsed() > Duration::from_mins(2) {
            drop(appliance.kill());
            let mut said = String::new();
            appliance.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("the appliance does not listen:\n{said}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    appliance
}

/// The program and its plugins where anybody can read them; a build folder may lie in a closed home.
fn own_copy(folder: &Path) -> PathBuf {
    let program = folder.join("kuvert");
    fs::copy(env!("CARGO_BIN_EXE_kuvert"), &program).unwrap();
    let plugins = folder.join("plugins");
    fs::create_dir(&plugins).unwrap();
    for file in fs::read_dir(world::plugins()).unwrap().map(Result::unwrap) {
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), plugins.join(file.file_name())).unwrap();
        }
    }
    program
}

/// Gives a folder and all that is in it to nobody.
fn give(folder: &Path) {
    chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            give(&entry.path());
        } else {
            chown(entry.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
}
