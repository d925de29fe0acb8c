//! How many runs a legacy store bears at once, where the tenant says so.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use trickle_model::{ConnectionId, ConnectionOptions};

/// How long a run waits for room: as long as in the pool's queue.
const WAIT: Duration = Duration::from_secs(5);
/// As many as the pool gives a connection.
const MOST: u64 = 32;

const EXPECTED: &str = "a number from 1 to 32";

/// The runs of each connection that are under way on this node.
#[derive(Default)]
pub(crate) struct Bulkheads(Mutex<HashMap<ConnectionId, (usize, Arc<Semaphore>)>>);

/// `options.trickle.runs_at_once`; nothing where the pool's own limits are all.
pub(crate) fn runs_at_once(value: Option<&Value>) -> Result<Option<usize>, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let most = value.as_u64().filter(|most| (1..=MOST).contains(most));
            let most = most.and_then(|most| usize::try_from(most).ok());
            most.map(Some).ok_or(EXPECTED)
        }
    }
}

impl Bulkheads {
    /// Waits for room, which is kept as long as the permit lives.
    ///
    /// # Errors
    /// There was none in time.
    pub(crate) async fn enter(
        &self,
        connection: &ConnectionId,
        options: &ConnectionOptions,
    ) -> Result<Option<OwnedSemaphorePermit>, NoRoom> {
        // Checked when it was stored.
        let most = runs_at_once(options.own("runs_at_once")).unwrap_or_default();
        let Some(most) = most else {
            return Ok(None);
        };
        let room = self.room(connection, most);
        match timeout(WAIT, room.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(_)) | Err(_) => Err(NoRoom),
        }
    }

    /// Forgets a connection that changed: runs under way count no more.
    pub(crate) fn forget(&self, connection: &ConnectionId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(connection);
    }

    fn room(&self, connection: &ConnectionId, most: usize) -> Arc<Semaphore> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let anew = || (most, Arc::new(Semaphore::new(most)));
        let entry = all.entry(connection.clone()).or_insert_with(anew);
        // Another node may have changed the connection.
        if entry.0 != most {
            *entry = anew();
        }
        Arc::clone(&entry.1)
    }
}

/// All the legacy store's room is taken.
#[derive(Debug)]
pub(crate) struct NoRoom;

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::time::Instant;

    use super::*;

    fn options(most: &Value) -> ConnectionOptions {
        let options = json!({"trickle": {"runs_at_once": most}});
        ConnectionOptions::from_stored(options.as_object().cloned().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn runs_wait_for_room_and_not_for_ever() {
        let (bulkheads, id) = (Bulkheads::default(), ConnectionId::from_text("con_1"));
        let two = options(&json!(2));
        let first = bulkheads.enter(&id, &two).await.unwrap();
        let second = bulkheads.enter(&id, &two).await.unwrap();
        let began = Instant::now();
        assert!(bulkheads.enter(&id, &two).await.is_err());
        assert_eq!(began.elapsed(), WAIT);
        // Other connections have room of their own.
        let other = ConnectionId::from_text("con_2");
        assert!(bulkheads.enter(&other, &two).await.is_ok());
        drop(first);
        assert!(bulkheads.enter(&id, &two).await.is_ok());
        drop(second);
        let more = options(&json!(3));
        let mut rooms = Vec::new();
        for _ in 0..3 {
            rooms.push(bulkheads.enter(&id, &more).await.unwrap().unwrap());
        }
        assert!(bulkheads.enter(&id, &more).await.is_err());
    }

    #[tokio::test]
    async fn without_a_number_there_is_no_bulkhead() {
        let (bulkheads, id) = (Bulkheads::default(), ConnectionId::from_text("con_1"));
        let none = options(&Value::Null);
        assert!(bulkheads.enter(&id, &none).await.unwrap().is_none());
        for odd in [json!(0), json!(33), json!("2"), json!(1.5)] {
            assert!(runs_at_once(Some(&odd)).is_err(), "{odd}");
        }
    }
}
