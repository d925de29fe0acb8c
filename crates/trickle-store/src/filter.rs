//! Conditions of a list that callers may leave out.

use sqlx::{
    Any, AssertSqlSafe,
    any::{AnyArguments, AnyRow},
    query::{QueryAs, QueryScalar},
};
use trickle_model::TenantId;

use crate::Page;
use crate::column::number;

/// `WHERE` with its values, the tenant's id first. The SQL is put together from constants; what callers sent is bound.
pub(crate) struct Filter {
    columns: Vec<&'static str>,
    values: Vec<String>,
    conditions: Vec<&'static str>,
}

impl Filter {
    /// All of a tenant; `column` has its id.
    pub(crate) fn new(column: &'static str, tenant: String) -> Self {
        Self {
            columns: vec![column],
            values: vec![tenant],
            conditions: Vec::new(),
        }
    }

    /// Whose list it is.
    pub(crate) fn tenant(&self) -> TenantId {
        TenantId::from_text(self.values[0].as_str())
    }

    /// Narrows the list where a value is given.
    pub(crate) fn and(mut self, column: &'static str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.columns.push(column);
            self.values.push(value);
        }
        self
    }

    /// Narrows the list by SQL, in which `$1` is the tenant's id.
    pub(crate) fn where_also(mut self, condition: &'static str) -> Self {
        self.conditions.push(condition);
        self
    }

    fn sql(&self) -> String {
        let equals = (1..)
            .zip(&self.columns)
            .map(|(n, column)| format!("{column} = ${n}"));
        let others = self
            .conditions
            .iter()
            .map(|&condition| condition.to_owned());
        let all: Vec<String> = equals.chain(others).collect();
        all.join(" AND ")
    }

    /// Counts the whole list; `table` as after `FROM`.
    pub(crate) fn count(&self, table: &'static str) -> QueryScalar<'_, Any, i64, AnyArguments> {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {}", self.sql());
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
        for value in &self.values {
            query = query.bind(value.as_str());
        }
        query
    }

    /// Counts the list up to a number; `table` as after `FROM`.
    pub(crate) fn count_to(
        &self,
        table: &'static str,
        most: u64,
    ) -> QueryScalar<'_, Any, i64, AnyArguments> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {} LIMIT {most}) AS found",
            self.sql()
        );
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
        for value in &self.values {
            query = query.bind(value.as_str());
        }
        query
    }

    /// One page; `select` goes before `WHERE`, `order` follows `ORDER BY`.
    pub(crate) fn page<O>(
        &self,
        select: &str,
        order: &str,
        page: Page,
    ) -> QueryAs<'_, Any, O, AnyArguments>
    where
        O: for<'r> sqlx::FromRow<'r, AnyRow>,
    {
        let next = self.values.len() + 1;
        let sql = format!(
            "{select} WHERE {} ORDER BY {order} LIMIT ${next} OFFSET ${}",
            self.sql(),
            next + 1
        );
        let mut query = sqlx::query_as(AssertSqlSafe(sql));
        for value in &self.values {
            query = query.bind(value.as_str());
        }
        query.bind(number(page.limit)).bind(number(page.offset))
    }
}
