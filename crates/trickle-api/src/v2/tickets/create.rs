//! `POST /api/v2/tickets/password-change` and `/email-verification`.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use trickle_engine::{Engine, TicketOrder, identifier_of};
use trickle_model::{ConnectionId, User, UserId};
use trickle_store::TicketPurpose;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    users::chosen,
};

/// A link that works for longer is forgotten somewhere.
const SECONDS_MAX: i64 = 365 * 86_400;

/// `{"ticket":"https://…/u/reset-password?ticket=…"}`; the user by `user_id`, or by `connection_id` and `email`.
pub(super) async fn password_change(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let user = match fields.text("user_id")? {
        Some(id) => {
            engine
                .store()
                .user(caller.tenant(), &UserId::from_text(id))
                .await?
        }
        None => by_email(&engine, &caller, &mut fields).await?,
    };
    let proves_email = flag(&mut fields, "mark_email_as_verified")?;
    let identity = fields.take("identity");
    let wishes = Wishes::take(&mut fields)?;
    fields.finish()?;
    let user = chosen(engine.store(), user.ok_or(Error::NoUser)?, identity).await?;
    let order = TicketOrder {
        proves_email,
        ..wishes.order(user, TicketPurpose::PasswordChange)
    };
    answer(&engine, &caller, &order, "reset-password").await
}

/// `{"ticket":"https://…/u/email-verification?ticket=…"}`.
pub(super) async fn email_verification(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let id = UserId::from_text(fields.required_text("user_id")?);
    let user = engine.store().user(caller.tenant(), &id).await?;
    let identity = fields.take("identity");
    let wishes = Wishes::take(&mut fields)?;
    fields.finish()?;
    let user = chosen(engine.store(), user.ok_or(Error::NoUser)?, identity).await?;
    let order = wishes.order(user, TicketPurpose::EmailVerification);
    if order.user.email.is_none() {
        return Err(Error::Body("The user has no email address".to_owned()));
    }
    answer(&engine, &caller, &order, "email-verification").await
}

async fn by_email(
    engine: &Engine,
    caller: &Bearer,
    fields: &mut Fields,
) -> Result<Option<User>, Error> {
    let connection = ConnectionId::from_text(fields.required_text("connection_id")?);
    let email = fields.required_text("email")?;
    let connection = engine
        .store()
        .connection(caller.tenant(), &connection)
        .await?;
    let connection = connection.ok_or(Error::UnknownConnection)?;
    let identifier = identifier_of(&connection.options, &email);
    let found = engine
        .store()
        .find_by_identifier(&connection.id, &identifier);
    Ok(found.await?.map(|found| found.user))
}

/// What both kinds have.
struct Wishes {
    result_url: Option<String>,
    includes_email: bool,
    seconds: Option<i64>,
}

impl Wishes {
    fn take(fields: &mut Fields) -> Result<Self, Error> {
        let result_url = fields.text("result_url")?;
        if let Some(url) = &result_url
            && !url.starts_with("https://")
            && !url.starts_with("http://")
        {
            return Err(Error::Body(
                "Expected an http or https address on property result_url".to_owned(),
            ));
        }
        let seconds = match fields.take("ttl_sec") {
            None => None,
            Some(value) => match value.as_i64() {
                Some(0) => None,
                Some(seconds) if (1..=SECONDS_MAX).contains(&seconds) => Some(seconds),
                _ => return Err(wrong_type("ttl_sec", "integer", &value)),
            },
        };
        let includes_email = flag(fields, "includeEmailInRedirect")?;
        for name in ["client_id", "organization_id"] {
            drop(fields.take_nullable(name));
        }
        Ok(Self {
            result_url,
            includes_email,
            seconds,
        })
    }

    fn order(self, user: User, purpose: TicketPurpose) -> TicketOrder {
        TicketOrder {
            user,
            purpose,
            result_url: self.result_url,
            includes_email: self.includes_email,
            proves_email: false,
            seconds: self.seconds,
        }
    }
}

fn flag(fields: &mut Fields, name: &str) -> Result<bool, Error> {
    match fields.take(name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(other) => Err(wrong_type(name, "boolean", &other)),
    }
}

async fn answer(
    engine: &Engine,
    caller: &Bearer,
    order: &TicketOrder,
    page: &str,
) -> Result<(StatusCode, Json<Value>), Error> {
    let token = engine.order_ticket(order).await?.ok_or(Error::NoUser)?;
    let url = format!("{}u/{page}?ticket={}", caller.site.issuer(), token.expose());
    Ok((StatusCode::CREATED, Json(json!({"ticket": url}))))
}
