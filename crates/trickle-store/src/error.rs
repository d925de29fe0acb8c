//! Why the store failed.

use sqlx::any::AnyQueryResult;

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
    /// A search or a long list, which takes longer than anybody waits.
    #[error("{step}: it takes too long")]
    TooSlow {
        /// What was tried.
        step: &'static str,
    },
    /// The place from which a list is to go on is none of its order.
    #[error("{step}: it has no such place")]
    NoSuchPlace {
        /// What was tried.
        step: &'static str,
    },
    /// Something that a tenant keeps would grow beyond its bound.
    #[error("{step}: it would have more than {most_bytes} bytes")]
    TooLarge {
        /// What was tried.
        step: &'static str,
        /// As many as it may have.
        most_bytes: usize,
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

impl DatabaseFailure {
    pub(crate) fn is_unique_violation(&self) -> bool {
        self.0
            .as_database_error()
            .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    /// PostgreSQL's `query_canceled`, by `statement_timeout`.
    fn is_canceled(&self) -> bool {
        let error = self.0.as_database_error();
        error.is_some_and(|error| error.code().as_deref() == Some("57014"))
    }
}

/// Names the step that failed.
pub(crate) trait Step<T> {
    fn step(self, step: &'static str) -> Result<T, StoreError>;
}

impl<T> Step<T> for Result<T, sqlx::Error> {
    fn step(self, step: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| match DatabaseFailure(error) {
            source if source.is_canceled() => StoreError::TooSlow { step },
            source => StoreError::Database { step, source },
        })
    }
}

/// Judges how many rows a statement changed.
pub(crate) trait Changed {
    /// Whether there was such a row; more than one is an error.
    fn at_most_one(self, step: &'static str) -> Result<bool, StoreError>;

    /// Anything but one row is an error.
    fn exactly_one(self, step: &'static str) -> Result<(), StoreError>;
}

impl Changed for Result<AnyQueryResult, sqlx::Error> {
    fn at_most_one(self, step: &'static str) -> Result<bool, StoreError> {
        match self.step(step)?.rows_affected() {
            0 => Ok(false),
            1 => Ok(true),
            rows => Err(StoreError::RowCount { step, rows }),
        }
    }

    fn exactly_one(self, step: &'static str) -> Result<(), StoreError> {
        if self.at_most_one(step)? {
            Ok(())
        } else {
            Err(StoreError::RowCount { step, rows: 0 })
        }
    }
}
