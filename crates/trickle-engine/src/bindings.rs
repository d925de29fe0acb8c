//! Bindings in use.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use trickle_model::{Binding, ConnectionId};

/// Runs of one connection that are under way or wait share one binding: scripts and configuration may have most of a megabyte.
#[derive(Default)]
pub(crate) struct Bindings(Mutex<HashMap<ConnectionId, Weak<Binding>>>);

impl Bindings {
    /// The binding that runs hold already, if it is equal.
    pub(crate) fn share(&self, binding: Binding) -> Arc<Binding> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = all.get(&binding.connection).and_then(Weak::upgrade);
        if let Some(held) = held.filter(|held| **held == binding) {
            return held;
        }
        all.retain(|_, held| held.strong_count() > 0);
        let binding = Arc::new(binding);
        all.insert(binding.connection.clone(), Arc::downgrade(&binding));
        binding
    }
}
