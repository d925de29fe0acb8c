//! Second factors, sealed.

use jiff::Timestamp;
use rand::{TryRngCore, rngs::OsRng};
use sqlx::{AnyConnection, FromRow};
use trickle_model::{SECOND_FACTORS_MAX, SecondFactor, Secret, TenantId, UserId, prefixed_id};

use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::vault::Vault;
use crate::{Store, StoreError};

/// A second factor of a user.
#[derive(Clone, Debug)]
pub struct StoredFactor {
    /// `totp|dev_` and 16 letters and digits.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// What it is.
    pub factor: SecondFactor,
    /// When it came.
    pub created_at: Timestamp,
    /// When it last proved something.
    pub last_used_at: Option<Timestamp>,
}

/// What became of a second factor that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddFactor {
    /// It is there.
    Added,
    /// The user has [`SECOND_FACTORS_MAX`] of them.
    Full,
    /// There is no such user.
    NoUser,
}

/// How many attempts in a row, and then one after each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptPace {
    /// Attempts without a pause.
    pub attempts: u32,
    /// Attempts are let in again that came before this time.
    pub last_before: Timestamp,
}

#[derive(FromRow)]
struct FactorRow {
    id: String,
    name: Option<String>,
    kind: String,
    value: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

/// Opens in its own row only.
fn place<'a>(tenant: &'a TenantId, user: &'a UserId, id: &'a str) -> [&'a str; 4] {
    ["second_factor", tenant.as_str(), user.as_str(), id]
}

impl Store {
    /// The second factors of a user, oldest first.
    ///
    /// # Errors
    /// The store fails, or a factor cannot be opened.
    #[tracing::instrument(name = "db.second_factors.list", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn second_factors(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<StoredFactor>, StoreError> {
        let rows: Vec<FactorRow> = sqlx::query_as(
            "SELECT id, name, kind, value, created_at, last_used_at FROM second_factors \
             WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .fetch_all(&self.read)
        .await
        .step("list the second factors")?;
        let open = |found: FactorRow| {
            let row = Row {
                table: "second_factors",
                id: &found.id,
            };
            let clear = self
                .vault
                .unseal_text(&found.value, &place(tenant, user, &found.id))
                .map_err(|error| row.inconsistent("value", error))?;
            let factor = SecondFactor::new(&found.kind, Secret::new(clear.as_str()));
            Ok(StoredFactor {
                factor: factor
                    .ok_or_else(|| row.inconsistent("kind", "it does not fit the value"))?,
                created_at: row.time("created_at", found.created_at)?,
                last_used_at: row.optional_time("last_used_at", found.last_used_at)?,
                id: found.id.clone(),
                name: found.name.clone(),
            })
        };
        rows.into_iter().map(open).collect()
    }

    /// The second factor of an id, and whose it is; those of linked users sleep, and are not found.
    ///
    /// # Errors
    /// The store fails, or a factor of the user cannot be opened.
    #[tracing::instrument(name = "db.second_factors.find", skip_all, fields(tenant.id = %tenant))]
    pub async fn second_factor(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<(UserId, StoredFactor)>, StoreError> {
        let user: Option<String> = sqlx::query_scalar(
            "SELECT second_factors.user_id FROM second_factors JOIN users ON users.tenant_id = second_factors.tenant_id \
             AND users.id = second_factors.user_id AND users.linked_to IS NULL \
             WHERE second_factors.tenant_id = $1 AND second_factors.id = $2 ORDER BY second_factors.user_id LIMIT 1",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .fetch_optional(&self.read)
        .await
        .step("find the second factor")?;
        let Some(user) = user.map(UserId::from_text) else {
            return Ok(None);
        };
        let mut factors = self.second_factors(tenant, &user).await?.into_iter();
        let factor = factors.find(|factor| factor.id == id);
        Ok(factor.map(|factor| (user, factor)))
    }

    /// Gives second factors to a user who has none; false when there are some.
    ///
    /// # Errors
    /// There is no such user, or the store fails.
    #[tracing::instrument(name = "db.second_factors.add_missing", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn add_missing_factors(
        &self,
        tenant: &TenantId,
        user: &UserId,
        factors: &[SecondFactor],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let step = "add the missing second factors";
        let mut tx = self.begin_write().await?;
        // Takes the user's lock, so that two at once do not both add.
        sqlx::query("UPDATE users SET updated_at = updated_at WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .execute(&mut *tx)
            .await
            .exactly_one(step)?;
        let count: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM second_factors WHERE tenant_id = $1 AND user_id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .fetch_one(&mut *tx)
        .await
        .step(step)?;
        if count > 0 {
            return Ok(false);
        }
        insert(&self.vault, tenant, user, factors, now, &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Gives a user one more second factor, with an id of [`new_factor_id`].
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.second_factors.add", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn add_factor(
        &self,
        tenant: &TenantId,
        user: &UserId,
        new: &StoredFactor,
    ) -> Result<AddFactor, StoreError> {
        let step = "add the second factor";
        let mut tx = self.begin_write().await?;
        // Two at once do not both take the last place.
        if !lock_user(tenant, user, step, &mut tx).await? {
            return Ok(AddFactor::NoUser);
        }
        let count: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM second_factors WHERE tenant_id = $1 AND user_id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .fetch_one(&mut *tx)
        .await
        .step(step)?;
        if usize::try_from(count).is_ok_and(|count| count >= SECOND_FACTORS_MAX) {
            return Ok(AddFactor::Full);
        }
        insert_one(&self.vault, (tenant, user), new, &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(AddFactor::Added)
    }

    /// Gives a user these second factors, with ids of [`new_factor_id`], in the place of all others; false where there is no such user.
    ///
    /// # Errors
    /// The store fails; then nothing was done.
    #[tracing::instrument(name = "db.second_factors.replace", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn replace_factors(
        &self,
        tenant: &TenantId,
        user: &UserId,
        new: &[StoredFactor],
    ) -> Result<bool, StoreError> {
        let step = "replace the second factors";
        let mut tx = self.begin_write().await?;
        if !lock_user(tenant, user, step, &mut tx).await? {
            return Ok(false);
        }
        sqlx::query("DELETE FROM second_factors WHERE tenant_id = $1 AND user_id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .execute(&mut *tx)
            .await
            .step(step)?;
        for factor in new {
            insert_one(&self.vault, (tenant, user), factor, &mut tx).await?;
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Another name for a second factor of a user; false where there is none such.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.second_factors.rename", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn rename_factor(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &str,
        name: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE second_factors SET name = $4 WHERE tenant_id = $1 AND user_id = $2 AND id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(text(id))
        .bind(text(name))
        .execute(&self.write)
        .await
        .at_most_one("rename the second factor")
    }

    /// Lets an attempt at a factor in, and counts it; false when it came too soon. Counted before it is judged, so that many at once
    /// do not get past the count.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.second_factors.begin_attempt", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn begin_factor_attempt(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &str,
        pace: AttemptPace,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE second_factors SET failures = failures + 1, last_attempt_at = $4 \
             WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND (failures < $5 OR last_attempt_at < $6)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(text(id))
        .bind(now.as_millisecond())
        .bind(i64::from(pace.attempts))
        .bind(pace.last_before.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("count the attempt at the second factor")
    }

    /// Notes the time step of a right one-time password and forgets the attempts before; false when one of this step or a later one
    /// was used.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.second_factors.use_step", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn use_factor_step(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &str,
        time_step: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE second_factors SET failures = 0, last_step = $4, last_used_at = $5 \
             WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND (last_step IS NULL OR last_step < $4)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(text(id))
        .bind(time_step)
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("use the one-time password up")
    }

    /// Removes a second factor of a user, or all. Gives how many went.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.second_factors.remove", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn remove_factors(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: Option<&str>,
    ) -> Result<u64, StoreError> {
        sqlx::query(
            "DELETE FROM second_factors WHERE tenant_id = $1 AND user_id = $2 AND ($3 = '' OR id = $3)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(id.map_or_else(String::new, text))
        .execute(&self.write)
        .await
        .step("remove the second factors")
        .map(|done| done.rows_affected())
    }
}

/// Takes the user's lock; false where there is no such user, or one who is linked to another.
async fn lock_user(
    tenant: &TenantId,
    user: &UserId,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    sqlx::query(
        "UPDATE users SET updated_at = updated_at WHERE tenant_id = $1 AND id = $2 AND linked_to IS NULL",
    )
    .bind(text(tenant.as_str()))
    .bind(text(user.as_str()))
    .execute(tx)
    .await
    .at_most_one(step)
}

/// An id for a new second factor.
pub fn new_factor_id(factor: &SecondFactor) -> String {
    prefixed_id(&format!("{}|dev", factor.kind()), &mut OsRng.unwrap_err())
}

/// Within a transaction that adds or holds the user.
pub(crate) async fn insert(
    vault: &Vault,
    tenant: &TenantId,
    user: &UserId,
    factors: &[SecondFactor],
    now: Timestamp,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    for factor in factors {
        let new = StoredFactor {
            id: new_factor_id(factor),
            name: None,
            factor: factor.clone(),
            created_at: now,
            last_used_at: None,
        };
        insert_one(vault, (tenant, user), &new, tx).await?;
    }
    Ok(())
}

async fn insert_one(
    vault: &Vault,
    (tenant, user): (&TenantId, &UserId),
    new: &StoredFactor,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let clear = new.factor.value().expose().as_bytes();
    let sealed = vault.seal(clear, &place(tenant, user, &new.id));
    sqlx::query(
        "INSERT INTO second_factors (tenant_id, user_id, id, name, kind, value, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(text(tenant.as_str()))
    .bind(text(user.as_str()))
    .bind(text(&new.id))
    .bind(new.name.as_deref().map(text))
    .bind(new.factor.kind())
    .bind(sealed)
    .bind(new.created_at.as_millisecond())
    .execute(tx)
    .await
    .exactly_one("add the second factor")
}
