//! Guesses under way, so that many at once do not get past a count that is written later.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use trickle_store::FailureKey;

use crate::flight::Tag;

/// Different guesses under way, by where their failures are counted.
#[derive(Default)]
pub(crate) struct Guesses(Mutex<HashMap<FailureKey, HashMap<Tag, usize>>>);

/// A guess under way; it counts until this is dropped.
pub(crate) struct Guess {
    guesses: Arc<Guesses>,
    key: FailureKey,
    tag: Tag,
}

impl Guesses {
    /// Enters a guess, and says how many others are under way. The same guess twice is one.
    pub(crate) fn enter(self: &Arc<Self>, key: FailureKey, tag: Tag) -> (Guess, u64) {
        let mut all = self.lock();
        let here = all.entry(key.clone()).or_default();
        *here.entry(tag).or_default() += 1;
        let others = here.len() as u64 - 1;
        let guess = Guess {
            guesses: Arc::clone(self),
            key,
            tag,
        };
        (guess, others)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<FailureKey, HashMap<Tag, usize>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guess {
    fn drop(&mut self) {
        let mut all = self.guesses.lock();
        let Some(here) = all.get_mut(&self.key) else {
            return;
        };
        if let Some(count) = here.get_mut(&self.tag) {
            *count -= 1;
            if *count == 0 {
                here.remove(&self.tag);
            }
        }
        if here.is_empty() {
            all.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use trickle_model::ConnectionId;

    use super::*;
    use crate::flight::Flights;

    #[test]
    fn the_same_guess_is_one_and_none_stays() {
        let flights = Flights::<u8, u8>::new();
        let guesses = Arc::new(Guesses::default());
        let key = FailureKey {
            connection: ConnectionId::from_text("con_1"),
            identifier: "ada".into(),
            ip: String::new(),
        };
        let enter = |text: &str| guesses.enter(key.clone(), flights.tag(&[text.as_bytes()]));
        let (first, others) = enter("a");
        assert_eq!(others, 0);
        let (second, others) = enter("a");
        assert_eq!(others, 0);
        let (third, others) = enter("b");
        assert_eq!(others, 1);
        drop((first, third));
        assert_eq!(enter("c").1, 1);
        drop(second);
        assert!(guesses.lock().is_empty());
    }
}
