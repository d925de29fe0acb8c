use serde_json::{Map, Value};
use trickle_model::{ApiClient, ClientCredential, ClientId, ClientSettingsError, TenantId};

use super::credentials::insert_credential;
use super::facets::Facets;
use super::origins::write_origins;
use crate::column::{list, object, text};
use crate::error::{Changed, Step};
use crate::stored::remove;
use crate::{Store, StoreError};

/// A change of a client; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ClientChange {
    /// A new name.
    pub name: Option<String>,
    /// SHA-256 of a new secret; the old one counts no more.
    pub secret_sha256: Option<[u8; 32]>,
    /// What it may ask for from now on.
    pub grant_types: Option<Vec<String>>,
    /// As [`trickle_model::ClientSettings::changed`] takes it.
    pub settings: Map<String, Value>,
}

impl Store {
    /// Adds a client with its public keys, or nothing of it; false when its id is taken.
    ///
    /// # Errors
    /// The tenant is unknown, or the store fails.
    #[tracing::instrument(name = "db.api_clients.add", skip_all, fields(tenant.id = %client.tenant, client.id = %client.id))]
    pub async fn add_client(
        &self,
        client: &ApiClient,
        credentials: &[ClientCredential],
    ) -> Result<bool, StoreError> {
        let step = "add the client";
        let facets = Facets::of(&client.settings);
        let mut tx = self.begin_write().await?;
        let added = sqlx::query(
            "INSERT INTO api_clients \
             (tenant_id, id, name, secret_sha256, grants, settings, created_at, origins_written, app_type, is_first_party, external_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10) ON CONFLICT (tenant_id, id) DO NOTHING",
        )
        .bind(text(client.tenant.as_str()))
        .bind(text(client.id.as_str()))
        .bind(text(&client.name))
        .bind(hex::encode(client.secret_sha256))
        .bind(list(client.grant_types.iter().map(String::as_str)))
        .bind(object(client.settings.as_map()))
        .bind(client.created_at.as_millisecond())
        .bind(facets.app_type)
        .bind(facets.is_first_party)
        .bind(facets.external_id)
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        if !added {
            return Ok(false);
        }
        let settings = &client.settings;
        write_origins(&client.tenant, &client.id, settings, self.dialect, &mut tx).await?;
        for credential in credentials {
            insert_credential(&client.tenant, &client.id, credential, &mut *tx).await?;
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Changes a client; `None` without such a client.
    ///
    /// # Errors
    /// The store fails; the inner error is a change that cannot be.
    #[tracing::instrument(name = "db.api_clients.change", skip_all, fields(tenant.id = %tenant, client.id = %id))]
    pub async fn change_client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
        change: ClientChange,
    ) -> Result<Option<Result<ApiClient, ClientSettingsError>>, StoreError> {
        let step = "change the client";
        let held = self.hold::<ApiClient>(tenant, id.as_str(), step).await?;
        let Some((mut tx, mut client)) = held else {
            return Ok(None);
        };
        let origins_before = client.settings.origin_keys();
        match client.settings.changed(change.settings) {
            Ok(settings) => client.settings = settings,
            Err(error) => return Ok(Some(Err(error))),
        }
        client.name = change.name.unwrap_or(client.name);
        client.secret_sha256 = change.secret_sha256.unwrap_or(client.secret_sha256);
        client.grant_types = change.grant_types.unwrap_or(client.grant_types);
        let facets = Facets::of(&client.settings);
        sqlx::query(
            "UPDATE api_clients SET name = $3, secret_sha256 = $4, grants = $5, settings = $6, \
             app_type = $7, is_first_party = $8, external_id = $9 WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(text(&client.name))
        .bind(hex::encode(client.secret_sha256))
        .bind(list(client.grant_types.iter().map(String::as_str)))
        .bind(object(client.settings.as_map()))
        .bind(facets.app_type)
        .bind(facets.is_first_party)
        .bind(facets.external_id)
        .execute(&mut *tx)
        .await
        .exactly_one(step)?;
        if client.settings.origin_keys() != origins_before {
            write_origins(tenant, id, &client.settings, self.dialect, &mut tx).await?;
        }
        tx.commit().await.step(step)?;
        Ok(Some(Ok(client)))
    }

    /// Removes a client, its keys and its grants, and takes it out of the tenant's connections; false without such a client.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.remove", skip_all, fields(tenant.id = %tenant, client.id = %id))]
    pub async fn remove_client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<bool, StoreError> {
        let step = "remove the client";
        let mut tx = self.begin_write().await?;
        sqlx::query(
            "DELETE FROM connection_clients WHERE client_id = $2 \
             AND connection_id IN (SELECT id FROM connections WHERE tenant_id = $1)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .execute(&mut *tx)
        .await
        .step(step)?;
        let found = remove("api_clients", (tenant, id.as_str()), step, &mut *tx).await?;
        tx.commit().await.step(step)?;
        Ok(found)
    }
}
