use trickle_model::{ClientId, Secret, TenantId};

use crate::column::{Row, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

fn place<'a>(tenant: &'a TenantId, client: &'a ClientId) -> [&'a str; 3] {
    ["client_secret", tenant.as_str(), client.as_str()]
}

impl Store {
    /// Keeps the secret of a client, sealed, or forgets it; false without such a client.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.keep_secret", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn keep_client_secret(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        secret: Option<&Secret>,
    ) -> Result<bool, StoreError> {
        let place = place(tenant, client);
        let sealed = secret.map(|secret| self.vault.seal(secret.expose().as_bytes(), &place));
        sqlx::query("UPDATE api_clients SET sealed_secret = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(client.as_str()))
            .bind(sealed)
            .execute(&self.write)
            .await
            .at_most_one("keep the client's secret")
    }

    /// The secret of a client that was kept last. It may have another one since: compare it with the client's hash.
    ///
    /// # Errors
    /// The store fails, or the secret cannot be opened.
    #[tracing::instrument(name = "db.api_clients.secret", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn client_secret(
        &self,
        tenant: &TenantId,
        client: &ClientId,
    ) -> Result<Option<Secret>, StoreError> {
        let sealed: Option<Option<String>> = sqlx::query_scalar(
            "SELECT sealed_secret FROM api_clients WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(client.as_str()))
        .fetch_optional(&self.read)
        .await
        .step("read the client's secret")?;
        let Some(sealed) = sealed.flatten() else {
            return Ok(None);
        };
        let row = Row {
            table: "api_clients",
            id: client.as_str(),
        };
        let clear = self
            .vault
            .unseal_text(&sealed, &place(tenant, client))
            .map_err(|error| row.inconsistent("sealed_secret", error))?;
        Ok(Some(Secret::new(clear.as_str())))
    }
}
