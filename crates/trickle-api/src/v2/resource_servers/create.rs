//! `POST /api/v2/resource-servers`.

use axum::{Json, extract::State, http::StatusCode};
use rand::{Rng, TryRngCore, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_engine::{Engine, LONGEST_ACCESS_TOKEN_SECONDS, MANAGEMENT_AUDIENCE};
use trickle_model::{GrantSubject, JsonKind};
use trickle_store::{ResourceServer, Store};

use super::{
    RESOURCE_SERVER,
    view::{is_management, view},
};
use crate::auth::access_format::Dialect;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    kept::unserved,
};

const IDENTIFIER_MAX_CHARS: usize = 600;
/// Known fields and their types.
const KNOWN: [(&str, JsonKind); 9] = [
    ("name", JsonKind::Text),
    ("signing_alg", JsonKind::Text),
    ("signing_secret", JsonKind::Text),
    ("token_dialect", JsonKind::Text),
    ("token_lifetime", JsonKind::Number),
    ("token_lifetime_for_web", JsonKind::Number),
    ("allow_offline_access", JsonKind::Flag),
    ("enforce_policies", JsonKind::Flag),
    (ResourceServer::POLICIES, JsonKind::Object),
];

/// Tokens are signed in one way, bound to nobody and not encrypted: whoever wants it otherwise has to know.
pub(super) async fn check_unserved(
    store: &Store,
    caller: &Bearer,
    before: Option<&Map<String, Value>>,
    settings: &Map<String, Value>,
) -> Result<(), Error> {
    type Asks = fn(&Value) -> bool;
    const UNSERVED: [(&str, &str, Asks); 3] = [
        (
            "signing_alg",
            "signing_alg of /resource-servers, whose access tokens are signed with RS256 only",
            |value| value.as_str().is_some_and(|name| name != "RS256"),
        ),
        (
            "proof_of_possession",
            "proof_of_possession of /resource-servers, whose access tokens are bound to nobody",
            |value| value.get("required") == Some(&Value::Bool(true)),
        ),
        (
            "token_encryption",
            "token_encryption of /resource-servers, whose access tokens are not encrypted",
            |value| !value.is_null(),
        ),
    ];
    for (name, what, asks) in UNSERVED {
        let wanted = settings.get(name).filter(|value| asks(value));
        if wanted.is_some() && wanted != before.and_then(|before| before.get(name)) {
            unserved::check(store, caller.tenant(), what).await?;
        }
    }
    Ok(())
}

/// Adds an API.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let identifier = fields.required_text("identifier")?;
    if !(1..=IDENTIFIER_MAX_CHARS).contains(&identifier.chars().count()) {
        return Err(Error::Body(format!(
            "Expected 1 to {IDENTIFIER_MAX_CHARS} characters on property identifier"
        )));
    }
    let mut settings = settings(fields)?;
    settings.retain(|_, value| !value.is_null());
    // Whoever had tokens for it would have tokens for the Management API.
    if identifier == MANAGEMENT_AUDIENCE || is_management(&identifier, &caller.site) {
        return Err(Error::Exists(&RESOURCE_SERVER));
    }
    check_unserved(engine.store(), &caller, None, &settings).await?;
    let number = OsRng.unwrap_err().random::<u128>() >> 32;
    let server = ResourceServer {
        id: format!("{number:024x}"),
        identifier,
        settings,
        created_at: engine.clock().now(),
    };
    let added = engine.store().add_resource_server(caller.tenant(), &server);
    if !added.await? {
        return Err(Error::Exists(&RESOURCE_SERVER));
    }
    Ok((StatusCode::CREATED, Json(view(&server))))
}

/// Everything but the identifier, with `null` for what is to go.
pub(super) fn settings(mut fields: Fields) -> Result<Map<String, Value>, Error> {
    for name in ["id", "is_system", "client_id"] {
        drop(fields.take_nullable(name));
    }
    let mut settings = fields.rest();
    for (name, kind) in KNOWN {
        if let Some(value) = settings.get(name)
            && !kind.fits(value)
        {
            return Err(wrong_type(name, kind.name(), value));
        }
    }
    check_values(&settings)?;
    match settings.get("scopes") {
        None | Some(Value::Null) => {}
        Some(Value::Array(scopes)) if scopes.iter().all(is_scope) => {}
        Some(other) => return Err(wrong_type("scopes", "array of objects with a value", other)),
    }
    // No token is signed with it.
    settings.remove("signing_secret");
    Ok(settings)
}

/// What tokens could not follow is not taken.
fn check_values(settings: &Map<String, Value>) -> Result<(), Error> {
    for name in ["token_lifetime", "token_lifetime_for_web"] {
        if let Some(seconds) = settings.get(name).filter(|value| !value.is_null())
            && !seconds
                .as_i64()
                .is_some_and(|seconds| (1..=LONGEST_ACCESS_TOKEN_SECONDS).contains(&seconds))
        {
            return Err(Error::Body(format!(
                "Expected 1 to {LONGEST_ACCESS_TOKEN_SECONDS} seconds on property {name}"
            )));
        }
    }
    if let Some(name) = settings.get("token_dialect").and_then(Value::as_str)
        && Dialect::from_name(name).is_none()
    {
        let known = Dialect::ALL.map(|(name, _)| name).join(", ");
        return Err(Error::Body(format!(
            "Expected one of {known} on property token_dialect"
        )));
    }
    GrantSubject::ALL
        .into_iter()
        .try_for_each(|subject| check_policy(settings, subject))
}

/// Policies for tokens about such a subject. A program never gets one without a grant.
pub(super) const fn policies(subject: GrantSubject) -> &'static [&'static str] {
    match subject {
        GrantSubject::User => &[
            ResourceServer::ALLOW_ALL,
            ResourceServer::DENY_ALL,
            ResourceServer::REQUIRE_GRANT,
        ],
        GrantSubject::Client | GrantSubject::AnonymousUser => {
            &[ResourceServer::DENY_ALL, ResourceServer::REQUIRE_GRANT]
        }
    }
}

fn check_policy(settings: &Map<String, Value>, subject: GrantSubject) -> Result<(), Error> {
    let place = format!("{}.{}", ResourceServer::POLICIES, subject.as_str());
    let given = settings
        .get(ResourceServer::POLICIES)
        .and_then(|all| all.get(subject.as_str()));
    let policy = match given {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(given)) => given.get("policy"),
        Some(other) => return Err(wrong_type(&place, "object", other)),
    };
    let known = policies(subject);
    match policy {
        None => Ok(()),
        Some(Value::String(name)) if known.contains(&name.as_str()) => Ok(()),
        Some(Value::String(_)) => Err(Error::Body(format!(
            "Expected one of {} on property {place}.policy",
            known.join(", ")
        ))),
        Some(other) => Err(wrong_type(&format!("{place}.policy"), "string", other)),
    }
}

fn is_scope(scope: &Value) -> bool {
    let description = scope.get("description");
    scope["value"].is_string() && description.is_none_or(|text| text.is_string() || text.is_null())
}
