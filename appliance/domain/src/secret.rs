//! A value that must not be printed.
//!
//! It guards against logs and panics, not against code that asks for the value on purpose.

use std::fmt;

use zeroize::Zeroize;

/// A value whose `Debug` prints only its type's name, and which is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value into custody.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value. Security: call it where the value is used, never to format or log it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_value() {
        let secret = Secret::new(String::from("19990807-2391"));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
