//! Searches of the log.

use super::ast::{Expr, SearchError, Term, Test};
use super::like::{self, Case};
use super::range::between_times;
use super::sql::Sql;
use crate::dialect::Dialect;

/// Where a term without a field looks.
const BARE: [&str; 6] = [
    "type",
    "description",
    "user_name",
    "user_id",
    "ip",
    "client_id",
];

/// What the field of the language is in the database; names of connections and clients are looked up.
enum Field {
    Text(&'static str),
    Time(&'static str),
    /// By the name in another table: the column here and the table there.
    Named(&'static str, &'static str),
    Constant(&'static str),
}

fn field(name: &str) -> Result<Field, SearchError> {
    Ok(match name {
        "type" => Field::Text("events.code"),
        "description" => Field::Text("events.description"),
        "connection_id" => Field::Text("events.connection_id"),
        "client_id" => Field::Text("events.client_id"),
        "user_id" => Field::Text("events.user_id"),
        "user_name" => Field::Text("events.user_name"),
        "ip" => Field::Text("events.ip"),
        "user_agent" => Field::Text("events.user_agent"),
        "log_id" | "_id" => Field::Text("events.id"),
        "date" => Field::Time("events.at"),
        "connection" => Field::Named("events.connection_id", "connections"),
        "client_name" => Field::Named("events.client_id", "api_clients"),
        "strategy" => Field::Constant("auth0"),
        "strategy_type" => Field::Constant("database"),
        _ => return Err(SearchError::UnknownField(name.to_owned())),
    })
}

/// A condition on `events`, whose tenant is `$1`.
///
/// # Errors
/// A field or a value makes no sense.
pub(crate) fn compile(expr: &Expr, dialect: Dialect, sql: &mut Sql) -> Result<(), SearchError> {
    match expr {
        Expr::All(all) => list(all, " AND ", "TRUE", dialect, sql),
        Expr::Any(all) => list(all, " OR ", "FALSE", dialect, sql),
        Expr::Not(inner) => {
            sql.push("NOT COALESCE(");
            compile(inner, dialect, sql)?;
            sql.push(", FALSE)");
            Ok(())
        }
        Expr::Term(wanted) if wanted.field.is_none() => {
            let fields = BARE.into_iter().map(|name| {
                Expr::Term(Term {
                    field: Some(name.to_owned()),
                    test: wanted.test.clone(),
                })
            });
            let all: Vec<Expr> = fields.collect();
            list(&all, " OR ", "FALSE", dialect, sql)
        }
        Expr::Term(wanted) => term(wanted, dialect, sql),
    }
}

fn list(
    all: &[Expr],
    word: &str,
    none: &str,
    dialect: Dialect,
    sql: &mut Sql,
) -> Result<(), SearchError> {
    if all.is_empty() {
        sql.push(none);
        return Ok(());
    }
    sql.push("(");
    for (at, one) in all.iter().enumerate() {
        if at > 0 {
            sql.push(word);
        }
        compile(one, dialect, sql)?;
    }
    sql.push(")");
    Ok(())
}

fn term(wanted: &Term, dialect: Dialect, sql: &mut Sql) -> Result<(), SearchError> {
    let name = wanted.field.as_deref().unwrap_or_default();
    match field(name)? {
        Field::Time(column) => between_times(name, column, &wanted.test, sql),
        Field::Text(column) => text(name, column, &wanted.test, dialect, sql),
        Field::Named(column, table) => {
            sql.push(column)
                .push(" IN (SELECT named.id FROM ")
                .push(table)
                .push(" AS named WHERE named.tenant_id = $1 AND ");
            text(name, "named.name", &wanted.test, dialect, sql)?;
            sql.push(")");
            Ok(())
        }
        Field::Constant(value) => {
            let fits = match &wanted.test {
                Test::Is(text) => text == value,
                Test::Exists => true,
                Test::Like(_) | Test::Between(..) => false,
            };
            // Entries without a connection have no strategy.
            sql.push(if fits {
                "events.connection_id IS NOT NULL"
            } else {
                "FALSE"
            });
            Ok(())
        }
    }
}

fn text(
    name: &str,
    column: &str,
    test: &Test,
    dialect: Dialect,
    sql: &mut Sql,
) -> Result<(), SearchError> {
    match test {
        Test::Is(value) => {
            sql.push(column).push(" = ").text_value(value);
        }
        Test::Like(pieces) => like::condition(column, pieces, Case::Kept, dialect, sql),
        Test::Exists => {
            sql.push(column).push(" IS NOT NULL");
        }
        Test::Between(..) => {
            return Err(SearchError::Value(
                name.to_owned(),
                "whole values and patterns",
            ));
        }
    }
    Ok(())
}
