//! Users who are ways in of another user.

use serde::Deserialize;
use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::{ConnectionId, TenantId, User, UserId};

use super::row::{PlainRow, plain_columns};
use super::terms;
use crate::column::{Row, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::login_sessions::end_all;
use crate::stored::hold_row;
use crate::{Store, StoreError};

/// Most users who are linked to one; a page of users shows all of theirs.
pub const LINKED_MOST: usize = 20;

/// Attributes of a linked user that are shown: 2 000 linked users of a page take a few megabytes.
const SHOWN: &str = "CASE WHEN octet_length(linked.attributes) <= 4096 THEN linked.attributes END";
const STEP: &str = "link the users";

/// A user who is linked to another.
#[derive(Clone, Debug)]
pub struct LinkedUser {
    /// The user, with empty objects.
    pub user: User,
    /// A JSON object of the root fields without a column; none where it takes more than 4 KiB.
    pub attributes: Option<String>,
}

/// What became of two users to be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkUser {
    /// The second is a way in of the first.
    Linked,
    /// There is no user to link to.
    NoPrimary,
    /// There is no user to be linked, or not in that connection.
    NoSecondary,
    /// Both are the same.
    Itself,
    /// It is linked already, to this user or to another.
    AlreadyLinked,
    /// Others are linked to the one that is to be linked.
    HasLinked,
    /// [`LINKED_MOST`] are linked to the first.
    Full,
}

#[derive(Deserialize)]
struct LinkedParts {
    plain: PlainRow,
    attributes: Option<String>,
}

impl TryFrom<LinkedParts> for LinkedUser {
    type Error = StoreError;

    fn try_from(parts: LinkedParts) -> Result<Self, StoreError> {
        let user = User::try_from(parts.plain)?;
        if let Some(attributes) = &parts.attributes {
            let row = Row {
                table: "users",
                id: user.id.as_str(),
            };
            row.object("attributes", attributes)?;
        }
        Ok(Self {
            user,
            attributes: parts.attributes,
        })
    }
}

/// What a linked user is read from: SQL of its columns as one JSON list.
fn plain(dialect: Dialect) -> String {
    let columns = plain_columns!().replace("users.", "linked.");
    format!("{}({columns})", dialect.json_list_of())
}

/// SQL of a text: the JSON list of those who are linked to a row of `users`.
pub(super) fn linked_list(dialect: Dialect) -> String {
    let plain = plain(dialect);
    let list = dialect.json_list(
        &[plain.as_str(), SHOWN],
        "ORDER BY linked.id",
        "users AS linked WHERE linked.tenant_id = users.tenant_id AND linked.linked_to = users.id",
    );
    // Where it stays JSON it would become a part of what it is put into.
    format!("({list} || '')")
}

/// Of such a text.
pub(super) fn parse_linked(list: &str, primary: &User) -> Result<Vec<LinkedUser>, StoreError> {
    let row = Row {
        table: "users",
        id: primary.id.as_str(),
    };
    let parts: Vec<LinkedParts> = row.rows("linked_to", list)?;
    parts.into_iter().map(LinkedUser::try_from).collect()
}

/// Keeps a user from being changed, linked or removed by others until the transaction ends; false without such a user.
async fn hold(tenant: &TenantId, id: &UserId, tx: &mut AnyConnection) -> Result<bool, StoreError> {
    hold_row(("users", "updated_at"), (tenant, id.as_str()), STEP, tx).await
}

/// The same of a user and all who are linked to it, in the order of their ids: with two orders, two transactions could wait for each other.
async fn hold_all(
    tenant: &TenantId,
    id: &UserId,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let mut users = linked_ids(tenant, id, &mut *tx).await?;
    users.push(id.clone());
    users.sort();
    let mut is_there = false;
    for user in &users {
        let is_held = hold(tenant, user, &mut *tx).await?;
        is_there |= is_held && user == id;
    }
    Ok(is_there)
}

/// To whom a user is linked, and in which connection it is.
async fn place_of(
    tenant: &TenantId,
    id: &UserId,
    tx: &mut AnyConnection,
) -> Result<Option<(String, Option<String>)>, StoreError> {
    sqlx::query_as("SELECT connection_id, linked_to FROM users WHERE tenant_id = $1 AND id = $2")
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .fetch_optional(tx)
        .await
        .step(STEP)
}

/// Whether a connection is removed, and its users with it. One that is removed a moment later parts who was linked to them.
async fn goes(connection: &str, tx: &mut AnyConnection) -> Result<bool, StoreError> {
    let found: Option<(String,)> =
        sqlx::query_as("SELECT id FROM connections WHERE id = $1 AND is_going = 1")
            .bind(text(connection))
            .fetch_optional(tx)
            .await
            .step(STEP)?;
    Ok(found.is_some())
}

async fn linked_ids(
    tenant: &TenantId,
    primary: &UserId,
    tx: &mut AnyConnection,
) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM users WHERE tenant_id = $1 AND linked_to = $2 ORDER BY id")
            .bind(text(tenant.as_str()))
            .bind(text(primary.as_str()))
            .fetch_all(tx)
            .await
            .step(STEP)?;
    Ok(ids.into_iter().map(|(id,)| UserId::from_text(id)).collect())
}

/// Removes a user and all who are linked to it; false without such a user. Of one who is linked the other's logins end: nobody knows
/// which of them came this way.
pub(super) async fn remove_all(
    tenant: &TenantId,
    id: &UserId,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    if !hold_all(tenant, id, &mut *tx).await? {
        return Ok(false);
    }
    if let Some((_, Some(_))) = place_of(tenant, id, &mut *tx).await? {
        end_all(tenant, id, step, &mut *tx).await?;
    }
    let mut users = linked_ids(tenant, id, &mut *tx).await?;
    users.push(id.clone());
    for user in &users {
        terms::remove(tenant, user, &mut *tx).await?;
        sqlx::query("DELETE FROM users WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(user.as_str()))
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
    }
    Ok(true)
}

impl Store {
    /// Makes a user a way in of another; all that it is logged in by ends. With a connection only where it is in that one.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.link", skip_all, fields(tenant.id = %tenant, user.id = %primary))]
    pub async fn link_user(
        &self,
        tenant: &TenantId,
        primary: &UserId,
        secondary: &UserId,
        connection: Option<&ConnectionId>,
    ) -> Result<LinkUser, StoreError> {
        if primary == secondary {
            return Ok(LinkUser::Itself);
        }
        let mut tx = self.begin_write().await?;
        // In one order; see `hold_all`.
        let mut both = [primary, secondary];
        both.sort();
        for user in both {
            hold(tenant, user, &mut tx).await?;
        }
        let Some((at, None)) = place_of(tenant, primary, &mut tx).await? else {
            return Ok(LinkUser::NoPrimary);
        };
        if goes(&at, &mut tx).await? {
            return Ok(LinkUser::NoPrimary);
        }
        let Some((home, linked_to)) = place_of(tenant, secondary, &mut tx).await? else {
            return Ok(LinkUser::NoSecondary);
        };
        if goes(&home, &mut tx).await? {
            return Ok(LinkUser::NoSecondary);
        }
        if connection.is_some_and(|wanted| wanted.as_str() != home) {
            return Ok(LinkUser::NoSecondary);
        }
        if linked_to.is_some() {
            return Ok(LinkUser::AlreadyLinked);
        }
        if !linked_ids(tenant, secondary, &mut tx).await?.is_empty() {
            return Ok(LinkUser::HasLinked);
        }
        if linked_ids(tenant, primary, &mut tx).await?.len() >= LINKED_MOST {
            return Ok(LinkUser::Full);
        }
        end_all(tenant, secondary, STEP, &mut tx).await?;
        sqlx::query("UPDATE users SET linked_to = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(secondary.as_str()))
            .bind(text(primary.as_str()))
            .execute(&mut *tx)
            .await
            .exactly_one(STEP)?;
        tx.commit().await.step(STEP)?;
        Ok(LinkUser::Linked)
    }

    /// Makes a user who is linked to another a user of its own again; false where it is not linked to that one. All that the two are
    /// logged in by ends.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.unlink", skip_all, fields(tenant.id = %tenant, user.id = %primary))]
    pub async fn unlink_user(
        &self,
        tenant: &TenantId,
        primary: &UserId,
        secondary: &UserId,
    ) -> Result<bool, StoreError> {
        let step = "part the users";
        let mut tx = self.begin_write().await?;
        hold(tenant, secondary, &mut tx).await?;
        let Some((_, Some(linked_to))) = place_of(tenant, secondary, &mut tx).await? else {
            return Ok(false);
        };
        if linked_to != primary.as_str() {
            return Ok(false);
        }
        end_all(tenant, secondary, step, &mut tx).await?;
        sqlx::query("UPDATE users SET linked_to = NULL WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(secondary.as_str()))
            .execute(&mut *tx)
            .await
            .exactly_one(step)?;
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Those who are linked to a user, in the order of their ids.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.linked", skip_all, fields(tenant.id = %tenant, user.id = %primary))]
    pub async fn linked_users(
        &self,
        tenant: &TenantId,
        primary: &UserId,
    ) -> Result<Vec<LinkedUser>, StoreError> {
        let list_of = self.dialect.json_list_of();
        let plain = plain(self.dialect);
        let sql = format!(
            "SELECT CAST({list_of}({plain}, {SHOWN}) AS TEXT) FROM users AS linked \
             WHERE linked.tenant_id = $1 AND linked.linked_to = $2 ORDER BY linked.id"
        );
        let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(primary.as_str()))
            .fetch_all(&self.read)
            .await
            .step("list the linked users")?;
        rows.into_iter()
            .map(|(row,)| {
                let parts: LinkedParts = serde_json::from_str(&row).map_err(|_| {
                    let row = Row {
                        table: "users",
                        id: "unknown",
                    };
                    row.inconsistent("all", "they are not the list of a linked user")
                })?;
                LinkedUser::try_from(parts)
            })
            .collect()
    }

    /// To whom a user is linked, if to anybody.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.primary_of", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn primary_of(
        &self,
        tenant: &TenantId,
        id: &UserId,
    ) -> Result<Option<UserId>, StoreError> {
        let linked_to: Option<(Option<String>,)> =
            sqlx::query_as("SELECT linked_to FROM users WHERE tenant_id = $1 AND id = $2")
                .bind(text(tenant.as_str()))
                .bind(text(id.as_str()))
                .fetch_optional(&self.read)
                .await
                .step("look to whom the user is linked")?;
        Ok(linked_to
            .and_then(|(linked_to,)| linked_to)
            .map(UserId::from_text))
    }

    /// Whether any user of a connection is linked.
    pub(super) async fn has_linked_in(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
    ) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE tenant_id = $1 AND connection_id = $2 AND linked_to IS NOT NULL LIMIT 1) AS found",
        )
        .bind(text(tenant.as_str()))
        .bind(text(connection.as_str()))
        .fetch_one(&self.read)
        .await
        .step("look for linked users of the connection")?;
        Ok(found > 0)
    }

    /// Whether anybody of a tenant is linked.
    pub(super) async fn has_linked(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE tenant_id = $1 AND linked_to IS NOT NULL LIMIT 1) AS found",
        )
        .bind(text(tenant.as_str()))
        .fetch_one(&self.read)
        .await
        .step("look for linked users")?;
        Ok(found > 0)
    }
}
