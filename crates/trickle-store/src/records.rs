//! What logins leave behind, several at once in one transaction.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::AnyConnection;
use trickle_model::{Event, TenantId, UserId};

use crate::column::{number, text};
use crate::error::{Changed, Step};
use crate::front_door::{FailureKey, ThrottleKey};
use crate::ledger::LedgerEntry;
use crate::rehearsals::RehearsalEntry;
use crate::{Store, StoreError, events, ledger, rehearsals};

const STEP: &str = "write what the logins left behind";

/// One thing to be written down.
#[derive(Clone, Debug)]
pub enum Write {
    /// An entry of the tenant's log.
    Event(Box<Event>),
    /// A line of the ledger, counted for its day.
    Attempt(Box<LedgerEntry>),
    /// What was found beside a login.
    Rehearsal(Box<RehearsalEntry>),
    /// A login that succeeded; a user who is gone is none to count for.
    Login {
        /// The tenant.
        tenant: TenantId,
        /// The user.
        user: UserId,
        /// From where.
        ip: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// A wrong password or an unknown identifier.
    Failure {
        /// Where it is counted.
        key: FailureKey,
        /// When.
        at: Timestamp,
        /// Failures before this time are forgotten.
        forget_before: Timestamp,
    },
    /// A success: the failures before it are forgotten.
    Forget(FailureKey),
    /// An attempt fills the bucket of its address.
    Fill {
        /// The bucket.
        key: ThrottleKey,
        /// When.
        at: Timestamp,
        /// How long the bucket takes to let one attempt out.
        interval: Duration,
    },
}

/// Things that are written together or not at all.
pub type Record = Vec<Write>;

impl Store {
    /// Writes records in one transaction; what they say of one thing in their order.
    ///
    /// # Errors
    /// The store fails, or one of the records cannot be written; then none is.
    #[tracing::instrument(name = "db.records.write", skip_all, fields(records = records.len()))]
    pub async fn write_records(&self, records: &[Record]) -> Result<(), StoreError> {
        let mut tx = self.begin_write().await?;
        let mut writes: Vec<&Write> = records.iter().flatten().collect();
        writes.sort_by_key(|&write| place(write));
        for write in writes {
            write_one(write, &mut tx).await?;
        }
        tx.commit().await.step(STEP)
    }
}

/// The row that others may write, too, in the order in which all take such rows: two nodes would wait for each other, and one of them lose
/// what it had counted.
fn place(write: &Write) -> (u8, [&str; 3]) {
    match write {
        Write::Event(_) | Write::Rehearsal(_) => (0, [""; 3]),
        Write::Attempt(entry) => (1, [entry.connection.as_str(), &entry.kind, &entry.outcome]),
        Write::Login { tenant, user, .. } => (2, [tenant.as_str(), user.as_str(), ""]),
        Write::Failure { key, .. } | Write::Forget(key) => {
            (3, [key.connection.as_str(), &key.identifier, &key.ip])
        }
        Write::Fill { key, .. } => (4, [key.tenant.as_str(), key.stage.as_str(), &key.ip]),
    }
}

async fn write_one(write: &Write, tx: &mut AnyConnection) -> Result<(), StoreError> {
    match write {
        Write::Event(event) => events::insert(event, tx).await,
        Write::Attempt(entry) => ledger::insert(entry, tx).await,
        Write::Rehearsal(entry) => rehearsals::insert(entry, tx).await,
        Write::Login {
            tenant,
            user,
            ip,
            at,
        } => sqlx::query(
            "UPDATE users SET logins_count = logins_count + 1, last_login = $3, last_ip = $4, updated_at = $3 \
             WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(at.as_millisecond())
        .bind(ip.as_deref().map(text))
        .execute(tx)
        .await
        .at_most_one(STEP)
        .map(drop),
        Write::Failure {
            key,
            at,
            forget_before,
        } => count_failure(key, *at, *forget_before, tx).await,
        Write::Forget(key) => {
            sqlx::query("DELETE FROM login_failures WHERE connection_id = $1 AND identifier = $2 AND ip = $3")
                .bind(text(key.connection.as_str()))
                .bind(text(&key.identifier))
                .bind(text(&key.ip))
                .execute(tx)
                .await
                .at_most_one(STEP)
                .map(drop)
        }
        Write::Fill { key, at, interval } => fill(key, *at, *interval, tx).await,
    }
}

async fn count_failure(
    key: &FailureKey,
    at: Timestamp,
    forget_before: Timestamp,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO login_failures (connection_id, identifier, ip, failures, last_at) VALUES ($1, $2, $3, 1, $4) \
         ON CONFLICT (connection_id, identifier, ip) DO UPDATE SET last_at = excluded.last_at, \
         failures = CASE WHEN login_failures.last_at < $5 THEN 1 ELSE login_failures.failures + 1 END",
    )
    .bind(text(key.connection.as_str()))
    .bind(text(&key.identifier))
    .bind(text(&key.ip))
    .bind(at.as_millisecond())
    .bind(forget_before.as_millisecond())
    .execute(tx)
    .await
    .exactly_one(STEP)
}

async fn fill(
    key: &ThrottleKey,
    at: Timestamp,
    interval: Duration,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let interval = number(u64::try_from(interval.as_millis()).unwrap_or(u64::MAX));
    sqlx::query(
        "INSERT INTO throttles (tenant_id, stage, ip, empty_at) VALUES ($1, $2, $3, $4 + $5) \
         ON CONFLICT (tenant_id, stage, ip) DO UPDATE SET \
         empty_at = CASE WHEN throttles.empty_at > $4 THEN throttles.empty_at ELSE $4 END + $5",
    )
    .bind(text(key.tenant.as_str()))
    .bind(key.stage.as_str())
    .bind(text(&key.ip))
    .bind(at.as_millisecond())
    .bind(interval)
    .execute(tx)
    .await
    .exactly_one(STEP)
}
