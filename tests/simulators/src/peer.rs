//! Starts a program of `tests/peers` that somebody else wrote, talks with it in lines of JSON, and ends it with the test.
//!
//! `cargo xtask peers` fetches what the programs need. It knows no peer by name: what is said belongs to the script and
//! the test that use it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running peer; it ends when this is dropped, or when this process ends.
pub struct Peer {
    ready: Value,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Peer {
    /// Starts a script with node and waits until it is ready.
    pub async fn node(script: &str, settings: &Value) -> io::Result<Self> {
        let modules = folder()?.join("node_modules/.package-lock.json");
        Self::start(Command::new("node"), &modules, script, settings).await
    }

    /// Starts a script with the Python of `cargo xtask peers` and waits until it is ready.
    pub async fn python(script: &str, settings: &Value) -> io::Result<Self> {
        let python = python()?;
        Self::start(Command::new(&python), &python, script, settings).await
    }

    /// What the peer said when it was ready.
    #[must_use]
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// Says a line and gives the answer.
    pub async fn ask(&mut self, question: &Value) -> io::Result<Value> {
        write(&mut self.input, question).await?;
        read(&mut self.output).await
    }

    async fn start(mut command: Command, proof: &Path, script: &str, settings: &Value) -> io::Result<Self> {
        if !proof.exists() {
            let text = format!("{} is missing: run `cargo xtask peers` first", proof.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, text));
        }
        let mut child = command
            .arg(folder()?.join(script))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let piped = || io::Error::other("the pipes were asked for");
        let mut input = child.stdin.take().ok_or_else(piped)?;
        let mut output = BufReader::new(child.stdout.take().ok_or_else(piped)?).lines();
        write(&mut input, settings).await?;
        let ready = read(&mut output).await?;
        Ok(Self { ready, input, output, _child: child })
    }
}

async fn write(input: &mut ChildStdin, value: &Value) -> io::Result<()> {
    input.write_all(format!("{value}\n").as_bytes()).await?;
    input.flush().await
}

async fn read(output: &mut Lines<BufReader<ChildStdout>>) -> io::Result<Value> {
    let line = output.next_line().await?;
    let line = line.ok_or_else(|| io::Error::other("the peer ended; standard error says why"))?;
    serde_json::from_str(&line).map_err(|error| io::Error::other(format!("{error}: {line}")))
}

/// The scripts, in the clone in which the test runs: cargo starts a test in the folder of its package. Several clones may share
/// a build folder, so a path that was known when this was compiled may be another clone's.
fn folder() -> io::Result<PathBuf> {
    let here = std::env::current_dir()?;
    let scripts = here.ancestors().map(|above| above.join("tests/peers")).find(|folder| folder.is_dir());
    scripts.ok_or_else(|| {
        let text = format!(
            "there is no tests/peers above {}: run the test in a clone, and `cargo xtask peers` before it",
            here.display()
        );
        io::Error::new(io::ErrorKind::NotFound, text)
    })
}

/// The Python of the peers lies in the build folder, which test programs lie three folders below.
fn python() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target =
        program.ancestors().nth(3).ok_or_else(|| io::Error::other("a test lies in a build folder"))?;
    Ok(target.join("peers/bin/python"))
}
