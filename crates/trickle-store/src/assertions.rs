//! Assertions that were taken.

use jiff::Timestamp;
use trickle_model::{ClientId, TenantId};

use crate::column::text;
use crate::error::Changed;
use crate::{Store, StoreError};

impl Store {
    /// Notes that a client's assertion was taken; false when it had been before.
    ///
    /// # Errors
    /// The client is unknown, or the store fails.
    #[tracing::instrument(name = "db.used_assertions.take", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn take_assertion(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "INSERT INTO used_assertions (tenant_id, client_id, id, expires_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(text(client.as_str()))
        .bind(text(id))
        .bind(expires_at.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("note the assertion")
    }
}
