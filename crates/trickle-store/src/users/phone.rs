//! Telephone numbers as identifiers: the keys of users follow the options of their connection.

use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, AssertSqlSafe, Executor};
use trickle_model::{ConnectionId, ConnectionOptions, PHONE_SEPARATORS};

use crate::column::text;
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const STEP: &str = "find users by their telephone numbers";
/// Connections that are looked at together.
const GROUP: i64 = 100;

/// SQL of the key of a user who is changed. A number that the user had before gets its key back only where nobody else has it: two
/// may have had one number before numbers were identifiers, and each of them can still be changed otherwise.
macro_rules! changed_phone_key {
    ($key:literal, $is_new:literal) => {
        concat!(
            "CASE WHEN ",
            $key,
            " IS NOT NULL AND (SELECT connections.phone_is_identifier FROM connections \
             WHERE connections.id = users.connection_id) = 1 AND (",
            $is_new,
            " = 1 OR NOT EXISTS (SELECT 1 FROM users AS others WHERE others.connection_id = users.connection_id \
             AND others.phone_key = ",
            $key,
            " AND others.id <> users.id)) THEN ",
            $key,
            " END"
        )
    };
}
pub(super) use changed_phone_key;

/// Whether numbers are identifiers of a connection, as far as keys go.
pub(super) async fn are_keys(
    connection: &ConnectionId,
    executor: impl Executor<'_, Database = Any>,
) -> Result<bool, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT COALESCE(phone_is_identifier, 0) FROM connections WHERE id = $1",
    )
    .bind(text(connection.as_str()))
    .fetch_optional(executor)
    .await
    .step(STEP)?;
    Ok(found == Some(1))
}

/// Makes the keys of a connection's users follow its options, where those say something new. Of several users with one number the
/// oldest gets the key.
pub(crate) async fn follow_options(
    connection: &ConnectionId,
    options: &ConnectionOptions,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let is_identifier = options.phone_is_identifier();
    let is_new = sqlx::query(
        "UPDATE connections SET phone_is_identifier = $2 \
         WHERE id = $1 AND (phone_is_identifier IS NULL OR phone_is_identifier <> $2)",
    )
    .bind(text(connection.as_str()))
    .bind(i64::from(is_identifier))
    .execute(&mut *tx)
    .await
    .at_most_one(STEP)?;
    if !is_new {
        return Ok(());
    }
    sqlx::query(
        "UPDATE users SET phone_key = NULL WHERE connection_id = $1 AND phone_key IS NOT NULL",
    )
    .bind(text(connection.as_str()))
    .execute(&mut *tx)
    .await
    .step(STEP)?;
    if is_identifier {
        sqlx::query(AssertSqlSafe(fill(dialect)))
            .bind(text(connection.as_str()))
            .execute(tx)
            .await
            .step(STEP)?;
    }
    Ok(())
}

/// The numbers of a connection's users become keys.
fn fill(dialect: Dialect) -> String {
    // A number with a NUL is none, and PostgreSQL's JSON would fail on it.
    let attributes =
        |position: &str| format!("CASE WHEN {position} > 0 THEN '{{}}' ELSE users.attributes END");
    let (number, is_number) = match dialect {
        Dialect::Sqlite => {
            let attributes = attributes("instr(users.attributes, '\\u0000')");
            let number = format!("json_extract({attributes}, '$.phone_number')");
            let bare = PHONE_SEPARATORS.iter().fold(number, |number, separator| {
                format!("replace({number}, '{separator}', '')")
            });
            let is_number = "phone GLOB '+[0-9]*' AND length(phone) <= 16 AND substr(phone, 2) NOT GLOB '*[^0-9]*'";
            (bare, is_number)
        }
        Dialect::Postgres => {
            let attributes = attributes("position('\\u0000' IN users.attributes)");
            let separators: String = PHONE_SEPARATORS.iter().collect();
            let number = format!(
                "translate(CAST({attributes} AS jsonb) ->> 'phone_number', '{separators}', '')"
            );
            (number, "phone ~ '^\\+[0-9]{1,15}$'")
        }
    };
    format!(
        "UPDATE users SET phone_key = firsts.phone FROM (SELECT tenant_id, id, phone FROM \
         (SELECT tenant_id, id, phone, ROW_NUMBER() OVER (PARTITION BY phone ORDER BY created_at, id) AS place FROM \
         (SELECT users.tenant_id, users.id, users.created_at, {number} AS phone FROM users \
         WHERE users.connection_id = $1 AND users.attributes LIKE '%\"phone_number\"%') AS numbers \
         WHERE {is_number}) AS ranked WHERE place = 1) AS firsts \
         WHERE users.tenant_id = firsts.tenant_id AND users.id = firsts.id"
    )
}

impl Store {
    /// Gives users their keys whose connections are from before there were such keys.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.complete_phone_keys", skip_all)]
    pub(crate) async fn complete_phone_keys(&self) -> Result<(), StoreError> {
        loop {
            let connections: Vec<(String, String)> = sqlx::query_as(
                "SELECT id, options FROM connections WHERE phone_is_identifier IS NULL LIMIT $1",
            )
            .bind(GROUP)
            .fetch_all(&self.read)
            .await
            .step(STEP)?;
            if connections.is_empty() {
                return Ok(());
            }
            for (id, options) in connections {
                // Options that make no sense are told where they are used.
                let options: Map<String, Value> =
                    serde_json::from_str(&options).unwrap_or_default();
                let options = ConnectionOptions::from_stored(options);
                let id = ConnectionId::from_text(id);
                let mut tx = self.begin_write().await?;
                follow_options(&id, &options, self.dialect, &mut tx).await?;
                tx.commit().await.step(STEP)?;
            }
        }
    }
}
