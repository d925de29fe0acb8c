use sqlx::{Any, Executor};
use trickle_model::{ConnectionId, IdentifierKind, Precedence, TenantId, User, UserId};

use super::StoredUser;
use super::row::{StoredUserRow, select_user};
use crate::column::{key, number, text};
use crate::error::Step;
use crate::stored::find;
use crate::{Store, StoreError};

pub(super) async fn by_id(
    tenant: &TenantId,
    id: &UserId,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<User>, StoreError> {
    let condition = "WHERE tenant_id = $1 AND id = $2";
    find(
        condition,
        &[tenant.as_str(), id.as_str()],
        "find the user",
        executor,
    )
    .await
}

pub(super) async fn stored_by_id(
    tenant: &TenantId,
    id: &UserId,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<StoredUser>, StoreError> {
    sqlx::query_as::<_, StoredUserRow>(select_user!(
        ", credentials.password_hash, users.linked_to, users.logins_ended",
        "LEFT JOIN credentials ON credentials.tenant_id = users.tenant_id AND credentials.user_id = users.id \
         WHERE users.tenant_id = $1 AND users.id = $2"
    ))
    .bind(text(tenant.as_str()))
    .bind(text(id.as_str()))
    .fetch_optional(executor)
    .await
    .step("find the user with the password hash")?
    .map(StoredUser::try_from)
    .transpose()
}

impl Store {
    /// The user of a connection with this e-mail address, else with this telephone number, else with this user name; see
    /// [`find_in_order`](Self::find_in_order).
    ///
    /// # Errors
    /// The store fails.
    pub async fn find_by_identifier(
        &self,
        connection: &ConnectionId,
        identifier: &str,
    ) -> Result<Option<StoredUser>, StoreError> {
        self.find_in_order(connection, identifier, Precedence::default())
            .await
    }

    /// The user of a connection with this e-mail address, telephone number or user name, whatever the case; where those are of
    /// several users, the first in the order. Nobody is found by a number in a connection whose users do not log in by it.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.find_by_identifier", skip_all, fields(connection.id = %connection))]
    pub async fn find_in_order(
        &self,
        connection: &ConnectionId,
        identifier: &str,
        order: Precedence,
    ) -> Result<Option<StoredUser>, StoreError> {
        let rank = |kind| number(order.rank(kind) as u64);
        // With the connection once, SQLite would look for the keys among all its users.
        sqlx::query_as::<_, StoredUserRow>(select_user!(
            ", credentials.password_hash, users.linked_to, users.logins_ended",
            "LEFT JOIN credentials ON credentials.tenant_id = users.tenant_id AND credentials.user_id = users.id \
             WHERE (users.tenant_id = (SELECT connections.tenant_id FROM connections WHERE connections.id = $1) \
             AND users.email_key = $2 AND users.connection_id = $1) OR (users.connection_id = $1 AND users.username_key = $2) \
             OR (users.connection_id = $1 AND users.phone_key = $2) \
             ORDER BY CASE WHEN users.email_key = $2 THEN $3 WHEN users.phone_key = $2 THEN $4 ELSE $5 END LIMIT 1"
        ))
        .bind(text(connection.as_str()))
        .bind(key(identifier))
        .bind(rank(IdentifierKind::Email))
        .bind(rank(IdentifierKind::PhoneNumber))
        .bind(rank(IdentifierKind::Username))
        .fetch_optional(&self.read)
        .await
        .step("find the user by identifier")?
        .map(StoredUser::try_from)
        .transpose()
    }

    /// Whether a bulk import made the id of a user up, because its file had none.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.identities.has_made_up_id", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn has_made_up_id(&self, tenant: &TenantId, id: &UserId) -> Result<bool, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM identities WHERE tenant_id = $1 AND user_id = $2 AND made_up = 1",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .fetch_one(&self.read)
        .await
        .step("look where the id is from")?;
        Ok(count > 0)
    }

    /// A user; nobody where the user is linked to another.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.user", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn user(&self, tenant: &TenantId, id: &UserId) -> Result<Option<User>, StoreError> {
        find(
            "WHERE tenant_id = $1 AND id = $2 AND linked_to IS NULL",
            &[tenant.as_str(), id.as_str()],
            "find the user",
            &self.read,
        )
        .await
    }

    /// A user with the password hash, whether or not it is linked to another.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.stored_user", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn stored_user(
        &self,
        tenant: &TenantId,
        id: &UserId,
    ) -> Result<Option<StoredUser>, StoreError> {
        stored_by_id(tenant, id, &self.read).await
    }
}
