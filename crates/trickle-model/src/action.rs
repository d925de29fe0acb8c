//! The functions that a tenant may upload.

use serde::{Deserialize, Serialize};

/// One of the action scripts of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Checks a password and gives the profile.
    Login,
    /// Gives the profile without a password.
    GetUser,
    /// Adds a user to the legacy store.
    Create,
    /// Marks the e-mail address as verified.
    Verify,
    /// Sets a new password.
    ChangePassword,
    /// Sets a new e-mail address.
    ChangeEmail,
    /// Removes the user.
    Delete,
    /// Says how many users the legacy store has.
    Count,
}

/// A name that is none of the actions.
#[derive(Debug, thiserror::Error)]
#[error(
    "unknown action script {0:?}; there are login, get_user, create, verify, change_password, change_email, delete, count"
)]
pub struct UnknownAction(pub String);

impl Action {
    /// Every action, in the order in which documents list them.
    pub const ALL: [Self; 8] = [
        Self::Login,
        Self::GetUser,
        Self::Create,
        Self::Verify,
        Self::ChangePassword,
        Self::ChangeEmail,
        Self::Delete,
        Self::Count,
    ];

    /// Whether it stands under `options.customScripts`. Tools of other products drop what they do not know from there, so that
    /// scripts of Trickle's own stand under `options.trickle.scripts`.
    pub const fn is_custom(self) -> bool {
        !matches!(self, Self::Count)
    }

    /// Where under `options` it stands, for example `customScripts.login`.
    pub fn place(self) -> String {
        let place = if self.is_custom() {
            "customScripts"
        } else {
            "trickle.scripts"
        };
        format!("{place}.{self}")
    }

    /// Its key among the scripts, for example `get_user`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::GetUser => "get_user",
            Self::Create => "create",
            Self::Verify => "verify",
            Self::ChangePassword => "change_password",
            Self::ChangeEmail => "change_email",
            Self::Delete => "delete",
            Self::Count => "count",
        }
    }

    /// Number of documented parameters, the callback included and `context` not.
    pub const fn arity(self) -> u32 {
        match self {
            Self::Count => 1,
            Self::GetUser | Self::Create | Self::Verify | Self::Delete => 2,
            Self::Login | Self::ChangePassword => 3,
            Self::ChangeEmail => 4,
        }
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for Action {
    type Err = UnknownAction;

    /// Reads `get_user` as well as `get-user`.
    fn from_str(s: &str) -> Result<Self, UnknownAction> {
        let key = s.replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|action| action.key() == key)
            .ok_or_else(|| UnknownAction(s.to_owned()))
    }
}
