use sqlx::AssertSqlSafe;
use trickle_model::{ConnectionId, TenantId, UserId};

use super::document::{DocumentColumns, DocumentRow};
use super::{Sort, SortField, UserDocument, UserFilter};
use crate::column::{key, number, text};
use crate::dialect::Dialect;
use crate::error::Step;
use crate::filter::Filter;
use crate::stored::List;
use crate::{Listed, Page, Store, StoreError};

impl Store {
    /// Users of a tenant. No index leads along names, and whole tenants are counted: it is read as searches are.
    ///
    /// # Errors
    /// It takes too long, or the store fails.
    #[tracing::instrument(name = "db.users.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_users(
        &self,
        tenant: &TenantId,
        filter: &UserFilter,
        sort: &Sort,
        page: Page,
    ) -> Result<Listed<UserDocument>, StoreError> {
        let connection = filter.connection.as_ref().map(|id| text(id.as_str()));
        let total = filter.total;
        let filter = Filter::new("tenant_id", text(tenant.as_str()))
            .and("connection_id", connection)
            .and("users.email_key", filter.email.as_deref().map(key));
        let columns = DocumentColumns::listed(self.dialect);
        let step = "list the users";
        let order = sort.sql(self.dialect);
        let list = List {
            filter: &filter,
            order: &order,
            page,
            total,
            step,
        };
        let searcher = self.searcher();
        let listed = searcher.listed_as::<_, DocumentRow>("users", columns, list);
        self.in_time(tenant, step, listed).await
    }

    /// Users in the order of their ids, those after `after`: for reading all of them page by page.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.users_after", skip_all, fields(tenant.id = %tenant))]
    pub async fn users_after(
        &self,
        tenant: &TenantId,
        connection: Option<&ConnectionId>,
        after: Option<&UserId>,
        most: u64,
    ) -> Result<Vec<UserDocument>, StoreError> {
        let columns = DocumentColumns::listed(self.dialect);
        let sql = format!(
            "SELECT {columns} FROM users \
             WHERE tenant_id = $1 AND ($2 = '' OR connection_id = $2) AND id > $3 ORDER BY id LIMIT $4"
        );
        sqlx::query_as::<_, DocumentRow>(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(connection.map_or_else(String::new, |id| text(id.as_str())))
            .bind(after.map_or_else(String::new, |id| text(id.as_str())))
            .bind(number(most))
            .fetch_all(&self.read)
            .await
            .step("read the users page by page")?
            .into_iter()
            .map(UserDocument::try_from)
            .collect()
    }

    /// Users of all connections with exactly this e-mail address, oldest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.users.users_by_email", skip_all, fields(tenant.id = %tenant))]
    pub async fn users_by_email(
        &self,
        tenant: &TenantId,
        email: &str,
    ) -> Result<Vec<UserDocument>, StoreError> {
        let columns = DocumentColumns::listed(self.dialect);
        // The index is on the key.
        let sql = format!(
            "SELECT {columns} FROM users \
             WHERE tenant_id = $1 AND email_key = $2 AND email = $3 ORDER BY created_at, id"
        );
        sqlx::query_as::<_, DocumentRow>(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(key(email))
            .bind(text(email))
            .fetch_all(&self.read)
            .await
            .step("find the users by e-mail address")?
            .into_iter()
            .map(UserDocument::try_from)
            .collect()
    }
}

impl Sort {
    pub(super) fn sql(self, dialect: Dialect) -> String {
        let by_bytes = dialect.by_bytes();
        let plain = |column: &str| column.to_owned();
        let text = |column: &str| format!("{column}{by_bytes}");
        let attribute = |name: &str| match dialect {
            Dialect::Sqlite => format!("json_extract(users.attributes, '$.{name}')"),
            // It has no NUL in JSON, and would fail on a user who has.
            Dialect::Postgres => format!(
                "(CASE WHEN position('\\u0000' IN users.attributes) > 0 THEN NULL \
                 ELSE CAST(users.attributes AS jsonb) ->> '{name}' END){by_bytes}"
            ),
        };
        let order = match self.by {
            SortField::CreatedAt => plain("users.created_at"),
            SortField::UpdatedAt => plain("users.updated_at"),
            SortField::LastLogin => plain("users.last_login"),
            SortField::LoginsCount => plain("users.logins_count"),
            SortField::Email => text("users.email_key"),
            SortField::Username => text("users.username_key"),
            SortField::Id => text("users.id"),
            SortField::Name => attribute("name"),
            SortField::Nickname => attribute("nickname"),
            SortField::GivenName => attribute("given_name"),
            SortField::FamilyName => attribute("family_name"),
        };
        let direction = if self.descending {
            "DESC NULLS LAST"
        } else {
            "ASC NULLS FIRST"
        };
        format!("{order} {direction}, users.id{by_bytes}")
    }
}
