//! What a legacy store has refused just now, so that it is not asked the same again at once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::flight::Tag;

/// Short, because a password may change in the legacy store meanwhile.
const REMEMBERED: Duration = Duration::from_secs(5);
/// Beyond it all are forgotten: the memory is bounded, and nothing depends on it.
const MOST: usize = 10_000;

/// Refusals by all that was asked: connection, identifier, password and revision, as a keyed hash.
pub(crate) struct Refusals<T>(Mutex<HashMap<Tag, (Instant, T)>>);

impl<T> Default for Refusals<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Refusals<T> {
    /// Remembers a refusal.
    pub(crate) fn note(&self, asked: Tag, refusal: T) {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, (at, _)| *at + REMEMBERED > now);
        }
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(asked, (now, refusal));
    }

    /// The refusal of the same, if it was just now.
    pub(crate) fn recent(&self, asked: Tag) -> Option<T> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, refusal) = all.get(&asked)?;
        (*at + REMEMBERED > Instant::now()).then(|| refusal.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flight::Flights;

    #[tokio::test(start_paused = true)]
    async fn forgets_soon_and_stays_small() {
        let flights = Flights::<u8, u8>::new();
        let tag = |number: usize| flights.tag(&[&number.to_le_bytes()]);
        let refusals = Refusals::default();
        refusals.note(tag(0), 'a');
        assert_eq!(refusals.recent(tag(0)), Some('a'));
        assert_eq!(refusals.recent(tag(1)), None);
        tokio::time::advance(REMEMBERED).await;
        assert_eq!(refusals.recent(tag(0)), None);
        for number in 0..=MOST {
            refusals.note(tag(number), 'b');
        }
        assert_eq!(refusals.recent(tag(MOST)), Some('b'));
        assert!(refusals.0.lock().unwrap().len() <= MOST);
    }
}
