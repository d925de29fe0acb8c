//! Conditions of a list that callers may leave out.

use sqlx::{
    Any, AssertSqlSafe,
    any::{AnyArguments, AnyRow},
    query::{QueryAs, QueryScalar},
};
use trickle_model::TenantId;

use crate::Page;
use crate::column::number;
use crate::place::{By, Place, behind};
use crate::search::{Sql, bind, bind_scalar};

/// `WHERE` with its values, the tenant's id first. The SQL is put together from constants; what callers sent is bound.
pub(crate) struct Filter {
    tenant: TenantId,
    sql: Sql,
}

impl Filter {
    /// All of a tenant; `column` has its id.
    pub(crate) fn new(column: &'static str, tenant: String) -> Self {
        let mut sql = Sql::default();
        sql.push(column).push(" = ").text_value(&tenant);
        Self {
            tenant: TenantId::from_text(tenant),
            sql,
        }
    }

    /// Whose list it is.
    pub(crate) fn tenant(&self) -> TenantId {
        self.tenant.clone()
    }

    /// Narrows the list where a value is given.
    pub(crate) fn and(self, column: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.and_any(column, std::iter::once(value.as_str())),
            None => self,
        }
    }

    /// Narrows the list to any of these values, where there are some.
    pub(crate) fn and_any<'a>(
        mut self,
        column: &'static str,
        values: impl Iterator<Item = &'a str>,
    ) -> Self {
        let values: Vec<&str> = values.collect();
        match values.as_slice() {
            [] => {}
            [one] => {
                self.sql.push(" AND ").push(column).push(" = ");
                self.sql.text_value(one);
            }
            [first, others @ ..] => {
                self.sql.push(" AND ").push(column).push(" IN (");
                self.sql.text_value(first);
                for other in others {
                    self.sql.push(", ").text_value(other);
                }
                self.sql.push(")");
            }
        }
        self
    }

    /// Narrows the list to what fulfils a condition.
    pub(crate) fn and_that(mut self, condition: impl FnOnce(&mut Sql)) -> Self {
        self.sql.push(" AND ");
        condition(&mut self.sql);
        self
    }

    /// The same from a place on; `None` where it is none of this order.
    pub(crate) fn behind(&self, order: &[By], place: &Place) -> Option<Self> {
        let mut sql = self.sql.clone();
        behind(order, place, &mut sql).then(|| Self {
            tenant: self.tenant.clone(),
            sql,
        })
    }

    /// Counts the whole list; `table` as after `FROM`.
    pub(crate) fn count(&self, table: &'static str) -> QueryScalar<'_, Any, i64, AnyArguments> {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {}", self.sql.text);
        bind_scalar(sqlx::query_scalar(AssertSqlSafe(sql)), &self.sql.values)
    }

    /// Counts the list up to a number; `table` as after `FROM`.
    pub(crate) fn count_to(
        &self,
        table: &'static str,
        most: u64,
    ) -> QueryScalar<'_, Any, i64, AnyArguments> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {} LIMIT {most}) AS found",
            self.sql.text
        );
        bind_scalar(sqlx::query_scalar(AssertSqlSafe(sql)), &self.sql.values)
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
        let next = self.sql.values.len() + 1;
        let sql = format!(
            "{select} WHERE {} ORDER BY {order} LIMIT ${next} OFFSET ${}",
            self.sql.text,
            next + 1
        );
        bind(sqlx::query_as(AssertSqlSafe(sql)), &self.sql.values)
            .bind(number(page.limit))
            .bind(number(page.offset))
    }
}
