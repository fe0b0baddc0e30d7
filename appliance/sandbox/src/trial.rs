//! Trying a bundle out before it is installed: a child of the same program unpacks, compiles and starts it, under limits
//! of the system, and says what came of it.
//!
//! The compiler is large and reads what strangers wrote; what it may do to a process, it does to the child. The appliance
//! compiles only bytes that have passed.

mod child;

pub use child::{compile_trial, try_out};

use std::{
    io::{Read as _, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use kuvert_bundle::{Trial, TrialError};

use crate::FaultCode;

/// However slow the machine: after this time the child is killed.
const PATIENCE: Duration = Duration::from_secs(90);
/// The longest thing that a child may say.
const ANSWER_BYTES: u64 = 4096;
/// What a child says about a bundle that may be installed.
const PASSED: &str = "passed";

/// Runs trials in children.
#[derive(Debug, Clone)]
pub struct ChildTrial {
    /// A program that calls [`compile_trial`].
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Lets every bundle pass. For tests of guests that a trial would refuse; no configuration leads here.
#[derive(Debug, Clone, Copy)]
pub struct NoTrial;

impl Trial for NoTrial {
    fn run(&self, _packed: &[u8]) -> Result<(), TrialError> {
        Ok(())
    }
}

impl Trial for ChildTrial {
    fn run(&self, packed: &[u8]) -> Result<(), TrialError> {
        let failed = |error: std::io::Error| refused(format!("the trial did not run: {error}"));
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (tell, told) = mpsc::channel();
        let answer = thread::scope(|scope| {
            scope.spawn(move || {
                // A child that ended early reads no further; its answer says why.
                stdin.map(|mut stdin| stdin.write_all(packed).is_ok())
            });
            scope.spawn(move || {
                let mut answer = String::new();
                let read = stdout.map(|stdout| stdout.take(ANSWER_BYTES).read_to_string(&mut answer));
                read.and_then(Result::ok).and_then(|_| tell.send(answer).ok())
            });
            let answer = told.recv_timeout(PATIENCE);
            // It has said all it has to say, or will not say anything any more.
            drop(child.kill());
            answer
        });
        let status = child.wait().map_err(failed)?;
        let answer = answer.map_err(|_| refused(format!("it took more than {} s", PATIENCE.as_secs())))?;
        match answer.trim_end().split_once('\n') {
            None if answer.trim_end() == PASSED => Ok(()),
            Some((code, detail)) => Err(TrialError { code: code.to_owned(), detail: detail.to_owned() }),
            None => Err(refused(format!("the trial ended without an answer ({status})"))),
        }
    }
}

fn refused(detail: String) -> TrialError {
    TrialError { code: FaultCode::Compile.name().to_owned(), detail }
}
