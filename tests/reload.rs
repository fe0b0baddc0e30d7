//! The real program at work, and an administrator beside it: trust profiles come and go while it runs, and SIGHUP makes it
//! look and tell.
//!
//! What is seen is its log and its exit; what people can do by then is in the stories.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use kuvert_service::bundle::{KeyId, Kind, Kinds, SigningKey, TrustStore};

use crate::plugin_desk::{DIRECTORY, Desk, built};

const PROFILE: &str = include_str!("../appliance/sandbox/profiles/staff-oidc.toml");
/// However busy the machine is.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running appliance and its log. It ends with the test.
struct Appliance {
    child: Child,
    log: Receiver<String>,
}

impl Appliance {
    fn start(desk: &Desk) -> Self {
        let mut serve = desk.program(&["serve", "--config", "kuvert.toml"]);
        let mut child = serve.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let (tell, log) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { child, log }
    }

    /// Waits for a line of the log that holds all of these words.
    fn says(&self, words: &[&str]) {
        let mut heard = Vec::new();
        while let Ok(line) = self.log.recv_timeout(PATIENCE) {
            if words.iter().all(|word| line.contains(word)) {
                return;
            }
            heard.push(line);
        }
        panic!("never said {words:?}, but:\n{}", heard.join("\n"));
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Appliance {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn what_an_administrator_vouches_for_counts_while_the_appliance_runs() {
    let desk = Desk::with(&DIRECTORY.replace("@PROFILE@", "granby-directory"), "keys.toml");
    let key = SigningKey::generate(KeyId::parse("granby-2026").unwrap()).unwrap();
    let trusted = fs::read_to_string(built().join("keys.toml")).unwrap();
    let block = TrustStore::block(&key, &Kinds::from([Kind::Profile]));
    fs::write(desk.0.path().join("keys.toml"), format!("{trusted}\n{block}")).unwrap();
    let profiles = desk.0.path().join("profiles");
    fs::create_dir(&profiles).unwrap();
    let (file, signature) =
        (profiles.join("granby-directory.toml"), profiles.join("granby-directory.toml.granby-2026.sig"));
    fs::write(&file, PROFILE).unwrap();

    let mut appliance = Appliance::start(&desk);
    appliance.says(&["this trust profile does not count yet", "granby-directory"]);
    appliance.says(&[
        "this way to sign in is out of order",
        "granby/staff",
        "no trust profile granby-directory",
    ]);
    appliance.says(&["the appliance answers"]);

    let approve = |name| ["approve-profile", "profiles/granby-directory.toml", "--as", name];
    desk.succeeds(&approve("Anna"), "as soon as another person approves");
    desk.fails(&approve("anna"), "another administrator");
    desk.succeeds(&approve("Bo"), "A running appliance takes it up within seconds");
    appliance.says(&["this trust profile counts", "granby-directory", "approved by 2"]);
    appliance.says(&["new logins begin with this version", "granby/staff"]);

    let changed = format!("{PROFILE}# one line more\n");
    fs::write(&file, &changed).unwrap();
    appliance.says(&["this way to sign in is out of order", "granby/staff"]);
    fs::write(&signature, key.sign_profile(&changed)).unwrap();
    appliance.says(&["this trust profile counts", "granby-directory", "signed by granby-2026"]);
    appliance.says(&["new logins begin with this version", "granby/staff"]);

    appliance.signal("-HUP");
    appliance.says(&["looked anew", "granby/staff"]);
    appliance.signal("-TERM");
    assert!(appliance.child.wait().unwrap().success(), "SIGHUP ended nothing, SIGTERM ended it in order");
}
