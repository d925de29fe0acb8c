//! Reads that several callers share.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Beyond it all begin anew: keys may come from strangers.
const MOST: usize = 1_000;

/// Reads of one kind, by what is read. Clones share them.
#[derive(Clone)]
pub(crate) struct Rounds<K, T>(Arc<Mutex<HashMap<K, Arc<Round<T>>>>>);

impl<K, T> Default for Rounds<K, T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// One thing that is read again and again.
struct Round<T> {
    begun: AtomicU64,
    last: tokio::sync::Mutex<Option<(u64, T)>>,
}

impl<K: Eq + Hash, T: Clone> Rounds<K, T> {
    /// What a read gave that began after this call did: nobody gets what was so before. While one is under way, all who come
    /// wait for the next one together.
    ///
    /// # Cancel safety
    /// Where the caller goes who reads for the others, the next one reads.
    pub(crate) async fn read<E>(
        &self,
        key: K,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let round = self.of(key);
        let before = round.begun.load(Ordering::SeqCst);
        let mut last = round.last.lock().await;
        if let Some((number, found)) = &*last
            && *number > before
        {
            return Ok(found.clone());
        }
        let number = round.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = read().await?;
        *last = Some((number, found.clone()));
        Ok(found)
    }

    fn of(&self, key: K) -> Arc<Round<T>> {
        let mut rounds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rounds.len() >= MOST && !rounds.contains_key(&key) {
            rounds.clear();
        }
        let round = rounds.entry(key).or_insert_with(|| {
            Arc::new(Round {
                begun: AtomicU64::new(0),
                last: tokio::sync::Mutex::new(None),
            })
        });
        Arc::clone(round)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_gets_what_was_before() {
        let rounds = Rounds::<&str, u64>::default();
        let (clock, reads) = (AtomicU64::new(0), AtomicU64::new(0));
        let read = async || {
            reads.fetch_add(1, Ordering::SeqCst);
            let seen = clock.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok::<_, Infallible>(seen)
        };
        let ask = async |delay: u64| {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            let now = clock.fetch_add(1, Ordering::SeqCst) + 1;
            let found = rounds.read("a", &read).await.unwrap();
            assert!(found >= now, "asked at {now}, got {found}");
        };
        // The first reads alone; the others wait for it and share the next read.
        let others = futures::future::join_all([ask(1), ask(2), ask(3)]);
        futures::future::join(ask(0), others).await;
        assert_eq!(reads.load(Ordering::SeqCst), 2);
        assert_eq!(
            rounds.read("b", async || Ok::<_, Infallible>(7)).await,
            Ok(7)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_goes_is_followed() {
        let rounds = Rounds::<&str, u64>::default();
        let never = rounds.read("a", async || {
            tokio::time::sleep(Duration::from_mins(1)).await;
            Ok::<_, Infallible>(1)
        });
        let gone = tokio::time::timeout(Duration::from_millis(5), never).await;
        assert!(gone.is_err());
        assert_eq!(
            rounds.read("a", async || Ok::<_, Infallible>(2)).await,
            Ok(2)
        );
        let failed = rounds.read("a", async || Err("no")).await;
        assert_eq!(failed, Err("no"));
    }
}
