//! Where SQLite and PostgreSQL part; all other SQL serves both.

/// The language of the open database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Begins a transaction that writes.
    ///
    /// SQLite takes the write lock at once: a lock taken later, after a read, cannot be waited for and fails when another
    /// process has written in between.
    pub(crate) const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// The same for what would be done again after a crash; see [`Store::begin_part`].
    ///
    /// [`Store::begin_part`]: crate::Store::begin_part
    pub(crate) const fn begin_part(self) -> &'static str {
        match self {
            Self::Sqlite => self.begin_write(),
            Self::Postgres => "BEGIN; SET LOCAL synchronous_commit = off",
        }
    }

    /// Makes text sort by its bytes, as SQLite does unasked.
    pub(crate) const fn by_bytes(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " COLLATE \"C\"",
        }
    }

    /// A field of a column with a JSON object, as what lists are sorted by. Both names are constants.
    pub(crate) fn field(self, column: &str, name: &str) -> String {
        match self {
            Self::Sqlite => format!("json_extract({column}, '$.{name}')"),
            // It has no NUL in JSON, and would fail on an object that has.
            Self::Postgres => format!(
                "(CASE WHEN position('\\u0000' IN {column}) > 0 THEN NULL \
                 ELSE CAST({column} AS jsonb) ->> '{name}' END) COLLATE \"C\""
            ),
        }
    }

    /// Whether a field of a column with a JSON object is `true`; false where there is none. Both names are constants.
    pub(crate) fn is_true(self, column: &str, name: &str) -> String {
        match self {
            Self::Sqlite => format!("COALESCE(json_type({column}, '$.{name}') = 'true', FALSE)"),
            // It has no NUL in JSON, and would fail on an object that has.
            Self::Postgres => format!(
                "COALESCE(CASE WHEN position('\\u0000' IN {column}) > 0 THEN NULL \
                 ELSE CAST({column} AS jsonb) -> '{name}' = CAST('true' AS jsonb) END, FALSE)"
            ),
        }
    }

    /// The function that makes a JSON list of its arguments.
    pub(crate) const fn json_list_of(self) -> &'static str {
        match self {
            Self::Sqlite => "json_array",
            Self::Postgres => "json_build_array",
        }
    }

    /// A JSON list of what a sub-select gives for each of its rows, as text; `order` may be empty, or begins with `ORDER BY`.
    pub(crate) fn json_list(self, items: &[&str], order: &str, from: &str) -> String {
        let items = items.join(", ");
        match self {
            Self::Sqlite => {
                format!("(SELECT json_group_array(json_array({items}) {order}) FROM {from})")
            }
            Self::Postgres => format!(
                "(SELECT COALESCE(json_agg(json_build_array({items}) {order}), '[]')::text FROM {from})"
            ),
        }
    }

    /// Keeps the users of a `SELECT` from being changed by others until the transaction ends; SQLite has one writer at a time. Rows that
    /// refer to them are let in: whoever adds one may hold another user, for whom this transaction waits.
    pub(crate) const fn for_update_of_users(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR NO KEY UPDATE OF users",
        }
    }

    /// Keeps the rows of a `SELECT` from being changed by others until the transaction ends; SQLite has one writer at a time.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Keeps the rows of a `SELECT` from being removed by others until the transaction ends; SQLite has one writer at a time.
    pub(crate) const fn for_key_share(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR KEY SHARE",
        }
    }

    /// Removes the rows of a table that meet a condition; `key` are its primary key's columns. PostgreSQL leaves those that others hold for
    /// the next time: whoever waits for one and holds others is waited for in its turn. All are constants.
    pub(crate) fn sweep(self, table: &str, key: &str, condition: &str) -> String {
        match self {
            Self::Sqlite => format!("DELETE FROM {table} WHERE {condition}"),
            Self::Postgres => format!(
                "DELETE FROM {table} WHERE ({key}) IN \
                 (SELECT {key} FROM {table} WHERE {condition} FOR UPDATE SKIP LOCKED)"
            ),
        }
    }

    /// Waits for others who change the rows called `own` of a `SELECT`, looks at what they became, and keeps them so until the transaction
    /// ends; SQLite has one writer at a time.
    pub(crate) const fn for_share_of_own(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR SHARE OF own",
        }
    }
}
