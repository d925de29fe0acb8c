//! One template.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value};
use trickle_engine::{Engine, ExchangeSubject, MailTemplate, TemplateKind};
use trickle_model::EventCode;

use crate::v2::{
    Bearer, Error,
    body::{Body, type_name},
    error::Kind,
};

/// Mails that are not sent here; tools find their templates again.
const KEPT: [&str; 11] = [
    "async_approval",
    "auth_email_by_code",
    "blocked_account",
    "change_password",
    "enrollment_email",
    "mfa_oob_code",
    "password_reset",
    "reset_email_by_code",
    "stolen_credentials",
    "verify_email_by_code",
    "welcome_email",
];

static TEMPLATE: Kind = Kind {
    code: "inexistent_email_template",
    name: "template",
};

/// The template: the usual one, and over it what the tenant has set.
pub(super) async fn show(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Error> {
    let which = which(&name)?;
    let stored = stored(&engine, &caller, which).await?;
    match which {
        Which::Sent(kind) => Ok(Json(Value::Object(MailTemplate::shown(
            kind,
            stored.as_ref(),
        )))),
        Which::Kept(_) => Ok(Json(Value::Object(
            stored.ok_or(Error::Missing(&TEMPLATE))?,
        ))),
    }
}

/// Sets a template that the body names.
pub(super) async fn create(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let given = object(body)?;
    let name = given.get("template").and_then(Value::as_str);
    let name = name.ok_or_else(|| Error::Body("Missing required property: template".to_owned()))?;
    let shown = store(&engine, &caller, which(name)?, given.clone()).await?;
    Ok((StatusCode::CREATED, shown))
}

/// Sets the whole template.
pub(super) async fn replace(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    store(&engine, &caller, which(&name)?, object(body)?).await
}

/// Sets what is given.
pub(super) async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let which = which(&name)?;
    let stored = stored(&engine, &caller, which).await?;
    let mut wanted = match (stored, which) {
        (Some(stored), _) => stored,
        (None, Which::Sent(_)) => Map::new(),
        // Tools add what they cannot change.
        (None, Which::Kept(_)) => return Err(Error::Missing(&TEMPLATE)),
    };
    wanted.extend(object(body)?);
    store(&engine, &caller, which, wanted).await
}

async fn stored(
    engine: &Engine,
    caller: &Bearer,
    which: Which,
) -> Result<Option<Map<String, Value>>, Error> {
    let name = which.setting();
    Ok(engine.stored_setting(caller.tenant(), &name).await?)
}

async fn store(
    engine: &Engine,
    caller: &Bearer,
    which: Which,
    mut wanted: Map<String, Value>,
) -> Result<Json<Value>, Error> {
    match which {
        Which::Sent(kind) => {
            let template = MailTemplate::parse(kind, Some(&wanted));
            let template = template.map_err(|error| Error::Body(error.to_string()))?;
            warn(engine, caller, kind, &template).await;
        }
        Which::Kept(name) => drop(wanted.insert("template".to_owned(), name.into())),
    }
    engine
        .store()
        .put_setting(caller.tenant(), &which.setting(), &wanted)
        .await?;
    Ok(Json(Value::Object(match which {
        Which::Sent(kind) => MailTemplate::shown(kind, Some(&wanted)),
        Which::Kept(_) => wanted,
    })))
}

/// Tells the tenant's log what is not followed.
async fn warn(engine: &Engine, caller: &Bearer, kind: TemplateKind, template: &MailTemplate) {
    if template.ignored.is_empty() {
        return;
    }
    let text = format!(
        "{} of the template {} is not followed; the usual stands in for it",
        template.ignored.join(", "),
        kind.as_str()
    );
    let (who, about) = (caller.caller(), ExchangeSubject::default());
    engine
        .log_exchange(caller.tenant(), EventCode::Warning, text, &who, about)
        .await;
}

/// Mails that are sent, and those whose template is only kept.
#[derive(Clone, Copy)]
enum Which {
    Sent(TemplateKind),
    Kept(&'static str),
}

impl Which {
    fn setting(self) -> String {
        match self {
            Self::Sent(kind) => kind.setting(),
            Self::Kept(name) => format!("email-template:{name}"),
        }
    }
}

fn which(name: &str) -> Result<Which, Error> {
    let sent = TemplateKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == name);
    let kept = || KEPT.into_iter().find(|kept| *kept == name);
    sent.map(Which::Sent)
        .or_else(|| kept().map(Which::Kept))
        .ok_or(Error::NotFound)
}

fn object(Body(body): Body) -> Result<Map<String, Value>, Error> {
    match body {
        Value::Object(map) => Ok(map),
        other => Err(Error::Body(format!(
            "Expected type object but found type {}",
            type_name(&other)
        ))),
    }
}
