//! Keys by which strangers look for things that list them inside themselves (docs/decisions/0099).

use std::collections::BTreeSet;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};

use crate::StoreError;
use crate::bulk::{Column, Rows};
use crate::column::{KEY_MAX_BYTES, text};
use crate::dialect::Dialect;
use crate::error::Step;

/// Things whose keys are written in one transaction when the store opens. Their settings are in memory meanwhile.
const GROUP: usize = 500;

/// What one thing lists.
pub(crate) struct Listing {
    tenant: String,
    owner: String,
    keys: BTreeSet<String>,
}

impl Listing {
    /// Keys that are too long are left out.
    pub(crate) fn new(tenant: &str, owner: &str, keys: impl Iterator<Item = String>) -> Self {
        Self {
            tenant: text(tenant),
            owner: text(owner),
            keys: keys.filter(|key| key.len() <= KEY_MAX_BYTES).collect(),
        }
    }
}

/// A table with keys of things.
pub(crate) struct KeyTable {
    /// As after `INSERT INTO`: the table, with the columns of the tenant, of the thing and of the key.
    pub(crate) into: &'static str,
    /// As after `DELETE FROM`: the rows of things, which are in the columns `column1` (their tenant) and `column2` of what follows `FROM`.
    pub(crate) of: &'static str,
    /// For the error.
    pub(crate) step: &'static str,
}

impl KeyTable {
    /// Makes these the keys of things that are there.
    pub(crate) async fn write(
        &self,
        listings: &[Listing],
        dialect: Dialect,
        tx: &mut AnyConnection,
    ) -> Result<(), StoreError> {
        let things = vec![
            Column::texts(listings.iter().map(|one| one.tenant.as_str())),
            Column::texts(listings.iter().map(|one| one.owner.as_str())),
        ];
        let delete = |given: &str| format!("DELETE FROM {} FROM {given})", self.of);
        Rows::new(dialect, listings.len(), things)
            .update(delete, self.step, &mut *tx)
            .await?;
        let (mut tenants, mut owners, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for one in listings {
            for key in &one.keys {
                tenants.push(Some(one.tenant.as_str()));
                owners.push(Some(one.owner.as_str()));
                keys.push(Some(key.as_str()));
            }
        }
        let columns = [tenants, owners, keys].map(Column::Texts);
        let len: usize = listings.iter().map(|one| one.keys.len()).sum();
        let into = format!("INSERT INTO {}", self.into);
        Rows::new(dialect, len, columns.into())
            .insert(&into, "", self.step, tx)
            .await
            .map(drop)
    }
}

/// Some things of before their keys were kept apart, which nobody else changes until the transaction ends; `select` is all before `LIMIT`.
/// None when all are done.
pub(crate) async fn due<R>(
    select: &str,
    dialect: Dialect,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<Vec<R>, StoreError>
where
    R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
{
    let lock = match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE",
    };
    let sql = format!("{select} LIMIT {GROUP}{lock}");
    sqlx::query_as::<_, R>(AssertSqlSafe(sql))
        .fetch_all(tx)
        .await
        .step(step)
}
