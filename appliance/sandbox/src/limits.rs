//! Every limit of the sandbox, in one table.
//!
//! None can be raised by a plugin or by configuration. Each has a test that meets it, beside the code that holds to it
//! or in `tests/sandbox`, except those marked *by review*. Instances, memories and tables are held to twice: by the
//! pool and by the store.

use std::time::Duration;

pub(crate) const KIB: usize = 1024;
pub(crate) const MIB: usize = 1024 * KIB;

/// Linear memory of one store.
pub(crate) const MEMORY_BYTES: usize = 32 * MIB;
/// Elements of one table.
pub(crate) const TABLE_ELEMENTS: usize = 10_000;
/// Core instances, memories and tables of one store: what a wrapped Rust guest needs, and little more.
pub(crate) const INSTANCES: usize = 8;
pub(crate) const MEMORIES: usize = 1;
pub(crate) const TABLES: usize = 4;

/// The clock of guest computing.
pub(crate) const TICK: Duration = Duration::from_millis(10);
/// Guest computing of one call, in ticks. Waiting for a provider is not billed.
pub(crate) const CPU_TICKS: u32 = 20;
/// One call in all, waiting included.
pub(crate) const WALL: Duration = Duration::from_secs(10);

/// Bytes that a guest may push at the host in one crossing.
pub(crate) const HOSTCALL_FUEL: usize = MIB;
/// Crossings of one call.
pub(crate) const HOST_CALLS: u32 = 500;
/// Requests of one call.
pub(crate) const HTTP_CALLS: u32 = 4;

/// *By review.* One request in all, from the look-up of the name to the last byte.
pub(crate) const HTTP_TOTAL: Duration = Duration::from_secs(8);
/// The look-up and the connection, TLS included.
pub(crate) const HTTP_CONNECT: Duration = Duration::from_secs(3);
/// *By review.*
pub(crate) const REQUEST_BYTES: usize = 64 * KIB;
pub(crate) const RESPONSE_BYTES: usize = 256 * KIB;
pub(crate) const HEADER_BYTES: usize = 16 * KIB;
pub(crate) const HEADER_FIELDS: usize = 64;
pub(crate) const PATH_BYTES: usize = 1024;
/// *By review*, as are the texts' length below and the two times of tokens.
pub(crate) const URL_BYTES: usize = 4 * KIB;

/// A guest's state between two calls.
pub(crate) const STATE_BYTES: usize = 8 * KIB;
/// What the host keeps of a provider's answers for one login.
pub(crate) const EVIDENCE_BYTES: usize = 512 * KIB;
/// One value that a claim points at.
pub(crate) const VALUE_BYTES: usize = 512;
/// Groups of one person: what an Entra token can hold.
pub(crate) const GROUPS: usize = 256;

pub(crate) const LOG_LINE_BYTES: usize = 4 * KIB;
pub(crate) const LOG_CALL_BYTES: usize = 64 * KIB;
pub(crate) const RANDOM_BYTES: u32 = 64;

/// What a QR code can hold and still be scanned from a screen.
pub(crate) const QR_BYTES: usize = 512;
pub(crate) const APP_LINK_BYTES: usize = 2 * KIB;
pub(crate) const TEXT_BYTES: usize = KIB;
pub(crate) const CODE_BYTES: usize = 64;
/// However long a plugin wants to wait, a login ends by then.
pub(crate) const LOGIN_MS: u64 = 10 * 60_000;
/// However often a plugin wants to poll.
pub(crate) const POLL_MS: (u32, u32) = (500, 60_000);

/// Live stores.
pub(crate) const STORES_PER_PLUGIN: usize = 16;
/// *By review*: the crowd in the tests is of one plugin.
pub(crate) const STORES: usize = 48;
/// *By review.* Stores that draw frames. They have places of their own, so that people who wait keep nobody from
/// beginning.
pub(crate) const FRAMES: usize = 8;
/// How long a call waits for a place.
pub(crate) const BUSY_AFTER: Duration = Duration::from_secs(1);

/// Files of a bundle.
pub(crate) const COMPONENT_BYTES: u64 = 4 * MIB as u64;
pub(crate) const MANIFEST_BYTES: u64 = 64 * KIB as u64;
pub(crate) const LOCALE_BYTES: u64 = 256 * KIB as u64;
pub(crate) const ICON_BYTES: u64 = 32 * KIB as u64;

/// Discovery documents and keys of an OpenID provider.
pub(crate) const DISCOVERY_FRESH_MS: u64 = 60 * 60_000;
pub(crate) const KEYS_COOL_DOWN_MS: u64 = 30_000;
/// *By review.* How long the keys of a provider that is down live on.
pub(crate) const KEYS_STALE_MS: u64 = 24 * 60 * 60_000;
/// Skew of a provider's clock.
pub(crate) const SKEW_S: i64 = 60;
/// The oldest id token that is taken.
pub(crate) const TOKEN_AGE_S: i64 = 10 * 60;
