//! Trying a bundle out before it is installed: a child of the same program unpacks, compiles and starts it, under limits
//! of the system, and says what came of it.
//!
//! The compiler is large and reads what strangers wrote; what it may do to a process, it does to the child. The appliance
//! compiles only bytes that have passed.

mod bounds;
mod calls;
mod child;

pub use bounds::Bounds;
pub use child::{compile_trial, compile_trial_within, try_out};

use std::{
    io::{Read as _, Write as _},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use kuvert_bundle::{Trial, TrialError};
use rustix::process::Signal;

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
    program: PathBuf,
    arguments: Vec<String>,
    patience: Duration,
}

impl ChildTrial {
    /// The child is this program with these arguments; it calls [`compile_trial`].
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { program: program.into(), arguments, patience: PATIENCE }
    }

    /// The same, killed after this time instead of 90 seconds.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
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
            let answer = told.recv_timeout(self.patience);
            // It has said all it has to say, or will not say anything any more.
            drop(child.kill());
            answer
        });
        let status = child.wait().map_err(failed)?;
        let answer = answer.map_err(|_| refused(format!("it took more than {:?}", self.patience)))?;
        match answer.trim_end().split_once('\n') {
            None if answer.trim_end() == PASSED => Ok(()),
            Some((code, detail)) => Err(TrialError { code: code.to_owned(), detail: detail.to_owned() }),
            None => Err(refused(end(status))),
        }
    }
}

/// What became of a child that said nothing.
fn end(status: ExitStatus) -> String {
    let by = |signal: Signal| status.signal() == Some(signal.as_raw());
    let why = if by(Signal::XCPU) {
        "it computed for longer than it may"
    } else if by(Signal::ABORT) {
        "it gave up; most often because it wanted more memory than it may have"
    } else if by(Signal::SYS) {
        "it asked the system for something that no trial needs"
    } else if by(Signal::XFSZ) {
        "it wanted to write to a file"
    } else {
        "nobody knows why"
    };
    format!("the trial ended without an answer: {why} ({status})")
}

fn refused(detail: String) -> TrialError {
    TrialError { code: FaultCode::Compile.name().to_owned(), detail }
}
