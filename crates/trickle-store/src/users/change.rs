use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::AnyConnection;
use trickle_model::{Profile, Secret, TenantId, User, UserId};

use super::RefreshProfile;
use super::edit::outgrows;
use super::linked::remove_all;
use super::phone::changed_phone_key;
use super::read::by_id;
use super::taken::{ATTEMPTS, Keys};
use crate::column::{object, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const REFRESH: &str = "refresh the profile";

impl Store {
    /// Replaces the password hash `old`; false when it is another one by now. The password stays the same.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.credentials.replace_hash", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn replace_password_hash(
        &self,
        tenant: &TenantId,
        id: &UserId,
        old: &Secret,
        new: &Secret,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE credentials SET password_hash = $4 \
             WHERE tenant_id = $1 AND user_id = $2 AND password_hash = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(old.expose())
        .bind(new.expose())
        .execute(&self.write)
        .await
        .at_most_one("replace the password hash")
    }

    /// Overwrites the profile of a user by what the legacy store says now (import off).
    ///
    /// The two metadata objects are merged at the first level, since administrators and users edit them here; `blocked`
    /// stays as administrators set it. `profile.id` is not looked at.
    ///
    /// # Errors
    /// The store fails. A taken key is no error.
    #[tracing::instrument(name = "db.users.refresh_profile", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn refresh_profile(
        &self,
        tenant: &TenantId,
        id: &UserId,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<RefreshProfile, StoreError> {
        for _ in 0..ATTEMPTS {
            let mut tx = self.begin_write().await?;
            if !lock(tenant, id, now, REFRESH, &mut tx).await? {
                return Ok(RefreshProfile::Gone);
            }
            let Some(user) = by_id(tenant, id, &mut *tx).await? else {
                return Ok(RefreshProfile::Gone);
            };
            let keys = Keys::new(tenant, &user.connection, id, profile).after(&user);
            let written = overwrite(&user, profile, &keys, &mut tx).await;
            let settled = self.settle((&user, &keys), written, REFRESH, tx).await?;
            if let Some(outcome) = settled {
                return Ok(outcome);
            }
        }
        Err(StoreError::RowCount {
            step: REFRESH,
            rows: 0,
        })
    }

    /// Removes a user with all that belongs to it and all who are linked to it; false without such a user.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.remove", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn remove_user(&self, tenant: &TenantId, id: &UserId) -> Result<bool, StoreError> {
        let step = "remove the user";
        let mut tx = self.begin_write().await?;
        let removed = remove_all(tenant, id, step, &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(removed)
    }
}

/// Dates a change of a user, and false without one. Nobody else changes the row until the end, so that no metadata is lost in the merge.
pub(super) async fn lock(
    tenant: &TenantId,
    id: &UserId,
    now: Timestamp,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    sqlx::query("UPDATE users SET updated_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(now.as_millisecond())
        .execute(tx)
        .await
        .at_most_one(step)
}

pub(super) async fn overwrite(
    user: &User,
    profile: &Profile,
    keys: &Keys<'_>,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "UPDATE users SET email = $3, email_key = $4, email_verified = $5, username = $6, username_key = $7, \
         attributes = $8, user_metadata = $9, app_metadata = $10, phone_key = ",
        changed_phone_key!("$11", "$12"),
        " WHERE tenant_id = $1 AND id = $2"
    ))
    .bind(user.tenant.as_str())
    .bind(user.id.as_str())
    .bind(profile.email.as_deref().map(text))
    .bind(keys.email.as_deref())
    .bind(i64::from(profile.email_verified))
    .bind(profile.username.as_deref().map(text))
    .bind(keys.username.as_deref())
    .bind(object(&profile.attributes))
    .bind(object(&merged(&user.user_metadata, &profile.user_metadata)))
    .bind(object(&merged(&user.app_metadata, &profile.app_metadata)))
    .bind(keys.phone.as_deref())
    .bind(i64::from(keys.phone_is_new))
    .execute(tx)
    .await
    .exactly_one(REFRESH)
}

/// Where both together take more than a profile may, all that is stored stays: administrators may have written it.
fn merged(stored: &Map<String, Value>, given: &Map<String, Value>) -> Map<String, Value> {
    let mut all = stored.clone();
    all.extend(given.clone());
    if outgrows(stored, &all) {
        return stored.clone();
    }
    all
}
