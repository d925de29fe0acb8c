use sqlx::FromRow;
use trickle_model::{ConnectionId, Secret, TenantId, User, UserId};

use super::StoredUser;
use crate::StoreError;
use crate::column::Row;
use crate::stored::Stored;

/// `SELECT` of all of a user, with what follows. Never `*`: another node may add a column while this one runs.
macro_rules! select_user {
    (@list) => {
        "users.tenant_id, users.id, users.connection_id, users.email, users.email_verified, \
         users.username, users.blocked, users.attributes, users.user_metadata, users.app_metadata, \
         users.created_at, users.updated_at, users.last_login, users.last_ip, users.logins_count, \
         users.last_password_reset"
    };
    (@columns) => {
        concat!("SELECT ", select_user!(@list))
    };
    ($rest:literal) => {
        select_user!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(select_user!(@columns), $more, " FROM users ", $rest)
    };
}
pub(crate) use select_user;

#[derive(FromRow)]
pub(crate) struct UserRow {
    tenant_id: String,
    id: String,
    connection_id: String,
    email: Option<String>,
    email_verified: i64,
    username: Option<String>,
    blocked: i64,
    attributes: String,
    user_metadata: String,
    app_metadata: String,
    created_at: i64,
    updated_at: i64,
    last_login: Option<i64>,
    last_ip: Option<String>,
    logins_count: i64,
    last_password_reset: Option<i64>,
}

#[derive(FromRow)]
pub(super) struct StoredUserRow {
    #[sqlx(flatten)]
    user: UserRow,
    password_hash: Option<String>,
}

impl Stored for User {
    type Row = UserRow;
    const COLUMNS: &'static str = select_user!(@list);
    const FROM: &'static str = "users";
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(user: UserRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "users",
            id: &user.id,
        };
        Ok(Self {
            email_verified: row.flag("email_verified", user.email_verified)?,
            blocked: row.flag("blocked", user.blocked)?,
            attributes: row.object("attributes", &user.attributes)?,
            user_metadata: row.object("user_metadata", &user.user_metadata)?,
            app_metadata: row.object("app_metadata", &user.app_metadata)?,
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
        Ok(Self {
            user: row.user.try_into()?,
            password: row.password_hash.map(Secret::new),
        })
    }
}
