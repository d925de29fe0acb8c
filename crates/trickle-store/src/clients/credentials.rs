use jiff::Timestamp;
use sqlx::{Any, Executor, FromRow};
use trickle_model::{ClientCredential, ClientId, TenantId};

use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

#[derive(FromRow)]
struct CredentialRow {
    id: String,
    name: Option<String>,
    kid: String,
    alg: String,
    public_pem: String,
    created_at: i64,
    updated_at: i64,
    expires_at: Option<i64>,
}

impl TryFrom<CredentialRow> for ClientCredential {
    type Error = StoreError;

    fn try_from(credential: CredentialRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "client_credentials",
            id: &credential.id,
        };
        Ok(Self {
            algorithm: credential
                .alg
                .parse()
                .map_err(|error: trickle_model::UnknownAlgorithm| row.inconsistent("alg", error))?,
            created_at: row.time("created_at", credential.created_at)?,
            updated_at: row.time("updated_at", credential.updated_at)?,
            expires_at: row.optional_time("expires_at", credential.expires_at)?,
            id: credential.id,
            name: credential.name,
            kid: credential.kid,
            public_pem: credential.public_pem,
        })
    }
}

/// False without such a client.
pub(super) async fn insert_credential(
    tenant: &TenantId,
    client: &ClientId,
    credential: &ClientCredential,
    executor: impl Executor<'_, Database = Any>,
) -> Result<bool, StoreError> {
    sqlx::query(
        "INSERT INTO client_credentials \
         (tenant_id, client_id, id, name, kid, alg, public_pem, created_at, updated_at, expires_at) \
         SELECT tenant_id, id, $3, $4, $5, $6, $7, $8, $9, $10 FROM api_clients \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(text(tenant.as_str()))
    .bind(text(client.as_str()))
    .bind(text(&credential.id))
    .bind(credential.name.as_deref().map(text))
    .bind(text(&credential.kid))
    .bind(credential.algorithm.as_str())
    .bind(text(&credential.public_pem))
    .bind(credential.created_at.as_millisecond())
    .bind(credential.updated_at.as_millisecond())
    .bind(credential.expires_at.map(Timestamp::as_millisecond))
    .execute(executor)
    .await
    .at_most_one("add the client's credential")
}

impl Store {
    /// Gives a client a public key; false without such a client.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_credentials.add", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn add_client_credential(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        credential: &ClientCredential,
    ) -> Result<bool, StoreError> {
        insert_credential(tenant, client, credential, &self.write).await
    }

    /// The public keys of a client, oldest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_credentials.list", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn client_credentials(
        &self,
        tenant: &TenantId,
        client: &ClientId,
    ) -> Result<Vec<ClientCredential>, StoreError> {
        let rows: Vec<CredentialRow> = sqlx::query_as(
            "SELECT id, name, kid, alg, public_pem, created_at, updated_at, expires_at FROM client_credentials \
             WHERE tenant_id = $1 AND client_id = $2 ORDER BY created_at, id",
        )
        .bind(text(tenant.as_str()))
        .bind(text(client.as_str()))
        .fetch_all(&self.read)
        .await
        .step("list the client's credentials")?;
        rows.into_iter().map(ClientCredential::try_from).collect()
    }

    /// Sets until when a public key counts; false without such a key.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_credentials.expire", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn expire_client_credential(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        id: &str,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE client_credentials SET expires_at = $4, updated_at = $5 \
             WHERE tenant_id = $1 AND client_id = $2 AND id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(client.as_str()))
        .bind(text(id))
        .bind(expires_at.map(Timestamp::as_millisecond))
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("change the client's credential")
    }

    /// Takes a public key from a client; false without such a key.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_credentials.remove", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn remove_client_credential(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        id: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "DELETE FROM client_credentials WHERE tenant_id = $1 AND client_id = $2 AND id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(client.as_str()))
        .bind(text(id))
        .execute(&self.write)
        .await
        .at_most_one("remove the client's credential")
    }
}
