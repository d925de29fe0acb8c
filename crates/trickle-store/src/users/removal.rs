//! The users of a connection that goes.

use std::iter::repeat;

use sqlx::{AnyConnection, AssertSqlSafe, FromRow};
use trickle_model::{TenantId, User};

use super::row::{UserRow, select_user};
use super::search_keys::outdate;
use super::terms::terms_of;
use crate::StoreError;
use crate::bulk::{Column, Rows};
use crate::column::text;
use crate::dialect::Dialect;
use crate::error::Step;
use crate::login_sessions::LOGINS;

const STEP: &str = "remove users of the connection";
/// Users who go in one transaction; a hundred thousand in one took 19 seconds.
const USERS: i64 = 250;
/// Once so many terms go with them, the others wait for the next one.
const TERMS: usize = 50_000;

#[derive(FromRow)]
struct GoingRow {
    #[sqlx(flatten)]
    user: UserRow,
    search_key: Option<i64>,
}

/// Removes some users of a connection with their terms; false where it has none. Those of other connections who are linked to them become
/// users of their own, and logins end that may have come by way of them.
pub(crate) async fn remove_some_of(
    tenant: &TenantId,
    connection: &str,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let rows: Vec<GoingRow> = sqlx::query_as(AssertSqlSafe(some(dialect)))
        .bind(text(connection))
        .bind(USERS)
        .fetch_all(&mut *tx)
        .await
        .step(STEP)?;
    if rows.is_empty() {
        return Ok(false);
    }
    let mut ids: Vec<String> = Vec::new();
    let mut pairs: Vec<(i64, i64)> = Vec::new();
    let mut keys: Vec<i64> = Vec::new();
    for row in rows {
        if pairs.len() >= TERMS {
            break;
        }
        let user = User::try_from(row.user)?;
        if user.connection.as_str() != connection {
            // It is linked to one who goes.
            continue;
        }
        if let Some(key) = row.search_key {
            pairs.extend(terms_of(&user).into_iter().zip(repeat(key)));
            keys.push(key);
        }
        ids.push(user.id.as_str().to_owned());
    }
    if let (Some(first), Some(last)) = (keys.iter().min(), keys.iter().max()) {
        outdate(*first, *last, &mut *tx).await?;
    }
    let columns = vec![
        Column::SameText(tenant.as_str()),
        Column::texts(ids.iter().map(String::as_str)),
    ];
    let users = Rows::new(dialect, ids.len(), columns);
    for table in LOGINS {
        let end = |given: &str| {
            format!(
                "DELETE FROM {table} WHERE (tenant_id, user_id) IN (SELECT users.tenant_id, users.linked_to FROM {given} \
                 JOIN users ON users.tenant_id = given.column1 AND users.id = given.column2 WHERE users.linked_to IS NOT NULL)"
            )
        };
        users.update(end, STEP, &mut *tx).await?;
    }
    let part = |given: &str| {
        format!(
            "UPDATE users SET linked_to = NULL WHERE linked_to IS NOT NULL \
             AND (tenant_id, linked_to) IN (SELECT column1, column2 FROM {given})"
        )
    };
    users.update(part, STEP, &mut *tx).await?;
    remove_terms(pairs, dialect, &mut *tx).await?;
    let remove = |given: &str| {
        format!("DELETE FROM users WHERE (tenant_id, id) IN (SELECT column1, column2 FROM {given})")
    };
    users.update(remove, STEP, tx).await?;
    Ok(true)
}

/// SQL of some users of a connection. PostgreSQL holds them together with those who are linked to them, in the order in which others hold
/// users: who links one of them has ended before, or finds nobody.
fn some(dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => select_user!(
            ", users.search_key",
            "WHERE users.connection_id = $1 LIMIT $2"
        )
        .to_owned(),
        Dialect::Postgres => format!(
            "{}{}",
            select_user!(
                ", users.search_key",
                "JOIN (WITH part AS (SELECT tenant_id, id FROM users WHERE connection_id = $1 LIMIT $2) \
                 SELECT part.tenant_id, part.id FROM part UNION SELECT linked.tenant_id, linked.id FROM part \
                 JOIN users AS linked ON linked.tenant_id = part.tenant_id AND linked.linked_to = part.id) AS held \
                 ON users.tenant_id = held.tenant_id AND users.id = held.id ORDER BY users.id COLLATE \"C\""
            ),
            dialect.for_update_of_users()
        ),
    }
}

/// The index of terms is by term: by user it would have to be read as a whole.
async fn remove_terms(
    mut pairs: Vec<(i64, i64)>,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    pairs.sort_unstable();
    let columns = vec![
        Column::Numbers(pairs.iter().map(|(term, _)| *term).collect()),
        Column::Numbers(pairs.iter().map(|(_, key)| *key).collect()),
    ];
    let remove = |given: &str| {
        format!(
            "DELETE FROM user_terms WHERE (term, user_key) IN (SELECT column1, column2 FROM {given})"
        )
    };
    let terms = Rows::new(dialect, pairs.len(), columns);
    terms.update(remove, STEP, tx).await.map(drop)
}
