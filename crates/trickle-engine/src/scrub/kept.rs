//! The needles of configurations, made once for each revision of a connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use trickle_model::{Connection, ConnectionId};

use super::Needles;

/// Bytes of configurations whose needles are kept. Needles take two hundred times as much.
const KEPT_BYTES: usize = 512 << 10;

#[derive(Default)]
pub(crate) struct KeptNeedles(Mutex<Kept>);

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
    fn find(&mut self, connection: &Connection) -> Option<Arc<Needles>> {
        self.asked += 1;
        let entry = self.of.get_mut(&connection.id)?;
        entry.asked = self.asked;
        (entry.revision == connection.revision).then(|| Arc::clone(&entry.needles))
    }

    /// Those that nobody has asked for longest make room.
    fn keep(&mut self, connection: &Connection, needles: &Arc<Needles>, bytes: usize) {
        self.remove(&connection.id);
        self.bytes += bytes;
        let entry = Entry {
            revision: connection.revision,
            needles: Arc::clone(needles),
            bytes,
            asked: self.asked,
        };
        self.of.insert(connection.id.clone(), entry);
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
    pub(crate) fn of(&self, connection: &Connection) -> Arc<Needles> {
        if let Some(needles) = self.lock().find(connection) {
            return needles;
        }
        let configuration = &connection.configuration;
        let clear = configuration.iter().map(|(key, value)| (key, &value.clear));
        let needles = Arc::new(Needles::of_configuration(clear));
        let bytes: usize = configuration
            .values()
            .map(|value| value.clear.expose().len())
            .sum();
        self.lock().keep(connection, &needles, bytes);
        needles
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
