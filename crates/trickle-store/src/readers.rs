//! Connections that read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions};
use sqlx::{
    Any, AnyPool, ConnectOptions as _, Connection as _, Describe, Either, Error, Execute, Executor,
    SqlStr, SqliteConnection,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many steps of SQLite's machine lie between two looks at whether somebody still waits. One step may match a pattern against
/// a value of 1 MiB; a look costs a few nanoseconds.
const STEPS_BETWEEN_LOOKS: i32 = 100;

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
    options: SqliteConnectOptions,
    first: &'static str,
    most: u32,
    turns: Arc<Semaphore>,
    patience: Duration,
    /// The last one used goes first: its pages are in the processor's cache.
    idle: Mutex<Vec<KeptConnection>>,
}

/// A connection of its own kind and not `Any`'s, which does not let its statements be ended.
struct KeptConnection {
    connection: SqliteConnection,
    /// Ends the statement at work, and all that follow while it is set.
    is_given_up: Arc<AtomicBool>,
}

impl KeptConnection {
    async fn open(options: &SqliteConnectOptions, first: &'static str) -> Result<Self, Error> {
        let mut connection = options.connect().await?;
        connection.execute(first).await?;
        let is_given_up = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&is_given_up);
        connection
            .lock_handle()
            .await?
            .set_progress_handler(STEPS_BETWEEN_LOOKS, move || !seen.load(Ordering::Relaxed));
        Ok(Self {
            connection,
            is_given_up,
        })
    }

    /// Returns when the statement whose caller has gone has ended.
    async fn calm(&mut self) -> Result<(), Error> {
        self.is_given_up.store(true, Ordering::Relaxed);
        // It queues up behind the statement and is none itself.
        let answered = self.connection.ping().await;
        self.is_given_up.store(false, Ordering::Relaxed);
        answered
    }
}

impl Readers {
    /// At most so many connections to a file, each beginning with `first`; a call waits for one no longer than `patience`.
    pub(crate) fn kept(
        options: SqliteConnectOptions,
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
            None => KeptConnection::open(&self.options, self.first).await?,
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
        for kept in idle {
            if let Err(error) = kept.connection.close().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "failed to close a connection to the database"
                );
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<KeptConnection>> {
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
    connection: Option<KeptConnection>,
    kept: Arc<Kept>,
    /// Its thread may still work for a caller who has gone.
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
        // Before another task has its turn, and where there is none.
        connection.is_given_up.store(true, Ordering::Relaxed);
        // Outside of a runtime nobody reads any more.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if connection.calm().await.is_ok() {
                    kept.lock().push(connection);
                }
                drop(turn);
            });
        }
    }
}

const HAS_ONE: &str = "a reader has its connection until it is dropped or broken";

impl KeptReader {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection.as_mut().expect(HAS_ONE).connection
    }

    /// What a statement gave. A connection whose thread has died is not kept.
    fn judge<T>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        self.is_busy = false;
        if matches!(result, Err(Error::WorkerCrashed)) {
            self.connection = None;
        }
        result
    }
}

type Row = Either<AnyQueryResult, AnyRow>;

impl Reader {
    async fn all<'q>(self, query: impl Execute<'q, Any> + 'q) -> Result<Vec<Row>, Error> {
        match self {
            Self::Pooled(mut connection) => connection.fetch_many(query).try_collect().await,
            Self::Kept(mut reader) => {
                let query = Translated::new(query)?;
                let all = reader.connection().fetch_many(query);
                let all: Result<Vec<_>, Error> = all
                    .and_then(|one| std::future::ready(translate(one)))
                    .try_collect()
                    .await;
                reader.judge(all)
            }
        }
    }

    async fn optional<'q>(
        self,
        query: impl Execute<'q, Any> + 'q,
    ) -> Result<Option<AnyRow>, Error> {
        match self {
            Self::Pooled(mut connection) => connection.fetch_optional(query).await,
            Self::Kept(mut reader) => {
                let query = Translated::new(query)?;
                let row = reader.connection().fetch_optional(query).await;
                let row = row.and_then(|row| row.as_ref().map(AnyRow::try_from).transpose());
                reader.judge(row)
            }
        }
    }
}

fn translate(
    one: Either<sqlx::sqlite::SqliteQueryResult, sqlx::sqlite::SqliteRow>,
) -> Result<Row, Error> {
    Ok(match one {
        Either::Left(result) => Either::Left(AnyQueryResult {
            rows_affected: result.rows_affected(),
            last_insert_id: None,
        }),
        Either::Right(row) => Either::Right(AnyRow::try_from(&row)?),
    })
}

/// A statement in SQLite's own words.
struct Translated {
    sql: SqlStr,
    arguments: Option<SqliteArguments>,
    is_persistent: bool,
}

impl Translated {
    fn new<'q>(mut query: impl Execute<'q, Any>) -> Result<Self, Error> {
        let arguments = query.take_arguments().map_err(Error::Encode)?;
        let arguments = arguments.map(AnyArguments::convert_into).transpose();
        Ok(Self {
            arguments: arguments.map_err(Error::Encode)?,
            is_persistent: query.persistent(),
            sql: query.sql(),
        })
    }
}

impl Execute<'_, sqlx::Sqlite> for Translated {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&sqlx::sqlite::SqliteStatement> {
        None
    }

    fn take_arguments(&mut self) -> Result<Option<SqliteArguments>, sqlx::error::BoxDynError> {
        Ok(self.arguments.take())
    }

    fn persistent(&self) -> bool {
        self.is_persistent
    }
}

/// What sqlx's checked queries ask for at compile time, and nobody of readers.
fn only_reads<T>() -> Result<T, Error> {
    Err(Error::AnyDriverError(
        "readers of a file prepare and describe no statements".into(),
    ))
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
            let reader = self.take().await?;
            reader.all(query).await
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
            let reader = self.take().await?;
            reader.optional(query).await
        })
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<AnyRow>, Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(async move {
            let reader = self.take().await?;
            let all = reader.all(query).await?;
            Ok(all.into_iter().filter_map(Either::right).collect())
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
            match self.take().await? {
                Reader::Pooled(mut connection) => connection.prepare_with(sql, parameters).await,
                Reader::Kept(_) => only_reads(),
            }
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'r: 'e,
    {
        Box::pin(async move {
            match self.take().await? {
                Reader::Pooled(mut connection) => connection.describe(sql).await,
                Reader::Kept(_) => only_reads(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Readers {
        fn free(&self) -> usize {
            match self {
                Self::Pool(_) => panic!("it is no file's"),
                Self::Kept(kept) => kept.turns.available_permits(),
            }
        }
    }

    const QUICK: &str = "SELECT 1";
    /// It would go on for minutes.
    const SLOW: &str = "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 1000000000) \
         SELECT COUNT(*) FROM counted";

    async fn readers(most: u32) -> (Readers, tempfile::TempDir) {
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
        give_up_after(readers, Duration::from_millis(50)).await;
    }

    async fn give_up_after(readers: &Readers, limit: Duration) {
        let slow = sqlx::query_scalar::<_, i64>(SLOW).fetch_one(readers);
        let given_up = tokio::time::timeout(limit, slow).await;
        assert!(given_up.is_err(), "it is slow");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_ends() {
        let (readers, _folder) = readers(1).await;
        for _ in 0..3 {
            give_up(&readers).await;
            assert_eq!(quick(&readers).await.unwrap(), 1);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_waits_too_long_is_told() {
        let (readers, _folder) = readers(1).await;
        let slow = tokio::spawn({
            let readers = readers.clone();
            async move { give_up_after(&readers, Duration::from_secs(2)).await }
        });
        while readers.free() > 0 {
            tokio::task::yield_now().await;
        }
        let error = quick(&readers).await.unwrap_err();
        assert!(matches!(error, Error::PoolTimedOut), "{error}");
        slow.await.unwrap();
        assert_eq!(quick(&readers).await.unwrap(), 1);
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
