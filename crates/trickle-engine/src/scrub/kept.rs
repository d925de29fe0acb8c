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
    of: HashMap<ConnectionId, (u64, Arc<Needles>)>,
    bytes: usize,
}

impl KeptNeedles {
    /// What must not be told of this connection's configuration.
    pub(crate) fn of(&self, connection: &Connection) -> Arc<Needles> {
        if let Some((revision, needles)) = self.lock().of.get(&connection.id)
            && *revision == connection.revision
        {
            return Arc::clone(needles);
        }
        let configuration = &connection.configuration;
        let clear = configuration.iter().map(|(key, value)| (key, &value.clear));
        let needles = Arc::new(Needles::of_configuration(clear));
        let bytes: usize = configuration
            .values()
            .map(|value| value.clear.expose().len())
            .sum();
        let mut kept = self.lock();
        kept.bytes += bytes;
        if kept.bytes > KEPT_BYTES {
            kept.of.clear();
            kept.bytes = bytes;
        }
        let entry = (connection.revision, Arc::clone(&needles));
        kept.of.insert(connection.id.clone(), entry);
        needles
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
