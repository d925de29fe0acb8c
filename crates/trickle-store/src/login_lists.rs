//! What a user is logged in by, for those who look after users.

use jiff::Timestamp;
use sqlx::FromRow;
use sqlx::any::AnyRow;
use trickle_model::{ClientId, TenantId, UserId};

use crate::column::{Row, text};
use crate::error::Step;
use crate::filter::Filter;
use crate::login_sessions::SessionRow;
use crate::place::By;
use crate::refresh::FamilyRow;
use crate::search::Bind;
use crate::stored::List;
use crate::{Listed, LoginSession, Part, RefreshFamily, Store, StoreError, Total};

/// A list of what a user is logged in by.
struct LoginList<T, R> {
    columns: &'static str,
    table: &'static str,
    /// What is true of those that count at `$3`.
    is_live: &'static str,
    /// When one began, by which the newest are first.
    began: &'static str,
    /// For the error.
    step: &'static str,
    read: fn(R, &TenantId) -> Result<T, StoreError>,
}

const SESSIONS: LoginList<LoginSession, SessionRow> = LoginList {
    columns: "id, user_id, details, authenticated_at, idle_expires_at, expires_at, proven_by, logins_ended",
    table: "login_sessions",
    is_live: "expires_at > $3 AND idle_expires_at > $3",
    began: "authenticated_at",
    step: "list the user's sessions",
    read: SessionRow::into_session,
};
/// A family counts as long as one of its tokens does.
const FAMILIES: LoginList<LiveRefresh, LiveRow> = LoginList {
    columns: "id, client_id, user_id, origin, details, created_at, expires_at, (\
         SELECT MAX(idle_expires_at) FROM refresh_tokens WHERE refresh_tokens.tenant_id = refresh_families.tenant_id \
         AND refresh_tokens.family_id = refresh_families.id AND used_at IS NULL) AS idle_expires_at",
    table: "refresh_families",
    is_live: "expires_at > $3 AND EXISTS (\
         SELECT 1 FROM refresh_tokens WHERE refresh_tokens.tenant_id = refresh_families.tenant_id \
         AND refresh_tokens.family_id = refresh_families.id AND used_at IS NULL AND idle_expires_at > $3)",
    began: "created_at",
    step: "list the user's refresh tokens",
    read: LiveRow::into_live,
};

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
        part: impl Into<Part> + Send,
    ) -> Result<Listed<LoginSession>, StoreError> {
        self.live(&SESSIONS, (tenant, user, None), now, part.into())
            .await
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
        part: impl Into<Part> + Send,
    ) -> Result<Listed<LiveRefresh>, StoreError> {
        self.live(&FAMILIES, (tenant, user, None), now, part.into())
            .await
    }

    /// The same of one client.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.list_of_client", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn list_refresh_families_of_client(
        &self,
        tenant: &TenantId,
        user: &UserId,
        client: &ClientId,
        now: Timestamp,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<LiveRefresh>, StoreError> {
        self.live(&FAMILIES, (tenant, user, Some(client)), now, part.into())
            .await
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
        let LoginList {
            columns, is_live, ..
        } = FAMILIES;
        let sql = format!(
            "SELECT {columns} FROM refresh_families WHERE tenant_id = $1 AND id = $2 AND {is_live}"
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

    /// Ends the refresh tokens that a user has at a client, or of these those for one audience.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.end_narrowly", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn end_refresh_families_at(
        &self,
        tenant: &TenantId,
        user: &UserId,
        client: &ClientId,
        audience: Option<&str>,
    ) -> Result<(), StoreError> {
        let of_audience = audience.map_or_else(String::new, |_| {
            format!(" AND {} = $4", self.dialect.field("details", "audience"))
        });
        let sql = format!(
            "DELETE FROM refresh_families WHERE tenant_id = $1 AND user_id = $2 \
             AND client_id = $3{of_audience}"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .bind(text(client.as_str()));
        if let Some(audience) = audience {
            query = query.bind(text(audience));
        }
        query
            .execute(&self.write)
            .await
            .step("end the user's refresh tokens")
            .map(drop)
    }

    /// Part of those that count still, newest first; with a client only its own, where the table has one.
    async fn live<T, R>(
        &self,
        list: &LoginList<T, R>,
        (tenant, user, client): (&TenantId, &UserId, Option<&ClientId>),
        now: Timestamp,
        part: Part,
    ) -> Result<Listed<T>, StoreError>
    where
        R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let filter = Filter::new("tenant_id", text(tenant.as_str()))
            .and("user_id", Some(text(user.as_str())))
            .and_that(|sql| {
                // The third value, as `is_live` knows it.
                sql.values.push(Bind::Number(now.as_millisecond()));
                sql.push(list.is_live);
            })
            .and("client_id", client.map(|client| text(client.as_str())));
        let wanted = List {
            filter: &filter,
            order: &[By::number(list.began).descending(true), By::text("id")],
            part,
            total: Total::Counted,
            step: list.step,
        };
        let (rows, total, next) = self.rows::<R>(list.table, list.columns, wanted).await?;
        let items = rows.into_iter().map(|row| (list.read)(row, tenant));
        let items = items.collect::<Result<_, _>>()?;
        Ok(Listed { items, total, next })
    }
}
