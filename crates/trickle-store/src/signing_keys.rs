//! Keys that sign tokens, sealed at rest.

use jiff::Timestamp;
use sqlx::{Any, AssertSqlSafe, Executor, FromRow};
use trickle_model::TenantId;
use zeroize::Zeroizing;

use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::vault::Vault;
use crate::{Store, StoreError};

/// So many keys of no use are shown still.
const OLD_KEPT: u32 = 10;

/// A key that signs the tokens of a tenant.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name in tokens and in the key set.
    pub kid: String,
    /// The private key, PKCS #8 DER.
    pub private_pkcs8: SecretBytes,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs; none: not yet.
    pub active_from: Option<Timestamp>,
    /// Since when another signs.
    pub retired_at: Option<Timestamp>,
    /// Since when what it signed is not accepted.
    pub revoked_at: Option<Timestamp>,
}

/// Secret bytes: wiped on drop, hidden by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

#[derive(FromRow)]
struct SigningKeyRow {
    kid: String,
    private_pkcs8: String,
    created_at: i64,
    active_from: Option<i64>,
    retired_at: Option<i64>,
    revoked_at: Option<i64>,
}

fn place<'a>(tenant: &'a TenantId, kid: &'a str) -> [&'a str; 3] {
    ["signing_key", tenant.as_str(), kid]
}

impl Store {
    /// Adds a signing key.
    ///
    /// # Errors
    /// The tenant is unknown, the name is taken, or the store fails.
    #[tracing::instrument(name = "db.signing_keys.add", skip_all, fields(tenant.id = %tenant, kid = key.kid))]
    pub async fn add_signing_key(
        &self,
        tenant: &TenantId,
        key: &SigningKey,
    ) -> Result<(), StoreError> {
        insert(&self.vault, tenant, key, &self.write).await
    }

    /// Lets the next key sign, which is published already, and publishes another one to come. Where there was none to come, `spare`
    /// signs at once. Gives the name of the key that signs from now on; none where somebody else rotated since `current` was read.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.signing_keys.rotate", skip_all, fields(tenant.id = %tenant))]
    pub async fn rotate_signing_keys(
        &self,
        tenant: &TenantId,
        current: &str,
        next: Option<&str>,
        spares: &[SigningKey],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let step = "rotate the signing keys";
        let mut tx = self.begin_write().await?;
        let retired = sqlx::query(
            "UPDATE signing_keys SET retired_at = $3 WHERE tenant_id = $1 AND kid = $2 \
             AND active_from IS NOT NULL AND retired_at IS NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(text(current))
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        if !retired {
            return Ok(false);
        }
        if let Some(next) = next {
            sqlx::query(
                "UPDATE signing_keys SET active_from = $3 WHERE tenant_id = $1 AND kid = $2 AND active_from IS NULL",
            )
            .bind(text(tenant.as_str()))
            .bind(text(next))
            .bind(now.as_millisecond())
            .execute(&mut *tx)
            .await
            .exactly_one(step)?;
        }
        for spare in spares {
            insert(&self.vault, tenant, spare, &mut *tx).await?;
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Removes keys by which no token is accepted any more: those that are revoked, and those whose tokens have all expired, because they
    /// were retired before then. The newest ten of them stay, to be shown.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.signing_keys.forget", skip_all, fields(tenant.id = %tenant))]
    pub async fn forget_signing_keys(
        &self,
        tenant: &TenantId,
        retired_before: Timestamp,
    ) -> Result<(), StoreError> {
        const OLD: &str = "tenant_id = $1 AND (revoked_at IS NOT NULL OR retired_at < $2)";
        let sql = format!(
            "DELETE FROM signing_keys WHERE {OLD} AND kid NOT IN \
             (SELECT kid FROM signing_keys WHERE {OLD} ORDER BY retired_at DESC, kid LIMIT {OLD_KEPT})"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(retired_before.as_millisecond())
            .execute(&self.write)
            .await
            .step("forget old signing keys")
            .map(drop)
    }

    /// Ends a key that does not sign any more; false where there is no such key.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.signing_keys.revoke", skip_all, fields(tenant.id = %tenant))]
    pub async fn revoke_signing_key(
        &self,
        tenant: &TenantId,
        kid: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE signing_keys SET revoked_at = COALESCE(revoked_at, $3) WHERE tenant_id = $1 AND kid = $2 \
             AND retired_at IS NOT NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(text(kid))
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("revoke the signing key")
    }

    /// The signing keys of a tenant: the one that signs, the one to come, then those that signed before, newest first.
    ///
    /// # Errors
    /// The store fails, or a key cannot be opened.
    #[tracing::instrument(name = "db.signing_keys.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn signing_keys(&self, tenant: &TenantId) -> Result<Vec<SigningKey>, StoreError> {
        let rows: Vec<SigningKeyRow> = sqlx::query_as(
            "SELECT kid, private_pkcs8, created_at, active_from, retired_at, revoked_at FROM signing_keys \
             WHERE tenant_id = $1 ORDER BY CASE WHEN retired_at IS NOT NULL THEN 2 WHEN active_from IS NULL THEN 1 ELSE 0 END, \
             created_at DESC, kid",
        )
        .bind(text(tenant.as_str()))
        .fetch_all(&self.read)
        .await
        .step("list the signing keys")?;
        rows.into_iter()
            .map(|key| {
                let row = Row {
                    table: "signing_keys",
                    id: &key.kid,
                };
                let bytes = self
                    .vault
                    .unseal(&key.private_pkcs8, &place(tenant, &key.kid))
                    .map_err(|error| row.inconsistent("private_pkcs8", error))?;
                Ok(SigningKey {
                    created_at: row.time("created_at", key.created_at)?,
                    active_from: row.optional_time("active_from", key.active_from)?,
                    retired_at: row.optional_time("retired_at", key.retired_at)?,
                    revoked_at: row.optional_time("revoked_at", key.revoked_at)?,
                    private_pkcs8: SecretBytes(bytes),
                    kid: key.kid,
                })
            })
            .collect()
    }
}

async fn insert(
    vault: &Vault,
    tenant: &TenantId,
    key: &SigningKey,
    executor: impl Executor<'_, Database = Any>,
) -> Result<(), StoreError> {
    let sealed = vault.seal(key.private_pkcs8.expose(), &place(tenant, &key.kid));
    sqlx::query(
        "INSERT INTO signing_keys (tenant_id, kid, private_pkcs8, created_at, active_from) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(text(tenant.as_str()))
    .bind(text(&key.kid))
    .bind(sealed)
    .bind(key.created_at.as_millisecond())
    .bind(key.active_from.map(Timestamp::as_millisecond))
    .execute(executor)
    .await
    .exactly_one("add the signing key")
}
