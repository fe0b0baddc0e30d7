//! Names for things that have no readable name: 16 bytes, one type per kind of thing.
//!
//! Ids are made elsewhere (from randomness, or for units from the configured path); here they only have a shape. A
//! reader never learns anything from an id, and two kinds of id cannot be confused.

use std::{fmt, str::FromStr};

use data_encoding::BASE32_DNSSEC;
use thiserror::Error;

/// A text that is not an id. Strangers' answers treat it like an id of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an id")]
pub struct NotAnId;

/// The common shape of all ids, for code that makes or stores any of them.
pub trait Id: Copy + Ord + Send + Sync + 'static {
    /// Takes 16 bytes as this kind of id.
    fn from_bytes(bytes: [u8; 16]) -> Self;
    /// The 16 bytes.
    fn as_bytes(&self) -> &[u8; 16];
}

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Takes 16 bytes as this kind of id.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl Id for $name {
            fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&BASE32_DNSSEC.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                decode(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A municipality (sv *kommun*, da *kommune*).
    MunicipalityId
    /// An authority inside a municipality (sv *nämnd*, da *forvaltning*): controller and registrar of its own.
    AuthorityId
    /// A mailbox of an authority, personal or shared (sv *funktionsbrevlåda*, da *fællespostkasse*).
    MailboxId
    /// A resident, known by a number to one municipality.
    PersonId
    /// An e-mail address that a municipality has written to; a pair (P4) is a person and an address.
    AddressId
    /// A staff member (sv *handläggare*, da *sagsbehandler*).
    StaffId
    /// A conversation (sv *konversation*, da *korrespondance*).
    ThreadId
    /// One message of a thread.
    MessageId
    /// One attached file.
    FileId
    /// A message that is still being written.
    DraftId
    /// A sign-in that is under way.
    LoginId
    /// A signed-in session.
    SessionId
    /// A piece of work that waits in the outbox.
    JobId
}

fn decode(text: &str) -> Result<[u8; 16], NotAnId> {
    let bytes = BASE32_DNSSEC.decode(text.as_bytes()).map_err(|_| NotAnId)?;
    bytes.try_into().map_err(|_| NotAnId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_26_characters_and_comes_back() {
        let id = MessageId::from_bytes([0xa5; 16]);
        assert_eq!(id.to_string().len(), 26);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn nonsense_is_not_an_id() {
        for text in ["", "..", "1288", "zzzzzzzzzzzzzzzzzzzzzzzzzz", "å"] {
            assert_eq!(text.parse::<MessageId>(), Err(NotAnId), "{text}");
        }
    }
}
