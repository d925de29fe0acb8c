//! Writes down what logins leave behind: one task, many records in one transaction.
//!
//! A login does not wait for the disk: what it leaves behind is written within milliseconds, together with what others left behind
//! meanwhile. Who reads it waits for [`Recorder::settled`] first. A crash loses the last entries, never a user or a password: those
//! are stored before the answer.

use std::{
    any::Any,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{mpsc, oneshot};
use trickle_store::{Record, Store, Write};

use crate::event_ids::EventIds;

/// Records that wait before logins wait for the disk after all.
const QUEUE: usize = 4_096;
/// Most records of one transaction.
const BATCH: usize = 256;

/// Clones write to the same queue.
#[derive(Clone)]
pub(crate) struct Recorder {
    store: Store,
    event_ids: Arc<EventIds>,
    queue: Arc<OnceLock<mpsc::Sender<Item>>>,
    waiting: Arc<AtomicUsize>,
}

/// Kept until the record is written.
pub(crate) type Keepsake = Box<dyn Any + Send>;

enum Item {
    Record(Record, Option<Keepsake>),
    Settle(oneshot::Sender<()>),
}

impl Recorder {
    pub(crate) fn new(store: Store, event_ids: Arc<EventIds>) -> Self {
        Self {
            store,
            event_ids,
            queue: Arc::default(),
            waiting: Arc::default(),
        }
    }

    /// Queues a record; `keepsake` is dropped once it is written.
    pub(crate) async fn push(&self, record: Record, keepsake: Option<Keepsake>) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        // The task ends with the last sender, so that it is there.
        drop(self.queue().send(Item::Record(record, keepsake)).await);
    }

    /// Waits until all that was queued before is written.
    pub(crate) async fn settled(&self) {
        if self.is_settled() {
            return;
        }
        let (sender, settled) = oneshot::channel();
        drop(self.queue().send(Item::Settle(sender)).await);
        // Lost only when the runtime ends.
        drop(settled.await);
    }

    /// Whether all that was queued is written.
    pub(crate) fn is_settled(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }

    /// Begins with the first record, since an engine can be made outside of a runtime.
    fn queue(&self) -> &mpsc::Sender<Item> {
        self.queue.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(QUEUE);
            tokio::spawn(work(
                self.store.clone(),
                Arc::clone(&self.event_ids),
                receiver,
                Arc::clone(&self.waiting),
            ));
            sender
        })
    }
}

async fn work(
    store: Store,
    event_ids: Arc<EventIds>,
    mut queue: mpsc::Receiver<Item>,
    waiting: Arc<AtomicUsize>,
) {
    let mut items = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut items, BATCH).await > 0 {
        let mut records = Vec::with_capacity(items.len());
        let mut kept = Vec::new();
        let mut asking = Vec::new();
        for item in items.drain(..) {
            match item {
                Item::Record(record, keepsake) => {
                    records.push(record);
                    kept.extend(keepsake);
                }
                Item::Settle(sender) => asking.push(sender),
            }
        }
        write(&store, &records).await;
        for record in records.iter().flatten() {
            if let Write::Event(event) = record {
                event_ids.written(&event.id);
            }
        }
        waiting.fetch_sub(records.len(), Ordering::AcqRel);
        drop(kept);
        for sender in asking {
            // Whoever asked may have gone.
            let _ = sender.send(());
        }
    }
}

/// All at once; where that fails each alone, since one tenant that is gone must not cost the others their log.
async fn write(store: &Store, records: &[Record]) {
    if records.is_empty() || store.write_records(records).await.is_ok() {
        return;
    }
    for record in records {
        if let Err(error) = store.write_records(std::slice::from_ref(record)).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "failed to write the tenant's log"
            );
        }
    }
}
