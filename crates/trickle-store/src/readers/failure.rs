//! What SQLite says, as the common driver says it.

use std::borrow::Cow;
use std::error::Error as StdError;

use rusqlite::ffi::SQLITE_INTERRUPT;
use sqlx::error::{DatabaseError, ErrorKind};

/// An error of SQLite's, without the values of the statement.
#[derive(Debug, thiserror::Error)]
#[error("(code: {code}) {message}")]
struct FileFailure {
    code: i32,
    message: String,
}

impl DatabaseError for FileFailure {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.to_string().into())
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

pub(crate) fn failure(error: rusqlite::Error) -> sqlx::Error {
    let code = error.sqlite_error().map(|error| error.extended_code);
    let Some(code) = code else {
        return sqlx::Error::AnyDriverError(error.into());
    };
    sqlx::Error::Database(Box::new(FileFailure {
        code,
        message: error.to_string(),
    }))
}

pub(super) fn unreadable(
    column: usize,
    source: impl StdError + Send + Sync + 'static,
) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_string(),
        source: source.into(),
    }
}

/// Whether a progress handler ended the statement.
pub(super) fn is_interrupt(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<FileFailure>());
    code.is_some_and(|failure| failure.code & 0xff == SQLITE_INTERRUPT)
}
