//! Ids, one type per kind.

use jiff::Timestamp;
use rand::{CryptoRng, Rng, distr::Alphanumeric};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes over an id that was read from the store or from a request.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A client of the APIs: 32 letters and digits.
    ClientId
}
text_id! {
    /// A connection: `con_` and 16 letters and digits.
    ConnectionId
}
text_id! {
    /// A log event: UUIDv7, so that ids sort by time.
    EventId
}
text_id! {
    /// One run of one script: UUIDv7.
    ExecutionId
}
text_id! {
    /// A job: `job_` and 16 letters and digits.
    JobId
}
text_id! {
    /// A tenant: UUIDv7. Its name, not its id, is part of host names.
    TenantId
}
text_id! {
    /// A user: `auth0|` and the raw id, which is the legacy store's or 24 hexadecimal digits.
    UserId
}

/// An id of a kind that has no type of its own: the prefix, `_`, and 16 letters and digits.
pub fn prefixed_id(prefix: &str, rng: &mut (impl CryptoRng + ?Sized)) -> String {
    format!("{prefix}_{}", letters_and_digits(rng, 16))
}

fn letters_and_digits(rng: &mut (impl CryptoRng + ?Sized), length: usize) -> String {
    (&mut *rng)
        .sample_iter(Alphanumeric)
        .take(length)
        .map(char::from)
        .collect()
}

fn uuid_v7(now: Timestamp, rng: &mut (impl CryptoRng + ?Sized)) -> String {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .hyphenated()
        .encode_lower(&mut Uuid::encode_buffer())
        .to_owned()
}

impl ClientId {
    /// A new id.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(letters_and_digits(rng, 32))
    }
}

impl ConnectionId {
    /// A new id.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(format!("con_{}", letters_and_digits(rng, 16)))
    }
}

impl EventId {
    /// A new id that sorts after those made earlier.
    pub fn generate(now: Timestamp, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(uuid_v7(now, rng))
    }
}

impl ExecutionId {
    /// A new id that sorts after those made earlier.
    pub fn generate(now: Timestamp, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(uuid_v7(now, rng))
    }
}

impl JobId {
    /// A new id.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(format!("job_{}", letters_and_digits(rng, 16)))
    }
}

impl TenantId {
    /// A new id that sorts after those made earlier.
    pub fn generate(now: Timestamp, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(uuid_v7(now, rng))
    }
}

impl UserId {
    const PREFIX: &str = "auth0|";

    /// The id of the user whom the legacy store knows as `raw`.
    pub fn from_raw(raw: &str) -> Self {
        Self(format!("{}{raw}", Self::PREFIX))
    }

    /// A new id for a user who never was in a legacy store: the second in 8 digits, as an ObjectId of MongoDB begins, and 64 random bits.
    /// It sorts after those of earlier seconds, so that stores add users at the end of their indexes.
    pub fn generate(now: Timestamp, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let seconds = u32::try_from(now.as_second()).unwrap_or_default();
        let random = rng.random::<u64>();
        Self::from_raw(&format!("{seconds:08x}{random:016x}"))
    }

    /// The id without the first `auth0|`.
    pub fn raw(&self) -> &str {
        self.0.strip_prefix(Self::PREFIX).unwrap_or(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_users_come_behind_older_ones() {
        let id =
            |second| UserId::generate(Timestamp::from_second(second).unwrap(), &mut rand::rng());
        let (older, newer) = (id(1_700_000_000), id(1_700_000_001));
        assert!(older < newer);
        assert!(older.raw().starts_with("6553f100"), "{older}");
        assert_eq!(older.raw().len(), 24);
        assert_ne!(id(1_700_000_000), older);
    }

    #[test]
    fn a_chained_id_loses_one_prefix_only() {
        let id = UserId::from_raw("auth0|x");
        assert_eq!(id.as_str(), "auth0|auth0|x");
        assert_eq!(id.raw(), "auth0|x");
    }
}
