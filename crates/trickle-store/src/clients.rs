//! Clients of the APIs and their grants.

use trickle_model::{ApiClient, ClientGrant, ClientId, TenantId};

use crate::{Listed, Page, Store, StoreError};

impl Store {
    /// Adds a client.
    ///
    /// # Errors
    /// The tenant is unknown, the id is taken, or the store fails.
    pub async fn add_client(&self, client: &ApiClient) -> Result<(), StoreError> {
        todo!("{client:?}")
    }

    /// A client of a tenant.
    ///
    /// # Errors
    /// The store fails.
    pub async fn client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<ApiClient>, StoreError> {
        todo!("{tenant} {id}")
    }

    /// The clients of a tenant, oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list_clients(
        &self,
        tenant: &TenantId,
        page: Page,
    ) -> Result<Listed<ApiClient>, StoreError> {
        todo!("{tenant} {page:?}")
    }

    /// Gives a client the right to tokens for an audience; an older right to the same is replaced.
    ///
    /// # Errors
    /// The tenant has no such client, or the store fails.
    pub async fn add_client_grant(
        &self,
        tenant: &TenantId,
        grant: &ClientGrant,
    ) -> Result<(), StoreError> {
        todo!("{tenant} {grant:?}")
    }

    /// The right of a client to tokens for an audience.
    ///
    /// # Errors
    /// The store fails.
    pub async fn client_grant(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        audience: &str,
    ) -> Result<Option<ClientGrant>, StoreError> {
        todo!("{tenant} {client} {audience}")
    }
}
