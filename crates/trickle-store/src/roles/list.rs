use trickle_model::{TenantId, User};

use super::RoleHolder;
use crate::column::text;
use crate::filter::Filter;
use crate::kept::KeptRow;
use crate::stored::{List, Stored};
use crate::users::UserRow;
use crate::{Kept, Listed, Page, Store, StoreError, Total};

/// A role of a user.
struct OfUser(Kept);

impl Stored for OfUser {
    type Row = KeptRow;
    const COLUMNS: &'static str = Kept::COLUMNS;
    const FROM: &'static str = "user_roles JOIN kept ON kept.tenant_id = user_roles.tenant_id \
         AND kept.kind = user_roles.role_kind AND kept.id = user_roles.role_id";
}

impl TryFrom<KeptRow> for OfUser {
    type Error = StoreError;

    fn try_from(row: KeptRow) -> Result<Self, StoreError> {
        row.try_into().map(Self)
    }
}

/// A role of a member.
struct OfMember(Kept);

impl Stored for OfMember {
    type Row = KeptRow;
    const COLUMNS: &'static str = Kept::COLUMNS;
    const FROM: &'static str = "organization_member_roles JOIN kept \
         ON kept.tenant_id = organization_member_roles.tenant_id \
         AND kept.kind = organization_member_roles.role_kind AND kept.id = organization_member_roles.role_id";
}

impl TryFrom<KeptRow> for OfMember {
    type Error = StoreError;

    fn try_from(row: KeptRow) -> Result<Self, StoreError> {
        row.try_into().map(Self)
    }
}

/// A user who has a role.
struct Holder(User);

impl Stored for Holder {
    type Row = UserRow;
    const COLUMNS: &'static str = User::COLUMNS;
    const FROM: &'static str = "user_roles JOIN users \
         ON users.tenant_id = user_roles.tenant_id AND users.id = user_roles.user_id";
}

impl TryFrom<UserRow> for Holder {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        row.try_into().map(Self)
    }
}

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
        page: Page,
    ) -> Result<Listed<Kept>, StoreError> {
        let tenant = text(tenant.as_str());
        match holder {
            RoleHolder::User(user) => {
                let filter = Filter::new("user_roles.tenant_id", tenant)
                    .and("user_roles.user_id", Some(text(user.as_str())));
                let listed = self.listed::<OfUser>(roles(&filter, page)).await?;
                Ok(inner(listed, |role| role.0))
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
                let listed = self.listed::<OfMember>(roles(&filter, page)).await?;
                Ok(inner(listed, |role| role.0))
            }
        }
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
        page: Page,
    ) -> Result<Listed<User>, StoreError> {
        let filter = Filter::new("user_roles.tenant_id", text(tenant.as_str()))
            .and("user_roles.role_id", Some(text(role)));
        let listed = self.listed::<Holder>(List {
            filter: &filter,
            order: "users.id",
            page,
            total: Total::Counted,
            step: "list the users with a role",
        });
        Ok(inner(listed.await?, |holder| holder.0))
    }
}

const fn roles(filter: &Filter, page: Page) -> List<'_> {
    List {
        filter,
        order: "kept.name_key, kept.id",
        page,
        total: Total::Counted,
        step: "list the roles of somebody",
    }
}

fn inner<T, U>(listed: Listed<T>, get: impl Fn(T) -> U) -> Listed<U> {
    Listed {
        items: listed.items.into_iter().map(get).collect(),
        total: listed.total,
    }
}
