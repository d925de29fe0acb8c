//! What is counted before any script runs: failures by identifier, and the pace of addresses.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, FromRow};
use trickle_model::{ConnectionId, TenantId};

use crate::column::{Row, number, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError, settings};

/// Name of the tenant's settings for failures by identifier.
pub const BRUTE_FORCE: &str = "brute-force-protection";
/// Name of the tenant's settings for the pace of addresses.
pub const SUSPICIOUS_IP: &str = "suspicious-ip-throttling";

/// Whose failures are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FailureKey {
    /// The connection.
    pub connection: ConnectionId,
    /// Normalised.
    pub identifier: String,
    /// Empty for those of all addresses.
    pub ip: String,
}

/// What an address does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It logs people in; failures count.
    Login,
    /// It signs people up; every attempt counts.
    SignUp,
    /// It asks who somebody is, without a password; every attempt counts.
    LookUp,
    /// It gets mails: an e-mail address.
    Mail,
}

impl Stage {
    /// Its name in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "pre-login",
            Self::SignUp => "pre-user-registration",
            Self::LookUp => "identifier",
            Self::Mail => "mail",
        }
    }
}

/// The bucket of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThrottleKey {
    /// The tenant.
    pub tenant: TenantId,
    /// What the address does.
    pub stage: Stage,
    /// The address.
    pub ip: String,
}

/// Failures without a success in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u64,
    /// When the last one was.
    pub last_at: Timestamp,
}

/// Failures of an identifier, for those who may lift blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierFailures {
    /// Through which connection.
    pub connection: ConnectionId,
    /// Its name.
    pub connection_name: String,
    /// Normalised.
    pub identifier: String,
    /// Empty for those of all addresses.
    pub ip: String,
    /// How many and when.
    pub failures: Failures,
}

/// All that is to be known before an attempt is let in, read at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrontDoor {
    /// The tenant's settings [`BRUTE_FORCE`].
    pub brute_force: Option<Map<String, Value>>,
    /// The tenant's settings [`SUSPICIOUS_IP`].
    pub suspicious_ip: Option<Map<String, Value>>,
    /// Failures of this identifier from this address.
    pub from_address: Option<Failures>,
    /// Failures of this identifier, counted for all addresses together.
    pub from_anywhere: Option<Failures>,
    /// When the address's bucket will be empty.
    pub empty_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct FrontDoorRow {
    brute_force: Option<String>,
    suspicious_ip: Option<String>,
    address_failures: Option<i64>,
    address_last: Option<i64>,
    any_failures: Option<i64>,
    any_last: Option<i64>,
    empty_at: Option<i64>,
}

#[derive(FromRow)]
struct FailuresRow {
    connection_id: String,
    connection_name: String,
    identifier: String,
    ip: String,
    failures: i64,
    last_at: i64,
}

const FAILURES: Row<'static> = Row {
    table: "login_failures",
    id: "",
};

fn failures(count: i64, last_at: i64) -> Result<Failures, StoreError> {
    Ok(Failures {
        count: FAILURES.count("failures", count)?,
        last_at: FAILURES.time("last_at", last_at)?,
    })
}

fn optional(count: Option<i64>, last: Option<i64>) -> Result<Option<Failures>, StoreError> {
    count
        .zip(last)
        .map(|(count, last)| failures(count, last))
        .transpose()
}

impl Store {
    /// Settings, failures and pace for one attempt; one round trip, as every login begins with it.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.front_door.read", skip_all, fields(tenant.id = %tenant, connection.id = %key.connection))]
    pub async fn front_door(
        &self,
        tenant: &TenantId,
        key: &FailureKey,
        stage: Stage,
    ) -> Result<FrontDoor, StoreError> {
        let row: FrontDoorRow = sqlx::query_as(
            "SELECT \
             (SELECT value FROM tenant_settings WHERE tenant_id = $1 AND name = 'brute-force-protection') AS brute_force, \
             (SELECT value FROM tenant_settings WHERE tenant_id = $1 AND name = 'suspicious-ip-throttling') AS suspicious_ip, \
             (SELECT failures FROM login_failures WHERE connection_id = $2 AND identifier = $3 AND ip = $4) AS address_failures, \
             (SELECT last_at FROM login_failures WHERE connection_id = $2 AND identifier = $3 AND ip = $4) AS address_last, \
             (SELECT failures FROM login_failures WHERE connection_id = $2 AND identifier = $3 AND ip = '') AS any_failures, \
             (SELECT last_at FROM login_failures WHERE connection_id = $2 AND identifier = $3 AND ip = '') AS any_last, \
             (SELECT empty_at FROM throttles WHERE tenant_id = $1 AND stage = $5 AND ip = $4) AS empty_at",
        )
        .bind(text(tenant.as_str()))
        .bind(text(key.connection.as_str()))
        .bind(text(&key.identifier))
        .bind(text(&key.ip))
        .bind(stage.as_str())
        .fetch_one(&self.read)
        .await
        .step("read what is counted for the attempt")?;
        let throttle = Row {
            table: "throttles",
            id: stage.as_str(),
        };
        let setting =
            |name, json: Option<String>| json.map(|json| settings::parse(name, &json)).transpose();
        Ok(FrontDoor {
            brute_force: setting(BRUTE_FORCE, row.brute_force)?,
            suspicious_ip: setting(SUSPICIOUS_IP, row.suspicious_ip)?,
            from_address: optional(row.address_failures, row.address_last)?,
            from_anywhere: optional(row.any_failures, row.any_last)?,
            empty_at: throttle.optional_time("empty_at", row.empty_at)?,
        })
    }

    /// Fills a bucket by one attempt; false, and nothing changes, where it is full: it holds `most` attempts and lets one out after each
    /// `interval`. However many come at once, no more get in.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.throttles.fill_where_room", skip_all, fields(tenant.id = %key.tenant))]
    pub async fn fill_where_room(
        &self,
        key: &ThrottleKey,
        at: Timestamp,
        interval: Duration,
        most: u32,
    ) -> Result<bool, StoreError> {
        let millis = |time: Duration| number(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        let others = interval.saturating_mul(most.saturating_sub(1));
        sqlx::query(
            "INSERT INTO throttles (tenant_id, stage, ip, empty_at) VALUES ($1, $2, $3, $4 + $5) \
             ON CONFLICT (tenant_id, stage, ip) DO UPDATE SET \
             empty_at = CASE WHEN throttles.empty_at > $4 THEN throttles.empty_at ELSE $4 END + $5 \
             WHERE throttles.empty_at <= $4 + $6",
        )
        .bind(text(key.tenant.as_str()))
        .bind(key.stage.as_str())
        .bind(text(&key.ip))
        .bind(at.as_millisecond())
        .bind(millis(interval))
        .bind(millis(others))
        .execute(&self.write)
        .await
        .at_most_one("fill the bucket")
    }

    /// Failures of identifiers, by connection and address.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_failures.of_identifier", skip_all, fields(tenant.id = %tenant))]
    pub async fn failures_of(
        &self,
        tenant: &TenantId,
        identifier: &str,
    ) -> Result<Vec<IdentifierFailures>, StoreError> {
        let rows: Vec<FailuresRow> = sqlx::query_as(
            "SELECT connection_id, connections.name AS connection_name, identifier, ip, failures, last_at \
             FROM login_failures JOIN connections ON connections.id = connection_id \
             WHERE connections.tenant_id = $1 AND connections.is_going IS NULL AND identifier = $2 ORDER BY connections.name, ip",
        )
        .bind(text(tenant.as_str()))
        .bind(text(identifier))
        .fetch_all(&self.read)
        .await
        .step("read the failures of the identifier")?;
        let read = |row: FailuresRow| {
            Ok(IdentifierFailures {
                failures: failures(row.failures, row.last_at)?,
                connection: ConnectionId::from_text(row.connection_id),
                connection_name: row.connection_name,
                identifier: row.identifier,
                ip: row.ip,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Forgets the failures of an identifier; of all connections where none is named. Gives how many counters went.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_failures.forget", skip_all, fields(tenant.id = %tenant))]
    pub async fn forget_failures(
        &self,
        tenant: &TenantId,
        identifier: &str,
        connection: Option<&ConnectionId>,
    ) -> Result<u64, StoreError> {
        sqlx::query(
            "DELETE FROM login_failures WHERE identifier = $2 AND connection_id IN \
             (SELECT id FROM connections WHERE tenant_id = $1 AND ($3 = '' OR id = $3))",
        )
        .bind(text(tenant.as_str()))
        .bind(text(identifier))
        .bind(connection.map_or_else(String::new, |id| text(id.as_str())))
        .execute(&self.write)
        .await
        .step("forget the failures of the identifier")
        .map(|done| done.rows_affected())
    }

    /// Removes counters that say nothing any more.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.front_door.sweep", skip_all)]
    pub async fn sweep_front_door(
        &self,
        failures_before: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let step = "remove counters that say nothing any more";
        let failures = ("login_failures", "connection_id, identifier, ip");
        let throttles = ("throttles", "tenant_id, stage, ip");
        for ((table, key), condition, before) in [
            (failures, "last_at < $1", failures_before),
            (throttles, "empty_at < $1", now),
        ] {
            let sql = self.dialect.sweep(table, key, condition);
            sqlx::query(AssertSqlSafe(sql))
                .bind(before.as_millisecond())
                .execute(&self.write)
                .await
                .step(step)?;
        }
        Ok(())
    }
}
