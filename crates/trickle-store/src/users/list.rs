use sqlx::AssertSqlSafe;
use trickle_model::{ConnectionId, TenantId, UserId};

use super::document::{DocumentColumns, DocumentRow};
use super::{Sort, SortField, UserDocument, UserFilter};
use crate::column::{key, number, text};
use crate::dialect::Dialect;
use crate::error::Step;
use crate::filter::Filter;
use crate::place::{By, order};
use crate::search::{Identities, in_connection};
use crate::stored::List;
use crate::{Listed, Page, Part, Place, Store, StoreError, Total};

/// So far from the beginning an index leads within some milliseconds.
const NEAR: u64 = 1_000;
/// So many are counted within some milliseconds, or looked at to see whose they are.
const FEW: u64 = 10_000;
const STEP: &str = "list the users";
const USERS: &str = "users";
/// Looked up once for the whole list, so that an index alone still counts it.
const IS_OWN: &str = "users.id NOT IN \
     (SELECT linked.id FROM users AS linked WHERE linked.tenant_id = $1 AND linked.linked_to IS NOT NULL)";

/// Follows a condition on the connection of a user, `$1` being the tenant and `$2` the connection.
const OR_LINKED: &str = " OR EXISTS (SELECT 1 FROM users AS linked WHERE linked.tenant_id = $1 \
     AND linked.linked_to = users.id AND linked.connection_id = $2)";

/// A connection whose users are listed: those with an identity in it.
#[derive(Clone, Copy)]
struct Home<'a> {
    connection: &'a ConnectionId,
    identities: Identities,
}

impl Home<'_> {
    fn of(self, all: Filter) -> Filter {
        all.and_that(|sql| in_connection(self.connection, self.identities, sql))
    }

    const fn or_linked(self) -> &'static str {
        match self.identities {
            Identities::Own => "",
            Identities::All => OR_LINKED,
        }
    }
}

impl Store {
    /// Where nobody of the connection is linked, lists of it are not slower for it.
    async fn home<'a>(
        &self,
        tenant: &TenantId,
        connection: &'a ConnectionId,
    ) -> Result<Home<'a>, StoreError> {
        let identities = if self.has_linked_in(tenant, connection).await? {
            Identities::All
        } else {
            Identities::Own
        };
        Ok(Home {
            connection,
            identities,
        })
    }

    /// Users of a tenant. What an index leads to at once is read as all else is, and so are users of a connection who are among the first of
    /// the tenant. No index leads along names, and large tenants are counted: that is done as searches are (docs/decisions/0093).
    ///
    /// # Errors
    /// It takes too long, or the store fails.
    #[tracing::instrument(name = "db.users.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_users(
        &self,
        tenant: &TenantId,
        filter: &UserFilter,
        sort: &Sort,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<UserDocument>, StoreError> {
        let home = match &filter.connection {
            Some(connection) => Some(self.home(tenant, connection).await?),
            None => None,
        };
        let part = part.into();
        let first = match &part {
            Part::Page(page) => Some((*page, filter.total)),
            // One more shows whether there is more.
            Part::Behind { place: None, limit } => {
                let (offset, limit) = (0, limit.saturating_add(1));
                Some((Page { offset, limit }, Total::Seen))
            }
            Part::Behind { place: Some(_), .. } => None,
        };
        if let Some(home) = home
            && filter.email.is_none()
            && let Some((page, wanted)) = first
            && is_along_index(*sort, page)
        {
            let first = self.first_users(tenant, home, sort, (page, wanted));
            if let Some(listed) = self.in_turn(tenant, STEP, first).await? {
                let listed = self.with_total(tenant, home, listed).await?;
                return Ok(match part {
                    Part::Page(_) => listed,
                    Part::Behind { limit, .. } => beginning(listed, limit),
                });
            }
        }
        let wanted = filter.total;
        let is_led = is_led(filter, *sort, &part);
        let all = match home {
            Some(home) => home.of(own(tenant)),
            None => own(tenant),
        };
        let filter = all.and("users.email_key", filter.email.as_deref().map(key));
        let columns = DocumentColumns::listed(self.dialect);
        let counted = match &part {
            Part::Page(page) => Some(*page),
            Part::Behind { .. } => None,
        };
        let list = List {
            filter: &filter,
            order: &sort.order(self.dialect),
            part,
            total: if is_led { Total::Seen } else { wanted },
            step: STEP,
        };
        if !is_led {
            let searcher = self.searcher();
            let listed = searcher.listed_as::<_, DocumentRow>(USERS, columns, list);
            return self.in_time(tenant, STEP, listed).await;
        }
        let mut listed = self
            .listed_as::<UserDocument, DocumentRow>(USERS, columns, list)
            .await?;
        if let Some(page) = counted
            && page.total_of(listed.items.len(), wanted).is_none()
        {
            listed.total = self.count_users(tenant, &filter).await?;
        }
        Ok(listed)
    }

    /// A page of a connection's users, as far as they are among the tenant's first in this order: nothing where the page may go on behind
    /// those. The second value is the length of the list, where it could be told.
    async fn first_users(
        &self,
        tenant: &TenantId,
        home: Home<'_>,
        sort: &Sort,
        (page, wanted): (Page, Total),
    ) -> Result<Option<(Vec<UserDocument>, Option<u64>)>, StoreError> {
        let all = own(tenant);
        let mut items = Vec::new();
        // Most tenants have one connection, and the first look is enough.
        let ahead = page.offset.saturating_add(page.limit);
        for most in [ahead.saturating_mul(2), FEW] {
            items = self.walk(tenant, home, sort, page, most).await?;
            if items.len() as u64 == page.limit {
                break;
            }
        }
        let total = page.total_of(items.len(), wanted);
        let is_full = items.len() as u64 == page.limit;
        if is_full && total.is_some() {
            return Ok(Some((items, total)));
        }
        let few = all.count_to(USERS, FEW).fetch_one(&self.read);
        let is_small = few.await.step(STEP)? < number(FEW);
        if !is_small {
            return Ok(is_full.then_some((items, None)));
        }
        let total = match total {
            Some(total) => total,
            None => self.length(&home.of(all), USERS, STEP).await?,
        };
        Ok(Some((items, Some(total))))
    }

    /// A page of the users of a connection among so many of the tenant's.
    async fn walk(
        &self,
        tenant: &TenantId,
        home: Home<'_>,
        sort: &Sort,
        page: Page,
        most: u64,
    ) -> Result<Vec<UserDocument>, StoreError> {
        let columns = DocumentColumns::listed(self.dialect);
        let order = sort.sql(self.dialect);
        let or_linked = home.or_linked();
        // Only those of the page are read as a whole.
        let sql = format!(
            "SELECT {columns} FROM (SELECT users.id FROM \
             (SELECT users.id, users.connection_id, users.linked_to, users.created_at FROM users WHERE users.tenant_id = $1 \
             ORDER BY {order} LIMIT $3) AS users \
             WHERE (users.connection_id = $2{or_linked}) AND users.linked_to IS NULL ORDER BY {order} LIMIT $4 OFFSET $5) AS found \
             CROSS JOIN users WHERE users.tenant_id = $1 AND users.id = found.id ORDER BY {order}"
        );
        sqlx::query_as::<_, DocumentRow>(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(home.connection.as_str()))
            .bind(number(most))
            .bind(number(page.limit))
            .bind(number(page.offset))
            .fetch_all(&self.read)
            .await
            .step(STEP)?
            .into_iter()
            .map(UserDocument::try_from)
            .collect()
    }

    /// The page with its total; where the tenant is large, the connection's users are counted as searches are done.
    async fn with_total(
        &self,
        tenant: &TenantId,
        home: Home<'_>,
        (items, total): (Vec<UserDocument>, Option<u64>),
    ) -> Result<Listed<UserDocument>, StoreError> {
        let total = match total {
            Some(total) => total,
            None => {
                let filter = home.of(own(tenant));
                let searcher = self.searcher();
                let all = searcher.length(&filter, USERS, STEP);
                self.in_time(tenant, STEP, all).await?
            }
        };
        Ok(Listed {
            items,
            total,
            next: None,
        })
    }

    /// How many there are; where they are many, in turn.
    async fn count_users(&self, tenant: &TenantId, filter: &Filter) -> Result<u64, StoreError> {
        let few = filter.count_to(USERS, FEW).fetch_one(&self.read);
        let few = u64::try_from(few.await.step(STEP)?).unwrap_or_default();
        if few < FEW {
            return Ok(few);
        }
        let searcher = self.searcher();
        let all = searcher.length(filter, USERS, STEP);
        self.in_time(tenant, STEP, all).await
    }

    /// Users in the order of their ids, those after `after`: for reading all of them page by page. Those of a connection are who has an
    /// identity in it.
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
        let or_linked = match connection {
            Some(connection) => self.home(tenant, connection).await?.or_linked(),
            None => "",
        };
        let columns = DocumentColumns::listed(self.dialect);
        let sql = format!(
            "SELECT {columns} FROM users \
             WHERE tenant_id = $1 AND ($2 = '' OR connection_id = $2{or_linked}) AND id > $3 \
             AND linked_to IS NULL ORDER BY id LIMIT $4"
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
             WHERE tenant_id = $1 AND email_key = $2 AND email = $3 AND linked_to IS NULL ORDER BY created_at, id"
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

/// All users of a tenant but those who are linked to another.
fn own(tenant: &TenantId) -> Filter {
    Filter::new("tenant_id", text(tenant.as_str())).and_that(|sql| {
        sql.push(IS_OWN);
    })
}

/// Whether an index leads to the part at once: to an address, to the first or last users of the tenant, or to those behind a place.
fn is_led(filter: &UserFilter, sort: Sort, part: &Part) -> bool {
    let is_along = match part {
        Part::Page(page) => is_along_index(sort, *page),
        Part::Behind { .. } => sort.by == SortField::CreatedAt,
    };
    filter.email.is_some() || (filter.connection.is_none() && is_along)
}

/// Whether the index of a tenant's users has this order, and the page is near one of its ends.
fn is_along_index(sort: Sort, page: Page) -> bool {
    page.offset.saturating_add(page.limit) <= NEAR && sort.by == SortField::CreatedAt
}

/// The beginning of a list by age, of which one item more was read than is given.
fn beginning(mut listed: Listed<UserDocument>, limit: u64) -> Listed<UserDocument> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if listed.items.len() > most {
        listed.items.truncate(most);
        let last = listed.items.last().map(|document| &document.user);
        listed.next = last.map(|user| {
            Place::new([
                user.created_at.as_millisecond().into(),
                user.id.as_str().into(),
            ])
        });
    }
    listed.total = listed.items.len() as u64;
    listed
}

impl Sort {
    /// Whether a list in this order can [go on from a place](Part::Behind): all users have what it is ordered by.
    pub const fn has_places(self) -> bool {
        matches!(
            self.by,
            SortField::CreatedAt | SortField::UpdatedAt | SortField::LoginsCount | SortField::Id
        )
    }

    pub(super) fn sql(self, dialect: Dialect) -> String {
        order(&self.order(dialect))
    }

    fn order(self, dialect: Dialect) -> [By; 2] {
        let by_bytes = dialect.by_bytes();
        let text = |column: &str| By::reckoned(format!("{column}{by_bytes}"));
        let attribute = |name: &str| By::reckoned(dialect.field("users.attributes", name));
        let by = match self.by {
            SortField::CreatedAt => By::number("users.created_at"),
            SortField::UpdatedAt => By::number("users.updated_at"),
            SortField::LastLogin => By::number("users.last_login"),
            SortField::LoginsCount => By::number("users.logins_count"),
            SortField::Email => text("users.email_key"),
            SortField::Username => text("users.username_key"),
            SortField::Id => text("users.id"),
            SortField::Name => attribute("name"),
            SortField::Nickname => attribute("nickname"),
            SortField::GivenName => attribute("given_name"),
            SortField::FamilyName => attribute("family_name"),
        };
        let by = by.descending(self.descending);
        // PostgreSQL knows no column that is never empty when it looks for an index.
        let by = if self.has_places() { by } else { by.sparse() };
        [by, text("users.id")]
    }
}
