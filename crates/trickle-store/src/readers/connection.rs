//! A connection to a file, on the thread that asks.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use sqlx::Error;
use sqlx::any::AnyRow;

use super::Pace;
use super::failure::{failure, is_interrupt};
use super::statement::{Columns, Statement};

/// So many steps of SQLite's machine lie between two looks at whether the statement may go on. One step may match a pattern against
/// a value of 1 MiB; a look costs a few nanoseconds.
const STEPS_BETWEEN_LOOKS: i32 = 100;
/// A row by its key takes one look, a page of fifty users thirty; fifty take a third of a millisecond.
const QUICK_LOOKS: u32 = 50;
/// Statements that are kept prepared, and so known by their columns.
const STATEMENTS: usize = 128;

pub(super) struct FileConnection {
    connection: rusqlite::Connection,
    columns: HashMap<String, Columns>,
    looks_left: Arc<AtomicU32>,
}

impl FileConnection {
    pub(super) fn open(path: &Path, first: &str, pace: Pace) -> Result<Self, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(failure)?;
        connection.execute_batch(first).map_err(failure)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // SQLite would plan anew for each value of a LIMIT; a search's patterns are worth it.
        let keeps_plans = pace == Pace::Quick;
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, keeps_plans)
            .map_err(failure)?;
        let opened = Self {
            connection,
            columns: HashMap::new(),
            looks_left: Arc::default(),
        };
        opened.go_on_while_quick()?;
        Ok(opened)
    }

    /// What a statement gives that takes no time worth a thread; none where it takes more.
    pub(super) fn quickly(&mut self, statement: &Statement) -> Option<Result<Vec<AnyRow>, Error>> {
        self.looks_left.store(QUICK_LOOKS, Ordering::Relaxed);
        match self.run(statement) {
            Err(error) if is_interrupt(&error) => None,
            done => Some(done),
        }
    }

    /// What a statement gives, unless it is given up.
    pub(super) fn unless(
        &mut self,
        is_given_up: Arc<AtomicBool>,
        statement: &Statement,
    ) -> Result<Vec<AnyRow>, Error> {
        self.go_on_while(move || !is_given_up.load(Ordering::Relaxed))?;
        let done = self.run(statement);
        self.go_on_while_quick()?;
        done
    }

    pub(super) fn close(self) -> Result<(), Error> {
        self.connection.close().map_err(|(_, error)| failure(error))
    }

    fn go_on_while_quick(&self) -> Result<(), Error> {
        let left = Arc::clone(&self.looks_left);
        // One thread at a time has the connection.
        self.go_on_while(move || {
            let looks = left.load(Ordering::Relaxed).saturating_sub(1);
            left.store(looks, Ordering::Relaxed);
            looks > 0
        })
    }

    fn go_on_while(&self, mut may: impl FnMut() -> bool + Send + 'static) -> Result<(), Error> {
        let ends = move || !may();
        self.connection
            .progress_handler(STEPS_BETWEEN_LOOKS, Some(ends))
            .map_err(failure)
    }

    fn run(&mut self, statement: &Statement) -> Result<Vec<AnyRow>, Error> {
        let sql = statement.sql.as_str();
        if !statement.is_kept {
            let mut prepared = self.connection.prepare(sql).map_err(failure)?;
            let columns = Columns::of(&prepared);
            return statement.run(&mut prepared, &columns);
        }
        let mut prepared = self.connection.prepare_cached(sql).map_err(failure)?;
        if !self.columns.contains_key(sql) {
            if self.columns.len() >= STATEMENTS {
                self.columns.clear();
            }
            self.columns.insert(sql.to_owned(), Columns::of(&prepared));
        }
        statement.run(&mut prepared, &self.columns[sql])
    }
}
