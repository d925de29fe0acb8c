//! `POST /oauth/ro`: how clients logged people in before the password grants. Old SDKs call it without the client's secret.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use trickle_engine::{Authorization, Caller, Engine, ExchangeSubject, LoginOutcome};
use trickle_model::{ApiClient, Connection, EventCode, Grant, User};

use super::{
    Error,
    access_format::Door,
    answer::{Refusal, answer},
    client,
    issue::{IdExtras, Issuer},
    parameters::Parameters,
    personal_access::PersonalAccess,
    second_factor, target,
};
use crate::{client_address::ClientAddress, host::Site, tokens::KeyRing};

/// In `grant_types` of clients that may use it.
const LEGACY_GRANT: &str = "http://auth0.com/oauth/legacy/grant-type/ro";

/// Logs a person in: `{"id_token":…,"access_token":…,"token_type":"bearer"}`.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    State(keys): State<KeyRing>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let parameters = Parameters::parse(&headers, &body)?;
    let tenant = &site.tenant.id;
    let client = client::named(tenant, engine.store(), &parameters).await?;
    // Nobody has shown a secret: whoever asks keeps the pace of a person.
    let caller = address.into_callers_own(Some(client.id.clone()));
    let prepared = prepare(&site, &engine, &client, &parameters).await;
    let (connection, mut authorization) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            let (code, about) = (
                EventCode::PasswordExchangeFailed,
                ExchangeSubject::default(),
            );
            let why = error.description();
            engine.log_exchange(tenant, code, why, &caller, about).await;
            return Err(error);
        }
    };
    let user = login(&engine, &parameters, &connection, &caller).await?;
    if engine.needs_second_factor(&user).await? {
        return Err(second_factor::not_here());
    }
    let now = engine.clock().now();
    authorization.set_time(now);
    let issuer = Issuer {
        site: &site,
        client: &client,
        now,
    };
    let mut body = Map::new();
    let store = engine.store();
    let access = PersonalAccess::of(&site, store, &client, &user, &authorization, Door::Server);
    let access = access.await?;
    let claims = issuer.access_of(&user, &authorization, Some("password"), &access);
    let kind = access.format.dialect.profile.kind();
    let access = keys.sign(tenant, kind, claims).await?;
    if authorization.has("openid") {
        let claims = issuer.id_of(&user, &authorization, &IdExtras::default());
        let signed = keys.sign_id(&site, &client, claims, None);
        body.insert("id_token".to_owned(), signed.await?.into());
    }
    body.insert("access_token".to_owned(), access.into());
    body.insert("token_type".to_owned(), "bearer".into());
    let about = ExchangeSubject {
        user_name: user.email.clone().or_else(|| user.username.clone()),
        connection: Some(connection),
        user: Some(user.id),
    };
    let (code, text) = (
        EventCode::PasswordExchanged,
        "Password exchanged for an access token",
    );
    engine
        .log_exchange(tenant, code, text, &caller, about)
        .await;
    Ok(([(CACHE_CONTROL, "no-store")], Json(Value::Object(body))).into_response())
}

async fn prepare(
    site: &Site,
    engine: &Engine,
    client: &ApiClient,
    parameters: &Parameters,
) -> Result<(Arc<Connection>, Authorization), Error> {
    let may = client.allows(Grant::Password)
        || client.allows(Grant::PasswordRealm)
        || client.grant_types.iter().any(|grant| grant == LEGACY_GRANT);
    if !may {
        return Err(Error::GrantNotAllowed(LEGACY_GRANT));
    }
    parameters.require_login()?;
    let name = parameters.require("connection")?;
    let connection = engine.store().connection_by_name(&site.tenant.id, name);
    let connection = connection.await?.ok_or(Error::ConnectionNotFound)?;
    if !connection.serves(&client.id) {
        return Err(Error::ConnectionDisabled);
    }
    // Without a scope old SDKs expect an ID token all the same.
    let mut asked = parameters.scopes();
    if asked.is_empty() {
        asked.push("openid");
    }
    // Refresh tokens are for clients that can be asked who they are.
    asked.retain(|scope| *scope != target::OFFLINE);
    let authorization = target::authorization(
        site,
        engine.store(),
        client,
        (&asked, target::Unasked::Nothing),
        None,
    )
    .await?;
    Ok((Arc::new(connection), authorization))
}

async fn login(
    engine: &Engine,
    parameters: &Parameters,
    connection: &Arc<Connection>,
    caller: &Caller,
) -> Result<User, Error> {
    let outcome = engine.login(parameters.login(connection, caller)?).await?;
    if matches!(outcome, LoginOutcome::WrongCredentials) {
        return Err(Error::Login(Refusal {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_user_password",
            description: "Wrong email or password.".to_owned(),
            retry_after_seconds: None,
        }));
    }
    answer(outcome).map_err(Error::Login)
}
