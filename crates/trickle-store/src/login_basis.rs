//! On what a login rests, from its beginning to where something is kept of it.

use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::{TenantId, User, UserId};

use crate::StoreError;
use crate::column::{number, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};

/// On what a login rests. Sessions, tokens that work once and refresh tokens are kept only where it holds still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginBasis {
    /// Whose password was proven: the user's who is let in, or that of one who is linked to it.
    pub user: UserId,
    /// How often the logins of that one had been ended when this one began, counted from when the user was made.
    pub logins_ended: u64,
}

impl LoginBasis {
    /// Of somebody who was added just now.
    pub fn of_new(user: &User) -> Self {
        Self {
            user: user.id.clone(),
            logins_ended: first_count(user.created_at),
        }
    }

    /// Of a login that has itself ended all others before it, once.
    #[must_use]
    pub fn after_an_end(self) -> Self {
        Self {
            logins_ended: self.logins_ended.saturating_add(1),
            ..self
        }
    }
}

/// From where the ended logins of a user are counted who is made now: whoever is made under the id of one who was removed is another, and no
/// login of that one goes on as its own.
pub(crate) fn first_count(now: Timestamp) -> u64 {
    u64::try_from(now.as_millisecond()).unwrap_or_default()
}

/// Nothing where the basis of a login holds no longer: the user who proved the password is gone, or linked otherwise, or logins of it were
/// ended since, or the user who is let in is blocked. The tenant is `$1`, who is let in `$2`, whose password was proven `$3`, and how often
/// logins of that one had been ended `$4`.
const RESTING: &str = "users AS own \
     JOIN users AS entered ON entered.tenant_id = own.tenant_id AND entered.id = COALESCE(own.linked_to, own.id) \
     WHERE own.tenant_id = $1 AND own.id = $3 AND own.logins_ended = $4 AND entered.id = $2 AND entered.blocked = 0";

/// SQL that inserts a row of a login, and none where its basis holds no longer. Its values are those of [`RESTING`], and then `columns`.
pub(crate) fn insert_resting(dialect: Dialect, table: &str, columns: &[&str]) -> String {
    let mut values = String::new();
    for number in 5..5 + columns.len() {
        values.push_str(&format!(", ${number}"));
    }
    format!(
        "INSERT INTO {table} (tenant_id, user_id, {columns}) SELECT $1, $2{values} FROM {RESTING}{lock}",
        columns = columns.join(", "),
        lock = dialect.for_share_of_own(),
    )
}

/// Whether the basis of a login of a user holds still. Until the transaction ends nobody ends the logins of whoever proved the password.
pub(crate) async fn holds(
    dialect: Dialect,
    (tenant, user): (&TenantId, &UserId),
    by: &LoginBasis,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let lock = dialect.for_share_of_own();
    let sql = format!("SELECT own.id FROM {RESTING}{lock}");
    let found: Option<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(text(by.user.as_str()))
        .bind(number(by.logins_ended))
        .fetch_optional(tx)
        .await
        .step(step)?;
    Ok(found.is_some())
}

/// Lets no login of a user go on that is under way. It changes the user's row and goes before the deletion of what is kept, so that an
/// insertion at the same time is either seen by the deletion, or sees this.
pub(crate) async fn end_those_under_way(
    tenant: &TenantId,
    user: &UserId,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET logins_ended = logins_ended + 1 WHERE tenant_id = $1 AND id = $2")
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .execute(tx)
        .await
        .at_most_one(step)
        .map(drop)
}
