//! Searches and their pages.

use sqlx::AssertSqlSafe;
use trickle_model::{ConnectionId, TenantId};

use super::document::{DocumentColumns, DocumentRow};
use super::{Sort, UserDocument};
use crate::column::number;
use crate::error::Step;
use crate::search::{
    Driver, Identities, SearchError, SearchQuery, Sql, Walk, asks_for_identities, bind,
    bind_scalar, compile_users, in_connection,
};
use crate::searches::SearchFailed;
use crate::{Listed, Page, Store, StoreError};

const STEP: &str = "search the users";
/// Up to so many candidates are looked at one by one, about 10 ms; beyond, a walk in the order of an index meets enough of them soon.
const CANDIDATES_MAX: i64 = 2_000;
/// Users whom keys name are found at once up to here, whatever they are sorted by: an address is in each connection once at most.
const NAMED_MAX: i64 = 20;
/// Totals of searches are exact up to here.
const TOTAL_MAX: i64 = 10_000;
/// The same where every candidate has to be looked at.
const WALKED_MAX: i64 = 1_000;

/// What to search for.
#[derive(Clone, Debug)]
pub struct UserSearch {
    /// The query.
    pub query: SearchQuery,
    /// With an identity in this connection only.
    pub connection: Option<ConnectionId>,
    /// In this order; in one that serves best where there is none.
    pub sort: Option<Sort>,
}

/// A search, and which identities it looks at.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    search: &'a UserSearch,
    identities: Identities,
}

/// Writes where the rows come from, and the first conditions.
type Body<'a> = Box<dyn Fn(&mut Sql) + Send + Sync + 'a>;

impl Store {
    /// Users of a tenant who fulfil a query. Totals are exact up to 1 000, and up to 10 000 where an index tells them; beyond,
    /// they say that there is more than the page.
    ///
    /// # Errors
    /// See [`SearchFailed`].
    #[tracing::instrument(name = "db.users.search", skip_all, fields(tenant.id = %tenant))]
    pub async fn search_users(
        &self,
        tenant: &TenantId,
        search: &UserSearch,
        page: Page,
    ) -> Result<Listed<UserDocument>, SearchFailed> {
        let wanted = self.wanted(tenant, search).await?;
        let driver = self.compiled(tenant, wanted)?;
        if let Some(driver) = driver.filter(Driver::is_by_keys) {
            let named = self.named(tenant, wanted, &driver, page);
            if let Some(listed) = self.in_turn(tenant, STEP, named).await? {
                return Ok(listed);
            }
        }
        let searcher = self.searcher();
        let found = searcher.find_users(tenant, wanted, page);
        self.in_time(tenant, STEP, found).await
    }

    /// Where nobody is linked, searches are not slower for it.
    async fn wanted<'a>(
        &self,
        tenant: &TenantId,
        search: &'a UserSearch,
    ) -> Result<Wanted<'a>, StoreError> {
        let asks = search.connection.is_some() || asks_for_identities(&search.query.0);
        let identities = if asks && self.has_linked(tenant).await? {
            Identities::All
        } else {
            Identities::Own
        };
        Ok(Wanted { search, identities })
    }

    fn compiled(
        &self,
        tenant: &TenantId,
        wanted: Wanted<'_>,
    ) -> Result<Option<Driver>, SearchError> {
        let query = &wanted.search.query.0;
        let mut condition = Sql::default();
        compile_users(
            query,
            tenant,
            self.dialect,
            wanted.identities,
            &mut condition,
        )
    }

    /// The few users whom keys name; nothing where they are many.
    async fn named(
        &self,
        tenant: &TenantId,
        wanted: Wanted<'_>,
        driver: &Driver,
        page: Page,
    ) -> Result<Option<Listed<UserDocument>>, SearchFailed> {
        if self.candidates(tenant, driver).await? > NAMED_MAX {
            return Ok(None);
        }
        self.among(tenant, wanted, driver, page).await.map(Some)
    }

    async fn find_users(
        &self,
        tenant: &TenantId,
        wanted: Wanted<'_>,
        page: Page,
    ) -> Result<Listed<UserDocument>, SearchFailed> {
        if let Some(driver) = self.compiled(tenant, wanted)? {
            let candidates = self.candidates(tenant, &driver).await?;
            if candidates <= CANDIDATES_MAX {
                return self.among(tenant, wanted, &driver, page).await;
            }
            if wanted.search.sort.is_none()
                && let Some(walk) = driver.walk()
            {
                return self.along(tenant, wanted, &driver, walk, page).await;
            }
        }
        self.everywhere(tenant, wanted, page).await
    }

    async fn candidates(&self, tenant: &TenantId, driver: &Driver) -> Result<i64, StoreError> {
        let mut sql = Sql::default();
        sql.push("SELECT COUNT(*) FROM (");
        driver.rows(tenant, self.dialect, CANDIDATES_MAX + 1, &mut sql);
        sql.push(") AS found");
        self.count(sql).await
    }

    /// Few candidates: all of them are looked at.
    async fn among(
        &self,
        tenant: &TenantId,
        wanted: Wanted<'_>,
        driver: &Driver,
        page: Page,
    ) -> Result<Listed<UserDocument>, SearchFailed> {
        let body = |sql: &mut Sql| {
            sql.push(" FROM found CROSS JOIN users WHERE users.tenant_id = ")
                .text_value(tenant.as_str())
                .push(" AND users.id = found.id");
            self.conditions(tenant, wanted, sql)
        };
        let found = |sql: &mut Sql| {
            sql.push("WITH found AS MATERIALIZED (");
            driver.ids(tenant, self.dialect, CANDIDATES_MAX + 1, sql);
            sql.push(") ");
        };
        let mut count = Sql::default();
        found(&mut count);
        count.push("SELECT COUNT(*)");
        body(&mut count)?;
        let total = self.count(count).await?;
        if total == 0 {
            return Ok(Listed::new(Vec::new(), 0));
        }
        let mut rows = Sql::default();
        found(&mut rows);
        self.select(&mut rows);
        body(&mut rows)?;
        let sort = wanted.search.sort.unwrap_or_default();
        let items = self.page(rows, &sort.sql(self.dialect), page).await?;
        Ok(Listed::new(items, total))
    }

    /// Many candidates, met in the order of their index.
    async fn along(
        &self,
        tenant: &TenantId,
        wanted: Wanted<'_>,
        driver: &Driver,
        walk: Walk,
        page: Page,
    ) -> Result<Listed<UserDocument>, SearchFailed> {
        let by_bytes = self.dialect.by_bytes();
        let (order, body): (String, Body<'_>) = match walk {
            Walk::Term(term) => (
                "user_terms.user_key".to_owned(),
                Box::new(move |sql: &mut Sql| {
                    sql.push(" FROM user_terms CROSS JOIN users WHERE user_terms.term = ")
                        .number(term)
                        .push(" AND users.search_key = user_terms.user_key AND users.tenant_id = ")
                        .text_value(tenant.as_str());
                }),
            ),
            Walk::Email => (
                format!("users.email_key{by_bytes}, users.connection_id"),
                Box::new(|sql: &mut Sql| {
                    sql.push(" FROM users WHERE users.tenant_id = ")
                        .text_value(tenant.as_str());
                }),
            ),
        };
        let mut rows = Sql::default();
        self.select(&mut rows);
        body(&mut rows);
        self.conditions(tenant, wanted, &mut rows)?;
        let items = self.page(rows, &order, page).await?;
        // An index alone does not tell who is linked.
        let is_exact = driver.is_exact
            && wanted.search.connection.is_none()
            && !self.has_linked(tenant).await?;
        let mut count = Sql::default();
        count.push("SELECT COUNT(*) FROM (");
        if is_exact {
            driver.rows(tenant, self.dialect, TOTAL_MAX, &mut count);
        } else {
            count.push("SELECT 1");
            body(&mut count);
            self.conditions(tenant, wanted, &mut count)?;
            count.push(" LIMIT ").number(WALKED_MAX);
        }
        count.push(") AS found");
        let total = self.count(count).await?;
        Ok(listed(items, total, page))
    }

    /// No index leads to them: all users in the order that is wanted.
    async fn everywhere(
        &self,
        tenant: &TenantId,
        wanted: Wanted<'_>,
        page: Page,
    ) -> Result<Listed<UserDocument>, SearchFailed> {
        let body = |sql: &mut Sql| {
            sql.push(" FROM users WHERE users.tenant_id = ")
                .text_value(tenant.as_str());
            self.conditions(tenant, wanted, sql)
        };
        let mut rows = Sql::default();
        self.select(&mut rows);
        body(&mut rows)?;
        let sort = wanted.search.sort.unwrap_or_default();
        let items = self.page(rows, &sort.sql(self.dialect), page).await?;
        let mut count = Sql::default();
        count.push("SELECT COUNT(*) FROM (SELECT 1");
        body(&mut count)?;
        count.push(" LIMIT ").number(WALKED_MAX).push(") AS found");
        let total = self.count(count).await?;
        Ok(listed(items, total, page))
    }

    fn select(&self, sql: &mut Sql) {
        let columns = DocumentColumns::listed(self.dialect);
        sql.push("SELECT ").push(&columns.to_string());
    }

    /// ` AND` the query, the connection, and that it is no way in of another user.
    fn conditions(
        &self,
        tenant: &TenantId,
        wanted: Wanted<'_>,
        sql: &mut Sql,
    ) -> Result<(), SearchError> {
        let (search, identities) = (wanted.search, wanted.identities);
        if let Some(connection) = &search.connection {
            sql.push(" AND ");
            in_connection(connection, identities, sql);
        }
        sql.push(" AND users.linked_to IS NULL AND ");
        compile_users(&search.query.0, tenant, self.dialect, identities, sql).map(drop)
    }

    async fn count(&self, sql: Sql) -> Result<i64, StoreError> {
        let query = sqlx::query_scalar(AssertSqlSafe(sql.text));
        bind_scalar(query, &sql.values)
            .fetch_one(&self.read)
            .await
            .step(STEP)
    }

    async fn page(
        &self,
        mut sql: Sql,
        order: &str,
        page: Page,
    ) -> Result<Vec<UserDocument>, StoreError> {
        sql.push(" ORDER BY ")
            .push(order)
            .push(" LIMIT ")
            .number(number(page.limit))
            .push(" OFFSET ")
            .number(number(page.offset));
        let query = sqlx::query_as(AssertSqlSafe(sql.text));
        let rows: Vec<DocumentRow> = bind(query, &sql.values)
            .fetch_all(&self.read)
            .await
            .step(STEP)?;
        rows.into_iter().map(UserDocument::try_from).collect()
    }
}

/// A total that was not counted to its end is at least one more than what was seen, as long as pages are full.
fn listed(items: Vec<UserDocument>, counted: i64, page: Page) -> Listed<UserDocument> {
    let seen = page.offset.saturating_add(items.len() as u64);
    let is_full = !items.is_empty() && items.len() as u64 == page.limit;
    let mut listed = Listed::new(items, counted);
    if listed.total <= seen {
        listed.total = if is_full { seen + 1 } else { seen };
    }
    listed
}
