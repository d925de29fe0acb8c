use sqlx::{Any, Executor, FromRow};
use trickle_model::{ConnectionId, Profile, TenantId, User, UserId, phone_identifier_of};

use super::{ExistingUser, TakenKey};
use crate::column::{key, text};
use crate::error::Step;
use crate::{Store, StoreError};

/// Goes round again when the user that stood in the way is gone at the second look.
pub(super) const ATTEMPTS: usize = 3;

#[derive(FromRow)]
struct KeysRow {
    id: String,
    email_key: Option<String>,
    username_key: Option<String>,
}

/// The columns by which two users are told apart.
pub(super) struct Keys<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) id: &'a UserId,
    connection: &'a ConnectionId,
    pub(super) email: Option<String>,
    pub(super) username: Option<String>,
    /// Where numbers are identifiers of the connection.
    pub(super) phone: Option<String>,
    /// Whether the user did not have the number before.
    pub(super) phone_is_new: bool,
}

impl<'a> Keys<'a> {
    pub(super) fn new(
        tenant: &'a TenantId,
        connection: &'a ConnectionId,
        id: &'a UserId,
        profile: &Profile,
    ) -> Self {
        Self {
            tenant,
            id,
            connection,
            email: profile.email.as_deref().map(key),
            username: profile.username.as_deref().map(key),
            phone: phone_identifier_of(&profile.attributes),
            phone_is_new: true,
        }
    }

    /// Those of a user who is changed, by what the user was before.
    pub(super) fn after(self, old: &User) -> Self {
        Self {
            phone_is_new: phone_identifier_of(&old.attributes) != self.phone,
            ..self
        }
    }

    /// The users who have one of these keys, in the order of [`TakenKey`].
    pub(super) async fn holders(
        &self,
        executor: impl Executor<'_, Database = Any>,
    ) -> Result<Vec<ExistingUser>, StoreError> {
        // With the connection once, SQLite would look for the keys among all its users.
        let rows: Vec<KeysRow> = sqlx::query_as(
            "SELECT id, email_key, username_key FROM users WHERE (tenant_id = $1 AND id = $2) \
             OR (tenant_id = $1 AND email_key = $4 AND connection_id = $3) OR (connection_id = $3 AND username_key = $5) \
             OR (connection_id = $3 AND phone_key = $6)",
        )
        .bind(text(self.tenant.as_str()))
        .bind(text(self.id.as_str()))
        .bind(text(self.connection.as_str()))
        .bind(self.email.as_deref())
        .bind(self.username.as_deref())
        .bind(self.phone.as_deref().filter(|_| self.phone_is_new))
        .fetch_all(executor)
        .await
        .step("find the users who have the key")?;
        let mut holders: Vec<ExistingUser> =
            rows.into_iter().map(|row| self.held_by(row)).collect();
        holders.sort_by_key(|holder| holder.by);
        Ok(holders)
    }

    fn held_by(&self, row: KeysRow) -> ExistingUser {
        let by = if row.id == self.id.as_str() {
            TakenKey::Id
        } else if self.email.is_some() && row.email_key == self.email {
            TakenKey::Email
        } else if self.username.is_some() && row.username_key == self.username {
            TakenKey::Username
        } else {
            TakenKey::PhoneNumber
        };
        ExistingUser {
            id: UserId::from_text(row.id),
            by,
        }
    }
}

impl Store {
    /// The users who have a key that a user with this profile would get, in the order of [`TakenKey`]: the first of them is the one that
    /// [`add_user`](Self::add_user) tells, and the first by another key than the id the one that [`adopt_user`](Self::adopt_user) of
    /// the `old` user does.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.key_holders", skip_all, fields(tenant.id = %tenant, connection.id = %connection))]
    pub async fn key_holders(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        profile: &Profile,
        old: Option<&User>,
    ) -> Result<Vec<ExistingUser>, StoreError> {
        let id = UserId::from_raw(&text(&profile.id));
        let keys = Keys::new(tenant, connection, &id, profile);
        let keys = match old {
            Some(old) => keys.after(old),
            None => keys,
        };
        keys.holders(&self.read).await
    }
}
