use jiff::Timestamp;
use sqlx::AnyConnection;
use trickle_model::{Event, NewUser, Secret, User, UserId};

use super::read::by_id;
use super::search_keys::next_keys;
use super::taken::{ATTEMPTS, Keys};
use super::{AddUser, terms};
use crate::column::{number, object, text};
use crate::connections::takes_users;
use crate::error::{Changed, Step};
use crate::login_basis::first_count;
use crate::{Store, StoreError, events, second_factors};

const STEP: &str = "add the user";

impl Store {
    /// Adds a user with identity, password hash and log entry, or nothing of it.
    ///
    /// The id becomes `auth0|` and `profile.id`, which must not be empty. However many first logins of one person come at
    /// once, one adds the user and the others are told who it is.
    ///
    /// # Errors
    /// The store fails. A taken key is no error.
    #[tracing::instrument(name = "db.users.add", skip_all, fields(tenant.id = %new.tenant, connection.id = %new.connection))]
    pub async fn add_user(
        &self,
        new: &NewUser,
        password: Option<&Secret>,
        event: Option<&Event>,
        now: Timestamp,
    ) -> Result<AddUser, StoreError> {
        let id = UserId::from_raw(&text(&new.profile.id));
        let keys = Keys::new(&new.tenant, &new.connection, &id, &new.profile);
        for _ in 0..ATTEMPTS {
            let mut tx = self.begin_write().await?;
            if !takes_users(&new.connection, self.dialect, &mut tx).await? {
                break;
            }
            let search_key = next_keys();
            if insert_user(new, &keys, search_key, now, &mut tx).await? {
                insert_identity(new, &id, &mut tx).await?;
                terms::add(new, search_key, &mut tx).await?;
                if let Some(hash) = password {
                    insert_credential(&keys, hash, &mut tx).await?;
                }
                let factors = &new.profile.second_factors;
                second_factors::insert(&self.vault, &new.tenant, &id, factors, now, &mut tx)
                    .await?;
                if let Some(event) = event {
                    events::insert(event, &mut *tx).await?;
                }
                let added: Option<User> = by_id(&new.tenant, &id, &mut *tx).await?;
                tx.commit().await.step(STEP)?;
                return added.map(AddUser::Added).ok_or(StoreError::RowCount {
                    step: STEP,
                    rows: 0,
                });
            }
            if let Some(existing) = keys.holders(&mut *tx).await?.into_iter().next() {
                return Ok(AddUser::Exists(existing));
            }
        }
        Err(StoreError::RowCount {
            step: STEP,
            rows: 0,
        })
    }
}

/// False when a key is taken. A concurrent insert of the same key is waited for.
async fn insert_user(
    new: &NewUser,
    keys: &Keys<'_>,
    search_key: i64,
    now: Timestamp,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let profile = &new.profile;
    sqlx::query(
        "INSERT INTO users (tenant_id, id, connection_id, email, email_key, email_verified, username, username_key, \
         blocked, attributes, user_metadata, app_metadata, created_at, updated_at, logins_count, search_key, phone_key, \
         logins_ended) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, 0, $14, \
         CASE WHEN $15 IS NOT NULL AND (SELECT connections.phone_is_identifier FROM connections \
         WHERE connections.id = $3) = 1 THEN $15 END, $16) ON CONFLICT DO NOTHING",
    )
    .bind(text(new.tenant.as_str()))
    .bind(keys.id.as_str())
    .bind(text(new.connection.as_str()))
    .bind(profile.email.as_deref().map(text))
    .bind(keys.email.as_deref())
    .bind(i64::from(profile.email_verified))
    .bind(profile.username.as_deref().map(text))
    .bind(keys.username.as_deref())
    .bind(i64::from(profile.blocked))
    .bind(object(&profile.attributes))
    .bind(object(&profile.user_metadata))
    .bind(object(&profile.app_metadata))
    .bind(now.as_millisecond())
    .bind(search_key)
    .bind(keys.phone.as_deref())
    .bind(number(first_count(now)))
    .execute(tx)
    .await
    .at_most_one(STEP)
}

async fn insert_identity(
    new: &NewUser,
    id: &UserId,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO identities (tenant_id, connection_id, raw_id, user_id) VALUES ($1, $2, $3, $4)",
    )
    .bind(text(new.tenant.as_str()))
    .bind(text(new.connection.as_str()))
    .bind(id.raw())
    .bind(id.as_str())
    .execute(tx)
    .await
    .exactly_one("add the user's identity")
}

async fn insert_credential(
    keys: &Keys<'_>,
    hash: &Secret,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO credentials (tenant_id, user_id, password_hash) VALUES ($1, $2, $3)")
        .bind(text(keys.tenant.as_str()))
        .bind(keys.id.as_str())
        .bind(hash.expose())
        .execute(tx)
        .await
        .exactly_one("add the user's password hash")
}
