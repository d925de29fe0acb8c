//! What tables of things have in common: finding one, listing them page by page, changing one under a lock.

use std::fmt::Display;

use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Executor, FromRow, Transaction};
use trickle_model::TenantId;

use crate::column::{counted, object, text};
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::place::{By, Placed, columns as place_columns, order};
use crate::{Listed, Page, Part, Place, Store, StoreError, Total};

/// A thing that is read from a row.
pub(crate) trait Stored: TryFrom<Self::Row, Error = StoreError> {
    /// Its columns.
    type Row: for<'r> FromRow<'r, AnyRow> + Send + Unpin;
    /// The columns, as before `FROM`; never `*`: another node may add a column while this one runs.
    const COLUMNS: &'static str;
    /// The table with its joins, as after `FROM`.
    const FROM: &'static str;
}

/// How a list is read.
pub(crate) struct List<'a> {
    /// Which of them.
    pub(crate) filter: &'a Filter,
    /// By what it is ordered.
    pub(crate) order: &'a [By],
    /// Which part.
    pub(crate) part: Part,
    /// What is to be known of the rest, unless the part begins at a place.
    pub(crate) total: Total,
    /// For the error.
    pub(crate) step: &'static str,
}

/// One thing; `condition` is what follows `FROM`, with these texts as its values.
pub(crate) async fn find<T: Stored>(
    condition: &str,
    values: &[&str],
    step: &'static str,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<T>, StoreError> {
    let sql = format!("SELECT {} FROM {} {condition}", T::COLUMNS, T::FROM);
    let mut query = sqlx::query_as::<_, T::Row>(AssertSqlSafe(sql));
    for value in values {
        query = query.bind(text(value));
    }
    let row = query.fetch_optional(executor).await.step(step)?;
    row.map(T::try_from).transpose()
}

/// Removes a row of a tenant by its id, with what hangs on it; false without such a row. `table` is a constant.
pub(crate) async fn remove(
    table: &'static str,
    (tenant, id): (&TenantId, &str),
    step: &'static str,
    executor: impl Executor<'_, Database = Any>,
) -> Result<bool, StoreError> {
    let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND id = $2");
    sqlx::query(AssertSqlSafe(sql))
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .execute(executor)
        .await
        .at_most_one(step)
}

/// Keeps a row of a tenant from being changed by others until the transaction ends, by writing what it has; false without such a row. Table
/// and column are constants.
pub(crate) async fn hold_row(
    (table, column): (&'static str, &'static str),
    (tenant, id): (&TenantId, &str),
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let sql = format!("UPDATE {table} SET {column} = {column} WHERE tenant_id = $1 AND id = $2");
    sqlx::query(AssertSqlSafe(sql))
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .execute(tx)
        .await
        .at_most_one(step)
}

/// Settings as they are stored, where they are no larger than they may be: logins read them.
pub(crate) fn bounded(
    settings: &Map<String, Value>,
    most_bytes: usize,
    step: &'static str,
) -> Result<String, StoreError> {
    let json = object(settings);
    if json.len() > most_bytes {
        return Err(StoreError::TooLarge { step, most_bytes });
    }
    Ok(json)
}

impl Store {
    /// The thing of an id, else of a name, which is in the column `name`.
    pub(crate) async fn find_by_id_or<T: Stored>(
        &self,
        name: &'static str,
        tenant: &TenantId,
        id_or_name: &str,
        step: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let condition = format!(
            "WHERE tenant_id = $1 AND (id = $2 OR {name} = $2) \
             ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END LIMIT 1"
        );
        find(&condition, &[tenant.as_str(), id_or_name], step, &self.read).await
    }

    /// A page of a list. It is counted only where the page does not show how long it is.
    pub(crate) async fn listed<T: Stored>(&self, list: List<'_>) -> Result<Listed<T>, StoreError> {
        self.listed_from(T::FROM, list).await
    }

    /// The same of things that are found through another table; `from` as after `FROM`.
    pub(crate) async fn listed_from<T: Stored>(
        &self,
        from: &'static str,
        list: List<'_>,
    ) -> Result<Listed<T>, StoreError> {
        self.listed_as::<T, T::Row>(from, T::COLUMNS, list).await
    }

    /// The same by other columns. A tenant's lists [follow each other](Store::in_turn).
    pub(crate) async fn listed_as<T, R>(
        &self,
        from: &'static str,
        columns: impl Display,
        list: List<'_>,
    ) -> Result<Listed<T>, StoreError>
    where
        T: TryFrom<R, Error = StoreError>,
        R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let (rows, total, next) = self.rows::<R>(from, columns, list).await?;
        let listed = Listed::from_rows(rows, total)?;
        Ok(Listed { next, ..listed })
    }

    /// The rows of the same, with the total, and where the part ended if there is more.
    pub(crate) async fn rows<R>(
        &self,
        from: &'static str,
        columns: impl Display,
        list: List<'_>,
    ) -> Result<(Vec<R>, u64, Option<Place>), StoreError>
    where
        R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let List {
            filter,
            order: by,
            part,
            total: wanted,
            step,
        } = list;
        let (columns, order) = (columns.to_string(), order(by));
        let read = async {
            match part {
                Part::Page(page) => {
                    let select = format!("SELECT {columns} FROM {from}");
                    let rows: Vec<R> = filter
                        .page(&select, &order, page)
                        .fetch_all(&self.read)
                        .await
                        .step(step)?;
                    let total = match page.total_of(rows.len(), wanted) {
                        Some(total) => total,
                        None => self.length(filter, from, step).await?,
                    };
                    Ok::<_, StoreError>((rows, total, None))
                }
                Part::Behind { place, limit } => {
                    if !by.iter().all(By::has_places) {
                        return Err(StoreError::NoSuchPlace { step });
                    }
                    let narrowed = match &place {
                        None => None,
                        Some(place) => {
                            let narrowed = filter.behind(by, place);
                            Some(narrowed.ok_or(StoreError::NoSuchPlace { step })?)
                        }
                    };
                    let places = place_columns(by);
                    let select = format!("SELECT {columns}{places} FROM {from}");
                    // One more shows whether there is more.
                    let page = Page {
                        offset: 0,
                        limit: limit.saturating_add(1),
                    };
                    let rows: Vec<Placed<R>> = narrowed
                        .as_ref()
                        .unwrap_or(filter)
                        .page(&select, &order, page)
                        .fetch_all(&self.read)
                        .await
                        .step(step)?;
                    let most = usize::try_from(limit).unwrap_or(usize::MAX);
                    let next = (rows.len() > most)
                        .then(|| most.checked_sub(1).map(|last| rows[last].place.clone()))
                        .flatten();
                    let rows: Vec<R> = rows.into_iter().take(most).map(|row| row.row).collect();
                    let total = rows.len() as u64;
                    Ok((rows, total, next))
                }
            }
        };
        self.in_turn(&filter.tenant(), step, read).await
    }

    /// How long a list is.
    pub(crate) async fn length(
        &self,
        filter: &Filter,
        from: &'static str,
        step: &'static str,
    ) -> Result<u64, StoreError> {
        let total = filter.count(from).fetch_one(&self.read).await.step(step)?;
        Ok(counted(total))
    }

    /// A thing with settings that nobody else changes until the transaction ends, so that two merges do not lose each other.
    pub(crate) async fn hold<T: Stored>(
        &self,
        tenant: &TenantId,
        id: &str,
        step: &'static str,
    ) -> Result<Option<(Transaction<'static, Any>, T)>, StoreError> {
        let mut tx = self.begin_write().await?;
        if !hold_row((T::FROM, "settings"), (tenant, id), step, &mut tx).await? {
            return Ok(None);
        }
        let condition = "WHERE tenant_id = $1 AND id = $2";
        let held = find(condition, &[tenant.as_str(), id], step, &mut *tx).await?;
        Ok(held.map(|held| (tx, held)))
    }
}

/// Puts settings over others, `null` removing.
pub(crate) fn merge(settings: &mut Map<String, Value>, changes: Map<String, Value>) {
    settings.extend(changes);
    settings.retain(|_, value| !value.is_null());
}
