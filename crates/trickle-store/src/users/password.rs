use jiff::Timestamp;
use sqlx::AnyConnection;
use trickle_model::{Secret, TenantId, UserId};

use crate::column::{number, text};
use crate::error::{Changed, Step};
use crate::login_sessions::end_all;
use crate::{Store, StoreError};

const SET: &str = "set the password";

impl Store {
    /// Replaces the password of a user, keeps the old hash among the last `history` ones, dates the change, and ends all that the user is
    /// logged in by; false without such a user.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.credentials.set_password", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn set_password(
        &self,
        tenant: &TenantId,
        id: &UserId,
        hash: &Secret,
        history: usize,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin_write().await?;
        if !date_password(tenant, id, now, &mut tx).await? {
            return Ok(false);
        }
        // Two changes within one millisecond are one.
        sqlx::query(
            "INSERT INTO password_history (tenant_id, user_id, replaced_at, password_hash) \
             SELECT tenant_id, user_id, $3, password_hash FROM credentials WHERE tenant_id = $1 AND user_id = $2 \
             ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(SET)?;
        sqlx::query(
            "DELETE FROM password_history WHERE tenant_id = $1 AND user_id = $2 AND replaced_at NOT IN \
             (SELECT replaced_at FROM password_history WHERE tenant_id = $1 AND user_id = $2 \
              ORDER BY replaced_at DESC LIMIT $3)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(number(history as u64))
        .execute(&mut *tx)
        .await
        .step(SET)?;
        sqlx::query(
            "INSERT INTO credentials (tenant_id, user_id, password_hash) VALUES ($1, $2, $3) \
             ON CONFLICT (tenant_id, user_id) DO UPDATE SET password_hash = excluded.password_hash",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(hash.expose())
        .execute(&mut *tx)
        .await
        .exactly_one(SET)?;
        tx.commit().await.step(SET)?;
        Ok(true)
    }

    /// Dates a password change that another store keeps, and ends all that the user is logged in by; false without such a user.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.mark_password_changed", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn mark_password_changed(
        &self,
        tenant: &TenantId,
        id: &UserId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin_write().await?;
        let found = date_password(tenant, id, at, &mut tx).await?;
        tx.commit().await.step(SET)?;
        Ok(found)
    }

    /// The present hash of a user and those before it, newest first; at most `most` earlier ones.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.credentials.history", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn password_hashes(
        &self,
        tenant: &TenantId,
        id: &UserId,
        most: usize,
    ) -> Result<Vec<Secret>, StoreError> {
        let step = "read the password history";
        let present: Option<String> = sqlx::query_scalar(
            "SELECT password_hash FROM credentials WHERE tenant_id = $1 AND user_id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .fetch_optional(&self.read)
        .await
        .step(step)?;
        let earlier: Vec<String> = sqlx::query_scalar(
            "SELECT password_hash FROM password_history WHERE tenant_id = $1 AND user_id = $2 \
             ORDER BY replaced_at DESC LIMIT $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(number(most as u64))
        .fetch_all(&self.read)
        .await
        .step(step)?;
        Ok(present
            .into_iter()
            .chain(earlier)
            .map(Secret::new)
            .collect())
    }
}

/// Nobody stays logged in by the old password.
async fn date_password(
    tenant: &TenantId,
    id: &UserId,
    at: Timestamp,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let is_there = sqlx::query(
        "UPDATE users SET last_password_reset = $3, updated_at = $3 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(text(tenant.as_str()))
    .bind(text(id.as_str()))
    .bind(at.as_millisecond())
    .execute(&mut *tx)
    .await
    .at_most_one(SET)?;
    if is_there {
        end_all(tenant, id, SET, tx).await?;
    }
    Ok(is_there)
}
