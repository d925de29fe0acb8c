//! Users whose objects stay the JSON text that they are stored as: who only shows them need not take it apart.

use serde::de::IgnoredAny;
use sqlx::FromRow;
use trickle_model::{TenantId, User, UserId};

use super::row::{PlainRow, plain_columns};
use crate::column::Row;
use crate::stored::{Stored, find};
use crate::{Store, StoreError};

/// A user, and its objects as text.
#[derive(Clone, Debug)]
pub struct UserDocument {
    /// The user without the objects, which are empty here.
    pub user: User,
    /// The objects; none where a list leaves them out because they take more than [`UserDocument::LISTED_MAX_BYTES`].
    pub objects: Option<UserObjects>,
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

/// The columns of a document, with SQL before and after each object.
macro_rules! document_columns {
    ($before:literal, $after:literal) => {
        concat!(
            plain_columns!(),
            ", ",
            $before,
            "users.attributes",
            $after,
            " AS attributes, ",
            $before,
            "users.user_metadata",
            $after,
            " AS user_metadata, ",
            $before,
            "users.app_metadata",
            $after,
            " AS app_metadata"
        )
    };
}

/// As documents of a list.
pub(super) const LISTED_COLUMNS: &str = document_columns!(
    "CASE WHEN octet_length(users.attributes) + octet_length(users.user_metadata) \
     + octet_length(users.app_metadata) <= 32768 THEN ",
    " END"
);

#[derive(FromRow)]
pub(crate) struct DocumentRow {
    #[sqlx(flatten)]
    plain: PlainRow,
    attributes: Option<String>,
    user_metadata: Option<String>,
    app_metadata: Option<String>,
}

impl Stored for UserDocument {
    type Row = DocumentRow;
    const COLUMNS: &'static str = LISTED_COLUMNS;
    const FROM: &'static str = "users";
}

impl TryFrom<DocumentRow> for UserDocument {
    type Error = StoreError;

    fn try_from(row: DocumentRow) -> Result<Self, StoreError> {
        let user = row.plain.try_into()?;
        let objects = match (row.attributes, row.user_metadata, row.app_metadata) {
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
        Ok(Self { user, objects })
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

/// A document with its objects, however large.
struct Whole(UserDocument);

impl Stored for Whole {
    type Row = DocumentRow;
    const COLUMNS: &'static str = document_columns!("", "");
    const FROM: &'static str = "users";
}

impl TryFrom<DocumentRow> for Whole {
    type Error = StoreError;

    fn try_from(row: DocumentRow) -> Result<Self, StoreError> {
        row.try_into().map(Self)
    }
}

impl Store {
    /// A user with its objects.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.user_document", skip_all, fields(tenant.id = %tenant, user.id = %id))]
    pub async fn user_document(
        &self,
        tenant: &TenantId,
        id: &UserId,
    ) -> Result<Option<UserDocument>, StoreError> {
        let condition = "WHERE tenant_id = $1 AND id = $2";
        let values = [tenant.as_str(), id.as_str()];
        let found = find::<Whole>(condition, &values, "find the user", &self.read).await?;
        Ok(found.map(|whole| whole.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_leave_out_what_is_said() {
        assert!(LISTED_COLUMNS.contains(&format!("<= {} ", UserDocument::LISTED_MAX_BYTES)));
    }
}
