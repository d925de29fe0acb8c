//! What may take long: apart from all else, one at a time for each tenant, and not longer than people wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use trickle_model::TenantId;

use crate::search::SearchError;
use crate::{Store, StoreError};

/// Clients give up after five to sixty seconds, and others wait for the database.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Why a search has no result.
#[derive(Debug, thiserror::Error)]
pub enum SearchFailed {
    /// The query makes no sense.
    #[error(transparent)]
    Query(#[from] SearchError),
    /// It takes too long, which is [`StoreError::TooSlow`], or the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Queue = Arc<tokio::sync::Mutex<()>>;

/// One queue for each tenant that searches. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<TenantId, Queue>>>);

/// A place in a tenant's queue; the last one takes the queue with it.
struct Place<'a> {
    turns: &'a Turns,
    tenant: &'a TenantId,
    queue: Queue,
}

impl Turns {
    fn place<'a>(&'a self, tenant: &'a TenantId) -> Place<'a> {
        let queue = Arc::clone(self.lock().entry(tenant.clone()).or_default());
        Place {
            turns: self,
            tenant,
            queue,
        }
    }

    async fn take<T, E: From<StoreError>>(
        &self,
        tenant: &TenantId,
        step: &'static str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let place = self.place(tenant);
        let in_turn = async {
            let _turn = place.queue.lock().await;
            work.await
        };
        tokio::time::timeout(TIME_LIMIT, in_turn)
            .await
            .unwrap_or_else(|_| Err(StoreError::TooSlow { step }.into()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut turns = self.turns.lock();
        // Places are made under the same lock: nobody but the map and this one has it.
        if Arc::strong_count(&self.queue) == 2 {
            turns.remove(self.tenant);
        }
    }
}

impl Store {
    /// The same store, reading through the connections of searches.
    pub(crate) fn searcher(&self) -> Self {
        Self {
            read: self.search.clone(),
            // It has a turn among searches.
            list_turns: Turns::default(),
            ..self.clone()
        }
    }

    /// Does it when it is the tenant's turn. Waiting counts: many searches of one tenant are too slow together, and those of others
    /// have one connection at least.
    pub(crate) async fn in_time<T, E: From<StoreError>>(
        &self,
        tenant: &TenantId,
        step: &'static str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.turns.take(tenant, step, work).await
    }

    /// The same for lists that are short as a rule, and do not wait for searches: a page of what a tenant made as large as it could
    /// takes one connection and one processor.
    pub(crate) async fn in_turn<T, E: From<StoreError>>(
        &self,
        tenant: &TenantId,
        step: &'static str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.list_turns.take(tenant, step, work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_tenant_has_one_turn_and_leaves_nothing() {
        let turns = Turns::default();
        let [one, other] = ["one", "other"].map(TenantId::from_text);
        let first = turns.place(&one);
        let held = first.queue.try_lock().unwrap();
        let second = turns.place(&one);
        assert!(second.queue.try_lock().is_err());
        let foreign = turns.place(&other);
        assert!(foreign.queue.try_lock().is_ok());
        drop(foreign);
        assert_eq!(turns.lock().len(), 1);
        drop(held);
        drop(first);
        assert!(second.queue.try_lock().is_ok());
        assert_eq!(turns.lock().len(), 1, "somebody has a place in it");
        drop(second);
        assert!(turns.lock().is_empty());
    }
}
