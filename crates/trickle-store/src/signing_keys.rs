//! Keys that sign tokens, sealed at rest.

use jiff::Timestamp;
use sqlx::FromRow;
use trickle_model::TenantId;
use zeroize::Zeroizing;

use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

/// A key that signs the tokens of a tenant.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name in tokens and in the key set.
    pub kid: String,
    /// The private key, PKCS #8 DER.
    pub private_pkcs8: SecretBytes,
    /// When it was made.
    pub created_at: Timestamp,
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
        let sealed = self
            .vault
            .seal(key.private_pkcs8.expose(), &place(tenant, &key.kid));
        sqlx::query(
            "INSERT INTO signing_keys (tenant_id, kid, private_pkcs8, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(&key.kid))
        .bind(sealed)
        .bind(key.created_at.as_millisecond())
        .execute(&self.write)
        .await
        .exactly_one("add the signing key")
    }

    /// The signing keys of a tenant, newest first.
    ///
    /// # Errors
    /// The store fails, or a key cannot be opened.
    #[tracing::instrument(name = "db.signing_keys.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn signing_keys(&self, tenant: &TenantId) -> Result<Vec<SigningKey>, StoreError> {
        let rows: Vec<SigningKeyRow> = sqlx::query_as(
            "SELECT kid, private_pkcs8, created_at FROM signing_keys WHERE tenant_id = $1 \
             ORDER BY created_at DESC, kid",
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
                    private_pkcs8: SecretBytes(bytes),
                    kid: key.kid,
                })
            })
            .collect()
    }
}
