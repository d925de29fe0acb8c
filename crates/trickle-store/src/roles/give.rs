use sqlx::AnyConnection;
use trickle_model::{TenantId, UserId};

use super::holder::Statements;
use super::{ROLE, RoleHolder};
use crate::column::text;
use crate::error::Step;
use crate::filter::Filter;
use crate::{Store, StoreError};

const GIVE: Statements = Statements {
    of_user: "INSERT INTO user_roles (tenant_id, user_id, role_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    of_member: "INSERT INTO organization_member_roles (tenant_id, user_id, role_id, organization_id) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    step: "give the role",
};
const TAKE: Statements = Statements {
    of_user: "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3",
    of_member: "DELETE FROM organization_member_roles \
         WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3 AND organization_id = $4",
    step: "take the role",
};

/// What became of roles that were to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveRoles {
    /// They are given; those that were stay so.
    Given,
    /// Nothing changed: one who should have them is not there.
    NoHolder,
    /// Nothing changed: one of the roles is not there.
    NoRole,
}

impl Store {
    /// Gives somebody roles.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.roles.give", skip_all, fields(tenant.id = %tenant))]
    pub async fn give_roles(
        &self,
        tenant: &TenantId,
        holder: RoleHolder<'_>,
        roles: &[String],
    ) -> Result<GiveRoles, StoreError> {
        let mut tx = self.begin_write().await?;
        if !holder.is_there(tenant, &mut tx).await? {
            return Ok(GiveRoles::NoHolder);
        }
        for role in roles {
            if !is_role(tenant, role, &mut tx).await? {
                return Ok(GiveRoles::NoRole);
            }
            holder.run(&GIVE, tenant, role, &mut tx).await?;
        }
        tx.commit().await.step(GIVE.step)?;
        Ok(GiveRoles::Given)
    }

    /// Gives users a role.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.roles.give_users", skip_all, fields(tenant.id = %tenant))]
    pub async fn give_users_role(
        &self,
        tenant: &TenantId,
        role: &str,
        users: &[UserId],
    ) -> Result<GiveRoles, StoreError> {
        let mut tx = self.begin_write().await?;
        if !is_role(tenant, role, &mut tx).await? {
            return Ok(GiveRoles::NoRole);
        }
        for user in users {
            let holder = RoleHolder::User(user);
            if !holder.is_there(tenant, &mut tx).await? {
                return Ok(GiveRoles::NoHolder);
            }
            holder.run(&GIVE, tenant, role, &mut tx).await?;
        }
        tx.commit().await.step(GIVE.step)?;
        Ok(GiveRoles::Given)
    }

    /// Takes roles from somebody; of those that nobody has the same is true afterwards.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.roles.take", skip_all, fields(tenant.id = %tenant))]
    pub async fn take_roles(
        &self,
        tenant: &TenantId,
        holder: RoleHolder<'_>,
        roles: &[String],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin_write().await?;
        for role in roles {
            holder.run(&TAKE, tenant, role, &mut tx).await?;
        }
        tx.commit().await.step(TAKE.step)
    }
}

/// Gives those of the roles that there are.
pub(crate) async fn give_what_is_there<'a>(
    tenant: &TenantId,
    holder: RoleHolder<'_>,
    roles: impl Iterator<Item = &'a str>,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    for role in roles {
        if is_role(tenant, role, tx).await? {
            holder.run(&GIVE, tenant, role, tx).await?;
        }
    }
    Ok(())
}

async fn is_role(
    tenant: &TenantId,
    role: &str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let filter = Filter::new("tenant_id", text(tenant.as_str()))
        .and("kind", Some(ROLE.to_owned()))
        .and("id", Some(text(role)));
    let found = filter.count("kept").fetch_one(tx).await;
    Ok(found.step("look for the role")? == 1)
}
