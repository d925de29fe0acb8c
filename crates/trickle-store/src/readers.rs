//! Connections that read.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use sqlx::any::{AnyConnectOptions, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::pool::PoolConnection;
use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _, Describe, Either, Error,
    Execute, Executor, SqlStr,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where reads get their connection from. Clones share it.
#[derive(Clone)]
pub(crate) enum Readers {
    /// A server's: it may have hung up meanwhile, which the pool tries with a ping before and after each use.
    Pool(AnyPool),
    /// A file's: nobody hangs up, and a ping costs as much as a small query, because each connection has a thread of its own.
    Kept(Arc<Kept>),
}

/// Connections to a file, opened when they are needed and kept.
pub(crate) struct Kept {
    options: AnyConnectOptions,
    first: &'static str,
    most: u32,
    turns: Arc<Semaphore>,
    patience: Duration,
    /// The last one used goes first: its pages are in the processor's cache.
    idle: Mutex<Vec<AnyConnection>>,
}

impl Readers {
    /// At most so many connections to a file, each beginning with `first`; a call waits for one no longer than `patience`.
    pub(crate) fn kept(
        options: AnyConnectOptions,
        most: u32,
        first: &'static str,
        patience: Duration,
    ) -> Self {
        Self::Kept(Arc::new(Kept {
            options,
            first,
            most,
            turns: Arc::new(Semaphore::new(most as usize)),
            patience,
            idle: Mutex::default(),
        }))
    }

    /// A connection for a while.
    pub(crate) async fn take(&self) -> Result<Reader, Error> {
        match self {
            Self::Pool(pool) => pool.acquire().await.map(Reader::Pooled),
            Self::Kept(kept) => kept.take().await.map(Reader::Kept),
        }
    }

    /// Ends them, those in use when they come back; later calls fail.
    pub(crate) async fn close(&self) {
        match self {
            Self::Pool(pool) => pool.close().await,
            Self::Kept(kept) => kept.close().await,
        }
    }
}

impl Kept {
    async fn take(self: &Arc<Self>) -> Result<KeptReader, Error> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = tokio::time::timeout(self.patience, turn)
            .await
            .map_err(|_| Error::PoolTimedOut)?
            .map_err(|_| Error::PoolClosed)?;
        let idle = self.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let mut connection = self.options.connect().await?;
                connection.execute(self.first).await?;
                connection
            }
        };
        Ok(KeptReader {
            connection: Some(connection),
            kept: Arc::clone(self),
            is_busy: true,
            turn: Some(turn),
        })
    }

    async fn close(&self) {
        // Fails where another call has closed them.
        let Ok(_all) = self.turns.acquire_many(self.most).await else {
            return;
        };
        self.turns.close();
        let idle = std::mem::take(&mut *self.lock());
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "failed to close a connection to the database"
                );
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<AnyConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back when it is dropped.
pub(crate) enum Reader {
    Pooled(PoolConnection<Any>),
    Kept(KeptReader),
}

pub(crate) struct KeptReader {
    /// None only while it is dropped, and where it broke.
    connection: Option<AnyConnection>,
    kept: Arc<Kept>,
    /// Of a statement whose caller has gone its thread may still work.
    is_busy: bool,
    turn: Option<OwnedSemaphorePermit>,
}

impl Drop for KeptReader {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if !self.is_busy {
            self.kept.lock().push(connection);
            return;
        }
        let (kept, turn) = (Arc::clone(&self.kept), self.turn.take());
        // Outside of a runtime nobody reads any more.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if connection.ping().await.is_ok() {
                    kept.lock().push(connection);
                }
                drop(turn);
            });
        }
    }
}

impl Deref for Reader {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Self::Pooled(connection) => connection,
            Self::Kept(reader) => reader.connection.as_ref().expect(HAS_ONE),
        }
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::Pooled(connection) => connection,
            Self::Kept(reader) => reader.connection.as_mut().expect(HAS_ONE),
        }
    }
}

const HAS_ONE: &str = "a reader has its connection until it is dropped or broken";

impl Reader {
    /// What a statement gave. A connection whose thread has died is not kept.
    fn judge<T>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Self::Kept(reader) = &mut self {
            reader.is_busy = false;
            if matches!(result, Err(Error::WorkerCrashed)) {
                reader.connection = None;
            }
        }
        result
    }
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

type Rows<'e> = BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, Error>>;

impl<'r> Executor<'r> for &'r Readers {
    type Database = Any;

    /// All at once: a reader that waits for whoever takes the rows would keep others from reading.
    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> Rows<'e>
    where
        'r: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let all = async move {
            let mut reader = self.take().await?;
            let all: Result<Vec<_>, Error> = reader.fetch_many(query).try_collect().await;
            reader.judge(all)
        };
        stream::once(all)
            .map_ok(|all| stream::iter(all.into_iter().map(Ok)))
            .try_flatten()
            .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(async move {
            let mut reader = self.take().await?;
            let row = reader.fetch_optional(query).await;
            reader.judge(row)
        })
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<AnyRow>, Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(async move {
            let mut reader = self.take().await?;
            let rows = reader.fetch_all(query).await;
            reader.judge(rows)
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'r: 'e,
    {
        Box::pin(async move {
            let mut reader = self.take().await?;
            let statement = reader.prepare_with(sql, parameters).await;
            reader.judge(statement)
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'r: 'e,
    {
        Box::pin(async move {
            let mut reader = self.take().await?;
            let described = reader.describe(sql).await;
            reader.judge(described)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const QUICK: &str = "SELECT 1";
    /// It goes on for seconds, and nothing ends it.
    const SLOW: &str = "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 10000000) \
         SELECT COUNT(*) FROM counted";

    async fn readers(most: u32) -> (Readers, tempfile::TempDir) {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/x.db?mode=rwc", folder.path().display());
        let options = url.parse().unwrap();
        let patience = Duration::from_millis(100);
        (Readers::kept(options, most, QUICK, patience), folder)
    }

    async fn quick(readers: &Readers) -> Result<i64, Error> {
        sqlx::query_scalar(QUICK).fetch_one(readers).await
    }

    async fn give_up(readers: &Readers) {
        let slow = sqlx::query_scalar::<_, i64>(SLOW).fetch_one(readers);
        let given_up = tokio::time::timeout(Duration::from_millis(50), slow).await;
        assert!(given_up.is_err(), "it is slow");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_gives_up_keeps_no_other_waiting() {
        let (readers, _folder) = readers(2).await;
        give_up(&readers).await;
        let began = Instant::now();
        for _ in 0..10 {
            assert_eq!(quick(&readers).await.unwrap(), 1);
        }
        assert!(began.elapsed() < Duration::from_millis(100));
        give_up(&readers).await;
        let error = quick(&readers).await.unwrap_err();
        assert!(
            matches!(error, Error::PoolTimedOut),
            "both are at work: {error}"
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_closed_one_reads_no_more() {
        let (readers, _folder) = readers(2).await;
        assert_eq!(quick(&readers).await.unwrap(), 1);
        readers.close().await;
        let error = quick(&readers).await.unwrap_err();
        assert!(matches!(error, Error::PoolClosed), "{error}");
        readers.close().await;
    }
}
