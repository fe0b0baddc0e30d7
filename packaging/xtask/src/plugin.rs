//! `cargo xtask plugin new|build|test|sign`: what the author of a plugin needs, from an empty folder to a signed bundle.
//!
//! A plugin's folder may lie anywhere. Building and trying use the same compiler, the same packing and the same sandbox
//! as the plugins that ship; nothing here is a second way. The guide is `plugins/README.md`.

mod build;
mod create;
mod sign;
mod test;

use std::path::PathBuf;

use crate::workspace::Workspace;

/// What to do with a plugin.
#[derive(clap::Subcommand)]
pub(crate) enum Task {
    /// Begin a new plugin: a folder with a whole one, which builds and passes its tests as it is
    New(create::Options),
    /// Build it and pack it as a bundle: FOLDER/dist/ID-VERSION.kplug, not signed
    Build(Folder),
    /// Build it and play its cassettes (FOLDER/tests/*.toml) in the real sandbox
    Test(Folder),
    /// Sign a bundle or a trust profile
    Sign(sign::Options),
}

/// A plugin's folder.
#[derive(clap::Args)]
pub(crate) struct Folder {
    /// The folder with its `manifest.toml`
    folder: PathBuf,
}

/// Does it.
pub(crate) fn run(workspace: &Workspace, task: &Task) -> anyhow::Result<()> {
    match task {
        Task::New(options) => create::run(workspace, options),
        Task::Build(Folder { folder }) => build::run(workspace, folder).map(drop),
        Task::Test(Folder { folder }) => test::run(workspace, folder),
        Task::Sign(options) => sign::run(options),
    }
}
