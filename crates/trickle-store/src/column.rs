//! From values to columns and back.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::StoreError;

/// A text as both databases take it: PostgreSQL has no NUL in text, and what callers type may have.
pub(crate) fn text(value: &str) -> String {
    value.replace('\0', "\u{fffd}")
}

/// Keys of lists that people write are looked up up to here: PostgreSQL's indexes take entries of 2 704 bytes. Realms have 255 characters
/// at most, and hosts 253.
pub(crate) const KEY_MAX_BYTES: usize = 1024;

/// The text by which rows are looked up and kept unique.
pub(crate) fn key(value: &str) -> String {
    text(value).to_lowercase()
}

/// JSON writes NUL as an escape.
pub(crate) fn object(value: &Map<String, Value>) -> String {
    serde_json::to_string(value).expect("maps with text keys always serialise")
}

pub(crate) fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.collect::<Value>().to_string()
}

/// Sizes and offsets; nothing that fits a database is beyond.
pub(crate) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// What `COUNT` gave.
pub(crate) fn counted(rows: i64) -> u64 {
    u64::try_from(rows).expect("a count of rows is not negative")
}

/// The row whose columns are read, for the error that one makes no sense.
pub(crate) struct Row<'a> {
    pub(crate) table: &'static str,
    pub(crate) id: &'a str,
}

impl Row<'_> {
    /// `what` must not hold the column's value.
    pub(crate) fn inconsistent(
        &self,
        column: &'static str,
        what: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> StoreError {
        StoreError::Inconsistency {
            table: self.table,
            column,
            row: self.id.to_owned(),
            source: what.into(),
        }
    }

    pub(crate) fn time(&self, column: &'static str, millis: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(millis)
            .map_err(|_| self.inconsistent(column, "it is not a time"))
    }

    pub(crate) fn optional_time(
        &self,
        column: &'static str,
        millis: Option<i64>,
    ) -> Result<Option<Timestamp>, StoreError> {
        millis.map(|millis| self.time(column, millis)).transpose()
    }

    pub(crate) fn count(&self, column: &'static str, number: i64) -> Result<u64, StoreError> {
        u64::try_from(number).map_err(|_| self.inconsistent(column, "it is negative"))
    }

    pub(crate) fn flag(&self, column: &'static str, number: i64) -> Result<bool, StoreError> {
        match number {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.inconsistent(column, "it is neither 0 nor 1")),
        }
    }

    /// The parser's error is left out: it quotes the text.
    pub(crate) fn object(
        &self,
        column: &'static str,
        json: &str,
    ) -> Result<Map<String, Value>, StoreError> {
        serde_json::from_str(json).map_err(|_| self.inconsistent(column, "it is not a JSON object"))
    }

    /// The rows of a sub-select, each a list of its columns.
    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        column: &'static str,
        json: &str,
    ) -> Result<Vec<T>, StoreError> {
        serde_json::from_str(json)
            .map_err(|_| self.inconsistent(column, "it is not a list of rows"))
    }

    pub(crate) fn list(&self, column: &'static str, json: &str) -> Result<Vec<String>, StoreError> {
        serde_json::from_str(json)
            .map_err(|_| self.inconsistent(column, "it is not a JSON list of texts"))
    }
}
