//! Connections to a file, opened when they are needed and kept: nobody hangs up.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::Error;
use sqlx::any::AnyRow;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::FileConnection;
use super::statement::Statement;

/// How a statement is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// On the caller's thread, and on one of its own where that takes too long.
    Quick,
    /// On a thread of its own.
    Slow,
}

/// What every connection is made of.
pub(crate) struct FileReaders {
    pub(crate) path: PathBuf,
    /// Its first statements.
    pub(crate) first: &'static str,
    /// Connections at most.
    pub(crate) most: u32,
    /// A call waits for one no longer.
    pub(crate) patience: Duration,
    pub(crate) pace: Pace,
}

pub(crate) struct Kept {
    readers: FileReaders,
    pub(super) turns: Arc<Semaphore>,
    /// The last one used goes first: its pages are in the processor's cache.
    idle: Mutex<Vec<FileConnection>>,
}

impl Kept {
    pub(super) fn new(readers: FileReaders) -> Arc<Self> {
        Arc::new(Self {
            turns: Arc::new(Semaphore::new(readers.most as usize)),
            idle: Mutex::default(),
            readers,
        })
    }

    pub(super) async fn read(self: &Arc<Self>, statement: Statement) -> Result<Vec<AnyRow>, Error> {
        let mut lent = self.take().await?;
        if self.readers.pace == Pace::Quick
            && let Some(done) = lent.connection().quickly(&statement)
        {
            return done;
        }
        let waits = Waits::default();
        let is_given_up = Arc::clone(&waits.is_given_up);
        let work = move || lent.connection().unless(is_given_up, &statement);
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or(Err(Error::WorkerCrashed))
    }

    pub(super) async fn take(self: &Arc<Self>) -> Result<Lent, Error> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = tokio::time::timeout(self.readers.patience, turn)
            .await
            .map_err(|_| Error::PoolTimedOut)?
            .map_err(|_| Error::PoolClosed)?;
        let idle = self.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let FileReaders {
                    path, first, pace, ..
                } = &self.readers;
                FileConnection::open(path, first, *pace)?
            }
        };
        Ok(Lent {
            connection: Some(connection),
            kept: Arc::clone(self),
            _turn: turn,
        })
    }

    pub(super) async fn close(&self) {
        // Fails where another call has closed them.
        let Ok(_all) = self.turns.acquire_many(self.readers.most).await else {
            return;
        };
        self.turns.close();
        for connection in std::mem::take(&mut *self.lock()) {
            if let Err(error) = connection.close() {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "failed to close a connection to the database"
                );
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<FileConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back when it is dropped, and its turn after it.
pub(super) struct Lent {
    /// None only while it is dropped.
    connection: Option<FileConnection>,
    kept: Arc<Kept>,
    _turn: OwnedSemaphorePermit,
}

impl Lent {
    fn connection(&mut self) -> &mut FileConnection {
        self.connection
            .as_mut()
            .expect("it has its connection until it is dropped")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // After a panic nobody knows what state it is in.
        if let Some(connection) = self.connection.take()
            && !std::thread::panicking()
        {
            self.kept.lock().push(connection);
        }
    }
}

/// Somebody waits for a statement; dropped, it ends.
#[derive(Default)]
struct Waits {
    is_given_up: Arc<AtomicBool>,
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }
}
