//! What administrators write down beside a session or beside refresh tokens.

use serde_json::{Map, Value};
use trickle_model::TenantId;

use crate::column::{Row, object, text};
use crate::error::{Changed, Step};
use crate::stored::hold_row;
use crate::{Store, StoreError};

/// The field of the `details` of a [`LoginSession`](crate::LoginSession) and of a [`RefreshFamily`](crate::RefreshFamily) that has it.
pub const LOGIN_METADATA: &str = "metadata";

impl Store {
    /// Writes down what is to be known of a session, in the place of what was; an empty object means nothing. False without a session.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.login_sessions.set_metadata", skip_all, fields(tenant.id = %tenant))]
    pub async fn set_session_metadata(
        &self,
        tenant: &TenantId,
        id: &str,
        metadata: &Map<String, Value>,
    ) -> Result<bool, StoreError> {
        self.set_metadata("login_sessions", (tenant, id), metadata)
            .await
    }

    /// The same of a family of refresh tokens.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.set_metadata", skip_all, fields(tenant.id = %tenant))]
    pub async fn set_refresh_metadata(
        &self,
        tenant: &TenantId,
        family: &str,
        metadata: &Map<String, Value>,
    ) -> Result<bool, StoreError> {
        self.set_metadata("refresh_families", (tenant, family), metadata)
            .await
    }

    async fn set_metadata(
        &self,
        table: &'static str,
        (tenant, id): (&TenantId, &str),
        metadata: &Map<String, Value>,
    ) -> Result<bool, StoreError> {
        let step = "set the metadata of a login";
        let mut tx = self.begin_write().await?;
        if !hold_row((table, "details"), (tenant, id), step, &mut tx).await? {
            return Ok(false);
        }
        let read = format!("SELECT details FROM {table} WHERE tenant_id = $1 AND id = $2");
        let stored: String = sqlx::query_scalar(sqlx::AssertSqlSafe(read))
            .bind(text(tenant.as_str()))
            .bind(text(id))
            .fetch_one(&mut *tx)
            .await
            .step(step)?;
        let row = Row {
            table,
            id: "(hashed)",
        };
        let mut details = row.object("details", &stored)?;
        if metadata.is_empty() {
            details.remove(LOGIN_METADATA);
        } else {
            details.insert(LOGIN_METADATA.to_owned(), metadata.clone().into());
        }
        let write = format!("UPDATE {table} SET details = $3 WHERE tenant_id = $1 AND id = $2");
        sqlx::query(sqlx::AssertSqlSafe(write))
            .bind(text(tenant.as_str()))
            .bind(text(id))
            .bind(object(&details))
            .execute(&mut *tx)
            .await
            .exactly_one(step)?;
        tx.commit().await.step(step)?;
        Ok(true)
    }
}
