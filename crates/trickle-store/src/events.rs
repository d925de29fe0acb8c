//! The log of a tenant.

use sqlx::{Any, Executor, FromRow};
use trickle_model::{ClientId, ConnectionId, Event, EventCode, EventId, TenantId, UserId};

use crate::column::{Row, number, object, text};
use crate::error::{Changed, Step};
use crate::{Page, Store, StoreError};

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

impl Store {
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
