//! Clients of the APIs and their grants.

use sqlx::FromRow;
use trickle_model::{ApiClient, ClientGrant, ClientId, TenantId};

use crate::column::{Row, list, text};
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::{Listed, Page, Store, StoreError};

const SELECT: &str =
    "SELECT id, tenant_id, name, secret_sha256, grants, created_at FROM api_clients";

#[derive(FromRow)]
struct ClientRow {
    id: String,
    tenant_id: String,
    name: String,
    secret_sha256: String,
    grants: String,
    created_at: i64,
}

impl TryFrom<ClientRow> for ApiClient {
    type Error = StoreError;

    fn try_from(client: ClientRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "api_clients",
            id: &client.id,
        };
        let mut secret_sha256 = [0; 32];
        hex::decode_to_slice(&client.secret_sha256, &mut secret_sha256)
            .map_err(|_| row.inconsistent("secret_sha256", "it is not 64 hexadecimal digits"))?;
        let grants = row
            .list("grants", &client.grants)?
            .iter()
            .map(|grant| grant.parse())
            .collect::<Result<_, _>>()
            .map_err(|error: trickle_model::UnknownGrant| row.inconsistent("grants", error))?;
        Ok(Self {
            created_at: row.time("created_at", client.created_at)?,
            id: ClientId::from_text(client.id),
            tenant: TenantId::from_text(client.tenant_id),
            name: client.name,
            secret_sha256,
            grants,
        })
    }
}

impl Store {
    /// Adds a client.
    ///
    /// # Errors
    /// The tenant is unknown, the id is taken, or the store fails.
    #[tracing::instrument(name = "db.api_clients.add", skip_all, fields(tenant.id = %client.tenant, client.id = %client.id))]
    pub async fn add_client(&self, client: &ApiClient) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO api_clients (tenant_id, id, name, secret_sha256, grants, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(text(client.tenant.as_str()))
        .bind(text(client.id.as_str()))
        .bind(text(&client.name))
        .bind(hex::encode(client.secret_sha256))
        .bind(list(client.grants.iter().map(|grant| grant.as_str())))
        .bind(client.created_at.as_millisecond())
        .execute(&self.write)
        .await
        .exactly_one("add the client")
    }

    /// A client of a tenant.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.client", skip_all, fields(tenant.id = %tenant, client.id = %id))]
    pub async fn client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<ApiClient>, StoreError> {
        sqlx::query_as::<_, ClientRow>(
            "SELECT id, tenant_id, name, secret_sha256, grants, created_at FROM api_clients \
             WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .fetch_optional(&self.read)
        .await
        .step("find the client")?
        .map(ApiClient::try_from)
        .transpose()
    }

    /// The clients of a tenant, oldest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_clients(
        &self,
        tenant: &TenantId,
        page: Page,
    ) -> Result<Listed<ApiClient>, StoreError> {
        let step = "list the clients";
        let filter = Filter::new("tenant_id", text(tenant.as_str()));
        let total = filter
            .count("api_clients")
            .fetch_one(&self.read)
            .await
            .step(step)?;
        let rows: Vec<ClientRow> = filter
            .page(SELECT, "created_at, id", page)
            .fetch_all(&self.read)
            .await
            .step(step)?;
        Listed::from_rows(rows, total)
    }

    /// Gives a client the right to tokens for an audience; an older right to the same is replaced.
    ///
    /// # Errors
    /// The tenant has no such client, or the store fails.
    #[tracing::instrument(name = "db.client_grants.add", skip_all, fields(tenant.id = %tenant, client.id = %grant.client))]
    pub async fn add_client_grant(
        &self,
        tenant: &TenantId,
        grant: &ClientGrant,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO client_grants (tenant_id, client_id, audience, scopes) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (tenant_id, client_id, audience) DO UPDATE SET scopes = excluded.scopes",
        )
        .bind(text(tenant.as_str()))
        .bind(text(grant.client.as_str()))
        .bind(text(&grant.audience))
        .bind(list(grant.scopes.iter().map(String::as_str)))
        .execute(&self.write)
        .await
        .exactly_one("add the client grant")
    }

    /// The right of a client to tokens for an audience.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_grants.client_grant", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn client_grant(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        audience: &str,
    ) -> Result<Option<ClientGrant>, StoreError> {
        let scopes: Option<String> = sqlx::query_scalar(
            "SELECT scopes FROM client_grants WHERE tenant_id = $1 AND client_id = $2 AND audience = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(client.as_str()))
        .bind(text(audience))
        .fetch_optional(&self.read)
        .await
        .step("find the client grant")?;
        let Some(scopes) = scopes else {
            return Ok(None);
        };
        let row = Row {
            table: "client_grants",
            id: client.as_str(),
        };
        Ok(Some(ClientGrant {
            client: client.clone(),
            audience: audience.to_owned(),
            scopes: row.list("scopes", &scopes)?,
        }))
    }
}
