//! Users whose objects stay the JSON text that they are stored as: who only shows them need not take it apart.

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;
use sqlx::AssertSqlSafe;
use trickle_model::{TenantId, User, UserId};

use super::LinkedUser;
use super::linked::{linked_list, parse_linked};
use super::row::{PlainRow, plain_columns};
use crate::column::{Row, text};
use crate::dialect::Dialect;
use crate::error::Step;
use crate::{Store, StoreError};

/// A user, and its objects as text.
#[derive(Clone, Debug)]
pub struct UserDocument {
    /// The user without the objects, which are empty here.
    pub user: User,
    /// The objects; none where a list leaves them out because they take more than [`UserDocument::LISTED_MAX_BYTES`].
    pub objects: Option<UserObjects>,
    /// Those who are linked to the user, in the order of their ids.
    pub linked: Vec<LinkedUser>,
}

/// The objects of a user, each a JSON object.
#[derive(Clone, Debug)]
pub struct UserObjects {
    /// All root fields without a column of their own.
    pub attributes: String,
    /// Editable by the user.
    pub user_metadata: String,
    /// Editable by administrators.
    pub app_metadata: String,
}

impl Default for UserObjects {
    fn default() -> Self {
        let empty = || "{}".to_owned();
        Self {
            attributes: empty(),
            user_metadata: empty(),
            app_metadata: empty(),
        }
    }
}

impl UserDocument {
    /// Bytes of objects of one user in a list; a page of larger ones would take hundreds of megabytes.
    pub const LISTED_MAX_BYTES: usize = 32 << 10;
}

/// What a document is read from: one JSON list. A driver that serves two databases takes longer for each column than the parser for
/// all of them.
pub(super) struct DocumentColumns {
    dialect: Dialect,
    whole: bool,
}

impl DocumentColumns {
    /// As documents of a list, see [`UserDocument::objects`].
    pub(super) const fn listed(dialect: Dialect) -> Self {
        Self {
            dialect,
            whole: false,
        }
    }

    const fn whole(dialect: Dialect) -> Self {
        Self {
            dialect,
            whole: true,
        }
    }
}

/// As before `FROM`.
impl fmt::Display for DocumentColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list_of = self.dialect.json_list_of();
        write!(f, "CAST({list_of}({list_of}({})", plain_columns!())?;
        for object in [
            "users.attributes",
            "users.user_metadata",
            "users.app_metadata",
        ] {
            if self.whole {
                write!(f, ", {object}")?;
            } else {
                write!(f, ", CASE WHEN {IS_SMALL} THEN {object} END")?;
            }
        }
        write!(f, ", {}) AS TEXT)", linked_list(self.dialect))
    }
}

const IS_SMALL: &str = "octet_length(users.attributes) + octet_length(users.user_metadata) \
                        + octet_length(users.app_metadata) <= 32768";

/// A row of [`DocumentColumns`].
pub(super) type DocumentRow = (String,);

#[derive(Deserialize)]
struct Parts {
    plain: PlainRow,
    attributes: Option<String>,
    user_metadata: Option<String>,
    app_metadata: Option<String>,
    linked: String,
}

impl TryFrom<DocumentRow> for UserDocument {
    type Error = StoreError;

    fn try_from((row,): DocumentRow) -> Result<Self, StoreError> {
        let parts: Parts = serde_json::from_str(&row).map_err(|_| {
            let row = Row {
                table: "users",
                id: "unknown",
            };
            row.inconsistent("all", "they are not the list of a document")
        })?;
        let user = User::try_from(parts.plain)?;
        let linked = parse_linked(&parts.linked, &user)?;
        let objects = match (parts.attributes, parts.user_metadata, parts.app_metadata) {
            (Some(attributes), Some(user_metadata), Some(app_metadata)) => Some(
                UserObjects {
                    attributes,
                    user_metadata,
                    app_metadata,
                }
                .checked(&user)?,
            ),
            _ => None,
        };
        Ok(Self {
            user,
            objects,
            linked,
        })
    }
}

impl UserObjects {
    fn checked(self, user: &User) -> Result<Self, StoreError> {
        let row = Row {
            table: "users",
            id: user.id.as_str(),
        };
        for (column, text) in [
            ("attributes", &self.attributes),
            ("user_metadata", &self.user_metadata),
            ("app_metadata", &self.app_metadata),
        ] {
            let is_object =
                text.starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok();
            if !is_object {
                return Err(row.inconsistent(column, "it is not a JSON object"));
            }
        }
        Ok(self)
    }
}

impl Store {
    /// A user with its objects; nobody where the user is linked to another.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.user_document", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn user_document(
        &self,
        tenant: &TenantId,
        id: &UserId,
    ) -> Result<Option<UserDocument>, StoreError> {
        let columns = DocumentColumns::whole(self.dialect);
        let sql = format!(
            "SELECT {columns} FROM users WHERE tenant_id = $1 AND id = $2 AND linked_to IS NULL"
        );
        sqlx::query_as::<_, DocumentRow>(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(id.as_str()))
            .fetch_optional(&self.read)
            .await
            .step("find the user")?
            .map(UserDocument::try_from)
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_leave_out_what_is_said() {
        assert!(IS_SMALL.ends_with(&format!("<= {}", UserDocument::LISTED_MAX_BYTES)));
    }
}
