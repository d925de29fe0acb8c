use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::AnyConnection;
use trickle_model::{ConnectionId, PROFILE_MAX_BYTES, Profile, TenantId, User, UserId};

use super::RefreshProfile;
use super::change::lock;
use super::linked::remove_all;
use super::phone::changed_phone_key;
use super::read::by_id;
use super::taken::{ATTEMPTS, Keys};
use crate::column::{object, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const EDIT: &str = "edit the user";

/// A change of a user; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserEdit {
    /// A new address; `Some(None)` removes it.
    pub email: Option<Option<String>>,
    /// Whether the address is proven.
    pub email_verified: Option<bool>,
    /// A new user name; `Some(None)` removes it.
    pub username: Option<Option<String>>,
    /// Whether the user is shut out.
    pub blocked: Option<bool>,
    /// Root fields: a given one replaces, `null` removes.
    pub attributes: Map<String, Value>,
    /// Merged at the first level, `null` removes; `Some(None)` and an empty object empty it.
    pub user_metadata: Option<Option<Map<String, Value>>>,
    /// As `user_metadata`.
    pub app_metadata: Option<Option<Map<String, Value>>>,
}

impl UserEdit {
    /// What the user becomes by it.
    pub fn apply(&self, user: &mut User) {
        if let Some(email) = &self.email {
            user.email.clone_from(email);
        }
        if let Some(username) = &self.username {
            user.username.clone_from(username);
        }
        user.email_verified = self.email_verified.unwrap_or(user.email_verified);
        user.blocked = self.blocked.unwrap_or(user.blocked);
        merge(&mut user.attributes, &self.attributes);
        for (metadata, change) in [
            (&mut user.user_metadata, &self.user_metadata),
            (&mut user.app_metadata, &self.app_metadata),
        ] {
            match change {
                None => {}
                Some(None) => metadata.clear(),
                Some(Some(change)) if change.is_empty() => metadata.clear(),
                Some(Some(change)) => merge(metadata, change),
            }
        }
    }

    /// The object that becomes larger than [`PROFILE_MAX_BYTES`] where a user becomes another one; one that was too large before may become
    /// smaller.
    pub fn too_large(before: &User, after: &User) -> Option<&'static str> {
        [
            ("attributes", &before.attributes, &after.attributes),
            ("user_metadata", &before.user_metadata, &after.user_metadata),
            ("app_metadata", &before.app_metadata, &after.app_metadata),
        ]
        .into_iter()
        .find(|(_, old, new)| outgrows(old, new))
        .map(|(name, _, _)| name)
    }
}

/// Whether an object becomes larger than it may be.
pub(super) fn outgrows(before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
    let size =
        |object: &Map<String, Value>| serde_json::to_string(object).map_or(0, |json| json.len());
    before != after && size(after) > PROFILE_MAX_BYTES && size(after) > size(before)
}

fn merge(all: &mut Map<String, Value>, change: &Map<String, Value>) {
    for (name, value) in change {
        if value.is_null() {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
}

impl Store {
    /// Changes a user.
    ///
    /// # Errors
    /// The store fails. A taken key is no error, nor is an object that becomes too large.
    #[tracing::instrument(name = "db.users.edit", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn edit_user(
        &self,
        tenant: &TenantId,
        id: &UserId,
        edit: &UserEdit,
        now: Timestamp,
    ) -> Result<RefreshProfile, StoreError> {
        for _ in 0..ATTEMPTS {
            let mut tx = self.begin_write().await?;
            if !lock(tenant, id, now, EDIT, &mut tx).await? {
                return Ok(RefreshProfile::Gone);
            }
            let Some(mut user) = by_id(tenant, id, &mut *tx).await? else {
                return Ok(RefreshProfile::Gone);
            };
            let old = user.clone();
            edit.apply(&mut user);
            // Others may have added to it since the caller looked.
            if let Some(object) = UserEdit::too_large(&old, &user) {
                return Ok(RefreshProfile::TooLarge(object));
            }
            let profile = Profile {
                email: user.email.clone(),
                username: user.username.clone(),
                attributes: user.attributes.clone(),
                ..Profile::default()
            };
            let keys = Keys::new(tenant, &user.connection, id, &profile).after(&old);
            let written = write(&user, &keys, &mut tx).await;
            let settled = self.settle((&old, &keys), written, EDIT, tx).await?;
            if let Some(outcome) = settled {
                return Ok(outcome);
            }
        }
        Err(StoreError::RowCount {
            step: EDIT,
            rows: 0,
        })
    }

    /// Marks the address of a user as proven; false where the user has another one by now, or is gone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.prove_email", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn prove_email(
        &self,
        tenant: &TenantId,
        id: &UserId,
        email: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "UPDATE users SET email_verified = 1, updated_at = $4 WHERE tenant_id = $1 AND id = $2 AND email = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(text(email))
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("mark the address as proven")
    }

    /// Removes a user and all who are linked to it, and remembers the ids of those of them who are in `buried`, so that these people are
    /// not imported again; false without such a user.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.bury", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn bury_user(
        &self,
        tenant: &TenantId,
        id: &UserId,
        buried: &[UserId],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let step = "remove the user for good";
        let mut tx = self.begin_write().await?;
        for one in buried {
            sqlx::query(
                "INSERT INTO tombstones (connection_id, raw_id, buried_at) \
                 SELECT connection_id, raw_id, $3 FROM identities WHERE tenant_id = $1 AND user_id = $4 AND user_id IN \
                 (SELECT id FROM users WHERE tenant_id = $1 AND id = $4 AND (id = $2 OR linked_to = $2)) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(text(tenant.as_str()))
            .bind(text(id.as_str()))
            .bind(now.as_millisecond())
            .bind(text(one.as_str()))
            .execute(&mut *tx)
            .await
            .step(step)?;
        }
        let removed = remove_all(tenant, id, step, &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(removed)
    }

    /// Whether a user of the legacy store was deleted here.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tombstones.is_buried", skip_all, fields(connection.id = %connection))]
    pub async fn is_buried(
        &self,
        connection: &ConnectionId,
        raw_id: &str,
    ) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM tombstones WHERE connection_id = $1 AND raw_id = $2",
        )
        .bind(text(connection.as_str()))
        .bind(text(raw_id))
        .fetch_one(&self.read)
        .await
        .step("look for a tombstone")?;
        Ok(found > 0)
    }

    /// Lets a user of the legacy store be imported again; false where there was no tombstone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tombstones.remove", skip_all, fields(connection.id = %connection))]
    pub async fn remove_tombstone(
        &self,
        connection: &ConnectionId,
        raw_id: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query("DELETE FROM tombstones WHERE connection_id = $1 AND raw_id = $2")
            .bind(text(connection.as_str()))
            .bind(text(raw_id))
            .execute(&self.write)
            .await
            .at_most_one("remove the tombstone")
    }
}

async fn write(user: &User, keys: &Keys<'_>, tx: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "UPDATE users SET email = $3, email_key = $4, email_verified = $5, username = $6, username_key = $7, \
         blocked = $8, attributes = $9, user_metadata = $10, app_metadata = $11, phone_key = ",
        changed_phone_key!("$12", "$13"),
        " WHERE tenant_id = $1 AND id = $2"
    ))
    .bind(user.tenant.as_str())
    .bind(user.id.as_str())
    .bind(user.email.as_deref().map(text))
    .bind(keys.email.as_deref())
    .bind(i64::from(user.email_verified))
    .bind(user.username.as_deref().map(text))
    .bind(keys.username.as_deref())
    .bind(i64::from(user.blocked))
    .bind(object(&user.attributes))
    .bind(object(&user.user_metadata))
    .bind(object(&user.app_metadata))
    .bind(keys.phone.as_deref())
    .bind(i64::from(keys.phone_is_new))
    .execute(tx)
    .await
    .exactly_one(EDIT)
}
