//! The entities as they are kept: one file each, versioned.
//!
//! A record knows its key and its encoding. What may be done with it, and under which epoch it lies, is the service's
//! matter.

mod clock;
mod draft;
mod folder;
mod login;
mod message;
mod notice;
mod person;
mod plugin;
mod session;
mod shape;
mod thread;

pub use clock::ClockMark;
pub use draft::{Author, Draft};
pub use folder::{FolderEntry, InvitationEntry};
pub use login::{Destination, Identity, Issued, Landed, Login, LoginStage};
pub use message::{File, Message};
pub use notice::NoticeJob;
pub use person::{AddressEntry, NumberEntry, Pair, Person};
pub use plugin::PluginMark;
pub use session::{FailedLanding, Help, Invited, Parting, Session, SessionHolder};
pub use thread::{NoticeMark, Thread, ThreadEntry, Way};
