//! Conditions on values inside JSON columns, where the two databases part.

use super::ast::{Bound, Piece, Test};
use super::like::{self, Case};
use super::sql::{Bind, Sql};
use crate::dialect::Dialect;

/// A place inside a column: `users.app_metadata` and `a`, `b`.
pub(super) struct Place<'a> {
    pub(super) column: &'static str,
    pub(super) path: &'a [&'a str],
    pub(super) case: Case,
}

impl Place<'_> {
    /// `$."a"."b"`, as both databases read it; names have no quotation marks in this language.
    fn path(&self) -> String {
        let parts = self.path.iter().map(|part| format!(".\"{part}\""));
        format!("${}", parts.collect::<String>())
    }

    /// The column as PostgreSQL's JSON. It has no NUL in text, and would fail on a user who has.
    fn jsonb(&self) -> String {
        let column = self.column;
        format!(
            "CAST(CASE WHEN position('\\u0000' IN {column}) > 0 THEN '{{}}' ELSE {column} END AS jsonb)"
        )
    }

    /// Appends the condition. Whole values are compared by the index of terms and not here.
    pub(super) fn condition(&self, test: &Test, dialect: Dialect, sql: &mut Sql) {
        if *test == Test::Exists {
            return self.exists(dialect, sql);
        }
        let path = self.path();
        match dialect {
            Dialect::Sqlite => {
                sql.push("EXISTS (SELECT 1 FROM json_each(")
                    .push(self.column)
                    .push(", ")
                    .text_value(&path)
                    .push(") AS leaf WHERE json_type(")
                    .push(self.column)
                    .push(", ")
                    .text_value(&path)
                    .push(") <> 'object' AND ");
            }
            Dialect::Postgres => {
                sql.push("EXISTS (SELECT 1 FROM jsonb_path_query(")
                    .push(&self.jsonb())
                    .push(", CAST(")
                    .text_value(&format!("{path}[*]"))
                    .push(" AS jsonpath)) AS leaf WHERE ");
            }
        }
        match test {
            Test::Is(text) => self.is(text, dialect, sql),
            Test::Like(pieces) => {
                let (is_text, text) = text_of_leaf(dialect);
                sql.push(is_text).push(" AND ");
                like::condition(text, pieces, self.case, dialect, sql);
            }
            Test::Between(low, high) => between(low, high, self.case, dialect, sql),
            Test::Exists => drop(sql.push("TRUE")),
        }
        sql.push(")");
    }

    fn exists(&self, dialect: Dialect, sql: &mut Sql) {
        let path = self.path();
        match dialect {
            Dialect::Sqlite => {
                sql.push("COALESCE(json_type(")
                    .push(self.column)
                    .push(", ")
                    .text_value(&path)
                    .push("), 'null') <> 'null'");
            }
            Dialect::Postgres => {
                sql.push("jsonb_path_exists(")
                    .push(&self.jsonb())
                    .push(", CAST(")
                    .text_value(&format!("{path} ? (@ != null)"))
                    .push(" AS jsonpath))");
            }
        }
    }

    fn is(&self, text: &str, dialect: Dialect, sql: &mut Sql) {
        let (is_text, leaf) = text_of_leaf(dialect);
        sql.push(is_text).push(" AND ");
        match self.case {
            Case::Folded if !text.is_ascii() => {
                let whole = [Piece::Text(text.to_owned())];
                return like::condition(leaf, &whole, self.case, dialect, sql);
            }
            Case::Kept => sql.push(leaf),
            Case::Folded => sql.push("lower(").push(leaf).push(")"),
        };
        sql.push(" = ").text_value(&self.case.of(text));
    }
}

/// The condition that a leaf is text, and its text.
const fn text_of_leaf(dialect: Dialect) -> (&'static str, &'static str) {
    match dialect {
        Dialect::Sqlite => ("leaf.type = 'text'", "leaf.value"),
        Dialect::Postgres => ("jsonb_typeof(leaf) = 'string'", "(leaf #>> '{}')"),
    }
}

/// By number where both ends are numbers, else by text.
fn between(low: &Bound, high: &Bound, case: Case, dialect: Dialect, sql: &mut Sql) {
    let number = |bound: &Bound| match bound {
        Bound::Open => Some(None),
        Bound::Including(text) | Bound::Excluding(text) => text.parse::<f64>().ok().map(Some),
    };
    let numbers = number(low).zip(number(high));
    let (is_fit, value) = match (dialect, &numbers) {
        (Dialect::Sqlite, Some(_)) => ("leaf.type IN ('integer', 'real')", "leaf.value"),
        (Dialect::Postgres, Some(_)) => (
            "jsonb_typeof(leaf) = 'number'",
            "CAST(leaf #>> '{}' AS float8)",
        ),
        (_, None) => text_of_leaf(dialect),
    };
    let value = match (case, &numbers) {
        (Case::Folded, None) => format!("lower({value})"),
        _ => value.to_owned(),
    };
    // The value is not looked at before it is known to fit.
    sql.push("CASE WHEN ").push(is_fit).push(" THEN TRUE");
    let mut side = |bound: &Bound, (including, excluding): (&str, &str), number: Option<f64>| {
        let (operator, text) = match bound {
            Bound::Open => return,
            Bound::Including(text) => (including, text),
            Bound::Excluding(text) => (excluding, text),
        };
        sql.push(" AND ").push(&value);
        if numbers.is_none() {
            sql.push(dialect.by_bytes());
        }
        sql.push(operator);
        match number {
            Some(number) => sql.value(Bind::Real(number)),
            None => sql.text_value(&case.of(text)),
        };
    };
    let (low_number, high_number) = numbers.unwrap_or_default();
    side(low, (" >= ", " > "), low_number);
    side(high, (" <= ", " < "), high_number);
    sql.push(" ELSE FALSE END");
}
