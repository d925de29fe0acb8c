use sqlx::{AnyConnection, AssertSqlSafe};

use super::{ImportBatch, ImportId, ImportRow};
use crate::column::{key, object, text};
use crate::error::Step;
use crate::vault::Vault;
use crate::{StoreError, second_factors};

const STEP: &str = "add users";
/// Rows of one statement: 13 values each stay far below PostgreSQL's 65535, and one text serves nearly all of an import.
const GROUP: usize = 100;

/// Whether all rows became users.
pub(super) enum Inserted {
    All,
    /// A key of one was taken.
    Fewer,
}

/// Adds users with identities, hashes and second factors; stops where a key is taken.
pub(super) async fn insert_rows(
    vault: &Vault,
    batch: &ImportBatch<'_>,
    rows: &[&ImportRow],
    tx: &mut AnyConnection,
) -> Result<Inserted, StoreError> {
    for group in rows.chunks(GROUP) {
        if insert_users(batch, group, tx).await? < group.len() as u64 {
            return Ok(Inserted::Fewer);
        }
        insert_identities(batch, group, tx).await?;
        insert_credentials(batch, group, tx).await?;
        for row in group {
            let factors = &row.profile.second_factors;
            second_factors::insert(vault, batch.tenant, row.id.id(), factors, batch.now, tx)
                .await?;
        }
    }
    Ok(Inserted::All)
}

/// `prefix` and as many tuples as there are rows; `{}` in a tuple becomes the next number.
fn statement(prefix: &str, tuple: &str, first: usize, rows: usize, suffix: &str) -> String {
    let mut sql = String::with_capacity(prefix.len() + (tuple.len() + 32) * rows);
    sql.push_str(prefix);
    let mut next = first;
    for row in 0..rows {
        if row > 0 {
            sql.push_str(", ");
        }
        let mut parts = tuple.split("{}");
        sql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            sql.push('$');
            sql.push_str(&next.to_string());
            sql.push_str(part);
            next += 1;
        }
    }
    sql.push_str(suffix);
    sql
}

async fn insert_users(
    batch: &ImportBatch<'_>,
    rows: &[&ImportRow],
    tx: &mut AnyConnection,
) -> Result<u64, StoreError> {
    let sql = statement(
        "INSERT INTO users (tenant_id, id, connection_id, email, email_key, email_verified, username, username_key, \
         blocked, attributes, user_metadata, app_metadata, created_at, updated_at, logins_count) VALUES ",
        "($1, {}, $2, {}, {}, {}, {}, {}, {}, {}, {}, {}, $3, $3, 0)",
        4,
        rows.len(),
        " ON CONFLICT DO NOTHING",
    );
    let mut query = sqlx::query(AssertSqlSafe(sql))
        .bind(text(batch.tenant.as_str()))
        .bind(text(batch.connection.as_str()))
        .bind(batch.now.as_millisecond());
    for row in rows {
        let profile = &row.profile;
        query = query
            .bind(text(row.id.id().as_str()))
            .bind(profile.email.as_deref().map(text))
            .bind(profile.email.as_deref().map(key))
            .bind(i64::from(profile.email_verified))
            .bind(profile.username.as_deref().map(text))
            .bind(profile.username.as_deref().map(key))
            .bind(i64::from(profile.blocked))
            .bind(object(&profile.attributes))
            .bind(object(&profile.user_metadata))
            .bind(object(&profile.app_metadata));
    }
    let added = query.execute(tx).await.step(STEP)?;
    Ok(added.rows_affected())
}

async fn insert_identities(
    batch: &ImportBatch<'_>,
    rows: &[&ImportRow],
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let sql = statement(
        "INSERT INTO identities (tenant_id, connection_id, raw_id, user_id, made_up) VALUES ",
        "($1, $2, {}, {}, {})",
        3,
        rows.len(),
        "",
    );
    let mut query = sqlx::query(AssertSqlSafe(sql))
        .bind(text(batch.tenant.as_str()))
        .bind(text(batch.connection.as_str()));
    for row in rows {
        let made_up = matches!(row.id, ImportId::MadeUp(_));
        query = query
            .bind(text(row.id.id().raw()))
            .bind(text(row.id.id().as_str()))
            .bind(i64::from(made_up));
    }
    query.execute(tx).await.step(STEP).map(drop)
}

async fn insert_credentials(
    batch: &ImportBatch<'_>,
    rows: &[&ImportRow],
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let given: Vec<_> = rows
        .iter()
        .filter_map(|row| Some((row.id.id(), row.password.as_ref()?)))
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO credentials (tenant_id, user_id, password_hash, imported) VALUES ",
        "($1, {}, {}, 1)",
        2,
        given.len(),
        "",
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(text(batch.tenant.as_str()));
    for (id, password) in given {
        query = query.bind(text(id.as_str())).bind(password.hash().expose());
    }
    query.execute(tx).await.step(STEP).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_are_numbered_on() {
        assert_eq!(
            statement("INSERT ", "($1, {}, {})", 2, 2, " X"),
            "INSERT ($1, $2, $3), ($1, $4, $5) X"
        );
    }
}
