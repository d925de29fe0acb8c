use std::collections::BTreeSet;
use std::iter::repeat;

use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::{NewUser, TenantId, User, UserId};

use super::ReadyRow;
use super::due::pairs;
use super::read::by_id;
use super::row::{UserRow, select_user};
use super::search_keys::{key_of, next_keys};
use crate::bulk::{Column, Rows};
use crate::column::{number, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::search::{Searched, write_terms};
use crate::{Store, StoreError};

/// Users whose terms are written in one transaction. The index is in the order of hashes: each transaction touches a page of its own
/// for each term that few others have, so that fewer and larger ones write less (docs/decisions/0071).
const BATCH: usize = 5_000;
const STEP: &str = "write the terms of users";

pub(super) fn terms_of(user: &User) -> BTreeSet<i64> {
    Searched {
        tenant: &user.tenant,
        email: user.email.as_deref(),
        attributes: &user.attributes,
        user_metadata: &user.user_metadata,
        app_metadata: &user.app_metadata,
    }
    .terms()
}

/// Of a user who is added with this key.
pub(super) async fn add(new: &NewUser, key: i64, tx: &mut AnyConnection) -> Result<(), StoreError> {
    let profile = &new.profile;
    let terms = Searched {
        tenant: &new.tenant,
        email: profile.email.as_deref(),
        attributes: &profile.attributes,
        user_metadata: &profile.user_metadata,
        app_metadata: &profile.app_metadata,
    }
    .terms();
    write_terms(key, &BTreeSet::new(), &terms, tx).await
}

/// Of a user who was `old` and is `new` now.
pub(super) async fn replace(
    old: &User,
    new: &User,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let (tenant, id) = (&old.tenant, &old.id);
    if let Some(key) = key_of(tenant, id, &mut *tx).await? {
        return write_terms(key, &terms_of(old), &terms_of(new), tx).await;
    }
    let key = next_keys();
    sqlx::query("UPDATE users SET search_key = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(key)
        .execute(&mut *tx)
        .await
        .at_most_one("write the user's search key")?;
    write_terms(key, &BTreeSet::new(), &terms_of(new), tx).await
}

/// Of a user who goes.
pub(super) async fn remove(
    tenant: &TenantId,
    id: &UserId,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let Some(user) = by_id(tenant, id, &mut *tx).await? else {
        return Ok(());
    };
    match key_of(tenant, id, &mut *tx).await? {
        Some(key) => write_terms(key, &terms_of(&user), &BTreeSet::new(), tx).await,
        None => Ok(()),
    }
}

/// What happens where a user has a term already.
#[derive(Clone, Copy)]
pub(super) enum OnTaken {
    Pass,
    /// A unique violation. To look for each term costs PostgreSQL as much again as to add it.
    Fail,
}

/// Of users who are added, the first of whom has `first_key`.
pub(super) async fn add_all(
    first_key: i64,
    rows: &[&ReadyRow],
    on_taken: OnTaken,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let mut pairs: Vec<(i64, i64)> = pairs(first_key, rows).collect();
    pairs.sort_unstable();
    insert(dialect, &pairs, on_taken, tx).await
}

/// Adds terms with the keys of their users; in the order of the index they take the least time.
pub(super) async fn insert(
    dialect: Dialect,
    pairs: &[(i64, i64)],
    on_taken: OnTaken,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let columns = vec![
        Column::Numbers(pairs.iter().map(|(term, _)| *term).collect()),
        Column::Numbers(pairs.iter().map(|(_, key)| *key).collect()),
    ];
    let into = "INSERT INTO user_terms (term, user_key)";
    let rows = Rows::new(dialect, pairs.len(), columns);
    let rest = match on_taken {
        OnTaken::Pass => " ON CONFLICT DO NOTHING",
        OnTaken::Fail => "",
    };
    rows.insert(into, rest, STEP, tx).await.map(drop)
}

/// Gives keys to users who have none.
async fn set_keys<'a>(
    dialect: Dialect,
    users: impl Iterator<Item = (&'a str, &'a str, i64)>,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let (mut tenants, mut ids, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for (tenant, id, key) in users {
        tenants.push(Some(tenant));
        ids.push(Some(id));
        keys.push(key);
    }
    let len = keys.len();
    let columns = vec![
        Column::Texts(tenants),
        Column::Texts(ids),
        Column::Numbers(keys),
    ];
    let rows = Rows::new(dialect, len, columns);
    // By the plus, SQLite does not look through all users without key for each of them.
    let set = |given: &str| {
        format!(
            "UPDATE users SET search_key = given.column3 FROM {given} \
             WHERE users.tenant_id = given.column1 AND users.id = given.column2 AND +users.search_key IS NULL"
        )
    };
    let step = "write the search keys of users";
    rows.update(set, step, tx).await.map(drop)
}

impl Store {
    /// Writes the terms of users who have none yet, because they are older than the index or were imported. Until then searches do
    /// not find them by their metadata.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.complete_terms", skip_all)]
    pub async fn complete_terms(&self) -> Result<(), StoreError> {
        self.complete_due_terms().await?;
        loop {
            let mut tx = self.begin_write().await?;
            // Nobody else changes them meanwhile, or writes the same.
            let lock = match self.dialect {
                Dialect::Sqlite => "",
                Dialect::Postgres => " FOR UPDATE OF users SKIP LOCKED",
            };
            let sql = format!(
                "{}{lock}",
                select_user!("WHERE users.search_key IS NULL LIMIT $1")
            );
            let rows: Vec<UserRow> = sqlx::query_as(AssertSqlSafe(sql))
                .bind(number(BATCH as u64))
                .fetch_all(&mut *tx)
                .await
                .step(STEP)?;
            let is_last = rows.len() < BATCH;
            let users = rows
                .into_iter()
                .map(User::try_from)
                .collect::<Result<Vec<_>, _>>()?;
            let mut pairs: Vec<(i64, i64)> = Vec::new();
            let mut keys = Vec::new();
            for (user, key) in users.iter().zip(next_keys()..) {
                pairs.extend(terms_of(user).into_iter().zip(repeat(key)));
                keys.push((user.tenant.as_str(), user.id.as_str(), key));
            }
            pairs.sort_unstable();
            insert(self.dialect, &pairs, OnTaken::Pass, &mut tx).await?;
            set_keys(self.dialect, keys.into_iter(), &mut tx).await?;
            tx.commit().await.step(STEP)?;
            if is_last {
                return Ok(());
            }
        }
    }
}
