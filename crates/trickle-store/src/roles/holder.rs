use sqlx::AnyConnection;
use trickle_model::{TenantId, UserId};

use crate::StoreError;
use crate::column::text;
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::organizations::MEMBERS;

/// Who has roles.
#[derive(Clone, Copy, Debug)]
pub enum RoleHolder<'a> {
    /// A user, wherever the login is for.
    User(&'a UserId),
    /// A member, when the login is for this organization.
    Member {
        /// Id of the organization.
        organization: &'a str,
        /// The user.
        user: &'a UserId,
    },
}

/// One thing to do with a role, to users and to members. `$1` is the tenant, `$2` the user, `$3` the role, `$4` the organization.
pub(super) struct Statements {
    pub(super) of_user: &'static str,
    pub(super) of_member: &'static str,
    pub(super) step: &'static str,
}

impl RoleHolder<'_> {
    const fn user(&self) -> &UserId {
        match self {
            Self::User(user) | Self::Member { user, .. } => user,
        }
    }

    const fn organization(&self) -> Option<&str> {
        match self {
            Self::User(_) => None,
            Self::Member { organization, .. } => Some(organization),
        }
    }

    /// Whether there is such a user, or such a member, who is linked to nobody: what a way in is given would count from the day it is
    /// unlinked.
    pub(super) async fn is_there(
        &self,
        tenant: &TenantId,
        tx: &mut AnyConnection,
    ) -> Result<bool, StoreError> {
        let filter = Filter::new("users.tenant_id", text(tenant.as_str()))
            .and("users.id", Some(text(self.user().as_str())))
            .and_that(|sql| {
                sql.push("users.linked_to IS NULL");
            });
        let (filter, table) = match self.organization() {
            None => (filter, "users"),
            Some(organization) => (
                filter.and(
                    "organization_members.organization_id",
                    Some(text(organization)),
                ),
                MEMBERS,
            ),
        };
        let found = filter.count(table).fetch_one(tx).await;
        Ok(found.step("look for the holder of roles")? == 1)
    }

    /// Whether it changed anything.
    pub(super) async fn run(
        &self,
        statements: &Statements,
        tenant: &TenantId,
        role: &str,
        tx: &mut AnyConnection,
    ) -> Result<bool, StoreError> {
        let sql = match self {
            Self::User(_) => statements.of_user,
            Self::Member { .. } => statements.of_member,
        };
        let mut query = sqlx::query(sql)
            .bind(text(tenant.as_str()))
            .bind(text(self.user().as_str()))
            .bind(text(role));
        if let Some(organization) = self.organization() {
            query = query.bind(text(organization));
        }
        query.execute(tx).await.at_most_one(statements.step)
    }
}
