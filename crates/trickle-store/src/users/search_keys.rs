//! Search keys: by them users are in the index of terms.

use sqlx::{AnyConnection, FromRow};
use trickle_model::{Clock as _, SystemClock, TenantId, User, UserId};

use super::row::{UserRow, select_user};
use crate::StoreError;
use crate::column::text;
use crate::error::Step;

/// 2026-01-01T00:00:00Z, in milliseconds.
const EPOCH: i64 = 1_767_225_600_000;
/// With 40 bits of milliseconds they last for 34 years.
const RANDOM_BITS: u32 = 23;

/// The first of keys in a row that nobody has.
///
/// They rise with the machine's time, so that new entries come last in the index of keys and behind those of the same term
/// (docs/decisions/0124). Two programs may choose the same in the same millisecond: a unique index tells, and the caller tries again.
pub(super) fn next_keys() -> i64 {
    let time = SystemClock.now().as_millisecond() - EPOCH;
    let random = rand::random::<u32>() >> (u32::BITS - RANDOM_BITS);
    (time << RANDOM_BITS) | i64::from(random)
}

#[derive(FromRow)]
struct KeyRow {
    search_key: Option<i64>,
    is_due: i64,
}

/// The key of a user, if there is one; from then on nothing that an import keeps of the user counts.
pub(super) async fn key_of(
    tenant: &TenantId,
    id: &UserId,
    tx: &mut AnyConnection,
) -> Result<Option<i64>, StoreError> {
    let row: Option<KeyRow> = sqlx::query_as(
        "SELECT search_key, (SELECT COUNT(*) FROM due_terms WHERE first_key <= search_key AND last_key >= search_key) AS is_due \
         FROM users WHERE tenant_id = $1 AND id = $2",
    )
    .bind(text(tenant.as_str()))
    .bind(text(id.as_str()))
    .fetch_optional(&mut *tx)
    .await
    .step("find the user's search key")?;
    let Some(row) = row else { return Ok(None) };
    if let Some(key) = row.search_key.filter(|_| row.is_due > 0) {
        outdate(key, key, tx).await?;
    }
    Ok(row.search_key)
}

/// Nothing counts any more that an import keeps of users with such keys.
pub(super) async fn outdate(
    first: i64,
    last: i64,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE due_terms SET is_outdated = 1 WHERE first_key <= $2 AND last_key >= $1")
        .bind(first)
        .bind(last)
        .execute(tx)
        .await
        .step("say that terms are outdated")
        .map(drop)
}

#[derive(FromRow)]
struct KeyedRow {
    #[sqlx(flatten)]
    user: UserRow,
    search_key: i64,
}

/// A user with the key.
pub(super) struct Keyed {
    pub(super) user: User,
    pub(super) key: i64,
}

/// The users who have such keys.
pub(super) async fn users_between(
    first: i64,
    last: i64,
    tx: &mut AnyConnection,
) -> Result<Vec<Keyed>, StoreError> {
    let rows: Vec<KeyedRow> = sqlx::query_as(select_user!(
        ", users.search_key",
        "WHERE users.search_key BETWEEN $1 AND $2"
    ))
    .bind(first)
    .bind(last)
    .fetch_all(tx)
    .await
    .step("find users by their search keys")?;
    let keyed = |row: KeyedRow| {
        Ok(Keyed {
            user: row.user.try_into()?,
            key: row.search_key,
        })
    };
    rows.into_iter().map(keyed).collect()
}
