//! The log of a tenant.

use jiff::Timestamp;
use sqlx::{Any, AssertSqlSafe, Executor, FromRow};
use trickle_model::{ClientId, ConnectionId, Event, EventCode, EventId, TenantId, UserId};

use crate::column::{Row, counted, number, object, text};
use crate::error::{Changed, Step};
use crate::search::{Sql, bind, bind_scalar, compile_events};
use crate::searches::SearchFailed;
use crate::{Listed, Page, SearchQuery, Store, StoreError};

/// Totals of searches are exact up to here.
const TOTAL_MAX: i64 = 10_000;
const COLUMNS: &str = "SELECT tenant_id, id, at, code, description, connection_id, client_id, user_id, user_name, ip, \
     user_agent, details";

/// Never `*`: another node may add a column while this one runs.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, at, code, description, connection_id, client_id, user_id, user_name, ip, \
             user_agent, details FROM events WHERE tenant_id = $1 ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct EventRow {
    tenant_id: String,
    id: String,
    at: i64,
    code: String,
    description: String,
    connection_id: Option<String>,
    client_id: Option<String>,
    user_id: Option<String>,
    user_name: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    details: String,
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;

    fn try_from(event: EventRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "events",
            id: &event.id,
        };
        Ok(Self {
            at: row.time("at", event.at)?,
            code: EventCode::ALL
                .into_iter()
                .find(|code| code.as_str() == event.code)
                .ok_or_else(|| row.inconsistent("code", "there is no such code"))?,
            details: row.object("details", &event.details)?,
            id: EventId::from_text(event.id),
            tenant: TenantId::from_text(event.tenant_id),
            description: event.description,
            connection: event.connection_id.map(ConnectionId::from_text),
            client: event.client_id.map(ClientId::from_text),
            user: event.user_id.map(UserId::from_text),
            user_name: event.user_name,
            ip: event.ip,
            user_agent: event.user_agent,
        })
    }
}

pub(crate) async fn insert(
    event: &Event,
    executor: impl Executor<'_, Database = Any>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO events (tenant_id, id, at, code, description, connection_id, client_id, user_id, \
         user_name, ip, user_agent, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(text(event.tenant.as_str()))
    .bind(text(event.id.as_str()))
    .bind(event.at.as_millisecond())
    .bind(event.code.as_str())
    .bind(text(&event.description))
    .bind(event.connection.as_ref().map(|id| text(id.as_str())))
    .bind(event.client.as_ref().map(|id| text(id.as_str())))
    .bind(event.user.as_ref().map(|id| text(id.as_str())))
    .bind(event.user_name.as_deref().map(text))
    .bind(event.ip.as_deref().map(text))
    .bind(event.user_agent.as_deref().map(text))
    .bind(object(&event.details))
    .execute(executor)
    .await
    .exactly_one("add the event")
}

/// Which entries of a log, and in which order.
#[derive(Clone, Debug, Default)]
pub struct EventSearch {
    /// All where there is none.
    pub query: Option<SearchQuery>,
    /// Of this user only.
    pub user: Option<UserId>,
    /// Whether the oldest come first.
    pub is_ascending: bool,
}

const SEARCH: &str = "search the log";
/// So far down the list an index leads at once.
const NEAR: u64 = 1_000;
/// Logins that have to write wait for one removal.
const SWEPT_AT_ONCE: u64 = 5_000;

impl Store {
    /// Entries of a tenant's log; the total is exact up to 10 000, beyond it is at least one more than what is shown.
    ///
    /// # Errors
    /// See [`SearchFailed`].
    #[tracing::instrument(name = "db.events.search", skip_all, fields(tenant.id = %tenant))]
    pub async fn search_events(
        &self,
        tenant: &TenantId,
        search: &EventSearch,
        page: Page,
    ) -> Result<Listed<Event>, SearchFailed> {
        // A list along an index is no search (docs/decisions/0093).
        if search.query.is_none() && page.offset.saturating_add(page.limit) <= NEAR {
            let found = self.find_events(tenant, search, page);
            return self.in_turn(tenant, SEARCH, found).await;
        }
        let searcher = self.searcher();
        let found = searcher.find_events(tenant, search, page);
        self.in_time(tenant, SEARCH, found).await
    }

    async fn find_events(
        &self,
        tenant: &TenantId,
        search: &EventSearch,
        page: Page,
    ) -> Result<Listed<Event>, SearchFailed> {
        let body = |sql: &mut Sql| {
            // The first value: names are looked up within the tenant by it.
            sql.push(" FROM events WHERE tenant_id = ")
                .text_value(tenant.as_str());
            if let Some(user) = &search.user {
                sql.push(" AND user_id = ").text_value(user.as_str());
            }
            match &search.query {
                None => Ok(()),
                Some(query) => {
                    sql.push(" AND ");
                    compile_events(&query.0, self.dialect, sql)
                }
            }
        };
        let mut rows = Sql::default();
        rows.push(COLUMNS);
        body(&mut rows)?;
        let order = if search.is_ascending { "ASC" } else { "DESC" };
        rows.push(" ORDER BY at ")
            .push(order)
            .push(", id ")
            .push(order)
            .push(" LIMIT ")
            .number(number(page.limit))
            .push(" OFFSET ")
            .number(number(page.offset));
        let query = sqlx::query_as(AssertSqlSafe(rows.text));
        let found: Vec<EventRow> = bind(query, &rows.values)
            .fetch_all(&self.read)
            .await
            .step(SEARCH)?;
        let mut count = Sql::default();
        count.push("SELECT COUNT(*) FROM (SELECT 1");
        body(&mut count)?;
        count.push(" LIMIT ").number(TOTAL_MAX).push(") AS found");
        let query = sqlx::query_scalar(AssertSqlSafe(count.text));
        let total: i64 = bind_scalar(query, &count.values)
            .fetch_one(&self.read)
            .await
            .step(SEARCH)?;
        let mut listed = Listed::from_rows(found, counted(total))?;
        let seen = page.offset.saturating_add(listed.items.len() as u64);
        if listed.items.len() as u64 == page.limit && total == TOTAL_MAX {
            listed.total = listed.total.max(seen.saturating_add(1));
        }
        Ok(listed)
    }

    /// Entries after one of them, or from the first where none is named, and before another; oldest first.
    ///
    /// # Errors
    /// It takes too long, or the store fails.
    #[tracing::instrument(name = "db.events.between", skip_all, fields(tenant.id = %tenant))]
    pub async fn events_between(
        &self,
        tenant: &TenantId,
        last: Option<&EventId>,
        before: &EventId,
        most: u64,
    ) -> Result<Vec<Event>, StoreError> {
        let step = "read on in the log";
        // Ids sort by time.
        let query =
            sqlx::query_as::<_, EventRow>(select!("AND id > $2 AND id < $3 ORDER BY id LIMIT $4"))
                .bind(text(tenant.as_str()))
                .bind(last.map_or_else(String::new, |id| text(id.as_str())))
                .bind(text(before.as_str()))
                .bind(number(most));
        let read = async {
            let rows = query.fetch_all(&self.read).await.step(step)?;
            rows.into_iter()
                .map(Event::try_from)
                .collect::<Result<Vec<_>, StoreError>>()
        };
        self.in_turn(tenant, step, read).await
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// The tenant is unknown, the id is taken, or the store fails.
    #[tracing::instrument(name = "db.events.add", skip_all, fields(tenant.id = %event.tenant, event.id = %event.id))]
    pub async fn add_event(&self, event: &Event) -> Result<(), StoreError> {
        insert(event, &self.write).await
    }

    /// The log of a tenant, newest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.events.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_events(
        &self,
        tenant: &TenantId,
        page: Page,
    ) -> Result<Vec<Event>, StoreError> {
        sqlx::query_as::<_, EventRow>(select!("ORDER BY at DESC, id DESC LIMIT $2 OFFSET $3"))
            .bind(text(tenant.as_str()))
            .bind(number(page.limit))
            .bind(number(page.offset))
            .fetch_all(&self.read)
            .await
            .step("list the events")?
            .into_iter()
            .map(Event::try_from)
            .collect()
    }

    /// Removes entries from before a time, of all tenants.
    ///
    /// # Errors
    /// The store fails; some are removed then.
    #[tracing::instrument(name = "db.events.sweep", skip_all)]
    pub async fn sweep_events(&self, before: Timestamp) -> Result<(), StoreError> {
        const STEP: &str = "remove old events";
        loop {
            let removed = sqlx::query(
                "DELETE FROM events WHERE (tenant_id, id) IN (SELECT events.tenant_id, events.id FROM tenants \
                 JOIN events ON events.tenant_id = tenants.id AND events.at < $1 LIMIT $2)",
            )
            .bind(before.as_millisecond())
            .bind(number(SWEPT_AT_ONCE))
            .execute(&self.write)
            .await
            .step(STEP)?;
            if removed.rows_affected() < SWEPT_AT_ONCE {
                return Ok(());
            }
        }
    }

    /// An entry of a tenant's log.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.events.event", skip_all, fields(tenant.id = %tenant, event.id = %id))]
    pub async fn event(
        &self,
        tenant: &TenantId,
        id: &EventId,
    ) -> Result<Option<Event>, StoreError> {
        sqlx::query_as::<_, EventRow>(select!("AND id = $2"))
            .bind(text(tenant.as_str()))
            .bind(text(id.as_str()))
            .fetch_optional(&self.read)
            .await
            .step("find the event")?
            .map(Event::try_from)
            .transpose()
    }
}
