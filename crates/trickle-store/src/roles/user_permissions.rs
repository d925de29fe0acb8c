use trickle_model::{TenantId, UserId};

use super::{Permission, RoleHolder};
use crate::column::text;
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

impl Store {
    /// Lets a user do things at APIs without a role; false, and nothing changes, without such a user. Callers look for the APIs first: at
    /// one that is gone nobody may do anything.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.user_permissions.add", skip_all, fields(tenant.id = %tenant))]
    pub async fn add_user_permissions(
        &self,
        tenant: &TenantId,
        user: &UserId,
        permissions: &[Permission],
    ) -> Result<bool, StoreError> {
        let step = "add the user's permissions";
        let mut tx = self.begin_write().await?;
        if !RoleHolder::User(user).is_there(tenant, &mut tx).await? {
            return Ok(false);
        }
        for permission in permissions {
            sqlx::query(
                "INSERT INTO user_permissions (tenant_id, user_id, server_id, name) \
                 SELECT tenant_id, $2, id, $4 FROM resource_servers WHERE tenant_id = $1 AND identifier = $3 \
                 ON CONFLICT DO NOTHING",
            )
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .bind(text(&permission.api))
            .bind(text(&permission.name))
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// What a user may do at APIs without a role, in order.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.user_permissions.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn user_permissions(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<Permission>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT resource_servers.identifier, user_permissions.name FROM user_permissions \
             JOIN resource_servers ON resource_servers.tenant_id = user_permissions.tenant_id \
             AND resource_servers.id = user_permissions.server_id \
             WHERE user_permissions.tenant_id = $1 AND user_permissions.user_id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .fetch_all(&self.read)
        .await
        .step("list the user's permissions")?;
        let permissions = rows.into_iter();
        let permissions = permissions.map(|(api, name)| Permission { api, name });
        let mut permissions: Vec<Permission> = permissions.collect();
        permissions.sort();
        Ok(permissions)
    }

    /// Takes such permissions from a user; of those that are not there the same is true afterwards.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.user_permissions.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_user_permissions(
        &self,
        tenant: &TenantId,
        user: &UserId,
        permissions: &[Permission],
    ) -> Result<(), StoreError> {
        let step = "remove the user's permissions";
        let mut tx = self.begin_write().await?;
        for permission in permissions {
            sqlx::query(
                "DELETE FROM user_permissions WHERE tenant_id = $1 AND user_id = $2 AND name = $4 \
                 AND server_id IN (SELECT id FROM resource_servers WHERE tenant_id = $1 AND identifier = $3)",
            )
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .bind(text(&permission.api))
            .bind(text(&permission.name))
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
        }
        tx.commit().await.step(step)
    }
}
