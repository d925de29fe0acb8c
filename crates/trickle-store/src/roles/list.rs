use trickle_model::{TenantId, User};

use super::RoleHolder;
use crate::column::text;
use crate::filter::Filter;
use crate::place::By;
use crate::stored::List;
use crate::{Kept, Listed, Part, Store, StoreError, Total};

const ROLES_OF_USERS: &str = "user_roles JOIN kept ON kept.tenant_id = user_roles.tenant_id \
     AND kept.kind = user_roles.role_kind AND kept.id = user_roles.role_id";
const ROLES_OF_MEMBERS: &str = "organization_member_roles JOIN kept \
     ON kept.tenant_id = organization_member_roles.tenant_id \
     AND kept.kind = organization_member_roles.role_kind AND kept.id = organization_member_roles.role_id";
const USERS_WITH_ROLES: &str = "user_roles JOIN users \
     ON users.tenant_id = user_roles.tenant_id AND users.id = user_roles.user_id AND users.linked_to IS NULL";
const MEMBERS_WITH_ROLES: &str = "organization_member_roles JOIN users \
     ON users.tenant_id = organization_member_roles.tenant_id \
     AND users.id = organization_member_roles.user_id AND users.linked_to IS NULL";

impl Store {
    /// Roles of somebody, by name.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.roles.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn roles_of(
        &self,
        tenant: &TenantId,
        holder: RoleHolder<'_>,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<Kept>, StoreError> {
        let tenant = text(tenant.as_str());
        let (from, filter) = match holder {
            RoleHolder::User(user) => {
                let filter = Filter::new("user_roles.tenant_id", tenant)
                    .and("user_roles.user_id", Some(text(user.as_str())));
                (ROLES_OF_USERS, filter)
            }
            RoleHolder::Member { organization, user } => {
                let filter = Filter::new("organization_member_roles.tenant_id", tenant)
                    .and(
                        "organization_member_roles.organization_id",
                        Some(text(organization)),
                    )
                    .and(
                        "organization_member_roles.user_id",
                        Some(text(user.as_str())),
                    );
                (ROLES_OF_MEMBERS, filter)
            }
        };
        let list = List {
            filter: &filter,
            order: &[By::text("COALESCE(kept.name_key, '')"), By::text("kept.id")],
            part: part.into(),
            total: Total::Counted,
            step: "list the roles of somebody",
        };
        self.listed_from(from, list).await
    }

    /// Users who have a role, in the order of their ids.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.roles.users", skip_all, fields(tenant.id = %tenant))]
    pub async fn users_with_role(
        &self,
        tenant: &TenantId,
        role: &str,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<User>, StoreError> {
        let filter = Filter::new("user_roles.tenant_id", text(tenant.as_str()))
            .and("user_roles.role_id", Some(text(role)));
        let list = List {
            filter: &filter,
            order: &[By::text("user_roles.user_id")],
            part: part.into(),
            total: Total::Counted,
            step: "list the users with a role",
        };
        self.listed_from(USERS_WITH_ROLES, list).await
    }

    /// Members of an organization who have a role there, in the order of their ids.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.roles.members", skip_all, fields(tenant.id = %tenant))]
    pub async fn members_with_role(
        &self,
        tenant: &TenantId,
        organization: &str,
        role: &str,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<User>, StoreError> {
        let tenant = text(tenant.as_str());
        let filter = Filter::new("organization_member_roles.tenant_id", tenant)
            .and(
                "organization_member_roles.organization_id",
                Some(text(organization)),
            )
            .and("organization_member_roles.role_id", Some(text(role)));
        let list = List {
            filter: &filter,
            order: &[By::text("organization_member_roles.user_id")],
            part: part.into(),
            total: Total::Counted,
            step: "list the members with a role",
        };
        self.listed_from(MEMBERS_WITH_ROLES, list).await
    }
}
