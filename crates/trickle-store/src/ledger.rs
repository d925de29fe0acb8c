//! Every attempt to log in, and how many there were of each kind on each day.

use jiff::Timestamp;
use sqlx::{AnyConnection, FromRow};
use trickle_model::{ConnectionId, EventId, ExecutionId, UserId};

use crate::column::{Row, counted, number, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const STEP: &str = "write the ledger";
const DAY_MILLIS: i64 = 86_400_000;

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerEntry {
    /// Through this connection.
    pub connection: ConnectionId,
    /// Sorts by time.
    pub id: EventId,
    /// When it was decided.
    pub at: Timestamp,
    /// [`LOGIN`], or the name of another flow.
    pub kind: String,
    /// `native`, `migrated`, `legacy`, or the name of a failure; `done` of other flows.
    pub outcome: String,
    /// One sentence, for failures.
    pub reason: Option<String>,
    /// The user, where one is known.
    pub user: Option<UserId>,
    /// The run, if there was one.
    pub execution: Option<ExecutionId>,
    /// The connection's revision: which scripts ran.
    pub revision: u64,
    /// The version of the script that ran, if one ran.
    pub script_version: Option<u64>,
    /// The worker's process id.
    pub worker: Option<u32>,
    /// Milliseconds in the queue.
    pub queue_ms: u64,
    /// Milliseconds for the worker's start.
    pub boot_ms: u64,
    /// Milliseconds in the script.
    pub script_ms: u64,
    /// Milliseconds for password hashes, their queue included.
    pub hash_ms: u64,
    /// All other milliseconds: the store, waiting for others.
    pub rest_ms: u64,
}

/// The kind of logins.
pub const LOGIN: &str = "login";

/// Attempts of one kind on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// Days since 1970, UTC.
    pub day: i64,
    /// As [`LedgerEntry::outcome`]; of other flows than logins `kind:outcome`.
    pub outcome: String,
    /// How many.
    pub attempts: u64,
}

#[derive(FromRow)]
struct LedgerRow {
    id: String,
    at: i64,
    kind: String,
    outcome: String,
    reason: Option<String>,
    user_id: Option<String>,
    execution_id: Option<String>,
    revision: i64,
    script_version: Option<i64>,
    worker: Option<i64>,
    queue_ms: i64,
    boot_ms: i64,
    script_ms: i64,
    hash_ms: i64,
    rest_ms: i64,
}

#[derive(FromRow)]
struct DayRow {
    day: i64,
    outcome: String,
    attempts: i64,
}

impl LedgerRow {
    fn entry(self, connection: &ConnectionId) -> Result<LedgerEntry, StoreError> {
        let row = Row {
            table: "ledger",
            id: &self.id,
        };
        let worker = self.worker.map(u32::try_from).transpose();
        Ok(LedgerEntry {
            at: row.time("at", self.at)?,
            revision: row.count("revision", self.revision)?,
            script_version: self
                .script_version
                .map(|version| row.count("script_version", version))
                .transpose()?,
            worker: worker.map_err(|_| row.inconsistent("worker", "it is no process id"))?,
            queue_ms: row.count("queue_ms", self.queue_ms)?,
            boot_ms: row.count("boot_ms", self.boot_ms)?,
            script_ms: row.count("script_ms", self.script_ms)?,
            hash_ms: row.count("hash_ms", self.hash_ms)?,
            rest_ms: row.count("rest_ms", self.rest_ms)?,
            connection: connection.clone(),
            id: EventId::from_text(self.id.as_str()),
            kind: self.kind,
            outcome: self.outcome,
            reason: self.reason,
            user: self.user_id.map(UserId::from_text),
            execution: self.execution_id.map(ExecutionId::from_text),
        })
    }
}

pub(crate) async fn insert(entry: &LedgerEntry, tx: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO ledger (connection_id, id, at, outcome, reason, user_id, execution_id, revision, worker, \
         queue_ms, boot_ms, script_ms, rest_ms, script_version, kind, hash_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(text(entry.connection.as_str()))
    .bind(text(entry.id.as_str()))
    .bind(entry.at.as_millisecond())
    .bind(text(&entry.outcome))
    .bind(entry.reason.as_deref().map(text))
    .bind(entry.user.as_ref().map(|id| text(id.as_str())))
    .bind(entry.execution.as_ref().map(|id| text(id.as_str())))
    .bind(number(entry.revision))
    .bind(entry.worker.map(i64::from))
    .bind(number(entry.queue_ms))
    .bind(number(entry.boot_ms))
    .bind(number(entry.script_ms))
    .bind(number(entry.rest_ms))
    .bind(entry.script_version.map(number))
    .bind(text(&entry.kind))
    .bind(number(entry.hash_ms))
    .execute(&mut *tx)
    .await
    .exactly_one(STEP)?;
    let counted_as = if entry.kind == LOGIN {
        entry.outcome.clone()
    } else {
        format!("{}:{}", entry.kind, entry.outcome)
    };
    sqlx::query(
        "INSERT INTO ledger_days (connection_id, day, outcome, attempts) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (connection_id, day, outcome) DO UPDATE SET attempts = ledger_days.attempts + 1",
    )
    .bind(text(entry.connection.as_str()))
    .bind(entry.at.as_millisecond().div_euclid(DAY_MILLIS))
    .bind(text(&counted_as))
    .execute(tx)
    .await
    .exactly_one(STEP)
}

/// The outcome under which [`DayCount`] has users whom a bulk import made native.
pub const IMPORTED: &str = "imported";

/// Counts users whom an import made native.
pub(crate) async fn count_imported(
    connection: &ConnectionId,
    users: u64,
    now: Timestamp,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    if users == 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO ledger_days (connection_id, day, outcome, attempts) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (connection_id, day, outcome) DO UPDATE SET attempts = ledger_days.attempts + excluded.attempts",
    )
    .bind(text(connection.as_str()))
    .bind(now.as_millisecond().div_euclid(DAY_MILLIS))
    .bind(IMPORTED)
    .bind(number(users))
    .execute(tx)
    .await
    .exactly_one(STEP)
}

impl Store {
    /// Attempts of a connection, newest first, of those before `before`.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.ledger.list", skip_all, fields(connection.id = %connection))]
    pub async fn ledger(
        &self,
        connection: &ConnectionId,
        before: Option<&EventId>,
        most: u64,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let rows: Vec<LedgerRow> = sqlx::query_as(
            "SELECT id, at, kind, outcome, reason, user_id, execution_id, revision, script_version, worker, queue_ms, \
             boot_ms, script_ms, hash_ms, rest_ms FROM ledger WHERE connection_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
        )
        .bind(text(connection.as_str()))
        .bind(before.map_or_else(String::new, |id| text(id.as_str())))
        .bind(number(most))
        .fetch_all(&self.read)
        .await
        .step("read the ledger")?;
        rows.into_iter().map(|row| row.entry(connection)).collect()
    }

    /// Attempts of a connection by day and outcome, oldest day first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.ledger_days.list", skip_all, fields(connection.id = %connection))]
    pub async fn ledger_days(
        &self,
        connection: &ConnectionId,
    ) -> Result<Vec<DayCount>, StoreError> {
        let rows: Vec<DayRow> = sqlx::query_as(
            "SELECT day, outcome, attempts FROM ledger_days WHERE connection_id = $1 ORDER BY day, outcome",
        )
        .bind(text(connection.as_str()))
        .fetch_all(&self.read)
        .await
        .step("count the attempts by day")?;
        let row = Row {
            table: "ledger_days",
            id: connection.as_str(),
        };
        let count = |day: DayRow| {
            Ok(DayCount {
                attempts: row.count("attempts", day.attempts)?,
                day: day.day,
                outcome: day.outcome,
            })
        };
        rows.into_iter().map(count).collect()
    }

    /// How many users of a connection are here, and how many of them with a password.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.count_native", skip_all, fields(connection.id = %connection))]
    pub async fn count_native(&self, connection: &ConnectionId) -> Result<(u64, u64), StoreError> {
        let (all, native): (i64, i64) = sqlx::query_as(
            "SELECT COUNT(*), COUNT(credentials.user_id) FROM users LEFT JOIN credentials \
             ON credentials.tenant_id = users.tenant_id AND credentials.user_id = users.id \
             WHERE users.connection_id = $1",
        )
        .bind(text(connection.as_str()))
        .fetch_one(&self.read)
        .await
        .step("count the native users")?;
        Ok((counted(all), counted(native)))
    }

    /// Removes attempts from before a time; the counts by day stay.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.ledger.sweep", skip_all)]
    pub async fn sweep_ledger(&self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM ledger WHERE at < $1")
            .bind(before.as_millisecond())
            .execute(&self.write)
            .await
            .step("remove old attempts from the ledger")
            .map(drop)
    }
}
