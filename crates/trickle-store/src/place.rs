//! Where a page of a list ended. A list that goes on from there neither skips nor repeats an item when others come or go.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{Column as _, FromRow, Row as _};

use crate::search::Sql;

/// What the columns begin with that hold the place of a row.
const COLUMN: &str = "place_";

/// The values of what a list is ordered by, of one of its items: `[1750000000000,"org_1"]`. It says nothing of whose list it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Vec<PlaceKey>);

/// One of those values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKey {
    /// A time in milliseconds, or a number.
    Number(i64),
    /// An id, or a name.
    Text(String),
}

impl From<i64> for PlaceKey {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for PlaceKey {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Place {
    /// The place of an item.
    pub fn new<const KEYS: usize>(keys: [PlaceKey; KEYS]) -> Self {
        Self(keys.into())
    }
}

impl fmt::Display for Place {
    /// As a JSON array.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.iter().map(|key| match key {
            PlaceKey::Number(number) => Value::from(*number),
            PlaceKey::Text(text) => Value::from(text.as_str()),
        });
        keys.collect::<Value>().fmt(f)
    }
}

/// It is no JSON array of whole numbers and texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a JSON array of whole numbers and texts")]
pub struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let keys: Vec<Value> = serde_json::from_str(text).map_err(|_| NotAPlace)?;
        let keys = keys.into_iter().map(|key| match key {
            Value::String(text) => Ok(PlaceKey::Text(text)),
            other => other.as_i64().map(PlaceKey::Number).ok_or(NotAPlace),
        });
        keys.collect::<Result<_, _>>().map(Self)
    }
}

/// Something by which a list is ordered. The last one of an order tells rows apart.
#[derive(Clone, Debug)]
pub(crate) struct By {
    /// A column, or something that is reckoned from columns.
    sql: Cow<'static, str>,
    is_number: bool,
    is_descending: bool,
    /// Where rows without it are, where there are some; such an order has no places.
    nulls: Option<&'static str>,
}

impl By {
    /// By a number, the smallest first.
    pub(crate) const fn number(column: &'static str) -> Self {
        Self {
            sql: Cow::Borrowed(column),
            is_number: true,
            is_descending: false,
            nulls: None,
        }
    }

    /// By a text.
    pub(crate) const fn text(column: &'static str) -> Self {
        Self {
            sql: Cow::Borrowed(column),
            is_number: false,
            is_descending: false,
            nulls: None,
        }
    }

    /// By a text that is put together from constants.
    pub(crate) const fn reckoned(sql: String) -> Self {
        Self {
            sql: Cow::Owned(sql),
            is_number: false,
            is_descending: false,
            nulls: None,
        }
    }

    /// The largest first, or not.
    pub(crate) const fn descending(mut self, is_descending: bool) -> Self {
        self.is_descending = is_descending;
        self
    }

    /// The same where rows may be without it, which come first unless the largest do.
    pub(crate) const fn sparse(mut self) -> Self {
        self.nulls = Some(if self.is_descending {
            " NULLS LAST"
        } else {
            " NULLS FIRST"
        });
        self
    }

    /// Whether a place holds it.
    pub(crate) const fn has_places(&self) -> bool {
        self.nulls.is_none()
    }

    fn holds(&self, key: &PlaceKey) -> bool {
        self.is_number == matches!(key, PlaceKey::Number(_))
    }
}

/// The oldest first.
pub(crate) const BY_AGE: &[By] = &[By::number("created_at"), By::text("id")];

/// As after `ORDER BY`.
pub(crate) fn order(order: &[By]) -> String {
    let keys = order.iter().map(|by| {
        let direction = if by.is_descending { " DESC" } else { "" };
        format!("{}{direction}{}", by.sql, by.nulls.unwrap_or_default())
    });
    keys.collect::<Vec<_>>().join(", ")
}

/// Columns with the place of a row, as after other columns.
pub(crate) fn columns(order: &[By]) -> String {
    let keys = order.iter().enumerate();
    keys.map(|(number, by)| format!(", {} AS {COLUMN}{number}", by.sql))
        .collect()
}

/// ` AND` that a row comes behind a place; false, and nothing is written, where it is none of this order.
pub(crate) fn behind(order: &[By], place: &Place, sql: &mut Sql) -> bool {
    let keys = || order.iter().zip(&place.0);
    if order.len() != place.0.len() || !keys().all(|(by, key)| by.holds(key)) {
        return false;
    }
    let value = |sql: &mut Sql, key: &PlaceKey| {
        match key {
            PlaceKey::Number(number) => sql.number(*number),
            PlaceKey::Text(text) => sql.text_value(text),
        };
    };
    // The first comparison alone bounds the scan of an index: `a >= $1 AND (a > $1 OR (b >= $2 AND (b > $2 OR …)))`.
    let last = order.len().saturating_sub(1);
    let mut opened = 0;
    for (number, (by, key)) in keys().enumerate() {
        let beyond = if by.is_descending { " < " } else { " > " };
        sql.push(if number == 0 { " AND " } else { " OR " });
        if number < last {
            let reached = if by.is_descending { " <= " } else { " >= " };
            sql.push("(").push(&by.sql).push(reached);
            value(sql, key);
            sql.push(" AND (");
            opened += 2;
        }
        sql.push(&by.sql).push(beyond);
        value(sql, key);
    }
    sql.push(&")".repeat(opened));
    true
}

/// A row with its place, which is empty where its columns were not asked for.
pub(crate) struct Placed<R> {
    pub(crate) row: R,
    pub(crate) place: Place,
}

impl<'r, R: FromRow<'r, AnyRow>> FromRow<'r, AnyRow> for Placed<R> {
    fn from_row(row: &'r AnyRow) -> Result<Self, sqlx::Error> {
        let mut keys = Vec::new();
        for column in row.columns() {
            if column.name().starts_with(COLUMN) {
                let number = row.try_get::<i64, _>(column.ordinal());
                keys.push(match number {
                    Ok(number) => PlaceKey::Number(number),
                    Err(_) => PlaceKey::Text(row.try_get(column.ordinal())?),
                });
            }
        }
        Ok(Self {
            row: R::from_row(row)?,
            place: Place(keys),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place::new([7_i64.into(), "a\"b".into()]);
        assert_eq!(place.to_string(), r#"[7,"a\"b"]"#);
        assert_eq!(place.to_string().parse(), Ok(place));
        for text in ["", "7", "[7", "[null]", "[1.5]", "[[1]]", "{\"a\":1}"] {
            assert_eq!(text.parse::<Place>(), Err(NotAPlace), "{text}");
        }
    }

    #[test]
    fn what_comes_behind_a_place_is_the_rest_of_the_order() {
        let by = [By::number("a").descending(true), By::text("b")];
        assert_eq!(order(&by), "a DESC, b");
        assert_eq!(columns(&by), ", a AS place_0, b AS place_1");
        let mut sql = Sql::default();
        let place = Place::new([7_i64.into(), "x".into()]);
        assert!(behind(&by, &place, &mut sql));
        assert_eq!(sql.text, " AND (a <= $1 AND (a < $2 OR b > $3))");
        let mut sql = Sql::default();
        assert!(behind(&by[1..], &Place::new(["x".into()]), &mut sql));
        assert_eq!(sql.text, " AND b > $1");
    }

    #[test]
    fn a_place_of_another_order_is_none() {
        let by = [By::number("a"), By::text("b")];
        for place in ["[]", "[1]", "[\"1\",\"b\"]", "[1,2]", "[1,\"b\",1]"] {
            let mut sql = Sql::default();
            assert!(!behind(&by, &place.parse().unwrap(), &mut sql), "{place}");
            assert!(sql.text.is_empty() && sql.values.is_empty());
        }
    }
}
