//! Counts of what happened.

use jiff::Timestamp;
use sqlx::FromRow;
use trickle_model::{EventCode, TenantId};

use crate::column::{counted, text};
use crate::error::Step;
use crate::{Store, StoreError};

const DAY_MILLIS: i64 = 86_400_000;

/// What happened on one day, UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOfLogins {
    /// Days since 1970.
    pub day: i64,
    /// Logins that succeeded.
    pub logins: u64,
    /// Users who signed up or were added.
    pub signups: u64,
}

#[derive(FromRow)]
struct CountRow {
    day: i64,
    code: String,
    events: i64,
}

impl Store {
    /// Users who logged in since a time.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.count_active", skip_all, fields(tenant.id = %tenant))]
    pub async fn count_active_users(
        &self,
        tenant: &TenantId,
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND last_login >= $2 AND linked_to IS NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(since.as_millisecond())
        .fetch_one(&self.read)
        .await
        .step("count the active users")?;
        Ok(counted(count))
    }

    /// Logins and sign-ups by day, from `first` to `last`, oldest first; days without any are left out.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.events.count_by_day", skip_all, fields(tenant.id = %tenant))]
    pub async fn logins_by_day(
        &self,
        tenant: &TenantId,
        first: i64,
        last: i64,
    ) -> Result<Vec<DayOfLogins>, StoreError> {
        let rows: Vec<CountRow> = sqlx::query_as(
            "SELECT at / $4 AS day, code, COUNT(*) AS events FROM events \
             WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND code IN ($5, $6) GROUP BY 1, 2 ORDER BY 1",
        )
        .bind(text(tenant.as_str()))
        .bind(first.saturating_mul(DAY_MILLIS))
        .bind(last.saturating_add(1).saturating_mul(DAY_MILLIS))
        .bind(DAY_MILLIS)
        .bind(EventCode::Login.as_str())
        .bind(EventCode::SignUp.as_str())
        .fetch_all(&self.read)
        .await
        .step("count logins by day")?;
        let mut days: Vec<DayOfLogins> = Vec::new();
        for row in rows {
            if days.last().is_none_or(|last| last.day != row.day) {
                days.push(DayOfLogins {
                    day: row.day,
                    logins: 0,
                    signups: 0,
                });
            }
            let count = counted(row.events);
            if let Some(day) = days.last_mut() {
                if row.code == EventCode::Login.as_str() {
                    day.logins = count;
                } else {
                    day.signups = count;
                }
            }
        }
        Ok(days)
    }
}
