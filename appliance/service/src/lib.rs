//! What people can do with Kuvert: sign in, send, read, reply; and what the appliance does by itself: notices, purge.
//!
//! The only caller of store and sandbox. Every verb is one transaction, and there is no way to a verb but through the
//! handle that a role gives: [`Front`] before login, [`Resident`], [`Staff`], [`Tasks`]. It knows no HTTP, no mail
//! server and no page.

mod calling;
mod core;
mod drafts;
mod epochs;
mod error;
mod files;
mod front;
mod letters;
mod own_session;
mod people;
mod plugins_folder;
mod posting;
mod resident;
mod service;
mod session;
mod settings;
mod staff;
mod tasks;
#[cfg(test)]
mod tests;
mod token;
mod views;

pub use calling::MethodFigures;
pub use error::{Conflict, Field, FieldFault, Problem, ServiceError};
pub use files::FILE_TYPES;
pub use front::{
    Arrival, Begin, Client, Destination, Device, Front, LoginFailure, LoginFault, LoginState, LoginView,
    MethodView, SignedIn, Waiting,
};
pub use kuvert_bundle as bundle;
pub use kuvert_sandbox as sandbox;
pub use plugins_folder::{PluginPlan, plugin_registry, test_mark};
pub use resident::{ChecksView, FolderCounts, Landing, Proof, Resident};
pub use service::{OpenError, Service};
pub use session::{ResidentSession, Session, SessionTimes, StaffSession};
pub use settings::{AuthorityPlan, ClockJumps, Engine, MailboxPlan, MunicipalityPlan, Settings};
pub use staff::Staff;
pub use tasks::{ExpiryReport, Notice, NoticeLease, PluginLook, PurgeReport, Refusal, SweepReport, Tasks};
pub use token::{LoginCookie, NotAToken, SessionToken};
pub use views::{
    Check, CheckLine, Direction, Download, DraftRow, DraftText, DraftView, EarlierView, Envelope, FileStream,
    FileView, MailboxRow, MessageView, NoticeState, PersonCard, Readable, Receipt, Recipient, StaffDraftText,
    StaffDraftView, StaffMessage, ThreadFilter, ThreadRow, ThreadView, Unit, Weight,
};
