//! The lies that the provider can tell, one at a time.
//!
//! It holds only their names; each is told where the truth would be.

/// A way in which an answer is wrong. A relying party must notice every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Forgery {
    /// The truth.
    #[default]
    None,
    /// The token's nonce belongs to another attempt.
    WrongNonce,
    /// The token is meant for another client.
    WrongAudience,
    /// The token names another issuer.
    WrongIssuer,
    /// The token's time is over.
    Expired,
    /// The token was issued in the future.
    NotYetIssued,
    /// The sign-in is older than it was asked to be.
    StaleSignIn,
    /// The token is unsigned and says so (`alg` = `none`).
    AlgNone,
    /// The token names a key that is not published.
    ForeignKid,
    /// The token names the published key and is signed with another one.
    ForeignKey,
    /// Userinfo speaks of somebody else.
    OtherSubject,
    /// The browser comes back with another issuer (RFC 9207).
    WrongCallbackIssuer,
    /// The browser comes back without the issuer, although the metadata promises it.
    NoCallbackIssuer,
    /// The metadata names another issuer.
    WrongDiscoveryIssuer,
    /// Too many groups to list: the claim is replaced by a reference, as Entra ID does.
    TooManyGroups,
    /// The key set cannot be had.
    NoKeys,
}
