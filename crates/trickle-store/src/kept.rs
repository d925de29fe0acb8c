//! Things that are kept as callers wrote them, though nothing here follows them.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{AnyConnection, FromRow};
use trickle_model::TenantId;

use crate::column::{Row, key, object, text};
use crate::connections::{self, Among, KEPT_CONNECTION};
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::place::BY_AGE;
use crate::stored::{List, Stored, find};
use crate::{Listed, Part, Store, StoreError, Total};

/// Most things of one kind and parent that a tenant keeps; Auth0 stops far earlier for all but roles, of which it has as many.
pub const KEPT_MOST: u64 = 1000;
/// Of all of them together: a list is read as a whole (docs/decisions/0109).
pub const KEPT_MOST_BYTES: usize = 64 << 20;

/// A thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Unique among those of its kind in the tenant.
    pub id: String,
    /// Id of the thing that it is a part of; empty where it stands alone.
    pub parent: String,
    /// Unique among those of its kind and parent, whatever the case; any number may have none.
    pub name: Option<String>,
    /// As the API shows it.
    pub body: Map<String, Value>,
    /// What the API shows under paths of its own, by name.
    pub parts: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed.
    pub updated_at: Timestamp,
}

/// What became of a new thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddKept {
    /// It is there.
    Added,
    /// Its name or its id is taken.
    Taken,
    /// There are [`KEPT_MOST`] already.
    Full,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeKept<E> {
    /// The thing as it is now.
    Changed(Kept),
    /// There is none.
    Missing,
    /// The name is taken.
    Taken,
    /// Whoever changes it thought better of it.
    Refused(E),
}

#[derive(FromRow)]
pub(crate) struct KeptRow {
    id: String,
    parent: String,
    name_key: Option<String>,
    body: String,
    parts: String,
    created_at: i64,
    updated_at: i64,
}

impl Stored for Kept {
    type Row = KeptRow;
    const COLUMNS: &'static str = "id, parent, name_key, body, parts, created_at, updated_at";
    const FROM: &'static str = "kept";
}

impl TryFrom<KeptRow> for Kept {
    type Error = StoreError;

    fn try_from(kept: KeptRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "kept",
            id: &kept.id,
        };
        Ok(Self {
            body: row.object("body", &kept.body)?,
            parts: row.object("parts", &kept.parts)?,
            created_at: row.time("created_at", kept.created_at)?,
            updated_at: row.time("updated_at", kept.updated_at)?,
            id: kept.id,
            parent: kept.parent,
            name: kept.name_key,
        })
    }
}

const BY_ID: &str = "WHERE tenant_id = $1 AND kind = $2 AND id = $3";

fn of_kind(tenant: &TenantId, kind: &str) -> Filter {
    Filter::new("tenant_id", text(tenant.as_str())).and("kind", Some(text(kind)))
}

/// Refuses what would be too much together with what there is of a kind and a parent.
async fn check_room(
    tenant: &TenantId,
    (kind, parent): (&str, &str),
    more_bytes: usize,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let there: i64 = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(octet_length(body) + octet_length(parts)), 0) AS BIGINT) FROM kept \
         WHERE tenant_id = $1 AND kind = $2 AND parent = $3",
    )
    .bind(text(tenant.as_str()))
    .bind(text(kind))
    .bind(text(parent))
    .fetch_one(tx)
    .await
    .step(step)?;
    let there = usize::try_from(there).unwrap_or_default();
    if there.saturating_add(more_bytes) > KEPT_MOST_BYTES {
        return Err(StoreError::TooLarge {
            step,
            most_bytes: KEPT_MOST_BYTES,
        });
    }
    Ok(())
}

impl Store {
    /// Adds a thing of a kind. The name of a [connection](KEPT_CONNECTION) is taken where one of a database has it, too.
    ///
    /// # Errors
    /// They have more than [`KEPT_MOST_BYTES`] together, the tenant is unknown, or the store fails.
    #[tracing::instrument(name = "db.kept.add", skip_all, fields(tenant.id = %tenant, kept.kind = kind))]
    pub async fn add_kept(
        &self,
        tenant: &TenantId,
        kind: &str,
        new: &Kept,
    ) -> Result<AddKept, StoreError> {
        let step = "keep a thing";
        let mut tx = self.begin_write().await?;
        if kind == KEPT_CONNECTION
            && let Some(name) = &new.name
            && connections::is_taken(tenant, name, Among::Databases, &mut tx).await?
        {
            return Ok(AddKept::Taken);
        }
        let there = of_kind(tenant, kind).and("parent", Some(text(&new.parent)));
        let there = there.count("kept").fetch_one(&mut *tx).await.step(step)?;
        if u64::try_from(there).is_ok_and(|there| there >= KEPT_MOST) {
            return Ok(AddKept::Full);
        }
        let (body, parts) = (object(&new.body), object(&new.parts));
        let bytes = body.len() + parts.len();
        check_room(tenant, (kind, new.parent.as_str()), bytes, step, &mut tx).await?;
        let added = sqlx::query(
            "INSERT INTO kept (tenant_id, kind, id, parent, name_key, body, parts, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(text(kind))
        .bind(text(&new.id))
        .bind(text(&new.parent))
        .bind(new.name.as_deref().map(key))
        .bind(body)
        .bind(parts)
        .bind(new.created_at.as_millisecond())
        .bind(new.updated_at.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        tx.commit().await.step(step)?;
        Ok(if added {
            AddKept::Added
        } else {
            AddKept::Taken
        })
    }

    /// The thing of an id.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.kept.kept", skip_all, fields(tenant.id = %tenant, kept.kind = kind))]
    pub async fn kept(
        &self,
        tenant: &TenantId,
        kind: &str,
        id: &str,
    ) -> Result<Option<Kept>, StoreError> {
        let values = [tenant.as_str(), kind, id];
        find(BY_ID, &values, "find a kept thing", &self.read).await
    }

    /// The thing of a name, whatever its case, that stands alone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.kept.named", skip_all, fields(tenant.id = %tenant, kept.kind = kind))]
    pub async fn kept_named(
        &self,
        tenant: &TenantId,
        kind: &str,
        name: &str,
    ) -> Result<Option<Kept>, StoreError> {
        let condition = "WHERE tenant_id = $1 AND kind = $2 AND parent = '' AND name_key = $3";
        let values = [tenant.as_str(), kind, &key(name)];
        find(condition, &values, "find a kept thing", &self.read).await
    }

    /// Things of a kind and of a parent, oldest first; an empty parent means those that stand alone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.kept.list", skip_all, fields(tenant.id = %tenant, kept.kind = kind))]
    pub async fn list_kept(
        &self,
        tenant: &TenantId,
        kind: &str,
        parent: &str,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<Kept>, StoreError> {
        self.listed(List {
            filter: &of_kind(tenant, kind).and("parent", Some(text(parent))),
            order: BY_AGE,
            part: part.into(),
            total: Total::Counted,
            step: "list kept things",
        })
        .await
    }

    /// Changes a thing; nobody else does at the same time. One that stays the same keeps its time of change.
    ///
    /// # Errors
    /// It grows, and there are more than [`KEPT_MOST_BYTES`] together, or the store fails.
    #[tracing::instrument(name = "db.kept.change", skip_all, fields(tenant.id = %tenant, kept.kind = kind))]
    pub async fn change_kept<E>(
        &self,
        tenant: &TenantId,
        (kind, id): (&str, &str),
        now: Timestamp,
        change: impl FnOnce(&mut Kept) -> Result<(), E> + Send,
    ) -> Result<ChangeKept<E>, StoreError> {
        let step = "change a kept thing";
        let mut tx = self.begin_write().await?;
        // The first statement locks the row.
        let found = sqlx::query(
            "UPDATE kept SET parent = parent WHERE tenant_id = $1 AND kind = $2 AND id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(kind))
        .bind(text(id))
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        let values = [tenant.as_str(), kind, id];
        let held = match found {
            true => find::<Kept>(BY_ID, &values, step, &mut *tx).await?,
            false => None,
        };
        let Some(before) = held else {
            return Ok(ChangeKept::Missing);
        };
        let mut after = before.clone();
        if let Err(why) = change(&mut after) {
            return Ok(ChangeKept::Refused(why));
        }
        after.name = after.name.as_deref().map(key);
        if after == before {
            return Ok(ChangeKept::Changed(before));
        }
        if after.name != before.name && is_taken(tenant, kind, &after, &mut tx).await? {
            return Ok(ChangeKept::Taken);
        }
        after.updated_at = now;
        let (body, parts) = (object(&after.body), object(&after.parts));
        let bytes_before = object(&before.body).len() + object(&before.parts).len();
        let more_bytes = (body.len() + parts.len()).saturating_sub(bytes_before);
        if more_bytes > 0 {
            check_room(
                tenant,
                (kind, after.parent.as_str()),
                more_bytes,
                step,
                &mut tx,
            )
            .await?;
        }
        sqlx::query(
            "UPDATE kept SET name_key = $4, body = $5, parts = $6, updated_at = $7 \
             WHERE tenant_id = $1 AND kind = $2 AND id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(kind))
        .bind(text(id))
        .bind(after.name.clone())
        .bind(body)
        .bind(parts)
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .exactly_one(step)?;
        tx.commit().await.step(step)?;
        Ok(ChangeKept::Changed(after))
    }

    /// Removes a thing; false without such a one.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.kept.remove", skip_all, fields(tenant.id = %tenant, kept.kind = kind))]
    pub async fn remove_kept(
        &self,
        tenant: &TenantId,
        kind: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query("DELETE FROM kept WHERE tenant_id = $1 AND kind = $2 AND id = $3")
            .bind(text(tenant.as_str()))
            .bind(text(kind))
            .bind(text(id))
            .execute(&self.write)
            .await
            .at_most_one("remove a kept thing")
    }

    /// Removes all that is a part of something, which is gone.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.kept.remove_parts", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_kept_of(&self, tenant: &TenantId, parent: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM kept WHERE tenant_id = $1 AND parent = $2")
            .bind(text(tenant.as_str()))
            .bind(text(parent))
            .execute(&self.write)
            .await
            .step("remove the parts of a thing")
            .map(drop)
    }
}

async fn is_taken(
    tenant: &TenantId,
    kind: &str,
    kept: &Kept,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let Some(name) = &kept.name else {
        return Ok(false);
    };
    let filter = of_kind(tenant, kind)
        .and("parent", Some(text(&kept.parent)))
        .and("name_key", Some(name.clone()));
    let step = "look for the name of a kept thing";
    Ok(filter.count("kept").fetch_one(tx).await.step(step)? > 0)
}
