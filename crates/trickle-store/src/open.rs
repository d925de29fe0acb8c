//! Opening a database.

use std::path::PathBuf;

use trickle_model::Secret;

use crate::{DatabaseFailure, MasterKey, Store};

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file; made when it is not there.
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=FILE`.
    Postgres(Secret),
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be reached.
    #[error("connect to the database")]
    Connect {
        /// Why not.
        source: DatabaseFailure,
    },
}

impl Store {
    /// Opens a database and brings its schema up to date.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(database: &Database, key: MasterKey) -> Result<Self, OpenError> {
        todo!("{database:?} {key:?} {:?}", key.bytes().len())
    }
}
