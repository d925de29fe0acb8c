//! Many rows by one statement.
//!
//! SQLite gets what all rows share once, and of the rest a list of tuples whose values have no names: for each value sqlx asks SQLite for
//! its name, and SQLite walks along the list of all names, so that a statement with a thousand of them takes longer to bind than to run.
//! PostgreSQL gets each column as one array: thousands of values would be described, parsed and bound one by one.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

use crate::StoreError;
use crate::dialect::Dialect;
use crate::error::Step;

/// SQLite takes 32 766 values in a statement; the text of one statement serves nearly all of an import.
const SQLITE_VALUES: usize = 4_000;
/// PostgreSQL could take all at once; this bounds the memory of both sides.
const POSTGRES_ROWS: usize = 10_000;

/// A column of the rows.
pub(crate) enum Column<'a> {
    /// The same text in all rows.
    SameText(&'a str),
    /// The same number in all rows.
    SameNumber(i64),
    /// A text of each row.
    Texts(Vec<Option<&'a str>>),
    /// A number of each row.
    Numbers(Vec<i64>),
}

impl<'a> Column<'a> {
    pub(crate) fn texts(all: impl Iterator<Item = &'a str>) -> Self {
        Self::Texts(all.map(Some).collect())
    }

    const fn is_same(&self) -> bool {
        matches!(self, Self::SameText(_) | Self::SameNumber(_))
    }

    /// Binds the value of a row.
    fn bind<'q>(
        &self,
        row: usize,
        query: Query<'q, Any, AnyArguments>,
    ) -> Query<'q, Any, AnyArguments> {
        match self {
            Self::SameText(text) => query.bind((*text).to_owned()),
            Self::SameNumber(number) => query.bind(*number),
            Self::Texts(all) => query.bind(all[row].map(str::to_owned)),
            Self::Numbers(all) => query.bind(all[row]),
        }
    }
}

/// Rows that a statement takes.
pub(crate) struct Rows<'a> {
    dialect: Dialect,
    len: usize,
    columns: Vec<Column<'a>>,
}

impl<'a> Rows<'a> {
    /// All columns that differ from row to row have `len` values.
    pub(crate) const fn new(dialect: Dialect, len: usize, columns: Vec<Column<'a>>) -> Self {
        Self {
            dialect,
            len,
            columns,
        }
    }

    /// Runs `INSERT INTO … (…)` for all rows and gives the number of those that are in; `rest` follows, as `ON CONFLICT DO NOTHING`.
    pub(crate) async fn insert(
        &self,
        into: &str,
        rest: &str,
        step: &'static str,
        tx: &mut AnyConnection,
    ) -> Result<u64, StoreError> {
        let sql = |rows| match self.dialect {
            // Without a condition SQLite would take `ON CONFLICT` for that of a join.
            Dialect::Sqlite => format!("{into} {} WHERE TRUE{rest}", self.tuples(rows)),
            Dialect::Postgres => format!("{into} SELECT * FROM {} AS given{rest}", self.arrays()),
        };
        self.run(sql, step, tx).await
    }

    /// Runs a statement for all rows; `sql` makes it of the table of the rows, whose columns are `column1`, `column2` and so on.
    pub(crate) async fn update(
        &self,
        sql: impl Fn(&str) -> String,
        step: &'static str,
        tx: &mut AnyConnection,
    ) -> Result<u64, StoreError> {
        let sql = |rows| match self.dialect {
            Dialect::Sqlite => sql(&format!("({}) AS given", self.tuples(rows))),
            Dialect::Postgres => sql(&format!("{} AS given", self.arrays())),
        };
        self.run(sql, step, tx).await
    }

    async fn run(
        &self,
        sql: impl Fn(usize) -> String,
        step: &'static str,
        tx: &mut AnyConnection,
    ) -> Result<u64, StoreError> {
        let most = match self.dialect {
            Dialect::Sqlite => {
                let differing = self.columns.iter().filter(|column| !column.is_same());
                SQLITE_VALUES / differing.count().max(1)
            }
            Dialect::Postgres => POSTGRES_ROWS,
        };
        let statement = |first: usize| {
            let rows = most.min(self.len - first);
            let query = sqlx::query(AssertSqlSafe(sql(rows)));
            match self.dialect {
                Dialect::Sqlite => self.bind_tuples(first, rows, query),
                Dialect::Postgres => self.bind_arrays(first, rows, query),
            }
        };
        let mut firsts = (0..self.len).step_by(most);
        let mut next = firsts.next().map(&statement);
        let mut changed = 0;
        while let Some(query) = next {
            // The next statement is made while the database is at this one.
            let (done, following) = tokio::join!(query.execute(&mut *tx), async {
                firsts.next().map(&statement)
            });
            changed += done.step(step)?.rows_affected();
            next = following;
        }
        Ok(changed)
    }

    /// `SELECT ? AS column1, tuples.column1 AS column2 FROM (VALUES (?), (?)) AS tuples`
    fn tuples(&self, rows: usize) -> String {
        let mut differing = 0;
        let mut selected = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let name = at + 1;
            selected.push(if column.is_same() {
                format!("? AS column{name}")
            } else {
                differing += 1;
                format!("tuples.column{differing} AS column{name}")
            });
        }
        let tuple = format!("({})", vec!["?"; differing].join(","));
        let tuples = vec![tuple.as_str(); rows].join(",");
        format!(
            "SELECT {} FROM (VALUES {tuples}) AS tuples",
            selected.join(",")
        )
    }

    fn bind_tuples<'q>(
        &self,
        first: usize,
        rows: usize,
        mut query: Query<'q, Any, AnyArguments>,
    ) -> Query<'q, Any, AnyArguments> {
        let (same, differing): (Vec<_>, Vec<_>) =
            self.columns.iter().partition(|column| column.is_same());
        for column in same {
            query = column.bind(first, query);
        }
        for row in first..first + rows {
            for column in &differing {
                query = column.bind(row, query);
            }
        }
        query
    }

    /// `(SELECT $1::text AS column1, column2 FROM unnest($2::bigint[]) AS arrays (column2))`
    fn arrays(&self) -> String {
        let (mut selected, mut arrays, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (at, column) in self.columns.iter().enumerate() {
            let n = at + 1;
            match column {
                Column::SameText(_) => selected.push(format!("${n}::text AS column{n}")),
                Column::SameNumber(_) => selected.push(format!("${n}::bigint AS column{n}")),
                Column::Texts(_) | Column::Numbers(_) => {
                    let of = match column {
                        Column::Texts(_) => "text",
                        _ => "bigint",
                    };
                    arrays.push(format!("${n}::{of}[]"));
                    names.push(format!("column{n}"));
                    selected.push(format!("column{n}"));
                }
            }
        }
        format!(
            "(SELECT {} FROM unnest({}) AS arrays ({}))",
            selected.join(", "),
            arrays.join(", "),
            names.join(", ")
        )
    }

    fn bind_arrays<'q>(
        &self,
        first: usize,
        rows: usize,
        mut query: Query<'q, Any, AnyArguments>,
    ) -> Query<'q, Any, AnyArguments> {
        for column in &self.columns {
            query = match column {
                Column::SameText(text) => query.bind((*text).to_owned()),
                Column::SameNumber(number) => query.bind(*number),
                Column::Texts(all) => query.bind(text_array(&all[first..first + rows])),
                Column::Numbers(all) => query.bind(number_array(&all[first..first + rows])),
            };
        }
        query
    }
}

/// `IN` a list of values, the first of which has the number `first`.
pub(crate) fn among(dialect: Dialect, first: usize, values: usize) -> String {
    match dialect {
        Dialect::Sqlite => format!("IN ({})", vec!["?"; values].join(",")),
        Dialect::Postgres => format!("= ANY(${first}::text[])"),
    }
}

/// Binds the values of [`among`].
pub(crate) fn bind_among<'q, O>(
    dialect: Dialect,
    mut query: sqlx::query::QueryAs<'q, Any, O, AnyArguments>,
    values: &[&str],
) -> sqlx::query::QueryAs<'q, Any, O, AnyArguments> {
    match dialect {
        Dialect::Sqlite => {
            for value in values {
                query = query.bind((*value).to_owned());
            }
            query
        }
        Dialect::Postgres => {
            let all: Vec<Option<&str>> = values.iter().copied().map(Some).collect();
            query.bind(text_array(&all))
        }
    }
}

/// PostgreSQL's text of an array: `{"a","b \"c\"",NULL}`.
fn text_array(all: &[Option<&str>]) -> String {
    let bytes: usize = all.iter().flatten().map(|text| text.len() + 8).sum();
    let mut array = String::with_capacity(bytes + 5 * all.len() + 2);
    array.push('{');
    for (at, text) in all.iter().enumerate() {
        if at > 0 {
            array.push(',');
        }
        let Some(text) = text else {
            array.push_str("NULL");
            continue;
        };
        array.push('"');
        let mut rest = *text;
        while let Some(at) = rest.find(['"', '\\']) {
            array.push_str(&rest[..at]);
            array.push('\\');
            array.push_str(&rest[at..=at]);
            rest = &rest[at + 1..];
        }
        array.push_str(rest);
        array.push('"');
    }
    array.push('}');
    array
}

fn number_array(all: &[i64]) -> String {
    use std::fmt::Write as _;

    let mut array = String::with_capacity(20 * all.len() + 2);
    array.push('{');
    for (at, number) in all.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        // Writing into a text never fails.
        let _ = write!(array, "{comma}{number}");
    }
    array.push('}');
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_keep_their_texts() {
        let all = [
            Some("a"),
            None,
            Some(""),
            Some(r#"{"b":"\\,c"}"#),
            Some("NULL"),
        ];
        let expected = r#"{"a",NULL,"","{\"b\":\"\\\\,c\"}","NULL"}"#;
        assert_eq!(text_array(&all), expected);
        assert_eq!(number_array(&[1, i64::MIN]), format!("{{1,{}}}", i64::MIN));
        assert_eq!(text_array(&[]), "{}");
    }

    #[test]
    fn statements_fit_the_database() {
        let rows = |dialect| {
            let columns = vec![
                Column::SameText("t"),
                Column::texts(["a", "b"].into_iter()),
                Column::SameNumber(3),
                Column::Numbers(vec![1, 2]),
            ];
            Rows::new(dialect, 2, columns)
        };
        assert_eq!(
            rows(Dialect::Sqlite).tuples(2),
            "SELECT ? AS column1,tuples.column1 AS column2,? AS column3,tuples.column2 AS column4 \
             FROM (VALUES (?,?),(?,?)) AS tuples"
        );
        assert_eq!(
            rows(Dialect::Postgres).arrays(),
            "(SELECT $1::text AS column1, column2, $3::bigint AS column3, column4 \
             FROM unnest($2::text[], $4::bigint[]) AS arrays (column2, column4))"
        );
    }
}
