//! The tenant's list of a legacy store's users, and who of them has not moved.

use jiff::Timestamp;
use sqlx::FromRow;
use trickle_model::ConnectionId;

use crate::column::{Row, counted, key, number, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

/// Somebody on the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollEntry {
    /// As logins compare it.
    pub identifier: String,
    /// When the legacy store saw the person last.
    pub last_seen: Option<Timestamp>,
}

/// How many are on the roll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RollCounts {
    /// All.
    pub listed: u64,
    /// Those who are not native.
    pub stragglers: u64,
}

#[derive(FromRow)]
struct RollRow {
    identifier: String,
    last_seen: Option<i64>,
}

/// Who has no password here, neither under the address nor under the user name nor under the number.
macro_rules! has_not_moved {
    () => {
        "NOT EXISTS (SELECT 1 FROM users JOIN credentials ON credentials.tenant_id = users.tenant_id \
         AND credentials.user_id = users.id WHERE users.tenant_id = (SELECT tenant_id FROM connections WHERE id = rolls.connection_id) \
         AND users.email_key = rolls.identifier AND users.connection_id = rolls.connection_id) \
         AND NOT EXISTS (SELECT 1 FROM users JOIN credentials ON credentials.tenant_id = users.tenant_id \
         AND credentials.user_id = users.id WHERE users.connection_id = rolls.connection_id AND users.username_key = rolls.identifier) \
         AND NOT EXISTS (SELECT 1 FROM users JOIN credentials ON credentials.tenant_id = users.tenant_id \
         AND credentials.user_id = users.id WHERE users.connection_id = rolls.connection_id AND users.phone_key = rolls.identifier)"
    };
}

impl Store {
    /// Puts people on a connection's roll, all or none; who is there already gets the new date, if there is one.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.rolls.add", skip_all, fields(connection.id = %connection, entries = entries.len()))]
    pub async fn add_to_roll(
        &self,
        connection: &ConnectionId,
        entries: &[RollEntry],
    ) -> Result<(), StoreError> {
        const STEP: &str = "put people on the roll";
        let mut tx = self.begin_write().await?;
        for entry in entries {
            sqlx::query(
                "INSERT INTO rolls (connection_id, identifier, last_seen) VALUES ($1, $2, $3) \
                 ON CONFLICT (connection_id, identifier) DO UPDATE SET last_seen = COALESCE(excluded.last_seen, rolls.last_seen)",
            )
            .bind(text(connection.as_str()))
            .bind(key(&entry.identifier))
            .bind(entry.last_seen.map(Timestamp::as_millisecond))
            .execute(&mut *tx)
            .await
            .exactly_one(STEP)?;
        }
        tx.commit().await.step(STEP)
    }

    /// Throws a connection's roll away.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.rolls.clear", skip_all, fields(connection.id = %connection))]
    pub async fn clear_roll(&self, connection: &ConnectionId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM rolls WHERE connection_id = $1")
            .bind(text(connection.as_str()))
            .execute(&self.write)
            .await
            .step("throw the roll away")
            .map(drop)
    }

    /// Those on the roll who are not native, by identifier, of those after the one named.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.rolls.stragglers", skip_all, fields(connection.id = %connection))]
    pub async fn stragglers(
        &self,
        connection: &ConnectionId,
        after: Option<&str>,
        most: u64,
    ) -> Result<Vec<RollEntry>, StoreError> {
        let rows: Vec<RollRow> = sqlx::query_as(concat!(
            "SELECT identifier, last_seen FROM rolls WHERE connection_id = $1 AND identifier > $2 AND ",
            has_not_moved!(),
            " ORDER BY identifier LIMIT $3"
        ))
        .bind(text(connection.as_str()))
        .bind(after.map_or_else(String::new, key))
        .bind(number(most))
        .fetch_all(&self.read)
        .await
        .step("list who has not moved")?;
        let row = Row {
            table: "rolls",
            id: connection.as_str(),
        };
        let entry = |found: RollRow| {
            Ok(RollEntry {
                last_seen: row.optional_time("last_seen", found.last_seen)?,
                identifier: found.identifier,
            })
        };
        rows.into_iter().map(entry).collect()
    }

    /// How many are on a connection's roll.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.rolls.count", skip_all, fields(connection.id = %connection))]
    pub async fn count_roll(&self, connection: &ConnectionId) -> Result<RollCounts, StoreError> {
        let step = "count who has not moved";
        let listed: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM rolls WHERE connection_id = $1")
            .bind(text(connection.as_str()))
            .fetch_one(&self.read)
            .await
            .step(step)?;
        if listed == 0 {
            return Ok(RollCounts::default());
        }
        let stragglers: i64 = sqlx::query_scalar(concat!(
            "SELECT COUNT(*) FROM rolls WHERE connection_id = $1 AND ",
            has_not_moved!()
        ))
        .bind(text(connection.as_str()))
        .fetch_one(&self.read)
        .await
        .step(step)?;
        Ok(RollCounts {
            listed: counted(listed),
            stragglers: counted(stragglers),
        })
    }
}
