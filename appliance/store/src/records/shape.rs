//! How words of the domain look inside a record: by hand, one shape per type, through `#[serde(with = "shape")]`.
//!
//! The domain derives no serde, so that renaming a field there can never change what lies on disk here.

use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    address::EmailAddress,
    country::Country,
    directory::Audience,
    help_code::HelpCode,
    id::{
        AddressId, AuthorityId, DraftId, FileId, MailboxId, MessageId, MunicipalityId, PersonId, SessionId,
        StaffId, ThreadId,
    },
    invitation::Invitation,
    language::Language,
    number::{Number, TestNumbers},
    registration::Registration,
    text::{Body, CaseNumber, DisplayName, FileName, Subject},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _};

/// A domain type and its form on disk.
pub(super) trait Shape: Sized {
    /// The form on disk.
    type Wire: Serialize + DeserializeOwned;
    /// Towards the disk.
    fn to_wire(&self) -> Self::Wire;
    /// From the disk; `None` when it makes no sense.
    fn from_wire(wire: Self::Wire) -> Option<Self>;
}

pub(super) fn serialize<T: Shape, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_wire().serialize(serializer)
}

pub(super) fn deserialize<'de, T: Shape, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::from_wire(T::Wire::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("makes no sense"))
}

impl<T: Shape> Shape for Option<T> {
    type Wire = Option<T::Wire>;

    fn to_wire(&self) -> Self::Wire {
        self.as_ref().map(Shape::to_wire)
    }

    fn from_wire(wire: Self::Wire) -> Option<Self> {
        match wire {
            None => Some(None),
            Some(wire) => T::from_wire(wire).map(Some),
        }
    }
}

impl<T: Shape> Shape for Vec<T> {
    type Wire = Vec<T::Wire>;

    fn to_wire(&self) -> Self::Wire {
        self.iter().map(Shape::to_wire).collect()
    }

    fn from_wire(wire: Self::Wire) -> Option<Self> {
        wire.into_iter().map(T::from_wire).collect()
    }
}

macro_rules! ids {
    ($($id:ident)+) => {$(
        impl Shape for $id {
            type Wire = [u8; 16];

            fn to_wire(&self) -> [u8; 16] {
                *self.as_bytes()
            }

            fn from_wire(wire: [u8; 16]) -> Option<Self> {
                Some(Self::from_bytes(wire))
            }
        }
    )+};
}

ids! { AddressId AuthorityId DraftId FileId MailboxId MessageId MunicipalityId PersonId SessionId StaffId ThreadId }

macro_rules! texts {
    ($($text:ident)+) => {$(
        impl Shape for $text {
            type Wire = String;

            fn to_wire(&self) -> String {
                self.as_str().to_owned()
            }

            fn from_wire(wire: String) -> Option<Self> {
                Self::parse(&wire).ok()
            }
        }
    )+};
}

texts! { Body CaseNumber DisplayName EmailAddress FileName Subject }

impl Shape for Timestamp {
    type Wire = i64;

    fn to_wire(&self) -> i64 {
        self.as_microsecond()
    }

    fn from_wire(wire: i64) -> Option<Self> {
        Self::from_microsecond(wire).ok()
    }
}

impl Shape for Date {
    type Wire = (i16, i8, i8);

    fn to_wire(&self) -> Self::Wire {
        (self.year(), self.month(), self.day())
    }

    fn from_wire((year, month, day): Self::Wire) -> Option<Self> {
        Self::new(year, month, day).ok()
    }
}

impl Shape for Language {
    type Wire = u8;

    fn to_wire(&self) -> u8 {
        match self {
            Self::Sv => 0,
            Self::Da => 1,
            Self::En => 2,
        }
    }

    fn from_wire(wire: u8) -> Option<Self> {
        match wire {
            0 => Some(Self::Sv),
            1 => Some(Self::Da),
            2 => Some(Self::En),
            _ => None,
        }
    }
}

impl Shape for Audience {
    type Wire = u8;

    fn to_wire(&self) -> u8 {
        match self {
            Self::Resident => 0,
            Self::Staff => 1,
        }
    }

    fn from_wire(wire: u8) -> Option<Self> {
        match wire {
            0 => Some(Self::Resident),
            1 => Some(Self::Staff),
            _ => None,
        }
    }
}

impl Shape for Country {
    type Wire = u8;

    fn to_wire(&self) -> u8 {
        match self {
            Self::Sweden => 0,
            Self::Denmark => 1,
        }
    }

    fn from_wire(wire: u8) -> Option<Self> {
        match wire {
            0 => Some(Self::Sweden),
            1 => Some(Self::Denmark),
            _ => None,
        }
    }
}

impl Shape for Number {
    type Wire = (u8, String);

    fn to_wire(&self) -> Self::Wire {
        (self.country().to_wire(), self.digits().to_owned())
    }

    /// Was judged when it came in: canonical digits need no day, and a test number was allowed then.
    fn from_wire((country, digits): Self::Wire) -> Option<Self> {
        Self::parse(Country::from_wire(country)?, &digits, Date::MAX, TestNumbers::Allowed).ok()
    }
}

impl Shape for HelpCode {
    type Wire = String;

    fn to_wire(&self) -> String {
        self.to_string()
    }

    fn from_wire(wire: String) -> Option<Self> {
        wire.parse().ok()
    }
}

impl Shape for Invitation {
    type Wire = [u8; 24];

    fn to_wire(&self) -> [u8; 24] {
        *self.as_bytes()
    }

    fn from_wire(wire: [u8; 24]) -> Option<Self> {
        Some(Self::from_bytes(wire))
    }
}

impl Shape for Registration {
    type Wire = (u8, Option<String>);

    fn to_wire(&self) -> Self::Wire {
        match self {
            Self::Undecided => (0, None),
            Self::Registered(number) => (1, Some(number.to_wire())),
            Self::Filed(number) => (2, Some(number.to_wire())),
            Self::MinorImportance => (3, None),
        }
    }

    fn from_wire(wire: Self::Wire) -> Option<Self> {
        match wire {
            (0, None) => Some(Self::Undecided),
            (1, Some(number)) => CaseNumber::from_wire(number).map(Self::Registered),
            (2, Some(number)) => CaseNumber::from_wire(number).map(Self::Filed),
            (3, None) => Some(Self::MinorImportance),
            _ => None,
        }
    }
}
