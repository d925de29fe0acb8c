//! A statement of the common driver, in SQLite's own words, and rows on their way back.

use std::sync::Arc;

use rusqlite::types::{Null, ToSqlOutput, ValueRef};
use sqlx::{Any, Error, Execute, SqlStr};
use sqlx_core::any::{AnyColumn, AnyRow, AnyTypeInfo, AnyTypeInfoKind, AnyValue, AnyValueKind};

use super::failure::{failure, unreadable};

/// A statement and its values.
pub(super) struct Statement {
    pub(super) sql: SqlStr,
    pub(super) is_kept: bool,
    values: Vec<AnyValueKind>,
    most: usize,
}

impl Statement {
    /// At most so many rows are read.
    pub(super) fn new<'q>(mut query: impl Execute<'q, Any>, most: usize) -> Result<Self, Error> {
        let values = query.take_arguments().map_err(Error::Encode)?;
        Ok(Self {
            values: values.map(|values| values.values.0).unwrap_or_default(),
            is_kept: query.persistent(),
            sql: query.sql(),
            most,
        })
    }

    /// Rows, or why there are none.
    pub(super) fn run(
        &self,
        prepared: &mut rusqlite::Statement<'_>,
        columns: &Columns,
    ) -> Result<Vec<AnyRow>, Error> {
        self.bind(prepared)?;
        let mut rows = prepared.raw_query();
        let mut read = Vec::new();
        while read.len() < self.most
            && let Some(row) = rows.next().map_err(failure)?
        {
            read.push(columns.row(row)?);
        }
        Ok(read)
    }

    /// `$2` is the second value, wherever it stands; SQLite numbers names as they come.
    fn bind(&self, prepared: &mut rusqlite::Statement<'_>) -> Result<(), Error> {
        for place in 1..=prepared.parameter_count() {
            let name = prepared.parameter_name(place);
            let number = name.and_then(|name| name.get(1..)?.parse().ok());
            let value = number.unwrap_or(place).checked_sub(1);
            let value = value
                .and_then(|value| self.values.get(value))
                .ok_or_else(|| Error::Protocol(format!("the statement's value {place} is none")))?;
            prepared
                .raw_bind_parameter(place, given(value)?)
                .map_err(failure)?;
        }
        Ok(())
    }
}

fn given(value: &AnyValueKind) -> Result<ToSqlOutput<'_>, Error> {
    Ok(match value {
        AnyValueKind::Null(_) => Null.into(),
        AnyValueKind::Bool(value) => (*value).into(),
        AnyValueKind::SmallInt(value) => (*value).into(),
        AnyValueKind::Integer(value) => (*value).into(),
        AnyValueKind::BigInt(value) => (*value).into(),
        AnyValueKind::Real(value) => (*value).into(),
        AnyValueKind::Double(value) => (*value).into(),
        AnyValueKind::Text(value) => value.as_str().into(),
        AnyValueKind::TextSlice(value) => (**value).into(),
        AnyValueKind::Blob(value) => value.as_slice().into(),
        _ => return Err(Error::Encode("a value of an unknown kind".into())),
    })
}

/// What the columns of a statement are called.
#[derive(Clone)]
pub(super) struct Columns {
    shape: AnyRow,
}

impl Columns {
    pub(super) fn of(prepared: &rusqlite::Statement<'_>) -> Self {
        let names = prepared.column_names();
        let names = || names.iter().map(ToString::to_string).enumerate();
        let columns = names().map(|(ordinal, name)| AnyColumn {
            ordinal,
            name: name.into(),
            type_info: AnyTypeInfo {
                kind: AnyTypeInfoKind::Null,
            },
        });
        let places = names().map(|(ordinal, name)| (name.into(), ordinal));
        Self {
            shape: AnyRow {
                columns: columns.collect(),
                column_names: Arc::new(places.collect()),
                values: Vec::new(),
            },
        }
    }

    fn row(&self, row: &rusqlite::Row<'_>) -> Result<AnyRow, Error> {
        let mut read = self.shape.clone();
        read.values.reserve_exact(read.columns.len());
        for column in 0..read.columns.len() {
            let kind = match row.get_ref(column).map_err(failure)? {
                ValueRef::Null => AnyValueKind::Null(AnyTypeInfoKind::Null),
                ValueRef::Integer(value) => AnyValueKind::BigInt(value),
                ValueRef::Real(value) => AnyValueKind::Double(value),
                ValueRef::Text(value) => {
                    let text = str::from_utf8(value).map_err(|error| unreadable(column, error))?;
                    AnyValueKind::Text(Arc::new(text.to_owned()))
                }
                ValueRef::Blob(value) => AnyValueKind::Blob(Arc::new(value.to_owned())),
            };
            read.values.push(AnyValue { kind });
        }
        Ok(read)
    }
}
