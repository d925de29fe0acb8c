use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};

use super::insert::Means;
use super::{ImportBatch, ImportPassword, OnBuried, OnExisting, ReadyRow, RowRefusal};
use crate::StoreError;
use crate::bulk::{among as in_list, bind_among};
use crate::column::{Row, text};
use crate::dialect::Dialect;
use crate::error::Step;

const STEP: &str = "look for users who are here already";
const OF_TENANT: &str = "users.tenant_id = $1";
/// Of a connection; the index by address is of the tenant.
const BY_ADDRESS: &str = "users.tenant_id = (SELECT connections.tenant_id FROM connections WHERE connections.id = $1) \
     AND users.connection_id = $1";
const BY_NAME: &str = "users.connection_id = $1";
/// Values of one list.
const GROUP: usize = 500;

/// What is to be done with a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Insert,
    /// The user at this place of the list.
    Change(usize),
    Refuse(RowRefusal),
}

/// What a user logs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    None,
    /// From an import, and nobody has logged in with it.
    Unproven,
    Kept,
}

/// A user who has a key of a row.
pub(super) struct Holder {
    pub(super) id: String,
    connection: String,
    pub(super) email_verified: bool,
    pub(super) attributes: Map<String, Value>,
    pub(super) credential: Credential,
}

#[derive(FromRow)]
struct HolderRow {
    id: String,
    connection_id: String,
    email_key: Option<String>,
    username_key: Option<String>,
    phone_key: Option<String>,
    email_verified: i64,
    attributes: String,
    logins_count: i64,
    last_password_reset: Option<i64>,
    imported: Option<i64>,
}

/// By what a user is told apart within the connection.
#[derive(Default)]
struct HeldKeys {
    email: Option<String>,
    username: Option<String>,
    phone: Option<String>,
}

/// The users who have keys of a batch's rows, kept up to date while the batch goes on.
#[derive(Default)]
pub(super) struct Existing {
    pub(super) holders: Vec<Holder>,
    by_id: HashMap<String, usize>,
    by_email: HashMap<String, usize>,
    by_username: HashMap<String, usize>,
    by_phone: HashMap<String, usize>,
    phones_are_keys: bool,
    buried: HashSet<String>,
}

impl Existing {
    pub(super) async fn look_up(
        batch: &ImportBatch<'_>,
        means: Means<'_>,
        tx: &mut AnyConnection,
    ) -> Result<Self, StoreError> {
        let dialect = means.dialect;
        let mut existing = Self {
            phones_are_keys: means.phones_are_keys,
            ..Self::default()
        };
        let rows = || batch.rows.iter();
        let given = rows().filter(|row| !row.is_made_up());
        let ids: Vec<&str> = given.map(|row| row.user_id.as_str()).collect();
        let emails: Vec<&str> = rows().filter_map(|row| row.email_key.as_deref()).collect();
        let usernames = rows().filter_map(|row| row.username_key.as_deref());
        let usernames: Vec<&str> = usernames.collect();
        let phones = rows().filter_map(|row| existing.phone_of(row));
        let phones: Vec<&str> = phones.map(String::as_str).collect();
        let lock = match batch.on_existing {
            OnExisting::Change => dialect.for_update_of_users(),
            OnExisting::Refuse => "",
        };
        let (tenant, connection) = (batch.tenant.as_str(), batch.connection.as_str());
        let looks = [
            (OF_TENANT, tenant, "id", &ids),
            (BY_ADDRESS, connection, "email_key", &emails),
            (BY_NAME, connection, "username_key", &usernames),
            (BY_NAME, connection, "phone_key", &phones),
        ];
        if batch.on_existing == OnExisting::Change && dialect == Dialect::Postgres {
            let mut found = BTreeSet::new();
            for (owner, scope, column, values) in looks {
                let from = format!("SELECT users.id FROM users WHERE {owner} AND users.{column}");
                let users: Vec<(String,)> =
                    among(dialect, &from, scope, values, "", &mut *tx).await?;
                found.extend(users.into_iter().map(|(id,)| id));
            }
            hold(batch, &found, dialect, &mut *tx).await?;
        }
        for (owner, scope, column, values) in looks {
            let from = format!(
                "SELECT users.id, users.connection_id, users.email_key, users.username_key, users.phone_key, \
                 users.email_verified, users.attributes, users.logins_count, users.last_password_reset, credentials.imported FROM users \
                 LEFT JOIN credentials ON credentials.tenant_id = users.tenant_id AND credentials.user_id = users.id \
                 WHERE {owner} AND users.{column}"
            );
            for row in among::<HolderRow>(dialect, &from, scope, values, lock, tx).await? {
                existing.take(row, connection)?;
            }
        }
        if batch.on_buried == OnBuried::Refuse {
            existing.buried = buried(batch, dialect, tx).await?;
        }
        Ok(existing)
    }

    /// Whether a row's id was deleted here.
    pub(super) async fn buries_one(
        batch: &ImportBatch<'_>,
        dialect: Dialect,
        tx: &mut AnyConnection,
    ) -> Result<bool, StoreError> {
        Ok(!buried(batch, dialect, tx).await?.is_empty())
    }

    fn take(&mut self, row: HolderRow, connection: &str) -> Result<(), StoreError> {
        if self.by_id.contains_key(&row.id) {
            return Ok(());
        }
        let place = Row {
            table: "users",
            id: &row.id,
        };
        let credential = match row.imported {
            None => Credential::None,
            Some(1) if row.logins_count == 0 && row.last_password_reset.is_none() => {
                Credential::Unproven
            }
            Some(_) => Credential::Kept,
        };
        let holder = Holder {
            connection: row.connection_id,
            email_verified: place.flag("email_verified", row.email_verified)?,
            attributes: place.object("attributes", &row.attributes)?,
            credential,
            id: row.id,
        };
        // The same address in another connection is another user's own.
        let is_ours = holder.connection == connection;
        let keys = HeldKeys {
            email: row.email_key,
            username: row.username_key,
            phone: row.phone_key,
        };
        self.put(holder, if is_ours { keys } else { HeldKeys::default() });
        Ok(())
    }

    /// The number of a row, where it is a key.
    fn phone_of<'a>(&self, row: &'a ReadyRow) -> Option<&'a String> {
        row.phone.as_ref().filter(|_| self.phones_are_keys)
    }

    fn put(&mut self, holder: Holder, keys: HeldKeys) {
        let at = self.holders.len();
        self.by_id.insert(holder.id.clone(), at);
        if let Some(email) = keys.email {
            self.by_email.entry(email).or_insert(at);
        }
        if let Some(username) = keys.username {
            self.by_username.entry(username).or_insert(at);
        }
        if let Some(phone) = keys.phone {
            self.by_phone.entry(phone).or_insert(at);
        }
        self.holders.push(holder);
    }

    /// A row that becomes a user stands in the way of those after it.
    pub(super) fn add(&mut self, row: &ReadyRow, batch: &ImportBatch<'_>) {
        let holder = Holder {
            id: row.user_id.clone(),
            connection: text(batch.connection.as_str()),
            email_verified: row.email_verified,
            attributes: match batch.on_existing {
                OnExisting::Change => row.attributes(),
                OnExisting::Refuse => Map::new(),
            },
            credential: match row.password {
                Some(_) => Credential::Unproven,
                None => Credential::None,
            },
        };
        let keys = HeldKeys {
            email: row.email_key.clone(),
            username: row.username_key.clone(),
            phone: self.phone_of(row).cloned(),
        };
        self.put(holder, keys);
    }

    pub(super) fn judge(&self, row: &ReadyRow, batch: &ImportBatch<'_>) -> Verdict {
        let changes = batch.on_existing == OnExisting::Change;
        let (id, email) = (&row.user_id, &row.email_key);
        if let Some(&at) = email.as_ref().and_then(|email| self.by_email.get(email)) {
            let is_other = !row.is_made_up() && self.holders[at].id != *id;
            return match (changes, is_other) {
                (false, _) => Verdict::Refuse(RowRefusal::Duplicated),
                (true, true) => Verdict::Refuse(RowRefusal::ConflictEmail),
                (true, false) => Verdict::Change(at),
            };
        }
        if let Some(&at) = self.by_id.get(id) {
            let is_ours = self.holders[at].connection == batch.connection.as_str();
            return match (is_ours, changes, email) {
                (true, false, _) => Verdict::Refuse(RowRefusal::Duplicated),
                (true, true, None) => Verdict::Change(at),
                _ => Verdict::Refuse(RowRefusal::ConflictId),
            };
        }
        let username = row.username_key.as_ref();
        if let Some(&at) = username.and_then(|name| self.by_username.get(name)) {
            return match (changes, row.is_made_up(), email) {
                (true, true, None) => Verdict::Change(at),
                _ => Verdict::Refuse(RowRefusal::ConflictUsername),
            };
        }
        let phone = self.phone_of(row);
        if let Some(&at) = phone.and_then(|phone| self.by_phone.get(phone)) {
            let is_all = row.is_made_up() && email.is_none() && username.is_none();
            return match (is_all, changes) {
                (true, true) => Verdict::Change(at),
                (true, false) => Verdict::Refuse(RowRefusal::Duplicated),
                (false, _) => Verdict::Refuse(RowRefusal::ConflictPhoneNumber),
            };
        }
        if !row.is_whole {
            return Verdict::Refuse(RowRefusal::NoUsername);
        }
        if self.buried.contains(&row.raw_id) {
            return Verdict::Refuse(RowRefusal::Buried);
        }
        Verdict::Insert
    }

    /// The hash that a row gives a user, if any, and whether the user had none.
    pub(super) fn new_hash<'a>(
        &self,
        row: &'a ReadyRow,
        at: usize,
    ) -> Option<(&'a ImportPassword, Credential)> {
        let password = row.password.as_ref()?;
        let credential = self.holders[at].credential;
        match (credential, password) {
            (Credential::None, _) | (Credential::Unproven, ImportPassword::Replacing(_)) => {
                Some((password, credential))
            }
            _ => None,
        }
    }
}

/// Keeps users from being changed, in the order in which others hold users: two who hold some in two orders wait for each other. Who gets a
/// key of a row after the look is held when its user is read.
async fn hold(
    batch: &ImportBatch<'_>,
    ids: &BTreeSet<String>,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let from = format!("SELECT users.id FROM users WHERE {OF_TENANT} AND users.id");
    let (order, lock) = (dialect.by_bytes(), dialect.for_update_of_users());
    let rest = format!(" ORDER BY users.id{order}{lock}");
    let tenant = batch.tenant.as_str();
    among::<(String,)>(dialect, &from, tenant, &ids, &rest, tx)
        .await
        .map(drop)
}

async fn buried(
    batch: &ImportBatch<'_>,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<HashSet<String>, StoreError> {
    let ids: Vec<&str> = batch.rows.iter().map(|row| row.raw_id.as_str()).collect();
    let from = "SELECT raw_id FROM tombstones WHERE connection_id = $1 AND raw_id";
    let connection = batch.connection.as_str();
    let found: Vec<(String,)> = among(dialect, from, connection, &ids, "", tx).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// `from`, whose `$1` is `scope`, followed by lists of the values.
async fn among<R>(
    dialect: Dialect,
    from: &str,
    scope: &str,
    values: &[&str],
    rest: &str,
    tx: &mut AnyConnection,
) -> Result<Vec<R>, StoreError>
where
    R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
{
    // Values of a list have no names in SQLite, and those are counted apart.
    let (from, scopes) = match dialect {
        Dialect::Sqlite => (from.replace("$1", "?"), from.matches("$1").count()),
        Dialect::Postgres => (from.to_owned(), 1),
    };
    let mut found = Vec::new();
    for group in values.chunks(GROUP) {
        let sql = format!("{from} {}{rest}", in_list(dialect, 2, group.len()));
        let mut query = sqlx::query_as(AssertSqlSafe(sql));
        for _ in 0..scopes {
            query = query.bind(text(scope));
        }
        let query = bind_among(dialect, query, group);
        found.extend(query.fetch_all(&mut *tx).await.step(STEP)?);
    }
    Ok(found)
}
