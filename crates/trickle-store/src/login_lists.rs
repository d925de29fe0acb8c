//! What a user is logged in by, for those who look after users.

use jiff::Timestamp;
use sqlx::FromRow;
use trickle_model::{TenantId, UserId};

use crate::column::{Row, number, text};
use crate::error::Step;
use crate::login_sessions::SessionRow;
use crate::refresh::FamilyRow;
use crate::{Listed, LoginSession, Page, RefreshFamily, Store, StoreError, Total};

const SESSIONS: &str = "FROM login_sessions WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3 AND idle_expires_at > $3";
/// A family counts as long as one of its tokens does.
const IS_LIVE: &str = "expires_at > $3 AND EXISTS (\
     SELECT 1 FROM refresh_tokens WHERE refresh_tokens.tenant_id = refresh_families.tenant_id \
     AND refresh_tokens.family_id = refresh_families.id AND used_at IS NULL AND idle_expires_at > $3)";
const FAMILY_COLUMNS: &str = "id, client_id, user_id, origin, details, created_at, expires_at, (\
     SELECT MAX(idle_expires_at) FROM refresh_tokens WHERE refresh_tokens.tenant_id = refresh_families.tenant_id \
     AND refresh_tokens.family_id = refresh_families.id AND used_at IS NULL) AS idle_expires_at";

/// A family of refresh tokens of which one still works.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveRefresh {
    /// The family.
    pub family: RefreshFamily,
    /// From when on its token does not work unless it is used.
    pub idle_expires_at: Timestamp,
}

#[derive(FromRow)]
struct LiveRow {
    #[sqlx(flatten)]
    family: FamilyRow,
    idle_expires_at: i64,
}

impl LiveRow {
    fn into_live(self, tenant: &TenantId) -> Result<LiveRefresh, StoreError> {
        let family = self.family.into_family(tenant)?;
        let row = Row {
            table: "refresh_tokens",
            id: "(hashed)",
        };
        Ok(LiveRefresh {
            idle_expires_at: row.time("idle_expires_at", self.idle_expires_at)?,
            family,
        })
    }
}

impl Store {
    /// Sessions of a user that count still, newest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.list", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn list_sessions(
        &self,
        tenant: &TenantId,
        user: &UserId,
        now: Timestamp,
        page: Page,
    ) -> Result<Listed<LoginSession>, StoreError> {
        let step = "list the user's sessions";
        let sql = format!(
            "SELECT id, user_id, details, authenticated_at, idle_expires_at, expires_at {SESSIONS} \
             ORDER BY authenticated_at DESC, id LIMIT $4 OFFSET $5"
        );
        let rows: Vec<SessionRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .bind(now.as_millisecond())
            .bind(number(page.limit))
            .bind(number(page.offset))
            .fetch_all(&self.read)
            .await
            .step(step)?;
        let total = match page.total_of(rows.len(), Total::Counted) {
            Some(total) => total,
            None => self.live(SESSIONS, tenant, user, now, step).await?,
        };
        let items = rows.into_iter().map(|row| row.into_session(tenant));
        Ok(Listed {
            items: items.collect::<Result<_, _>>()?,
            total,
        })
    }

    /// Families of refresh tokens of a user that work still, newest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.list", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn list_refresh_families(
        &self,
        tenant: &TenantId,
        user: &UserId,
        now: Timestamp,
        page: Page,
    ) -> Result<Listed<LiveRefresh>, StoreError> {
        let step = "list the user's refresh tokens";
        let families =
            format!("FROM refresh_families WHERE tenant_id = $1 AND user_id = $2 AND {IS_LIVE}");
        let sql = format!(
            "SELECT {FAMILY_COLUMNS} {families} ORDER BY created_at DESC, id LIMIT $4 OFFSET $5"
        );
        let rows: Vec<LiveRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .bind(now.as_millisecond())
            .bind(number(page.limit))
            .bind(number(page.offset))
            .fetch_all(&self.read)
            .await
            .step(step)?;
        let total = match page.total_of(rows.len(), Total::Counted) {
            Some(total) => total,
            None => self.live(&families, tenant, user, now, step).await?,
        };
        let items = rows.into_iter().map(|row| row.into_live(tenant));
        Ok(Listed {
            items: items.collect::<Result<_, _>>()?,
            total,
        })
    }

    /// A family of refresh tokens that works still.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.live", skip_all, fields(tenant.id = %tenant))]
    pub async fn live_refresh_family(
        &self,
        tenant: &TenantId,
        family: &str,
        now: Timestamp,
    ) -> Result<Option<LiveRefresh>, StoreError> {
        let sql = format!(
            "SELECT {FAMILY_COLUMNS} FROM refresh_families WHERE tenant_id = $1 AND id = $2 AND {IS_LIVE}"
        );
        let row: Option<LiveRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(family))
            .bind(now.as_millisecond())
            .fetch_optional(&self.read)
            .await
            .step("find the refresh token")?;
        row.map(|row| row.into_live(tenant)).transpose()
    }

    /// Ends the sessions of a user.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.end_of_user", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn end_sessions_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM login_sessions WHERE tenant_id = $1 AND user_id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .execute(&self.write)
            .await
            .step("end the user's sessions")
            .map(drop)
    }

    /// Ends the refresh tokens of a user.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.end_of_user", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn end_refresh_families_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM refresh_families WHERE tenant_id = $1 AND user_id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .execute(&self.write)
            .await
            .step("end the user's refresh tokens")
            .map(drop)
    }

    /// How many there are; `from` begins with `FROM`.
    async fn live(
        &self,
        from: &str,
        tenant: &TenantId,
        user: &UserId,
        now: Timestamp,
        step: &'static str,
    ) -> Result<u64, StoreError> {
        let sql = format!("SELECT COUNT(*) {from}");
        let total: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .bind(now.as_millisecond())
            .fetch_one(&self.read)
            .await
            .step(step)?;
        Ok(u64::try_from(total).expect("a count of rows is not negative"))
    }
}
