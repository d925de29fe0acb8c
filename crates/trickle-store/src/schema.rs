//! Schema migrations, embedded in the program.

use sqlx::migrate::{MigrateError as SqlxError, Migrator};
use sqlx::{AnyPool, Executor as _};

use crate::DatabaseFailure;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Why the schema cannot be brought up to date.
#[derive(Debug)]
pub(crate) enum MigrateError {
    Newer { found: i64, known: i64 },
    Altered { version: i64 },
    Failed { source: DatabaseFailure },
}

/// Applies what is missing. PostgreSQL lets one node at a time do it.
pub(crate) async fn migrate(pool: &AnyPool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await.map_err(|error| match error {
        SqlxError::VersionMissing(found) => MigrateError::Newer {
            found,
            known: MIGRATIONS
                .iter()
                .map(|step| step.version)
                .max()
                .unwrap_or(0),
        },
        SqlxError::VersionMismatch(version) => MigrateError::Altered { version },
        SqlxError::Execute(source) | SqlxError::ExecuteMigration(source, _) => {
            MigrateError::Failed {
                source: source.into(),
            }
        }
        other => MigrateError::Failed {
            source: sqlx::Error::Migrate(Box::new(other)).into(),
        },
    })
}

/// Indexes by bytes, as prefixes of addresses are looked for. SQLite's are so unasked and would not know the words.
const POSTGRES_INDEXES: &str = "CREATE INDEX IF NOT EXISTS users_email_bytes ON users (tenant_id, email_key COLLATE \"C\", id COLLATE \"C\")";
/// Any number: one node at a time adds indexes. A block has no row, whose type would be none that is known here.
const LOCK: &str = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(7301441); END $$";

/// Adds what only PostgreSQL needs.
pub(crate) async fn add_postgres_indexes(pool: &AnyPool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    tx.execute(LOCK).await?;
    tx.execute(POSTGRES_INDEXES).await?;
    tx.commit().await
}
