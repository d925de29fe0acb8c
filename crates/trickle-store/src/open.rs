//! Opening a database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, ConnectOptions as _, Connection as _, Executor as _};
use trickle_model::Secret;

use crate::connections::Names;
use crate::dialect::Dialect;
use crate::nodelay::send_at_once;
use crate::readers::{FileReaders, Pace, Readers, file_failure};
use crate::schema::{self, MigrateError};
use crate::searches::Turns;
use crate::tenants::Sites;
use crate::vault::Vault;
use crate::version::Versions;
use crate::{DatabaseFailure, MasterKey, Store, StoreError, key_check};

/// How long a call waits for a free connection, and so for a server that does not answer.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const POSTGRES_PORT: u16 = 5432;
/// With those of searches 20.
const POSTGRES_CONNECTIONS: u32 = 18;
const SQLITE_READERS: u32 = 8;
/// Searches have their own, so that no login waits for one (docs/decisions/0093).
const POSTGRES_SEARCHERS: u32 = 2;
const SQLITE_SEARCHERS: u32 = 2;

/// `synchronous = FULL`: what was answered survives a power cut. In WAL mode NORMAL would lose the last commits, and a user
/// who was told of a new password or of having been moved must find that kept. `secure_delete` overwrites removed rows.
/// 16 MiB of pages in memory, and 32 MiB in the log before they move into the file: an import touches the same pages of its
/// indexes again and again (docs/decisions/0071). What a statement of many rows would take back is kept in memory: of each page one copy,
/// which went to a file otherwise (docs/decisions/0124).
const SQLITE_WRITER: &str = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8000; \
     PRAGMA temp_store = MEMORY";
/// For the schema: an index of a large table is sorted in a file.
const SQLITE_SORTS_IN_FILES: &str = "PRAGMA temp_store = FILE";
const SQLITE_READER: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";
/// One statement takes one processor: PostgreSQL plans several, or compiles the statement, where it expects much, which takes longer than what a
/// page of a million users needs (docs/decisions/0093).
const POSTGRES: &str = "SET max_parallel_workers_per_gather = 0; SET jit = off";
/// Its time is [`crate::searches::TIME_LIMIT`]: the server does not notice that nobody waits for a statement any more.
const POSTGRES_SEARCHER: &str =
    "SET max_parallel_workers_per_gather = 0; SET jit = off; SET statement_timeout = 5000";

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file; made (mode 0600) when it is not there.
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=FILE`.
    Postgres(Secret),
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is for another kind of database.
    #[error("open the database: its address must begin with postgres://")]
    NotAPostgresUrl,
    /// SQLite takes UTF-8 only.
    #[error("open the database: its path {} is not UTF-8", path.display())]
    PathNotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// The file cannot be made.
    #[error("open the database file {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It cannot be reached.
    #[error("connect to the database")]
    Connect {
        /// Why not.
        source: DatabaseFailure,
    },
    /// A newer Trickle has brought the schema further than this one knows.
    #[error(
        "open the database: its schema is at {found}, this program knows it up to {known}; run the newer program"
    )]
    Newer {
        /// The database's version.
        found: i64,
        /// This program's version.
        known: i64,
    },
    /// A schema migration was applied in another wording.
    #[error(
        "open the database: its schema migration {version} is not the one of this program; was it made by a development version?"
    )]
    Altered {
        /// The schema migration.
        version: i64,
    },
    /// The schema cannot be brought up to date.
    #[error("bring the database's schema up to date")]
    Migrate {
        /// Why not.
        source: DatabaseFailure,
    },
    /// The secrets in it were sealed with another key.
    #[error(
        "open the database: its secrets were sealed with another master key; put the right key file back"
    )]
    WrongKey,
    /// The master key cannot be compared.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Opens a database and brings its schema up to date.
    ///
    /// # Errors
    /// See [`OpenError`].
    #[tracing::instrument(name = "db.open", skip_all)]
    pub async fn open(database: &Database, key: MasterKey) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let (dialect, read, search, write, versions) = match database {
            Database::Sqlite(path) => {
                // Two programs that start at once would both make the schema. The folder is locked and not the file:
                // closing another handle of a SQLite file drops the locks that SQLite has on it.
                let _lock = lock_folder_of(path).await?;
                create_private(path)?;
                let write = pool(sqlite_url(path)?, 1, SQLITE_WRITER).await?;
                let set = |pragma| write.execute(pragma);
                set(SQLITE_SORTS_IN_FILES).await.map_err(fit_error)?;
                schema::migrate(&write).await.map_err(OpenError::from)?;
                schema::fit_to_sqlite(&write).await.map_err(fit_error)?;
                set(SQLITE_WRITER).await.map_err(fit_error)?;
                let readers = |most, pace| {
                    Readers::of_file(FileReaders {
                        path: path.clone(),
                        first: SQLITE_READER,
                        most,
                        patience: ACQUIRE_TIMEOUT,
                        pace,
                    })
                };
                let read = readers(SQLITE_READERS, Pace::Quick);
                let search = readers(SQLITE_SEARCHERS, Pace::Slow);
                // Not with the first request: whether it works is known now.
                read.check().await.map_err(connect_error)?;
                let versions = Versions::of_file(path)
                    .map_err(file_failure)
                    .map_err(connect_error)?;
                (Dialect::Sqlite, read, search, write, Some(versions))
            }
            Database::Postgres(url) => {
                let pool = pool(postgres_url(url)?, POSTGRES_CONNECTIONS, POSTGRES).await?;
                schema::migrate(&pool).await.map_err(OpenError::from)?;
                schema::fit_to_postgres(&pool).await.map_err(fit_error)?;
                let options = postgres_url(url)?;
                let searchers = pool_of(&options, POSTGRES_SEARCHERS, POSTGRES_SEARCHER);
                let search = Readers::Pool(searchers.connect_lazy_with(options));
                let read = Readers::Pool(pool.clone());
                (Dialect::Postgres, read, search, pool, None)
            }
        };
        let vault = Arc::new(Vault::new(&key));
        let store = Self {
            read,
            search,
            turns: Turns::default(),
            list_turns: Turns::default(),
            write,
            dialect,
            vault,
            connection_names: Names::default(),
            sites: Sites::default(),
            versions,
        };
        if !key_check::is_the_key(&store).await? {
            return Err(OpenError::WrongKey);
        }
        store.complete_phone_keys().await?;
        store.complete_realms().await?;
        store.complete_origins().await?;
        store.complete_terms().await?;
        Ok(store)
    }
}

async fn pool(
    options: AnyConnectOptions,
    connections: u32,
    first: &'static str,
) -> Result<AnyPool, OpenError> {
    try_once(&options, first).await?;
    pool_of(&options, connections, first)
        .connect_with(options)
        .await
        .map_err(connect_error)
}

fn pool_of(options: &AnyConnectOptions, connections: u32, first: &'static str) -> AnyPoolOptions {
    let url = &options.database_url;
    let port = (url.scheme() != "sqlite").then(|| url.port().unwrap_or(POSTGRES_PORT));
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if let Some(port) = port {
                    send_at_once(port);
                }
                connection.execute(first).await.map(drop)
            })
        })
}

/// A pool would go on trying and in the end say that time is up, not why.
async fn try_once(options: &AnyConnectOptions, first: &'static str) -> Result<(), OpenError> {
    let attempt = async {
        let mut connection = options.connect().await?;
        connection.execute(first).await?;
        connection.close().await
    };
    tokio::time::timeout(ACQUIRE_TIMEOUT, attempt)
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
        .map_err(connect_error)
}

fn connect_error(error: sqlx::Error) -> OpenError {
    OpenError::Connect {
        source: error.into(),
    }
}

fn fit_error(error: sqlx::Error) -> OpenError {
    OpenError::Migrate {
        source: error.into(),
    }
}

fn postgres_url(url: &Secret) -> Result<AnyConnectOptions, OpenError> {
    let options: AnyConnectOptions = url
        .expose()
        .parse()
        .map_err(|_| OpenError::NotAPostgresUrl)?;
    match options.database_url.scheme() {
        "postgres" | "postgresql" => Ok(options),
        _ => Err(OpenError::NotAPostgresUrl),
    }
}

fn sqlite_url(path: &Path) -> Result<AnyConnectOptions, OpenError> {
    let text = path.to_str().ok_or_else(|| OpenError::PathNotUtf8 {
        path: path.to_owned(),
    })?;
    format!(
        "sqlite:{}?mode=rw",
        utf8_percent_encode(text, NON_ALPHANUMERIC)
    )
    .parse()
    .map_err(connect_error)
}

/// The lock goes with the handle.
async fn lock_folder_of(path: &Path) -> Result<std::fs::File, OpenError> {
    let file_error = |source| OpenError::File {
        path: path.to_owned(),
        source,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    tokio::task::spawn_blocking(move || {
        let folder = std::fs::File::open(folder)?;
        folder.lock()?;
        Ok(folder)
    })
    .await
    .map_err(|error| file_error(std::io::Error::other(error)))?
    .map_err(file_error)
}

/// SQLite would make it readable for all; its side files take the mode over.
fn create_private(path: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(source) if source.kind() != std::io::ErrorKind::AlreadyExists => Err(OpenError::File {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

impl From<MigrateError> for OpenError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Newer { found, known } => Self::Newer { found, known },
            MigrateError::Altered { version } => Self::Altered { version },
            MigrateError::Failed { source } => Self::Migrate { source },
        }
    }
}
