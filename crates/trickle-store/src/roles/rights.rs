use std::collections::BTreeSet;

use trickle_model::{TenantId, UserId};

use super::permission::of_parts;
use crate::column::{Row, text};
use crate::error::Step;
use crate::{Store, StoreError};

const STEP: &str = "find what the user may do";

impl Store {
    /// Names of all that a user may do at an API: without a role, by the user's roles, and by those as a member of the organization
    /// that the login is for. The API may have no such scopes any more.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.roles.rights", skip_all, fields(tenant.id = %tenant))]
    pub async fn rights_at(
        &self,
        tenant: &TenantId,
        user: &UserId,
        organization: Option<&str>,
        api: &str,
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut names = self.rights_without_role(tenant, user, api).await?;
        let roles: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, parts FROM kept WHERE tenant_id = $1 AND kind = 'role' AND id IN \
             (SELECT role_id FROM user_roles WHERE tenant_id = $1 AND user_id = $2 \
             UNION SELECT role_id FROM organization_member_roles \
             WHERE tenant_id = $1 AND user_id = $2 AND organization_id = $3)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(organization.map_or_else(String::new, text))
        .fetch_all(&self.read)
        .await
        .step(STEP)?;
        for (id, parts) in roles {
            let row = Row {
                table: "kept",
                id: &id,
            };
            let permissions = of_parts(&row.object("parts", &parts)?).into_iter();
            let here = permissions.filter(|permission| permission.api == api);
            names.extend(here.map(|permission| permission.name));
        }
        Ok(names)
    }

    async fn rights_without_role(
        &self,
        tenant: &TenantId,
        user: &UserId,
        api: &str,
    ) -> Result<BTreeSet<String>, StoreError> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT user_permissions.name FROM user_permissions JOIN resource_servers \
             ON resource_servers.tenant_id = user_permissions.tenant_id \
             AND resource_servers.id = user_permissions.server_id \
             WHERE user_permissions.tenant_id = $1 AND user_permissions.user_id = $2 \
             AND resource_servers.identifier = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(text(api))
        .fetch_all(&self.read)
        .await
        .step(STEP)?;
        Ok(names.into_iter().collect())
    }
}
