//! Why the store failed.

/// The store failed. No text of it holds a stored value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed or cannot be reached.
    #[error("{step}")]
    Database {
        /// What was tried.
        step: &'static str,
        /// What the database said.
        source: DatabaseFailure,
    },
    /// A column holds what it never should.
    #[error("read column {column} of {table} row {row}")]
    Inconsistency {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A statement changed another number of rows than it should.
    #[error("{step}: {rows} rows changed")]
    RowCount {
        /// What was tried.
        step: &'static str,
        /// How many rows it changed.
        rows: u64,
    },
    /// A configuration value was to be kept and is not there (any more). Callers look first.
    #[error("keep the configuration value {key}: there is none")]
    NothingToKeep {
        /// Its key.
        key: String,
    },
}

/// What the database said, without the values of the statement.
pub struct DatabaseFailure(sqlx::Error);

impl From<sqlx::Error> for DatabaseFailure {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl std::fmt::Display for DatabaseFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            // Its source quotes the value.
            sqlx::Error::ColumnDecode { index, .. } => write!(f, "column {index} cannot be read"),
            error => error.fmt(f),
        }
    }
}

impl std::fmt::Debug for DatabaseFailure {
    /// As `Display`: PostgreSQL's details quote whole rows.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseFailure({self})")
    }
}

impl std::error::Error for DatabaseFailure {}
