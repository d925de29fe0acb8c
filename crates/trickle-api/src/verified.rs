//! Tokens whose signature was checked before.
//!
//! Checking one takes longer than most of what is asked with it. What is kept is of no use to who reads it: a digest, not the token.
//! Expiry is looked at each time, and so is whether the tenant still accepts the key.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::tokens::Claims;

/// Beyond it nobody's time is saved: then it begins anew.
const MOST: usize = 4_096;

/// A token and what it was checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place([u8; 32]);

impl Place {
    /// `against`: the tenant, its host name, the audience below it.
    pub(crate) fn of(token: &str, against: [&str; 3]) -> Self {
        let mut hash = Sha256::new();
        for part in [token].iter().chain(&against) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self(hash.finalize().into())
    }
}

/// Clones share what is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verified(Arc<Mutex<HashMap<Place, Kept>>>);

#[derive(Debug)]
struct Kept {
    kid: String,
    claims: Arc<Claims>,
}

impl Verified {
    /// What a token says, where it was checked before and its key is one of these.
    pub(crate) fn get(&self, place: &Place, key_names: &[String]) -> Option<Arc<Claims>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(place)?;
        key_names
            .contains(&kept.kid)
            .then(|| Arc::clone(&kept.claims))
    }

    /// Keeps what a token says.
    pub(crate) fn keep(&self, place: Place, kid: String, claims: &Arc<Claims>, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, one| one.claims.exp > now.as_second());
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        let claims = Arc::clone(claims);
        kept.insert(place, Kept { kid, claims });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(exp: i64) -> Arc<Claims> {
        let claims = serde_json::json!({"sub": "s", "exp": exp});
        Arc::new(serde_json::from_value(claims).unwrap())
    }

    #[test]
    fn a_key_that_is_not_accepted_any_more_accepts_nothing() {
        let verified = Verified::default();
        let place = Place::of("token", ["tenant", "issuer", "audience"]);
        verified.keep(place, "a".to_owned(), &claims(10), Timestamp::UNIX_EPOCH);
        let (a, b) = ("a".to_owned(), "b".to_owned());
        assert!(verified.get(&place, &[b.clone(), a]).is_some());
        assert!(verified.get(&place, &[b]).is_none());
        for other in [
            Place::of("token", ["tenant", "issuer", "audienc"]),
            Place::of("tokent", ["enant", "issuer", "audience"]),
        ] {
            assert!(verified.get(&other, &["a".to_owned()]).is_none());
        }
    }

    #[test]
    fn it_never_keeps_more_than_its_bound() {
        let verified = Verified::default();
        for number in 0..=MOST {
            let place = Place::of(&number.to_string(), ["", "", ""]);
            verified.keep(place, "a".to_owned(), &claims(10), Timestamp::UNIX_EPOCH);
        }
        assert_eq!(verified.0.lock().unwrap().len(), 1);
    }
}
