//! `sudo kuvert plugin …`: root goes on as the user to whom the data folder belongs.
//!
//! Security: in that folder the service may lay whatever it likes, symbolic links too, and a bundle is a stranger's
//! program. Root neither follows the one nor compiles the other. And what a command makes there belongs to the service,
//! which could not open root's files. Nothing here decides what a command does.

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, bail};

/// This very program.
const OURSELVES: &str = "/proc/self/exe";
pub(super) const ROOT: u32 = 0;

/// The user that this process runs as.
pub(super) fn own_id() -> anyhow::Result<u32> {
    Ok(fs::metadata("/proc/self").context("/proc is not there")?.uid())
}

/// Typed by root for somebody else's data folder, this program begins again as that user and does not come back.
///
/// `who` typed it, and is told of as before. `handed` is a file that only root may be able to read: it is opened here, and `again` are the words with which the
/// command is told to read it from standard input.
pub(super) fn take_on(
    data_dir: &Path,
    who: &str,
    handed: Option<(&Path, Vec<OsString>)>,
) -> anyhow::Result<()> {
    if own_id()? != ROOT {
        return Ok(());
    }
    let folder = match fs::metadata(data_dir) {
        Ok(folder) => folder,
        Err(error) => bail!(
            "{}: {error}\n        Start the appliance once, or make this folder for the user it runs as; root then goes on \
             as that user.",
            data_dir.display()
        ),
    };
    if folder.uid() == ROOT {
        return Ok(());
    }
    let mut again = Command::new(OURSELVES);
    // Leaves root's groups behind as well: that is part of taking on another user.
    again.arg0("kuvert").uid(folder.uid()).gid(folder.gid()).env("SUDO_USER", who);
    match handed {
        Some((file, words)) => {
            let opened = File::open(file).with_context(|| file.display().to_string())?;
            again.args(words).stdin(opened);
        }
        None => drop(again.args(env::args_os().skip(1))),
    }
    let error = again.exec();
    Err(error).with_context(|| format!("cannot go on as the owner of {}", data_dir.display()))
}
