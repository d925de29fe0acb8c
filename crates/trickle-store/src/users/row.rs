use serde::Deserialize;
use serde_json::Map;
use sqlx::FromRow;
use trickle_model::{ConnectionId, Secret, TenantId, User, UserId};

use super::StoredUser;
use crate::StoreError;
use crate::column::Row;
use crate::stored::Stored;

/// The columns that are no objects, in the order of [`PlainRow`].
macro_rules! plain_columns {
    () => {
        "users.tenant_id, users.id, users.connection_id, users.email, users.email_verified, \
         users.username, users.blocked, users.created_at, users.updated_at, users.last_login, \
         users.last_ip, users.logins_count, users.last_password_reset"
    };
}
pub(crate) use plain_columns;

/// `SELECT` of all of a user, with what follows. Never `*`: another node may add a column while this one runs.
macro_rules! select_user {
    (@list) => {
        concat!($crate::users::row::plain_columns!(), ", users.attributes, users.user_metadata, users.app_metadata")
    };
    ($rest:literal) => {
        select_user!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!("SELECT ", select_user!(@list), $more, " FROM users ", $rest)
    };
}
pub(crate) use select_user;

#[derive(Deserialize, FromRow)]
pub(crate) struct PlainRow {
    tenant_id: String,
    id: String,
    connection_id: String,
    email: Option<String>,
    email_verified: i64,
    username: Option<String>,
    blocked: i64,
    created_at: i64,
    updated_at: i64,
    last_login: Option<i64>,
    last_ip: Option<String>,
    logins_count: i64,
    last_password_reset: Option<i64>,
}

#[derive(FromRow)]
pub(crate) struct UserRow {
    #[sqlx(flatten)]
    plain: PlainRow,
    attributes: String,
    user_metadata: String,
    app_metadata: String,
}

#[derive(FromRow)]
pub(super) struct StoredUserRow {
    #[sqlx(flatten)]
    user: UserRow,
    password_hash: Option<String>,
    linked_to: Option<String>,
    logins_ended: i64,
}

impl Stored for User {
    type Row = UserRow;
    const COLUMNS: &'static str = select_user!(@list);
    const FROM: &'static str = "users";
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let mut user = Self::try_from(row.plain)?;
        let place = Row {
            table: "users",
            id: user.id.as_str(),
        };
        let attributes = place.object("attributes", &row.attributes)?;
        let user_metadata = place.object("user_metadata", &row.user_metadata)?;
        let app_metadata = place.object("app_metadata", &row.app_metadata)?;
        user.attributes = attributes;
        user.user_metadata = user_metadata;
        user.app_metadata = app_metadata;
        Ok(user)
    }
}

/// With empty objects.
impl TryFrom<PlainRow> for User {
    type Error = StoreError;

    fn try_from(user: PlainRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "users",
            id: &user.id,
        };
        Ok(Self {
            email_verified: row.flag("email_verified", user.email_verified)?,
            blocked: row.flag("blocked", user.blocked)?,
            attributes: Map::new(),
            user_metadata: Map::new(),
            app_metadata: Map::new(),
            created_at: row.time("created_at", user.created_at)?,
            updated_at: row.time("updated_at", user.updated_at)?,
            last_login: row.optional_time("last_login", user.last_login)?,
            logins_count: row.count("logins_count", user.logins_count)?,
            last_password_reset: row
                .optional_time("last_password_reset", user.last_password_reset)?,
            id: UserId::from_text(user.id),
            tenant: TenantId::from_text(user.tenant_id),
            connection: ConnectionId::from_text(user.connection_id),
            email: user.email,
            username: user.username,
            last_ip: user.last_ip,
        })
    }
}

impl TryFrom<StoredUserRow> for StoredUser {
    type Error = StoreError;

    fn try_from(row: StoredUserRow) -> Result<Self, StoreError> {
        let mut user = User::try_from(row.user)?;
        user.blocked &= row.linked_to.is_none();
        let place = Row {
            table: "users",
            id: user.id.as_str(),
        };
        Ok(Self {
            logins_ended: place.count("logins_ended", row.logins_ended)?,
            user,
            password: row.password_hash.map(Secret::new),
            linked_to: row.linked_to.map(UserId::from_text),
        })
    }
}
