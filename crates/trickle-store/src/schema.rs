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

/// Addresses are sorted and looked up by their bytes, as prefixes of them are looked for; SQLite does so unasked. The index goes that served
/// this before. To alter what is so already would lock the table.
const ADDRESSES_BY_BYTES: &str = "DO $$ BEGIN \
     IF EXISTS (SELECT 1 FROM pg_attribute JOIN pg_collation ON pg_collation.oid = attcollation \
     WHERE attrelid = 'users'::regclass AND attname = 'email_key' AND collname <> 'C') THEN \
     DROP INDEX IF EXISTS users_email_bytes; ALTER TABLE users ALTER COLUMN email_key TYPE TEXT COLLATE \"C\"; END IF; END $$";
/// PostgreSQL looks the row of each foreign key up for each row of an import, a third of its time. These five are not needed: whoever adds
/// users holds their connection (`takes_users`), and whoever adds an identity or a hash holds or has added the user. What they remove with
/// a row, triggers do. To ask for what is gone already would lock the tables.
const NO_FOREIGN_KEYS_OF_IMPORTS: &str = "DO $$ DECLARE key record; BEGIN \
     FOR key IN SELECT conrelid::regclass AS of_table, conname FROM pg_constraint WHERE contype = 'f' \
     AND conrelid IN ('users'::regclass, 'identities'::regclass, 'credentials'::regclass) \
     LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.of_table, key.conname); END LOOP; \
     IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'users'::regclass AND tgname = 'users_go') THEN \
     CREATE FUNCTION remove_users_of_connections() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN \
     DELETE FROM users USING gone WHERE users.connection_id = gone.id; RETURN NULL; END $f$; \
     CREATE TRIGGER connections_go AFTER DELETE ON connections REFERENCING OLD TABLE AS gone \
     FOR EACH STATEMENT EXECUTE FUNCTION remove_users_of_connections(); \
     CREATE FUNCTION remove_what_users_had() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN \
     DELETE FROM identities USING gone WHERE identities.tenant_id = gone.tenant_id AND identities.user_id = gone.id; \
     DELETE FROM credentials USING gone WHERE credentials.tenant_id = gone.tenant_id AND credentials.user_id = gone.id; \
     RETURN NULL; END $f$; \
     CREATE TRIGGER users_go AFTER DELETE ON users REFERENCING OLD TABLE AS gone \
     FOR EACH STATEMENT EXECUTE FUNCTION remove_what_users_had(); END IF; END $$";
/// Any number: one node at a time does it. A block has no row, whose type would be none that is known here.
const LOCK: &str = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(7301441); END $$";

/// SQLite would keep each pair twice: in a table, and in the index of its key.
const PAIRS_ONCE: &str = "BEGIN IMMEDIATE; \
     CREATE TABLE user_terms_once (term BIGINT NOT NULL, user_key BIGINT NOT NULL, PRIMARY KEY (term, user_key)) WITHOUT ROWID; \
     INSERT INTO user_terms_once SELECT term, user_key FROM user_terms ORDER BY term, user_key; \
     DROP TABLE user_terms; ALTER TABLE user_terms_once RENAME TO user_terms; COMMIT";

/// Takes away what costs only SQLite.
pub(crate) async fn fit_to_sqlite(pool: &AnyPool) -> Result<(), sqlx::Error> {
    let twice = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'user_terms' AND sql NOT LIKE '%WITHOUT ROWID%'";
    if sqlx::query_scalar::<_, i64>(twice).fetch_one(pool).await? > 0 {
        pool.execute(PAIRS_ONCE).await?;
    }
    Ok(())
}

/// Adds what only PostgreSQL needs, and takes away what costs only PostgreSQL.
pub(crate) async fn fit_to_postgres(pool: &AnyPool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    for statement in [LOCK, ADDRESSES_BY_BYTES, NO_FOREIGN_KEYS_OF_IMPORTS] {
        tx.execute(statement).await?;
    }
    tx.commit().await
}
