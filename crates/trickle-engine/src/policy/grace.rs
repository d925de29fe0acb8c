//! Grace for passwords that the legacy store vouched for and the connection's policy would not take.

use jiff::SignedDuration;
use serde_json::Value;
use trickle_model::{ConnectionOptions, Profile, User};

use super::PasswordPolicy;
use crate::{Engine, login::Attempt};

const DAYS_MAX: u64 = 3_650;
const EXPECTED: &str = "an object of days, a number from 0 to 3650 or null";

/// `options.trickle.policy_grace`: clashes are written down, and where days are given the password works no longer than so many
/// after the user came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grace {
    days: Option<u32>,
}

impl Grace {
    /// Reads the option, or says what it should be.
    pub(crate) fn parse(value: Option<&Value>) -> Result<Option<Self>, &'static str> {
        let settings = match value {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(settings)) => settings,
            Some(_) => return Err(EXPECTED),
        };
        if settings.keys().any(|key| key != "days") {
            return Err(EXPECTED);
        }
        let days = match settings.get("days") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let days = value.as_u64().filter(|days| *days <= DAYS_MAX);
                let days = days.and_then(|days| u32::try_from(days).ok());
                Some(days.ok_or(EXPECTED)?)
            }
        };
        Ok(Some(Self { days }))
    }

    fn of(options: &ConnectionOptions) -> Option<Self> {
        // Checked when it was stored.
        Self::parse(options.own("policy_grace")).unwrap_or_default()
    }
}

impl Attempt {
    /// Which rule the password breaks, where the connection wants to know.
    pub(crate) fn clash(&self, about: &Profile) -> Option<&'static str> {
        let options = &self.connection().options;
        Grace::of(options)?;
        let policy = PasswordPolicy::of(options);
        let breach = policy.check(self.password().expose(), about).err()?;
        Some(breach.name())
    }

    /// [`clash`](Self::clash) for somebody who is here.
    pub(crate) fn clash_of(&self, user: &User) -> Option<&'static str> {
        Grace::of(&self.connection().options)?;
        self.clash(&known_of(user))
    }
}

impl Engine {
    /// Whether a right password is of no use any more. One that was chosen here has met the policy of its time.
    pub(crate) fn is_grace_over(&self, attempt: &Attempt, user: &User) -> bool {
        let days = Grace::of(&attempt.connection().options).and_then(|grace| grace.days);
        let Some(days) = days.filter(|_| user.last_password_reset.is_none()) else {
            return false;
        };
        let until = user.created_at + SignedDuration::from_hours(24 * i64::from(days));
        self.parts.clock.now() >= until && attempt.clash_of(user).is_some()
    }
}

/// What is known of a user, for the rule against personal passwords.
pub(crate) fn known_of(user: &User) -> Profile {
    Profile {
        email: user.email.clone(),
        username: user.username.clone(),
        attributes: user.attributes.clone(),
        user_metadata: user.user_metadata.clone(),
        ..Profile::default()
    }
}
