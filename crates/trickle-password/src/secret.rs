use std::fmt;

use zeroize::Zeroizing;

/// A password as the user typed it: its bytes are hashed as they are, without Unicode normalisation.
///
/// `Debug` shows nothing; the memory is wiped when the value is dropped. Any length is legal, one or two kilobytes included.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The password itself: for a hash function or a legacy store, never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password hash in the text form of its scheme, such as `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// Not yet known to be one that verifies: see [`identify`](crate::identify). `Debug` shows nothing; the memory is wiped
/// when the value is dropped.
#[derive(Clone)]
pub struct PasswordHash(Zeroizing<String>);

impl PasswordHash {
    /// The text, for the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for PasswordHash {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for PasswordHash {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
