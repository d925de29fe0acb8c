//! Browsers that the login page knows.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};
use trickle_model::{TenantId, UserId};

use crate::column::{Row, number, object, text};
use crate::error::{Changed, Step};
use crate::login_basis::{LoginBasis, end_those_under_way, insert_resting};
use crate::stored::remove;
use crate::{Store, StoreError};

/// A browser in which somebody is logged in.
#[derive(Clone, Debug, PartialEq)]
pub struct LoginSession {
    /// SHA-256 of the cookie, hexadecimal.
    pub id: String,
    /// The tenant.
    pub tenant: TenantId,
    /// Who is logged in.
    pub user: UserId,
    /// On what the login rests.
    pub by: LoginBasis,
    /// What else is known of the login.
    pub details: Map<String, Value>,
    /// When the password was typed.
    pub authenticated_at: Timestamp,
    /// From when on it does not count unless it is used.
    pub idle_expires_at: Timestamp,
    /// From when on it does not count.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
pub(crate) struct SessionRow {
    id: String,
    user_id: String,
    details: String,
    authenticated_at: i64,
    idle_expires_at: i64,
    expires_at: i64,
    proven_by: Option<String>,
    logins_ended: i64,
}

impl SessionRow {
    pub(crate) fn into_session(self, tenant: &TenantId) -> Result<LoginSession, StoreError> {
        let row = Row {
            table: "login_sessions",
            id: "(hashed)",
        };
        let proven_by = self.proven_by.unwrap_or_else(|| self.user_id.clone());
        Ok(LoginSession {
            tenant: tenant.clone(),
            by: LoginBasis {
                user: UserId::from_text(proven_by),
                logins_ended: row.count("logins_ended", self.logins_ended)?,
            },
            details: row.object("details", &self.details)?,
            authenticated_at: row.time("authenticated_at", self.authenticated_at)?,
            idle_expires_at: row.time("idle_expires_at", self.idle_expires_at)?,
            expires_at: row.time("expires_at", self.expires_at)?,
            user: UserId::from_text(self.user_id),
            id: self.id,
        })
    }
}

impl Store {
    /// Adds a session; the one that it replaces, if any, goes. False, and nothing changes, where its basis holds no longer.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.add", skip_all, fields(tenant.id = %session.tenant, user.id = %session.user))]
    pub async fn add_session(
        &self,
        session: &LoginSession,
        replaces: Option<&str>,
    ) -> Result<bool, StoreError> {
        let step = "add the session";
        let columns = [
            "id",
            "details",
            "authenticated_at",
            "idle_expires_at",
            "expires_at",
            "proven_by",
            "logins_ended",
        ];
        let sql = insert_resting(self.dialect, "login_sessions", &columns);
        let by = &session.by;
        let mut tx = self.begin_write().await?;
        let added = sqlx::query(AssertSqlSafe(sql))
            .bind(text(session.tenant.as_str()))
            .bind(text(session.user.as_str()))
            .bind(text(by.user.as_str()))
            .bind(number(by.logins_ended))
            .bind(text(&session.id))
            .bind(object(&session.details))
            .bind(session.authenticated_at.as_millisecond())
            .bind(session.idle_expires_at.as_millisecond())
            .bind(session.expires_at.as_millisecond())
            .bind(text(by.user.as_str()))
            .bind(number(by.logins_ended))
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
        if !added {
            return Ok(false);
        }
        // After the insertion: whoever ends logins holds the user first, and its sessions then.
        if let Some(old) = replaces {
            let old = (&session.tenant, old);
            remove("login_sessions", old, step, &mut *tx).await?;
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// A session that counts still.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.session", skip_all, fields(tenant.id = %tenant))]
    pub async fn session(
        &self,
        tenant: &TenantId,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<LoginSession>, StoreError> {
        let found: Option<SessionRow> = sqlx::query_as(
            "SELECT id, user_id, details, authenticated_at, idle_expires_at, expires_at, proven_by, logins_ended FROM login_sessions \
             WHERE tenant_id = $1 AND id = $2 AND expires_at > $3 AND idle_expires_at > $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(now.as_millisecond())
        .fetch_optional(&self.read)
        .await
        .step("find the session")?;
        found.map(|row| row.into_session(tenant)).transpose()
    }

    /// A session was used; false when it is gone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.touch", skip_all, fields(tenant.id = %tenant))]
    pub async fn touch_session(
        &self,
        tenant: &TenantId,
        id: &str,
        idle_expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE login_sessions SET idle_expires_at = $3 WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(idle_expires_at.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("prolong the session")
    }

    /// Ends a session; false without one.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.end", skip_all, fields(tenant.id = %tenant))]
    pub async fn end_session(&self, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
        let step = "end the session";
        remove("login_sessions", (tenant, id), step, &self.write).await
    }

    /// Ends all that a user is logged in by: sessions, refresh tokens, tokens that work once, and logins under way. Of one who is linked to
    /// another what the other is logged in by, too.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.end_all", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn end_all_logins(&self, tenant: &TenantId, user: &UserId) -> Result<(), StoreError> {
        let step = "end the user's sessions and tokens";
        let mut tx = self.begin_write().await?;
        end_all(tenant, user, step, &mut tx).await?;
        tx.commit().await.step(step)
    }

    /// Removes sessions and tokens that have expired.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.sweep", skip_all)]
    pub async fn sweep_logins(&self, now: Timestamp) -> Result<(), StoreError> {
        let id = "tenant_id, id";
        for (table, key, condition) in [
            ("one_time_tokens", id, "expires_at <= $1"),
            (
                "login_sessions",
                id,
                "(expires_at <= $1 OR idle_expires_at <= $1)",
            ),
            ("refresh_tokens", id, "idle_expires_at <= $1"),
            ("refresh_families", id, "expires_at <= $1"),
            (
                "used_assertions",
                "tenant_id, client_id, id",
                "expires_at <= $1",
            ),
        ] {
            let sql = self.dialect.sweep(table, key, condition);
            sqlx::query(AssertSqlSafe(sql))
                .bind(now.as_millisecond())
                .execute(&self.write)
                .await
                .step("remove what has expired")?;
        }
        Ok(())
    }
}

/// Where everything is that a user is logged in by, in the order in which it is ended.
pub(crate) const LOGINS: [&str; 3] = ["login_sessions", "refresh_families", "one_time_tokens"];

/// See [`Store::end_all_logins`].
pub(crate) async fn end_all(
    tenant: &TenantId,
    user: &UserId,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    end_those_under_way(tenant, user, step, &mut *tx).await?;
    for table in LOGINS {
        let sql = format!(
            "DELETE FROM {table} WHERE tenant_id = $1 AND user_id IN \
             ($2, (SELECT linked_to FROM users WHERE tenant_id = $1 AND id = $2))"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .execute(&mut *tx)
            .await
            .step(step)?;
    }
    Ok(())
}
