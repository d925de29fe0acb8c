//! What pages with `auth0-lock`, or with a form over `auth0-js`, ask for before anybody types.

use axum::{
    Json,
    extract::{Path, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use trickle_engine::asked_at_sign_up;
use trickle_model::{ClientId, Connection};
use trickle_store::{STRATEGY, Store};

use super::Error;
use crate::host::Site;

/// More than a form has room for.
const CONNECTIONS_MOST: u64 = 50;

/// `GET /client/{id}.js`: a script that tells Lock through which connections people log in, the usual one first.
pub(crate) async fn client(
    site: Site,
    State(store): State<Store>,
    Path(file): Path<String>,
) -> Result<Response, Error> {
    let id = ClientId::from_text(file.strip_suffix(".js").unwrap_or(&file));
    let tenant = &site.tenant;
    if store.client(&tenant.id, &id).await?.is_none() {
        return Err(Error::Malformed("Unknown client".to_owned()));
    }
    let connections = store.connections_of(&tenant.id, &id, CONNECTIONS_MOST);
    let mut connections = connections.await?;
    let usual = tenant.default_directory.as_deref();
    connections.sort_by_key(|connection| Some(connection.name.as_str()) != usual);
    let connections: Value = connections.iter().map(shown).collect();
    let settings = json!({
        "id": id.as_str(),
        "tenant": tenant.name,
        "strategies": [{"name": STRATEGY, "connections": connections}],
    });
    let kind = [(CONTENT_TYPE, "text/javascript; charset=utf-8")];
    Ok((kind, format!("Auth0.setClient({settings});")).into_response())
}

/// What the form looks at. Lock takes a `null` for an object.
fn shown(connection: &Connection) -> Value {
    let options = &connection.options;
    let mut shown = json!({
        "name": connection.name,
        "showSignup": options.takes_sign_ups(),
        "showForgot": !options.flag("disable_self_service_change_password"),
        "requires_username": asked_at_sign_up(options, "username") == Some(true),
    });
    let name = connection.attributes.get("display_name");
    let others = [
        "passwordPolicy",
        "password_complexity_options",
        "validation",
    ];
    let others = others.map(|name| (name, options.as_map().get(name)));
    for (name, value) in others.into_iter().chain([("display_name", name)]) {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            shown[name] = value.clone();
        }
    }
    shown
}

/// `POST /usernamepassword/challenge`, `/dbconnections/signup/challenge` and `/dbconnections/change_password/challenge`: whether the form
/// has to have a captcha. None has, and `auth0-js` shows an error in its place where nobody says so.
pub(crate) async fn captcha(_: Site) -> Json<Value> {
    Json(json!({"required": false}))
}
