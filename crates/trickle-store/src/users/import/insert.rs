use sqlx::AnyConnection;

use super::{ImportBatch, ReadyRow};
use crate::bulk::{Column, Rows};
use crate::column::{number, text};
use crate::dialect::Dialect;
use crate::login_basis::first_count;
use crate::users::due::{Keys, announce};
use crate::users::search_keys::next_keys;
use crate::users::terms::{self, OnTaken};
use crate::vault::Vault;
use crate::{StoreError, second_factors};

const STEP: &str = "add users";

/// Whether all rows became users.
pub(super) enum Inserted {
    /// With these keys in the index of terms; nothing where there were no rows.
    All(Option<Keys>),
    /// A key of one was taken. Nothing else can be done in the transaction.
    Fewer,
}

/// How rows are added.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) vault: &'a Vault,
    pub(super) dialect: Dialect,
    /// Whether telephone numbers are keys.
    pub(super) phones_are_keys: bool,
}

/// Adds users with identities, hashes and second factors, and the terms that are not due later; stops where a key is taken.
pub(super) async fn insert_rows(
    means: Means<'_>,
    batch: &ImportBatch<'_>,
    rows: &[&ReadyRow],
    on_taken: OnTaken,
    tx: &mut AnyConnection,
) -> Result<Inserted, StoreError> {
    match insert_all(means, batch, rows, on_taken, tx).await {
        Ok(keys) => Ok(Inserted::All(keys)),
        // `ON CONFLICT DO NOTHING` would cost PostgreSQL a third more for each row.
        Err(StoreError::Database { source, .. }) if source.is_unique_violation() => {
            Ok(Inserted::Fewer)
        }
        Err(error) => Err(error),
    }
}

async fn insert_all(
    means: Means<'_>,
    batch: &ImportBatch<'_>,
    rows: &[&ReadyRow],
    on_taken: OnTaken,
    tx: &mut AnyConnection,
) -> Result<Option<Keys>, StoreError> {
    let Means { vault, dialect, .. } = means;
    let Some(keys) = Keys::new(next_keys(), rows.len()) else {
        return Ok(None);
    };
    insert_users(means, batch, (keys, rows), tx).await?;
    insert_identities(dialect, batch, rows, tx).await?;
    insert_credentials(dialect, batch, rows, tx).await?;
    for row in rows {
        let factors = &row.second_factors;
        second_factors::insert(vault, batch.tenant, row.id.id(), factors, batch.now, tx).await?;
    }
    match dialect {
        Dialect::Sqlite => announce(keys, tx).await?,
        Dialect::Postgres => terms::add_all(keys.first, rows, on_taken, dialect, tx).await?,
    }
    Ok(Some(keys))
}

fn texts<'a>(rows: &[&'a ReadyRow], of: impl Fn(&'a ReadyRow) -> Option<&'a str>) -> Column<'a> {
    Column::Texts(rows.iter().copied().map(of).collect())
}

fn numbers(rows: &[&ReadyRow], of: impl Fn(&ReadyRow) -> i64) -> Column<'static> {
    Column::Numbers(rows.iter().copied().map(of).collect())
}

async fn insert_users(
    means: Means<'_>,
    batch: &ImportBatch<'_>,
    (keys, rows): (Keys, &[&ReadyRow]),
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let (tenant, connection) = (text(batch.tenant.as_str()), text(batch.connection.as_str()));
    let now = batch.now.as_millisecond();
    let mut columns = vec![
        Column::SameText(&tenant),
        texts(rows, |row| Some(&row.user_id)),
        Column::SameText(&connection),
        texts(rows, |row| row.email.as_deref()),
        texts(rows, |row| row.email_key.as_deref()),
        numbers(rows, |row| i64::from(row.email_verified)),
        texts(rows, |row| row.username.as_deref()),
        texts(rows, |row| row.username_key.as_deref()),
        numbers(rows, |row| i64::from(row.blocked)),
        texts(rows, |row| Some(&row.attributes)),
        texts(rows, |row| Some(&row.user_metadata)),
        texts(rows, |row| Some(&row.app_metadata)),
        Column::SameNumber(now),
        Column::SameNumber(now),
        Column::SameNumber(number(first_count(batch.now))),
        Column::SameNumber(0),
        Column::Numbers((keys.first..=keys.last).collect()),
    ];
    let into = "INSERT INTO users (tenant_id, id, connection_id, email, email_key, email_verified, username, \
                username_key, blocked, attributes, user_metadata, app_metadata, created_at, updated_at, logins_ended, logins_count, search_key";
    let mut into = into.to_owned();
    if means.phones_are_keys {
        columns.push(texts(rows, |row| row.phone.as_deref()));
        into.push_str(", phone_key");
    }
    into.push(')');
    let rows = Rows::new(means.dialect, rows.len(), columns);
    rows.insert(&into, "", STEP, tx).await.map(drop)
}

async fn insert_identities(
    dialect: Dialect,
    batch: &ImportBatch<'_>,
    rows: &[&ReadyRow],
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let (tenant, connection) = (text(batch.tenant.as_str()), text(batch.connection.as_str()));
    let columns = vec![
        Column::SameText(&tenant),
        Column::SameText(&connection),
        texts(rows, |row| Some(&row.raw_id)),
        texts(rows, |row| Some(&row.user_id)),
        numbers(rows, |row| i64::from(row.is_made_up())),
    ];
    let into = "INSERT INTO identities (tenant_id, connection_id, raw_id, user_id, made_up)";
    let rows = Rows::new(dialect, rows.len(), columns);
    rows.insert(into, "", STEP, tx).await.map(drop)
}

async fn insert_credentials(
    dialect: Dialect,
    batch: &ImportBatch<'_>,
    rows: &[&ReadyRow],
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let tenant = text(batch.tenant.as_str());
    let given = || rows.iter().filter(|row| row.password.is_some());
    let hashes = given().filter_map(|row| Some(row.password.as_ref()?.hash().expose()));
    let columns = vec![
        Column::SameText(&tenant),
        Column::texts(given().map(|row| row.user_id.as_str())),
        Column::texts(hashes),
        Column::SameNumber(1),
    ];
    let into = "INSERT INTO credentials (tenant_id, user_id, password_hash, imported)";
    let rows = Rows::new(dialect, given().count(), columns);
    rows.insert(into, "", STEP, tx).await.map(drop)
}
