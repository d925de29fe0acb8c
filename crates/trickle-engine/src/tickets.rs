//! Links in mails.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use trickle_model::{
    Connection, ConnectionId, EmailRule, Profile, Secret, TenantId, UnverifiedProfile, UserId,
};
use trickle_store::{Ticket, TicketPurpose};

use crate::{
    Engine, EngineError,
    opaque::{new_token, token_hash},
};

/// For whom a link is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    /// Somebody who is here.
    User(UserId),
    /// Somebody whom the legacy store knows; the account is written when the link is used.
    Legacy(Box<Profile>),
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenTicket {
    /// Its row.
    pub(crate) ticket: Ticket,
    pub(crate) subject: Subject,
    /// Where the mail went, or the user's address.
    pub email: Option<String>,
    /// Where the person goes on afterwards.
    pub result_url: Option<String>,
    /// Whether the address goes along.
    pub includes_email: bool,
    /// Whether using the link also proves the address.
    pub proves_email: bool,
}

/// A link to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewTicket<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) purpose: TicketPurpose,
    pub(crate) subject: Subject,
    pub(crate) email: Option<String>,
    pub(crate) result_url: Option<String>,
    pub(crate) includes_email: bool,
    pub(crate) proves_email: bool,
    pub(crate) seconds: i64,
}

impl OpenTicket {
    /// The connection that it is about.
    pub const fn connection(&self) -> &ConnectionId {
        &self.ticket.connection
    }
}

impl Engine {
    /// Makes a link; earlier ones for the same person and purpose work no more. Gives its token, which is kept nowhere.
    pub(crate) async fn make_ticket(&self, new: NewTicket<'_>) -> Result<Secret, EngineError> {
        let token = new_token();
        let now = self.parts.clock.now();
        let (subject, user, profile) = match &new.subject {
            Subject::User(id) => (id.as_str().to_owned(), Some(id.as_str()), None),
            Subject::Legacy(profile) => {
                let key = new.email.as_deref().unwrap_or_default().to_lowercase();
                (key, None, Some(profile_json(profile)))
            }
        };
        let details = json!({
            "user": user, "profile": profile, "email": new.email, "result_url": new.result_url,
            "includes_email": new.includes_email, "proves_email": new.proves_email,
        });
        let Value::Object(details) = details else {
            unreachable!("it was written as an object")
        };
        let ticket = Ticket {
            id: token_hash(token.expose()),
            tenant: new.connection.tenant.clone(),
            connection: new.connection.id.clone(),
            purpose: new.purpose,
            subject,
            details,
            created_at: now,
            expires_at: now + SignedDuration::from_secs(new.seconds),
        };
        let added = self.parts.store.add_ticket(&ticket).await;
        added.map_err(EngineError::store("add the ticket"))?;
        Ok(token)
    }

    /// What a link leads to, if it works still.
    ///
    /// # Errors
    /// The store failed.
    pub async fn open_ticket(
        &self,
        tenant: &TenantId,
        token: &str,
        purpose: TicketPurpose,
    ) -> Result<Option<OpenTicket>, EngineError> {
        let now: Timestamp = self.parts.clock.now();
        let id = token_hash(token);
        let found = self.parts.store.ticket(tenant, &id, purpose, now).await;
        let found = found.map_err(EngineError::store("find the ticket"))?;
        found.map(read).transpose()
    }

    /// Uses a link up; false when it has been used meanwhile.
    pub(crate) async fn take_ticket(&self, open: &OpenTicket) -> Result<bool, EngineError> {
        let taken = self
            .parts
            .store
            .take_ticket(&open.ticket.tenant, &open.ticket.id);
        taken.await.map_err(EngineError::store("use the ticket up"))
    }

    /// Lets a link work again, because what it was used for did not come about.
    pub(crate) async fn give_ticket_back(&self, open: &OpenTicket) -> Result<(), EngineError> {
        let given = self.parts.store.put_ticket_back(&open.ticket).await;
        given.map_err(EngineError::store("give the ticket back"))
    }
}

fn read(ticket: Ticket) -> Result<OpenTicket, EngineError> {
    let broken = || EngineError::Settings("a ticket's details make no sense".to_owned());
    let details = &ticket.details;
    let text = |name: &str| details.get(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| details.get(name).and_then(Value::as_bool) == Some(true);
    let subject = match (text("user"), details.get("profile")) {
        (Some(id), _) => Subject::User(UserId::from_text(id)),
        (None, Some(profile)) => {
            let profile = UnverifiedProfile::new(profile.clone()).verify(EmailRule::Optional);
            Subject::Legacy(Box::new(profile.map_err(|_| broken())?))
        }
        _ => return Err(broken()),
    };
    Ok(OpenTicket {
        subject,
        email: text("email"),
        result_url: text("result_url"),
        includes_email: flag("includes_email"),
        proves_email: flag("proves_email"),
        ticket,
    })
}

/// In the shape that scripts give.
fn profile_json(profile: &Profile) -> Value {
    let mut all: Map<String, Value> = profile.attributes.clone();
    all.insert("user_id".to_owned(), profile.id.as_str().into());
    all.insert("email".to_owned(), profile.email.clone().into());
    all.insert("email_verified".to_owned(), profile.email_verified.into());
    all.insert("username".to_owned(), profile.username.clone().into());
    all.insert("blocked".to_owned(), profile.blocked.into());
    all.insert("user_metadata".to_owned(), json!(profile.user_metadata));
    all.insert("app_metadata".to_owned(), json!(profile.app_metadata));
    let factors = profile.second_factors.iter().map(|factor| {
        let key = if factor.kind() == "totp" {
            "secret"
        } else {
            "value"
        };
        json!({factor.kind(): {key: factor.value().expose()}})
    });
    all.insert("mfa_factors".to_owned(), factors.collect());
    Value::Object(all)
}
