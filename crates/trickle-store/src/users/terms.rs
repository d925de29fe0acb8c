use std::collections::BTreeSet;

use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::{NewUser, TenantId, User, UserId};

use super::read::by_id;
use super::row::{UserRow, select_user};
use crate::column::text;
use crate::error::Step;
use crate::search::{Searched, insert_terms, search_key, write_terms};
use crate::{Store, StoreError};

/// Users whose terms are written in one transaction. The index is in the order of hashes: each transaction touches a page of its own
/// for nearly every term, so that fewer and larger ones write less (docs/decisions/0071).
const BATCH: usize = 5_000;
/// Users of one statement.
const GROUP: usize = 500;

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

/// Of a user who is added; its row has the key already.
pub(super) async fn add(
    new: &NewUser,
    id: &UserId,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let profile = &new.profile;
    let terms = Searched {
        tenant: &new.tenant,
        email: profile.email.as_deref(),
        attributes: &profile.attributes,
        user_metadata: &profile.user_metadata,
        app_metadata: &profile.app_metadata,
    }
    .terms();
    write_terms(search_key(&new.tenant, id), &BTreeSet::new(), &terms, tx).await
}

/// Of a user who was `old` and is `new` now.
pub(super) async fn replace(
    old: &User,
    new: &User,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let key = search_key(&old.tenant, &old.id);
    write_terms(key, &terms_of(old), &terms_of(new), tx).await
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
    write_terms(
        search_key(tenant, id),
        &terms_of(&user),
        &BTreeSet::new(),
        tx,
    )
    .await
}

/// Sets the keys of users.
async fn set_keys(users: &[User], tx: &mut AnyConnection) -> Result<(), StoreError> {
    for group in users.chunks(GROUP) {
        let rows: Vec<String> = (0..group.len())
            .map(|at| format!("(${}, ${}, ${})", 3 * at + 1, 3 * at + 2, 3 * at + 3))
            .collect();
        // Both databases name the columns of such a list so.
        let sql = format!(
            "UPDATE users SET search_key = keys.column3 FROM (VALUES {}) AS keys \
             WHERE users.tenant_id = keys.column1 AND users.id = keys.column2",
            rows.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for user in group {
            query = query
                .bind(text(user.tenant.as_str()))
                .bind(text(user.id.as_str()))
                .bind(search_key(&user.tenant, &user.id));
        }
        query
            .execute(&mut *tx)
            .await
            .step("write the search keys of users")?;
    }
    Ok(())
}

impl Store {
    /// Writes the terms of users who have none yet, because they are older than the index or were imported. Until then searches do
    /// not find them by their metadata.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.complete_terms", skip_all)]
    pub async fn complete_terms(&self) -> Result<(), StoreError> {
        let step = "write the terms of users";
        loop {
            let mut tx = self.begin_write().await?;
            let rows: Vec<UserRow> =
                sqlx::query_as(select_user!("WHERE users.search_key IS NULL LIMIT $1"))
                    .bind(i64::try_from(BATCH).expect("it is a small number"))
                    .fetch_all(&mut *tx)
                    .await
                    .step(step)?;
            let is_last = rows.len() < BATCH;
            let users = rows
                .into_iter()
                .map(User::try_from)
                .collect::<Result<Vec<_>, _>>()?;
            let mut pairs: Vec<(i64, i64)> = Vec::new();
            for user in &users {
                let key = search_key(&user.tenant, &user.id);
                pairs.extend(terms_of(user).into_iter().map(|term| (term, key)));
            }
            // In the order of the index.
            pairs.sort_unstable();
            insert_terms(&pairs, &mut tx).await?;
            set_keys(&users, &mut tx).await?;
            tx.commit().await.step(step)?;
            if is_last {
                return Ok(());
            }
        }
    }
}
