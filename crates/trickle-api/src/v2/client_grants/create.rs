//! `POST /api/v2/client-grants`.

use axum::{Json, extract::State, http::StatusCode};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_engine::{Engine, ExchangeSubject, MANAGEMENT_AUDIENCE};
use trickle_model::{ClientGrant, ClientId, EventCode, GrantHolder, GrantSubject, prefixed_id};
use trickle_store::Store;

use super::{
    GRANT,
    view::{stored_audience, view},
};
use crate::{
    auth::target::is_management_of_any,
    v2::{
        Bearer, Error,
        body::{Body, Fields, wrong_type},
        clients::CLIENT,
        resource_servers::RESOURCE_SERVER,
    },
};

/// What there is but single clients.
pub(super) const UNKNOWN_HOLDER: &str = "Expected third_party_clients on property default_for";

/// Lets a client, or all that others run, get tokens for an API.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    // Of the tenant that was exported.
    drop(fields.take_nullable("id"));
    let holder = holder(&mut fields)?;
    let audience = fields.required_text("audience")?;
    let scopes = fields.texts("scope")?.unwrap_or_default();
    let mut settings = fields.rest();
    settings.retain(|_, value| !value.is_null());
    check_settings(&settings)?;
    check_subject(&settings)?;
    let (store, tenant) = (engine.store(), caller.tenant());
    if let Some(client) = holder.client()
        && store.client(tenant, client).await?.is_none()
    {
        return Err(Error::Unknown(&CLIENT));
    }
    let stored = stored_audience(&audience, &caller.site);
    if stored == MANAGEMENT_AUDIENCE && holder == GrantHolder::ThirdPartyClients {
        return Err(Error::Body(
            "The Management API is granted client by client, on property default_for".to_owned(),
        ));
    }
    let is_here = check(store, &caller, &audience, &stored).await?;
    let grant = ClientGrant {
        id: prefixed_id("cgr", &mut OsRng.unwrap_err()),
        holder,
        audience: stored,
        scopes,
        settings,
    };
    if !store.add_client_grant(tenant, &grant).await? {
        return Err(Error::Exists(&GRANT));
    }
    if !is_here {
        tell(&engine, &caller, &grant).await;
    }
    Ok((StatusCode::CREATED, Json(view(&grant, &caller.site))))
}

/// `client_id`, or `default_for` in its place.
fn holder(fields: &mut Fields) -> Result<GrantHolder, Error> {
    let client = fields.text("client_id")?;
    let kind = fields.text(GrantHolder::SETTING)?;
    match (client, kind.as_deref()) {
        (Some(client), None) => Ok(ClientId::from_text(client).into()),
        (None, Some(GrantHolder::THIRD_PARTY)) => Ok(GrantHolder::ThirdPartyClients),
        (None, Some(_)) => Err(Error::Body(UNKNOWN_HOLDER.to_owned())),
        (Some(_), Some(_)) => Err(Error::Body(
            "Expected either client_id or default_for, not both".to_owned(),
        )),
        (None, None) => Err(Error::Body(
            "Missing required property: client_id".to_owned(),
        )),
    }
}

/// Whom tokens are about; it never changes.
fn check_subject(settings: &Map<String, Value>) -> Result<(), Error> {
    let named = settings.get(GrantSubject::SETTING);
    let is_known = |named: &Value| named.as_str().and_then(GrantSubject::named).is_some();
    if named.is_none_or(is_known) {
        return Ok(());
    }
    Err(Error::Body(
        "Expected client, user or anonymous_user on property subject_type".to_owned(),
    ))
}

/// Whether a program may work for organizations, and whether it gets all scopes.
pub(super) fn check_settings(settings: &Map<String, Value>) -> Result<(), Error> {
    let usage = settings.get("organization_usage");
    if let Some(usage) = usage.filter(|usage| !usage.is_null())
        && !["deny", "allow", "require"]
            .map(Value::from)
            .contains(usage)
    {
        return Err(Error::Body(
            "Expected deny, allow or require on property organization_usage".to_owned(),
        ));
    }
    for name in ["allow_any_organization", "allow_all_scopes"] {
        let flag = settings.get(name);
        if let Some(flag) = flag.filter(|flag| !flag.is_null() && !flag.is_boolean()) {
            return Err(wrong_type(name, "boolean", flag));
        }
    }
    Ok(())
}

/// Whether the API is here. Elsewhere may only be the Management API of the tenant that was exported. Scopes of the one here for things that
/// are not here are kept and do nothing: tenants bring them along.
async fn check(
    store: &Store,
    caller: &Bearer,
    audience: &str,
    stored: &str,
) -> Result<bool, Error> {
    // Its stored name is not for callers.
    if stored == MANAGEMENT_AUDIENCE && audience != MANAGEMENT_AUDIENCE {
        return Ok(true);
    }
    let server = store.resource_server(caller.tenant(), stored).await?;
    match server {
        Some(server) if server.identifier == stored => Ok(true),
        _ if is_management_of_any(stored) => Ok(false),
        _ => Err(Error::Unknown(&RESOURCE_SERVER)),
    }
}

/// Tells the tenant's log that a program gets nothing by a grant.
async fn tell(engine: &Engine, caller: &Bearer, grant: &ClientGrant) {
    let text = format!(
        "A grant for {} gives no tokens: that Management API is elsewhere",
        grant.audience
    );
    let (who, about) = (caller.caller(), ExchangeSubject::default());
    engine
        .log_exchange(caller.tenant(), EventCode::Warning, text, &who, about)
        .await;
}
