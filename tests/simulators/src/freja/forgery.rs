//! The lies that a result can tell, one at a time.
//!
//! It holds only their names; each is told in the signer.

/// A way in which a result is wrong. A relying party must notice every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Forgery {
    /// The truth.
    #[default]
    None,
    /// The token says `alg` = `none` and has no signature.
    Unsigned,
    /// The token says `alg` = `none` and has a signature that would be good.
    AlgNone,
    /// The token says `alg` = `HS256`; its key is the certificate, which everybody can have.
    AlgHs256,
    /// The token names no certificate.
    NoCertificate,
    /// The token names a certificate that was never handed out, and is signed with its key.
    UnknownCertificate,
    /// The same, and the token brings the certificate along.
    OwnCertificate,
    /// The token names the right certificate and is signed with another key.
    ForeignKey,
    /// The token asks for a rule that nobody knows (`crit`).
    Critical,
    /// The token is an hour old.
    Stale,
    /// The token will be signed in an hour.
    Early,
    /// The payload names a field twice.
    DuplicateKey,
    /// The token belongs to another authentication.
    OtherTransaction,
    /// The token says that nobody has approved anything yet.
    NotApproved,
    /// The token says that the request named the person.
    NamedPerson,
    /// The token says that the person is known by a document only.
    LowerRegistration,
    /// The token's number belongs to another country.
    OtherCountry,
    /// Instead of a token there is JSON.
    PlainJson,
    /// There is no token, only the JSON around it.
    NoToken,
    /// The token is true; the JSON around it speaks of somebody else.
    OtherOutside,
}
