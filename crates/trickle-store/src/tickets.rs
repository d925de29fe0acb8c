//! Links in mails: each works once, and the newest of its kind only.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{AnyConnection, FromRow};
use trickle_model::{ConnectionId, TenantId};

use crate::column::{Row, object, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::stored::remove;
use crate::{Store, StoreError};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketPurpose {
    /// To choose a new password.
    PasswordChange,
    /// To prove an e-mail address.
    EmailVerification,
}

impl TicketPurpose {
    /// Its name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordChange => "password-change",
            Self::EmailVerification => "email-verification",
        }
    }
}

/// A link.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// SHA-256 of the token in the link, hexadecimal.
    pub id: String,
    /// The tenant.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionId,
    /// What it is for.
    pub purpose: TicketPurpose,
    /// Of whom only the newest ticket works: a user's id, or the normalised address of somebody who is not here yet.
    pub subject: String,
    /// Sealed in the store.
    pub details: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does not work.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct TicketRow {
    connection_id: String,
    subject: String,
    details: String,
    created_at: i64,
    expires_at: i64,
}

/// Opens in its own row only.
fn place<'a>(tenant: &'a TenantId, id: &'a str) -> [&'a str; 3] {
    ["ticket", tenant.as_str(), id]
}

impl Store {
    /// Adds a ticket; earlier ones for the same purpose and subject work no more.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tickets.add", skip_all, fields(tenant.id = %ticket.tenant, connection.id = %ticket.connection))]
    pub async fn add_ticket(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let step = "add the ticket";
        let json = object(&ticket.details);
        let sealed = self
            .vault
            .seal(json.as_bytes(), &place(&ticket.tenant, &ticket.id));
        let mut tx = self.begin_write().await?;
        hold(self.dialect, ticket, step, &mut tx).await?;
        sqlx::query(
            "DELETE FROM tickets WHERE connection_id = $1 AND purpose = $2 AND subject = $3",
        )
        .bind(text(ticket.connection.as_str()))
        .bind(ticket.purpose.as_str())
        .bind(text(&ticket.subject))
        .execute(&mut *tx)
        .await
        .step(step)?;
        insert(ticket, sealed, &mut tx).await?;
        tx.commit().await.step(step)
    }

    /// Puts a ticket back that was taken, unless a newer one for the same purpose and subject is there.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tickets.put_back", skip_all, fields(tenant.id = %ticket.tenant, connection.id = %ticket.connection))]
    pub async fn put_ticket_back(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let step = "put the ticket back";
        let json = object(&ticket.details);
        let sealed = self
            .vault
            .seal(json.as_bytes(), &place(&ticket.tenant, &ticket.id));
        let mut tx = self.begin_write().await?;
        hold(self.dialect, ticket, step, &mut tx).await?;
        let newer: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM tickets WHERE connection_id = $1 AND purpose = $2 AND subject = $3",
        )
        .bind(text(ticket.connection.as_str()))
        .bind(ticket.purpose.as_str())
        .bind(text(&ticket.subject))
        .fetch_one(&mut *tx)
        .await
        .step("look for a newer ticket")?;
        if newer == 0 {
            insert(ticket, sealed, &mut tx).await?;
        }
        tx.commit().await.step(step)
    }

    /// A ticket that still works.
    ///
    /// # Errors
    /// The store fails, or the ticket cannot be opened.
    #[tracing::instrument(name = "db.tickets.ticket", skip_all, fields(tenant.id = %tenant))]
    pub async fn ticket(
        &self,
        tenant: &TenantId,
        id: &str,
        purpose: TicketPurpose,
        now: Timestamp,
    ) -> Result<Option<Ticket>, StoreError> {
        let found: Option<TicketRow> = sqlx::query_as(
            "SELECT connection_id, subject, details, created_at, expires_at FROM tickets \
             WHERE tenant_id = $1 AND id = $2 AND purpose = $3 AND expires_at > $4",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(purpose.as_str())
        .bind(now.as_millisecond())
        .fetch_optional(&self.read)
        .await
        .step("find the ticket")?;
        let Some(found) = found else { return Ok(None) };
        let row = Row {
            table: "tickets",
            id,
        };
        let clear = self.vault.unseal_text(&found.details, &place(tenant, id));
        let clear = clear.map_err(|error| row.inconsistent("details", error))?;
        Ok(Some(Ticket {
            details: row.object("details", &clear)?,
            created_at: row.time("created_at", found.created_at)?,
            expires_at: row.time("expires_at", found.expires_at)?,
            id: id.to_owned(),
            tenant: tenant.clone(),
            connection: ConnectionId::from_text(found.connection_id),
            purpose,
            subject: found.subject,
        }))
    }

    /// Uses a ticket up; false when somebody else did, or a newer one was made.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tickets.take", skip_all, fields(tenant.id = %tenant))]
    pub async fn take_ticket(&self, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
        remove("tickets", (tenant, id), "use the ticket up", &self.write).await
    }

    /// Removes tickets that have expired.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tickets.sweep", skip_all)]
    pub async fn sweep_tickets(&self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM tickets WHERE expires_at <= $1")
            .bind(now.as_millisecond())
            .execute(&self.write)
            .await
            .step("remove expired tickets")
            .map(drop)
    }
}

/// Until the transaction ends nobody else adds a ticket for the same purpose and subject: of two at once neither would see the other one.
/// SQLite has one writer at a time.
async fn hold(
    dialect: Dialect,
    ticket: &Ticket,
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    if let Dialect::Sqlite = dialect {
        return Ok(());
    }
    let (connection, purpose) = (&ticket.connection, ticket.purpose.as_str());
    let name = format!("ticket {connection} {purpose} {}", ticket.subject);
    sqlx::query("SELECT CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT)")
        .bind(text(&name))
        .execute(tx)
        .await
        .step(step)
        .map(drop)
}

async fn insert(ticket: &Ticket, sealed: String, tx: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tickets (tenant_id, id, connection_id, purpose, subject, details, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(text(ticket.tenant.as_str()))
    .bind(text(&ticket.id))
    .bind(text(ticket.connection.as_str()))
    .bind(ticket.purpose.as_str())
    .bind(text(&ticket.subject))
    .bind(sealed)
    .bind(ticket.created_at.as_millisecond())
    .bind(ticket.expires_at.as_millisecond())
    .execute(tx)
    .await
    .exactly_one("add the ticket")
}
