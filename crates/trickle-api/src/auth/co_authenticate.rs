//! `POST /co/authenticate`: a password typed in a page of the application's, which goes on at `/authorize?login_ticket=`.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, ORIGIN},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;
use trickle_engine::{Caller, Engine, ExchangeSubject, LoginOutcome, NewLoginTicket};
use trickle_model::{ApiClient, Connection, EventCode, User};
use trickle_store::LoginBasis;

use super::{
    Error,
    answer::{Refusal, kept_answer},
    client, origins,
    parameters::Parameters,
};
use crate::{client_address::ClientAddress, cookies, host::Site, pages, session_cookie};

const KINDS: [&str; 2] = [
    "http://auth0.com/oauth/grant-type/password-realm",
    "password",
];

/// `{"login_ticket":…,"co_verifier":…,"co_id":…}`, with the cookie that the ticket is bound to.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let parameters = Parameters::parse(&headers, &body)?;
    let tenant = &site.tenant.id;
    let client = client::named(tenant, engine.store(), &parameters).await?;
    let caller = address.into_callers_own(Some(client.id.clone()));
    let about = ExchangeSubject {
        user_name: parameters.get("username").map(str::to_owned),
        ..ExchangeSubject::default()
    };
    let result = ticket(&site, &engine, &client, &headers, &parameters, &caller).await;
    let (user, connection, made) = match result {
        Ok(proven) => proven,
        Err(error) => {
            let (code, why) = (EventCode::CrossOriginLoginFailed, error.description());
            engine.log_exchange(tenant, code, why, &caller, about).await;
            return Err(error);
        }
    };
    let about = ExchangeSubject {
        connection: Some(connection),
        user: Some(user.id),
        ..about
    };
    let (code, text) = (
        EventCode::CrossOriginLogin,
        "Successful cross-origin authentication",
    );
    engine
        .log_exchange(tenant, code, text, &caller, about)
        .await;
    // The cookie does what these two do elsewhere; clients only ask that they are there.
    let body = Json(json!({
        "login_ticket": made.ticket.expose(),
        "co_verifier": cookies::random().expose(),
        "co_id": cookies::random().expose(),
    }));
    let response = ([(CACHE_CONTROL, "no-store")], body).into_response();
    Ok(session_cookie::set_ticket(response, &made.browser))
}

async fn ticket(
    site: &Site,
    engine: &Engine,
    client: &ApiClient,
    headers: &HeaderMap,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<(User, Arc<Connection>, NewLoginTicket), Error> {
    let proven = log_in(site, engine, client, headers, parameters, caller).await?;
    let (user, by, connection) = proven;
    let made = engine
        .make_login_ticket(&site.tenant.id, &client.id, &user.id, &connection.id, &by)
        .await?;
    Ok((user, connection, made.ok_or_else(Error::overtaken)?))
}

async fn log_in(
    site: &Site,
    engine: &Engine,
    client: &ApiClient,
    headers: &HeaderMap,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<(User, LoginBasis, Arc<Connection>), Error> {
    if !client.settings.cross_origin_authentication() {
        return Err(Error::CrossOriginNotEnabled);
    }
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if !origin.is_some_and(|origin| origins::may_call(client, origin)) {
        return Err(Error::OriginNotAllowed);
    }
    let kind = parameters.require("credential_type")?;
    if !KINDS.contains(&kind) {
        return Err(Error::UnsupportedGrant(kind.to_owned()));
    }
    parameters.require_login()?;
    let connection = connection(site, engine, client, parameters).await?;
    let outcome = engine.login(parameters.login(&connection, caller)?).await?;
    if matches!(outcome, LoginOutcome::WrongCredentials) {
        return Err(Error::Login(Refusal {
            status: StatusCode::FORBIDDEN,
            error: "access_denied",
            description: "Wrong email or password.".to_owned(),
            retry_after_seconds: None,
        }));
    }
    let (user, by) = kept_answer(outcome).map_err(Error::Login)?;
    Ok((user, by, connection))
}

async fn connection(
    site: &Site,
    engine: &Engine,
    client: &ApiClient,
    parameters: &Parameters,
) -> Result<Arc<Connection>, Error> {
    let Some(realm) = parameters.get("realm") else {
        let usual = pages::connection_of(engine.store(), &site.tenant, client).await?;
        return usual.ok_or(Error::NoDefaultDirectory);
    };
    let found = engine.store().connection_by_realm(&site.tenant.id, realm);
    let found = found.await?.ok_or(Error::ConnectionNotFound)?;
    if !found.serves(&client.id) {
        return Err(Error::ConnectionDisabled);
    }
    Ok(Arc::new(found))
}
