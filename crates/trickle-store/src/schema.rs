//! Schema migrations, embedded in the program.

use sqlx::AnyPool;
use sqlx::migrate::{MigrateError as SqlxError, Migrator};

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
