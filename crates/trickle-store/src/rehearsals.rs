//! What was found by running scripts beside logins.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::{AnyConnection, FromRow};
use trickle_model::{Action, ConnectionId, EventId};

use crate::column::{Row, list, number, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

/// One finding. It names nobody, and holds no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RehearsalEntry {
    /// Of this connection.
    pub connection: ConnectionId,
    /// Sorts by time.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// `import`: what an import would have come to; `shadow`: another version; `profiles`: `get_user` after `login`.
    pub kind: String,
    /// The script beside.
    pub action: Action,
    /// Its version, where it is not the live one.
    pub script_version: Option<u64>,
    /// How the run that counted ended.
    pub live_outcome: String,
    /// How the one beside it ended, or what an import would have come to.
    pub other_outcome: String,
    /// Fields that are not the same.
    pub differences: Vec<String>,
}

#[derive(FromRow)]
struct RehearsalRow {
    id: String,
    at: i64,
    kind: String,
    action: String,
    script_version: Option<i64>,
    live_outcome: String,
    other_outcome: String,
    differences: String,
}

impl RehearsalRow {
    fn entry(self, connection: &ConnectionId) -> Result<RehearsalEntry, StoreError> {
        let row = Row {
            table: "rehearsals",
            id: &self.id,
        };
        Ok(RehearsalEntry {
            connection: connection.clone(),
            at: row.time("at", self.at)?,
            action: self
                .action
                .parse()
                .map_err(|_| row.inconsistent("action", "it is no action"))?,
            script_version: self
                .script_version
                .map(|version| row.count("script_version", version))
                .transpose()?,
            differences: row.list("differences", &self.differences)?,
            id: EventId::from_text(self.id.as_str()),
            kind: self.kind,
            live_outcome: self.live_outcome,
            other_outcome: self.other_outcome,
        })
    }
}

#[derive(FromRow)]
struct GroupRow {
    kind: String,
    action: String,
    script_version: Option<i64>,
    live_outcome: String,
    other_outcome: String,
    differs: i64,
    findings: i64,
}

pub(crate) async fn insert(
    entry: &RehearsalEntry,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rehearsals (connection_id, id, at, kind, action, script_version, live_outcome, other_outcome, \
         differences) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(text(entry.connection.as_str()))
    .bind(text(entry.id.as_str()))
    .bind(entry.at.as_millisecond())
    .bind(text(&entry.kind))
    .bind(entry.action.key())
    .bind(entry.script_version.map(number))
    .bind(text(&entry.live_outcome))
    .bind(text(&entry.other_outcome))
    .bind(list(entry.differences.iter().map(String::as_str)))
    .execute(tx)
    .await
    .exactly_one("write what was rehearsed")
}

impl Store {
    /// Findings of a connection, newest first, of those before `before`.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.rehearsals.list", skip_all, fields(connection.id = %connection))]
    pub async fn rehearsals(
        &self,
        connection: &ConnectionId,
        before: Option<&EventId>,
        most: u64,
    ) -> Result<Vec<RehearsalEntry>, StoreError> {
        let rows: Vec<RehearsalRow> = sqlx::query_as(
            "SELECT id, at, kind, action, script_version, live_outcome, other_outcome, differences FROM rehearsals \
             WHERE connection_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
        )
        .bind(text(connection.as_str()))
        .bind(before.map_or_else(String::new, |id| text(id.as_str())))
        .bind(number(most))
        .fetch_all(&self.read)
        .await
        .step("read what was rehearsed")?;
        rows.into_iter().map(|row| row.entry(connection)).collect()
    }

    /// How many findings there are of each kind, version and pair of outcomes, with and without differences.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.rehearsals.count", skip_all, fields(connection.id = %connection))]
    pub async fn count_rehearsals(
        &self,
        connection: &ConnectionId,
    ) -> Result<BTreeMap<RehearsalGroup, u64>, StoreError> {
        let rows: Vec<GroupRow> = sqlx::query_as(
            "SELECT kind, action, script_version, live_outcome, other_outcome, \
             CASE WHEN differences = '[]' THEN 0 ELSE 1 END AS differs, COUNT(*) AS findings FROM rehearsals \
             WHERE connection_id = $1 GROUP BY kind, action, script_version, live_outcome, other_outcome, \
             CASE WHEN differences = '[]' THEN 0 ELSE 1 END",
        )
        .bind(text(connection.as_str()))
        .fetch_all(&self.read)
        .await
        .step("count what was rehearsed")?;
        let row = Row {
            table: "rehearsals",
            id: connection.as_str(),
        };
        let groups = rows.into_iter().map(|found| {
            let group = RehearsalGroup {
                kind: found.kind,
                action: found.action,
                script_version: found
                    .script_version
                    .map(|version| row.count("script_version", version))
                    .transpose()?,
                live_outcome: found.live_outcome,
                other_outcome: found.other_outcome,
                differs: found.differs != 0,
            };
            Ok((group, row.count("count", found.findings)?))
        });
        groups.collect()
    }

    /// Removes findings from before a time.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.rehearsals.sweep", skip_all)]
    pub async fn sweep_rehearsals(&self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM rehearsals WHERE at < $1")
            .bind(before.as_millisecond())
            .execute(&self.write)
            .await
            .step("remove old rehearsals")
            .map(drop)
    }
}

/// Findings that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RehearsalGroup {
    /// As [`RehearsalEntry::kind`].
    pub kind: String,
    /// The script beside.
    pub action: String,
    /// Its version, where it is not the live one.
    pub script_version: Option<u64>,
    /// How the run that counted ended.
    pub live_outcome: String,
    /// How the one beside it ended.
    pub other_outcome: String,
    /// Whether any field is not the same.
    pub differs: bool,
}
