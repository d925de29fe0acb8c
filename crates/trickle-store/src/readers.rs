//! Connections that read.

mod connection;
mod failure;
mod file;
mod statement;

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use sqlx::any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{Any, AnyPool, Describe, Either, Error, Execute, Executor, SqlStr};

pub(crate) use self::failure::failure as file_failure;
pub(crate) use self::file::{FileReaders, Pace};
use self::{file::Kept, statement::Statement};

/// Where reads get their connection from. Clones share it.
#[derive(Clone)]
pub(crate) enum Readers {
    /// A server's: it may have hung up meanwhile, which the pool tries with a ping before and after each use.
    Pool(AnyPool),
    /// A file's: the common driver has a thread for each connection, and a journey there and back costs more than a small query.
    Kept(Arc<Kept>),
}

impl Readers {
    pub(crate) fn of_file(readers: FileReaders) -> Self {
        Self::Kept(Kept::new(readers))
    }

    /// Whether they can be had.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        match self {
            Self::Pool(pool) => pool.acquire().await.map(drop),
            Self::Kept(kept) => kept.take().await.map(drop),
        }
    }

    /// Ends them, those in use when they come back; later calls fail.
    pub(crate) async fn close(&self) {
        match self {
            Self::Pool(pool) => pool.close().await,
            Self::Kept(kept) => kept.close().await,
        }
    }

    /// All at once: a reader that waits for whoever takes the rows would keep others from reading.
    async fn all<'q>(
        &self,
        query: impl Execute<'q, Any> + 'q,
    ) -> Result<Vec<Either<AnyQueryResult, AnyRow>>, Error> {
        match self {
            Self::Pool(pool) => pool.acquire().await?.fetch_many(query).try_collect().await,
            Self::Kept(kept) => {
                let rows = kept.read(Statement::new(query, usize::MAX)?).await?;
                let end = Either::Left(AnyQueryResult::default());
                Ok(rows.into_iter().map(Either::Right).chain([end]).collect())
            }
        }
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

impl<'r> Executor<'r> for &'r Readers {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Any>,
    {
        stream::once(self.all(query))
            .map_ok(|all| stream::iter(all.into_iter().map(Ok)))
            .try_flatten()
            .boxed()
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<AnyRow>, Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(async move {
            match self {
                Readers::Pool(pool) => pool.acquire().await?.fetch_all(query).await,
                Readers::Kept(kept) => kept.read(Statement::new(query, usize::MAX)?).await,
            }
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(async move {
            match self {
                Readers::Pool(pool) => pool.acquire().await?.fetch_optional(query).await,
                Readers::Kept(kept) => Ok(kept.read(Statement::new(query, 1)?).await?.pop()),
            }
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
            match self {
                Readers::Pool(pool) => pool.acquire().await?.prepare_with(sql, parameters).await,
                Readers::Kept(_) => only_reads(),
            }
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'r: 'e,
    {
        Box::pin(async move {
            match self {
                Readers::Pool(pool) => pool.acquire().await?.describe(sql).await,
                Readers::Kept(_) => only_reads(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use trickle_testkit::wait_for_async;

    use super::*;

    impl Readers {
        fn free(&self) -> usize {
            match self {
                Self::Pool(_) => panic!("it is no file's"),
                Self::Kept(kept) => kept.turns.available_permits(),
            }
        }
    }

    const LIMIT: Duration = Duration::from_secs(30);
    const QUICK: &str = "SELECT 1";
    /// It would go on for minutes.
    const SLOW: &str = "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 1000000000) \
         SELECT COUNT(*) FROM counted";

    fn readers(most: u32) -> (Readers, tempfile::TempDir) {
        readers_waiting(most, LIMIT)
    }

    fn readers_waiting(most: u32, patience: Duration) -> (Readers, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        rusqlite::Connection::open(&path).unwrap();
        let readers = FileReaders {
            path,
            first: QUICK,
            most,
            patience,
            pace: Pace::Quick,
        };
        (Readers::of_file(readers), folder)
    }

    #[tokio::test]
    async fn values_stand_where_their_numbers_are() {
        let (readers, _folder) = readers(1);
        let row: (String, i64, Option<f64>, String) =
            sqlx::query_as("SELECT $2 AS a, $3, $4, $2 || $1")
                .bind("one")
                .bind("two")
                .bind(3_i64)
                .bind(None::<f64>)
                .fetch_one(&readers)
                .await
                .unwrap();
        assert_eq!(row, ("two".to_owned(), 3, None, "twoone".to_owned()));
        let missing = sqlx::query("SELECT $2").bind(1).fetch_all(&readers).await;
        assert!(matches!(missing, Err(Error::Protocol(_))), "it has one");
    }

    #[tokio::test]
    async fn what_takes_long_gives_all_its_rows() {
        let (readers, _folder) = readers(1);
        for most in [10_i64, 100_000] {
            let numbers: Vec<(i64,)> = sqlx::query_as(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n",
            )
            .bind(most)
            .fetch_all(&readers)
            .await
            .unwrap();
            assert_eq!(i64::try_from(numbers.len()), Ok(most));
            assert_eq!(numbers.last(), Some(&(most,)));
        }
    }

    #[tokio::test]
    async fn a_failure_says_what_and_no_value() {
        let (readers, _folder) = readers(1);
        let failed = sqlx::query("SELECT x FROM nowhere WHERE y = $1").bind("a secret");
        let error = failed.fetch_all(&readers).await.err().unwrap().to_string();
        assert!(error.contains("no such table: nowhere"), "{error}");
        assert!(!error.contains("a secret"), "{error}");
    }

    async fn quick(readers: &Readers) -> Result<i64, Error> {
        sqlx::query_scalar(QUICK).fetch_one(readers).await
    }

    async fn slow(readers: &Readers) -> Result<i64, Error> {
        sqlx::query_scalar(SLOW).fetch_one(readers).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_ends() {
        let (readers, _folder) = readers(1);
        for _ in 0..3 {
            let given_up = tokio::time::timeout(Duration::from_millis(50), slow(&readers)).await;
            assert!(given_up.is_err(), "it is slow");
            assert_eq!(quick(&readers).await.unwrap(), 1);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_waits_too_long_is_told() {
        let (readers, _folder) = readers_waiting(1, Duration::from_millis(100));
        let slow = tokio::spawn({
            let readers = readers.clone();
            async move { slow(&readers).await }
        });
        wait_for_async(LIMIT, async || readers.free() == 0).await;
        let error = quick(&readers).await.unwrap_err();
        assert!(matches!(error, Error::PoolTimedOut), "{error}");
        slow.abort();
        wait_for_async(LIMIT, async || readers.free() == 1).await;
        assert_eq!(quick(&readers).await.unwrap(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_closed_one_reads_no_more() {
        let (readers, _folder) = readers(2);
        assert_eq!(quick(&readers).await.unwrap(), 1);
        readers.close().await;
        let error = quick(&readers).await.unwrap_err();
        assert!(matches!(error, Error::PoolClosed), "{error}");
        readers.close().await;
    }
}
