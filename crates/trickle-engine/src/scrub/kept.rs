//! The needles of configurations, made once for each revision of a connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as Turn, Semaphore};
use trickle_model::{Connection, ConnectionId};

use super::Needles;

/// Memory of needles that are kept, as they tell it themselves: thousands of times what non-ASCII configurations have.
const KEPT_BYTES: usize = 128 << 20;

/// Needles that are made at once: large configurations take a core for long, and neighbours need one as well.
const MADE_AT_ONCE: usize = 1;

pub(crate) struct KeptNeedles {
    kept: Arc<Mutex<Kept>>,
    /// Whose needles are being made, so that all who wait for the same get the same.
    turns: Mutex<HashMap<ConnectionId, Arc<Turn<()>>>>,
    room: Arc<Semaphore>,
}

impl Default for KeptNeedles {
    fn default() -> Self {
        Self {
            kept: Arc::default(),
            turns: Mutex::default(),
            room: Arc::new(Semaphore::new(MADE_AT_ONCE)),
        }
    }
}

#[derive(Default)]
struct Kept {
    of: HashMap<ConnectionId, Entry>,
    bytes: usize,
    asked: u64,
}

struct Entry {
    revision: u64,
    needles: Arc<Needles>,
    bytes: usize,
    /// When it was asked for last.
    asked: u64,
}

impl Kept {
    fn find(&mut self, id: &ConnectionId, revision: u64) -> Option<Arc<Needles>> {
        self.asked += 1;
        let entry = self.of.get_mut(id)?;
        entry.asked = self.asked;
        (entry.revision == revision).then(|| Arc::clone(&entry.needles))
    }

    /// Those that nobody has asked for longest make room.
    fn keep(&mut self, id: ConnectionId, revision: u64, needles: &Arc<Needles>) {
        let bytes = needles.bytes();
        self.remove(&id);
        self.bytes += bytes;
        let entry = Entry {
            revision,
            needles: Arc::clone(needles),
            bytes,
            asked: self.asked,
        };
        self.of.insert(id, entry);
        while self.bytes > KEPT_BYTES
            && let Some((oldest, _)) = self.of.iter().min_by_key(|(_, entry)| entry.asked)
        {
            let oldest = oldest.clone();
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, id: &ConnectionId) {
        if let Some(entry) = self.of.remove(id) {
            self.bytes -= entry.bytes;
        }
    }
}

impl KeptNeedles {
    /// What must not be told of this connection's configuration.
    pub(crate) async fn of(&self, connection: &Connection) -> Arc<Needles> {
        let (id, revision) = (connection.id.clone(), connection.revision);
        if let Some(needles) = lock(&self.kept).find(&id, revision) {
            return needles;
        }
        let turn = self.turn(&id).lock_owned().await;
        if let Some(needles) = lock(&self.kept).find(&id, revision) {
            return needles;
        }
        let permit = Arc::clone(&self.room).acquire_owned().await;
        let configuration = connection.configuration.iter();
        let configuration: Vec<_> = configuration
            .map(|(key, value)| (key.clone(), value.clear.clone()))
            .collect();
        let kept = Arc::clone(&self.kept);
        let make = move || {
            let clear = configuration.iter().map(|(key, value)| (key, value));
            let needles = Arc::new(Needles::of_configuration(clear));
            // Else the first run that says something would make it, on a thread that serves others.
            needles.automaton();
            lock(&kept).keep(id, revision, &needles);
            // Here, as those who asked may have gone before.
            drop((permit, turn));
            needles
        };
        match tokio::task::spawn_blocking(make).await {
            Ok(needles) => needles,
            // At the end of the process: nothing may be shown unmasked then either.
            Err(_) => {
                let configuration = connection.configuration.iter();
                let clear = configuration.map(|(key, value)| (key, &value.clear));
                Arc::new(Needles::of_configuration(clear))
            }
        }
    }

    fn turn(&self, id: &ConnectionId) -> Arc<Turn<()>> {
        let mut turns = lock(&self.turns);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(id.clone()).or_default())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use trickle_model::Secret;

    use super::*;

    #[test]
    fn needles_count_with_the_memory_that_they_take() {
        let key = "KEY".to_owned();
        let secrets: Vec<_> = (0..16)
            .map(|number| Secret::new(format!("{number}{}", "Äö".repeat(32))))
            .collect();
        let needles = Needles::of_configuration(secrets.iter().map(|secret| (&key, secret)));
        let texts: usize = needles.texts.iter().map(|text| text.len()).sum();
        let without = needles.bytes();
        assert!(without > texts);
        let automaton = needles.automaton().unwrap().memory_usage();
        assert_eq!(needles.bytes(), without + automaton);

        let mut kept = Kept::default();
        let needles = Arc::new(needles);
        let id = ConnectionId::from_text("con_1");
        kept.keep(id.clone(), 1, &needles);
        assert_eq!(kept.bytes, needles.bytes());
        kept.keep(id.clone(), 2, &needles);
        assert_eq!(kept.bytes, needles.bytes());
        assert!(kept.find(&id, 1).is_none());
        assert!(kept.find(&id, 2).is_some());
    }

    #[test]
    fn a_turn_is_the_same_for_all_who_wait_and_forgotten_after() {
        let needles = KeptNeedles::default();
        let (one, other) = (
            ConnectionId::from_text("con_1"),
            ConnectionId::from_text("con_2"),
        );
        let turn = needles.turn(&one);
        assert!(Arc::ptr_eq(&turn, &needles.turn(&one)));
        drop(turn);
        needles.turn(&other);
        assert_eq!(lock(&needles.turns).len(), 1);
    }
}
