//! What a process might do once a stranger's bytes had taken it over, as far as safe code can do it.
//!
//! Each deed is one that any user may do where nobody stops it. None does lasting harm.

use std::{
    env,
    fs::{self, File},
    io::{self, Write as _},
    net::{TcpListener, UdpSocket},
    os::{fd::AsFd as _, unix::net::UnixDatagram},
    path::PathBuf,
    process::{self, Command},
};

use rustix::{
    fs::{MemfdFlags, inotify},
    process::{PidfdFlags, Resource, Rlimit},
};

/// Something that a trial has no business to do.
pub(crate) type Deed = fn() -> io::Result<()>;

/// The deed of this name.
pub(crate) fn named(name: &str) -> Option<Deed> {
    Some(match name {
        "reads-a-file" => || fs::read("/proc/self/stat").map(drop),
        "looks-at-a-folder" => || fs::read_dir("/").map(drop),
        "writes-a-file" => writes_a_file,
        "makes-a-folder" => || fs::create_dir(own_path()).and_then(|()| fs::remove_dir(own_path())),
        "goes-to-a-folder" => || env::set_current_dir("/tmp"),
        "listens" => || TcpListener::bind("127.0.0.1:0").map(drop),
        "sends" => || UdpSocket::bind("127.0.0.1:0").map(drop),
        "talks-to-a-neighbour" => || UnixDatagram::unbound().map(drop),
        "starts-a-program" => || Command::new("/bin/true").spawn()?.wait().map(drop),
        "ends-its-parent" => ends_its_parent,
        "holds-another-process" => holds_another_process,
        "frees-itself" => frees_itself,
        "hides-a-file" => || Ok(rustix::fs::memfd_create("hidden", MemfdFlags::CLOEXEC).map(drop)?),
        "watches-files" => || Ok(inotify::init(inotify::CreateFlags::CLOEXEC).map(drop)?),
        "opens-many" => opens_many,
        _ => return None,
    })
}

fn own_path() -> PathBuf {
    env::temp_dir().join(format!("kuvert-confinement-{}", process::id()))
}

fn writes_a_file() -> io::Result<()> {
    let path = own_path();
    File::create(&path)?.write_all(b"word")?;
    fs::remove_file(&path)
}

/// Asks whether it could: a signal that does nothing.
fn ends_its_parent() -> io::Result<()> {
    let parent = rustix::process::getppid().ok_or(io::ErrorKind::NotFound)?;
    Ok(rustix::process::test_kill_process(parent)?)
}

/// What ptrace and its like begin with.
fn holds_another_process() -> io::Result<()> {
    let parent = rustix::process::getppid().ok_or(io::ErrorKind::NotFound)?;
    rustix::process::pidfd_open(parent, PidfdFlags::empty())?;
    Ok(())
}

/// Gives itself new limits; lower ones, which anybody may.
fn frees_itself() -> io::Result<()> {
    let few = Rlimit { current: Some(4), maximum: Some(4) };
    Ok(rustix::process::setrlimit(Resource::Nofile, few)?)
}

fn opens_many() -> io::Result<()> {
    let stdin = io::stdin();
    let copies = (0..64).map(|_| stdin.as_fd().try_clone_to_owned());
    copies.collect::<io::Result<Vec<_>>>().map(drop)
}
