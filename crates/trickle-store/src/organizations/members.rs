use sqlx::AnyConnection;
use trickle_model::{TenantId, User, UserId};

use crate::column::text;
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::login_basis::holds;
use crate::place::By;
use crate::stored::List;
use crate::{Listed, LoginBasis, Part, Store, StoreError, Total};

/// Members who are linked to nobody, as after `FROM`.
pub(crate) const MEMBERS: &str = "organization_members JOIN users \
     ON users.tenant_id = organization_members.tenant_id AND users.id = organization_members.user_id \
     AND users.linked_to IS NULL";

impl Store {
    /// Makes users members; those who are stay it. False, and nothing changes, where the organization or one of them is not the
    /// tenant's.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_members.add", skip_all, fields(tenant.id = %tenant))]
    pub async fn add_organization_members(
        &self,
        tenant: &TenantId,
        organization: &str,
        users: &[UserId],
    ) -> Result<bool, StoreError> {
        let step = "add the organization's members";
        let mut tx = self.begin_write().await?;
        for user in users {
            if !insert_where_there(tenant, organization, user, step, &mut tx).await? {
                return Ok(false);
            }
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Makes somebody a member by a login; who is one stays it. False, and nothing changes, where the basis of the login holds no longer, or
    /// the organization is gone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_members.join", skip_all, fields(tenant.id = %tenant, user.id = %user))]
    pub async fn join_organization(
        &self,
        tenant: &TenantId,
        organization: &str,
        user: &UserId,
        by: &LoginBasis,
    ) -> Result<bool, StoreError> {
        let step = "join the organization";
        let mut tx = self.begin_write().await?;
        if !holds(self.dialect, (tenant, user), by, step, &mut tx).await?
            || !insert_where_there(tenant, organization, user, step, &mut tx).await?
        {
            return Ok(false);
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Whether a user who is linked to nobody is a member.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_members.is_member", skip_all, fields(tenant.id = %tenant))]
    pub async fn is_organization_member(
        &self,
        tenant: &TenantId,
        organization: &str,
        user: &UserId,
    ) -> Result<bool, StoreError> {
        let filter = Filter::new("users.tenant_id", text(tenant.as_str()))
            .and("users.id", Some(text(user.as_str())))
            .and(
                "organization_members.organization_id",
                Some(text(organization)),
            );
        let found = filter.count(MEMBERS).fetch_one(&self.read).await;
        Ok(found.step("look for the organization's member")? == 1)
    }

    /// Members of an organization, in the order of their ids.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_members.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_organization_members(
        &self,
        tenant: &TenantId,
        organization: &str,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<User>, StoreError> {
        let tenant = text(tenant.as_str());
        let filter = Filter::new("organization_members.tenant_id", tenant).and(
            "organization_members.organization_id",
            Some(text(organization)),
        );
        let list = List {
            filter: &filter,
            order: &[By::text("organization_members.user_id")],
            part: part.into(),
            total: Total::Counted,
            step: "list the organization's members",
        };
        self.listed_from(MEMBERS, list).await
    }

    /// Ends memberships; of users who are no members the same is true afterwards.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_members.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_organization_members(
        &self,
        tenant: &TenantId,
        organization: &str,
        users: &[UserId],
    ) -> Result<(), StoreError> {
        let step = "remove the organization's members";
        let mut tx = self.begin_write().await?;
        for user in users {
            sqlx::query(
                "DELETE FROM organization_members \
                 WHERE tenant_id = $1 AND organization_id = $2 AND user_id = $3",
            )
            .bind(text(tenant.as_str()))
            .bind(text(organization))
            .bind(text(user.as_str()))
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
        }
        tx.commit().await.step(step)
    }
}

/// False where the organization or the user is not the tenant's.
async fn insert_where_there(
    tenant: &TenantId,
    organization: &str,
    user: &UserId,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let is_there: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM users, organizations WHERE users.tenant_id = $1 AND users.id = $3 \
         AND users.linked_to IS NULL AND organizations.tenant_id = $1 AND organizations.id = $2",
    )
    .bind(text(tenant.as_str()))
    .bind(text(organization))
    .bind(text(user.as_str()))
    .fetch_one(&mut *tx)
    .await
    .step(step)?;
    if is_there != 1 {
        return Ok(false);
    }
    insert(tenant, organization, user, tx).await?;
    Ok(true)
}

/// Whoever is a member stays it.
pub(super) async fn insert(
    tenant: &TenantId,
    organization: &str,
    user: &UserId,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO organization_members (tenant_id, organization_id, user_id) VALUES ($1, $2, $3) \
         ON CONFLICT DO NOTHING",
    )
    .bind(text(tenant.as_str()))
    .bind(text(organization))
    .bind(text(user.as_str()))
    .execute(tx)
    .await
    .at_most_one("add the organization's member")
    .map(drop)
}
