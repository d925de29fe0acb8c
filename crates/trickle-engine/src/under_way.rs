//! What this node does for one thing at a time.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// For which things it is under way.
pub(crate) struct UnderWay<K>(Mutex<HashSet<K>>);

/// Of one thing; over when it is dropped.
pub(crate) struct Turn<'a, K: Eq + Hash>(&'a UnderWay<K>, &'a K);

impl<K> Default for UnderWay<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> UnderWay<K> {
    /// Nothing where it is under way already.
    pub(crate) fn begin<'a>(&'a self, key: &'a K) -> Option<Turn<'a, K>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = all.insert(key.clone());
        // Not made where it is not the first: dropping it would end the other.
        is_first.then(|| Turn(self, key))
    }
}

impl<K: Eq + Hash> Drop for Turn<'_, K> {
    fn drop(&mut self) {
        let mut all = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_one_turn() {
        let all = UnderWay::default();
        let first = all.begin(&1);
        assert!(first.is_some());
        assert!(all.begin(&1).is_none() && all.begin(&2).is_some());
        drop(first);
        assert!(all.begin(&1).is_some());
    }
}
