//! The people of the simulated world: residents of two countries and the staff of a municipality.
//!
//! Swedish numbers come from the test numbers that Skatteverket publishes as open data. Danish ones have 60 added to
//! the day, which no real CPR number has. It does not hold any real person.

/// A Swede with BankID on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swede {
    /// Twelve digits.
    pub number: String,
    /// Given name, as the bank has it.
    pub given: String,
    /// Family name, as the bank has it.
    pub family: String,
    /// What BankID reckons of the transaction when this person answers it.
    pub risk: Risk,
}

/// BankID's own estimate of how likely an order is to be fraud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nothing unusual.
    Low,
    /// Something unusual.
    Moderate,
    /// Likely fraud.
    High,
}

/// A Dane with MitID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dane {
    /// The name of this account on the login page's button.
    pub account: String,
    /// Ten digits; none for somebody with MitID but no CPR number.
    pub number: Option<String>,
    /// The whole name.
    pub name: String,
    /// MitID's global identifier of the person.
    pub uuid: String,
    /// NSIS level, as the last part of its URI: `Low`, `Substantial` or `High`.
    pub level: String,
}

/// Somebody who works for the municipality and signs in by its directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employee {
    /// The name of this account on the login page's button; also the local part of the e-mail address.
    pub account: String,
    /// The whole name.
    pub name: String,
    /// The directory's own identifier of the person.
    pub object: String,
    /// Names of the groups, as the `groups` claim lists them.
    pub groups: Vec<String>,
    /// Application roles, as the `roles` claim lists them; without any there is no such claim.
    pub roles: Vec<String>,
    /// Whether this sign-in uses a second factor.
    pub second_factor: bool,
}

impl Risk {
    /// The word that BankID writes for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

impl Swede {
    fn new(number: &str, given: &str, family: &str) -> Self {
        Self { number: number.into(), given: given.into(), family: family.into(), risk: Risk::Low }
    }

    /// Given and family name together.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

impl Employee {
    fn new(account: &str, name: &str, object: &str, groups: &[&str]) -> Self {
        Self {
            account: account.into(),
            name: name.into(),
            object: object.into(),
            groups: groups.iter().map(ToString::to_string).collect(),
            roles: Vec::new(),
            second_factor: true,
        }
    }
}

/// The Swedish residents. The first is the one that most stories are about; the last has a coordination number.
#[must_use]
pub fn swedish() -> Vec<Swede> {
    vec![
        Swede::new("199908072391", "Astrid", "Exempel"),
        Swede::new("189001019802", "Ture", "Provsson"),
        Swede::new("189001029819", "Signe", "Exempel"),
        Swede::new("191401682396", "Ivar", "Exempel"),
    ]
}

/// The Danish residents. The last one has MitID but no CPR number.
#[must_use]
pub fn danish() -> Vec<Dane> {
    let dane = |account: &str, number: Option<&str>, name: &str, uuid: &str| Dane {
        account: account.into(),
        number: number.map(Into::into),
        name: name.into(),
        uuid: uuid.into(),
        level: "Substantial".into(),
    };
    vec![
        dane("asta", Some("6101014000"), "Asta Eksempel", "1f0d8c5e-37a4-4c0e-9a55-6f2f0c7b1a01"),
        dane("villads", Some("6203721235"), "Villads Prøvesen", "2a4be0f7-9d5c-4b8e-8f7c-3b1d90e6ab02"),
        dane("noor", None, "Noor Eksempel", "3c9e17aa-5b02-4d6f-b3d1-84ac2f5cde03"),
    ]
}

/// The staff: Bo and Kim share the social services' mailboxes, Lo has the building permits, Nils works in Denmark, and
/// Mira belongs to no group that a mailbox knows.
#[must_use]
pub fn staff() -> Vec<Employee> {
    vec![
        Employee::new("bo", "Bo Exempel", "7d0f1b52-0a5e-4b0b-93c5-0e2f6d1c1001", &["granby-social"]),
        Employee::new("kim", "Kim Provsson", "7d0f1b52-0a5e-4b0b-93c5-0e2f6d1c1002", &["granby-social"]),
        Employee::new("lo", "Lo Exempel", "7d0f1b52-0a5e-4b0b-93c5-0e2f6d1c1003", &["granby-miljo"]),
        Employee::new("nils", "Nils Eksempel", "7d0f1b52-0a5e-4b0b-93c5-0e2f6d1c1004", &["havnby-borger"]),
        Employee::new("mira", "Mira Provsson", "7d0f1b52-0a5e-4b0b-93c5-0e2f6d1c1005", &["granby-park"]),
    ]
}
