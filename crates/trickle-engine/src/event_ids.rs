//! Ids of the log's entries, in the order in which readers come by them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use trickle_model::EventId;
use uuid::{ContextV7, Uuid};

/// An entry that is not written by then never will be: its task ended early.
const GIVEN_UP_AFTER: Duration = Duration::from_mins(1);

/// Gives ids that rise, and knows which of the entries are not written yet.
#[derive(Default)]
pub(crate) struct EventIds(Mutex<Ids>);

#[derive(Default)]
struct Ids {
    context: ContextV7,
    unwritten: BTreeMap<EventId, Instant>,
}

impl EventIds {
    /// An id that sorts after all that were given before, also within one millisecond (RFC 9562 §6.2).
    pub(crate) fn next(&self, now: Timestamp) -> EventId {
        self.lock().next(now)
    }

    /// The same, of an entry of the log: readers do not go past it until it is [`written`](Self::written).
    pub(crate) fn begin(&self, now: Timestamp) -> EventId {
        let mut ids = self.lock();
        ids.give_up();
        let id = ids.next(now);
        ids.unwritten.insert(id.clone(), Instant::now());
        id
    }

    /// The entry is in the log, or will not be.
    pub(crate) fn written(&self, id: &EventId) {
        self.lock().unwritten.remove(id);
    }

    /// Before it nothing is added to the log any more.
    pub(crate) fn horizon(&self, now: Timestamp) -> EventId {
        let mut ids = self.lock();
        ids.give_up();
        let first = ids.unwritten.keys().next().cloned();
        first.unwrap_or_else(|| ids.next(now))
    }

    fn lock(&self) -> MutexGuard<'_, Ids> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ids {
    /// They were begun in their order.
    fn give_up(&mut self) {
        while let Some(first) = self.unwritten.first_entry()
            && first.get().elapsed() >= GIVEN_UP_AFTER
        {
            first.remove();
        }
    }

    fn next(&self, now: Timestamp) -> EventId {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        let nanos = u32::try_from(millis % 1_000 * 1_000_000).unwrap_or_default();
        let at = uuid::Timestamp::from_unix(&self.context, millis / 1_000, nanos);
        EventId::from_text(Uuid::new_v7(at).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_ended_early_keeps_nobody_waiting() {
        let (ids, now) = (EventIds::default(), Timestamp::UNIX_EPOCH);
        let lost = ids.begin(now);
        assert_eq!(ids.horizon(now), lost);
        let long_ago = Instant::now().checked_sub(GIVEN_UP_AFTER).unwrap();
        ids.lock().unwritten.insert(lost, long_ago);
        let next = ids.begin(now);
        // Also where nobody reads.
        assert_eq!(ids.lock().unwritten.len(), 1);
        assert_eq!(ids.horizon(now), next);
    }

    #[test]
    fn the_horizon_is_the_first_entry_that_is_not_written() {
        let (ids, now) = (EventIds::default(), Timestamp::UNIX_EPOCH);
        let [first, second] = [ids.begin(now), ids.begin(now)];
        ids.written(&second);
        assert_eq!(ids.horizon(now), first);
        ids.written(&first);
        let horizon = ids.horizon(now);
        assert!(horizon > second && ids.begin(now) > horizon);
    }
}
