//! `POST /api/v2/client-grants`.

use axum::{Json, extract::State, http::StatusCode};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_engine::MANAGEMENT_AUDIENCE;
use trickle_model::{ClientGrant, ClientId, GrantSubject, prefixed_id};
use trickle_store::Store;

use super::{
    GRANT,
    view::{stored_audience, view},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    clients::CLIENT,
    resource_servers::RESOURCE_SERVER,
};

/// Lets a client get tokens for an API.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let client = ClientId::from_text(fields.required_text("client_id")?);
    let audience = fields.required_text("audience")?;
    let scopes = fields.texts("scope")?.unwrap_or_default();
    let mut settings = fields.rest();
    settings.retain(|_, value| !value.is_null());
    check_settings(&settings)?;
    check_subject(&settings)?;
    let tenant = caller.tenant();
    if store.client(tenant, &client).await?.is_none() {
        return Err(Error::Unknown(&CLIENT));
    }
    let stored = stored_audience(&audience, &caller.site);
    check(&store, &caller, &audience, &stored).await?;
    let grant = ClientGrant {
        id: prefixed_id("cgr", &mut OsRng.unwrap_err()),
        client,
        audience: stored,
        scopes,
        settings,
    };
    if !store.add_client_grant(tenant, &grant).await? {
        return Err(Error::Exists(&GRANT));
    }
    Ok((StatusCode::CREATED, Json(view(&grant, &caller.site))))
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

/// The API must be there. Scopes of the Management API for things that are not here are kept and do nothing: tenants bring them along.
async fn check(store: &Store, caller: &Bearer, audience: &str, stored: &str) -> Result<(), Error> {
    // Its stored name is not for callers.
    if stored == MANAGEMENT_AUDIENCE && audience != MANAGEMENT_AUDIENCE {
        return Ok(());
    }
    let server = store.resource_server(caller.tenant(), stored).await?;
    let there = server.is_some_and(|server| server.identifier == stored);
    if there {
        Ok(())
    } else {
        Err(Error::Unknown(&RESOURCE_SERVER))
    }
}
