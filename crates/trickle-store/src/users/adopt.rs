use jiff::Timestamp;
use sqlx::{Any, AnyConnection, Executor};
use trickle_model::{Profile, Secret, TenantId, UserId};

use super::change::{lock, overwrite};
use super::read::stored_by_id;
use super::taken::{ATTEMPTS, Keys};
use super::{AdoptUser, StoredUser, TakenKey, terms};
use crate::column::text;
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const STEP: &str = "adopt the user";

impl Store {
    /// Makes a cached user native: the password's hash and, where it is given, the legacy store's present profile, or nothing of
    /// it. Metadata is merged as in [`refresh_profile`](Self::refresh_profile). The answer has the user as it is in the same
    /// transaction: it may have been blocked or linked since it was last read.
    ///
    /// # Errors
    /// The store fails. A taken key is no error, nor is a password that is there already.
    #[tracing::instrument(name = "db.users.adopt", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn adopt_user(
        &self,
        tenant: &TenantId,
        id: &UserId,
        profile: Option<&Profile>,
        hash: &Secret,
        now: Timestamp,
    ) -> Result<AdoptUser, StoreError> {
        for _ in 0..ATTEMPTS {
            let mut tx = self.begin_write().await?;
            if !lock(tenant, id, now, STEP, &mut tx).await? {
                return Ok(AdoptUser::Gone);
            }
            let Some(stored) = stored_by_id(tenant, id, &mut *tx).await? else {
                return Ok(AdoptUser::Gone);
            };
            if stored.password.is_some() {
                return Ok(AdoptUser::HasPassword(Box::new(stored)));
            }
            insert(tenant, id, hash, &mut tx).await?;
            let Some(profile) = profile else {
                tx.commit().await.step(STEP)?;
                return Ok(AdoptUser::Adopted(Box::new(StoredUser {
                    password: Some(hash.clone()),
                    ..stored
                })));
            };
            let user = &stored.user;
            let keys = Keys::new(tenant, &user.connection, id, profile).after(user);
            match overwrite(user, profile, &keys, &mut tx).await {
                Ok(()) => {
                    let adopted = stored_by_id(tenant, id, &mut *tx).await?;
                    let Some(adopted) = adopted else {
                        return Ok(AdoptUser::Gone);
                    };
                    terms::replace(user, &adopted.user, &mut tx).await?;
                    tx.commit().await.step(STEP)?;
                    return Ok(AdoptUser::Adopted(Box::new(adopted)));
                }
                Err(StoreError::Database { source, .. }) if source.is_unique_violation() => {}
                Err(error) => return Err(error),
            }
            // PostgreSQL takes no more statements in a transaction that has failed.
            tx.rollback().await.step(STEP)?;
            let holders = keys.holders(&self.read).await?;
            if let Some(other) = holders.into_iter().find(|user| user.by != TakenKey::Id) {
                return Ok(AdoptUser::Taken(other));
            }
        }
        Err(StoreError::RowCount {
            step: STEP,
            rows: 0,
        })
    }

    /// Removes the password hash `old` of a user; false when it is another one by now.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.credentials.drop", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn drop_password(
        &self,
        tenant: &TenantId,
        id: &UserId,
        old: &Secret,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "DELETE FROM credentials WHERE tenant_id = $1 AND user_id = $2 AND password_hash = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(old.expose())
        .execute(&self.write)
        .await
        .at_most_one("drop the password hash")
    }

    /// The password hash of a user, if there is one.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.credentials.password", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn password_of(
        &self,
        tenant: &TenantId,
        id: &UserId,
    ) -> Result<Option<Secret>, StoreError> {
        present_hash(tenant, id, &self.read).await
    }
}

async fn present_hash(
    tenant: &TenantId,
    id: &UserId,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<Secret>, StoreError> {
    let hash: Option<String> = sqlx::query_scalar(
        "SELECT password_hash FROM credentials WHERE tenant_id = $1 AND user_id = $2",
    )
    .bind(text(tenant.as_str()))
    .bind(text(id.as_str()))
    .fetch_optional(executor)
    .await
    .step("read the password hash")?;
    Ok(hash.map(Secret::new))
}

async fn insert(
    tenant: &TenantId,
    id: &UserId,
    hash: &Secret,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO credentials (tenant_id, user_id, password_hash) VALUES ($1, $2, $3)")
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(hash.expose())
        .execute(tx)
        .await
        .exactly_one(STEP)
}
