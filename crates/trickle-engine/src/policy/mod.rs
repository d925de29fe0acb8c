//! Which passwords people may choose. Passwords that a legacy store vouches for are never judged.

mod grace;
mod report;
mod rules;
mod settings;
mod similar;

pub(crate) use grace::{Grace, known_of};
pub use report::{Item, Report, Rule};
pub use settings::PasswordPolicy;

/// Why a password may not be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyBreach {
    /// It breaks rules of composition.
    Weak(Report),
    /// It is among the most common ones, or a word that the tenant forbids.
    Common,
    /// It holds something that is known of the person.
    Personal,
    /// The person had it before.
    Reused,
}

impl PolicyBreach {
    /// Name of the error, as existing clients know it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Weak(_) => "PasswordStrengthError",
            Self::Common => "PasswordDictionaryError",
            Self::Personal => "PasswordNoUserInfoError",
            Self::Reused => "PasswordHistoryError",
        }
    }

    /// For people.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Weak(_) => "Password is too weak",
            Self::Common => "Password is too common",
            Self::Personal => "Password contains user information",
            Self::Reused => "Password has previously been used",
        }
    }
}
