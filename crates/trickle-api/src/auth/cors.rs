//! Which pages of other origins may call (the Fetch standard's CORS): those of the client that is named, and only they.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
            ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use trickle_engine::Engine;
use trickle_model::ClientId;

use super::{Error, client::client_id_of, origins, parameters::Parameters};
use crate::{host::Site, router::BODY_MAX_BYTES};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, auth0-client, x-request-language");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-request-id, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset",
);
/// Ten minutes: so long a client that was changed is asked in vain.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Answers preflights, and lets pages of the client's own origins read answers.
pub(crate) async fn layer(
    site: Site,
    State(engine): State<Engine>,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return with_vary(next.run(request).await);
    };
    let Ok(text) = origin.to_str() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if request.method() == Method::OPTIONS {
        // It does not say which client: any of the tenant's.
        return match any_client(&site, &engine, text).await {
            Ok(true) => preflight(&origin),
            Ok(false) => with_vary(StatusCode::NO_CONTENT.into_response()),
            Err(error) => error.into_response(),
        };
    }
    let (request, id) = match named_client(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let allowed = match id {
        Some(id) => of_client(&site, &engine, &id, text).await,
        None => any_client(&site, &engine, text).await,
    };
    match allowed {
        Ok(true) => allow(next.run(request).await, &origin),
        Ok(false) => with_vary(next.run(request).await),
        Err(error) => error.into_response(),
    }
}

/// The client that a body or a header names; the body is read and put back.
async fn named_client(request: Request) -> Result<(Request, Option<ClientId>), Response> {
    if request.method() != Method::POST {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_MAX_BYTES).await else {
        return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    };
    let id = client_of(&parts.headers, &bytes);
    Ok((Request::from_parts(parts, Body::from(bytes)), id))
}

fn client_of(headers: &HeaderMap, body: &Bytes) -> Option<ClientId> {
    let parameters = Parameters::named(headers, body, "client_id");
    let id = parameters.map(ClientId::from_text);
    id.or_else(|| client_id_of(headers))
}

async fn of_client(
    site: &Site,
    engine: &Engine,
    id: &ClientId,
    origin: &str,
) -> Result<bool, Error> {
    let client = engine.store().client(&site.tenant.id, id).await?;
    match &client {
        None => Ok(false),
        Some(_) if is_ours(site, origin) => Ok(true),
        Some(client) if origins::may_call(client, origin) => Ok(true),
        Some(client) => match origins::organization_in(client, origin) {
            Some(name) => is_organization(site, engine, name).await,
            None => Ok(false),
        },
    }
}

/// Anybody may ask, and a tenant may have many clients: none of them is read.
async fn any_client(site: &Site, engine: &Engine, origin: &str) -> Result<bool, Error> {
    if is_ours(site, origin) {
        return Ok(true);
    }
    // What is listed with a mark is nobody's origin.
    if origin.contains(['*', '{']) {
        return Ok(false);
    }
    let (store, tenant) = (engine.store(), &site.tenant.id);
    let plain = [origin.to_ascii_lowercase()];
    if store.is_client_origin(tenant, &plain).await? {
        return Ok(true);
    }
    if let Some((widest, mark)) = origins::widest_over(origin) {
        if store.is_client_origin(tenant, &[widest]).await? {
            return Ok(true);
        }
        // Of thousands, so that they are looked up only where there are any of the domain.
        if store.is_client_origin(tenant, &[mark]).await? {
            let patterns = origins::patterns_over(origin);
            if store.is_client_origin(tenant, &patterns).await? {
                return Ok(true);
            }
        }
    }
    let Some((pattern, name)) = origins::organization_pattern_over(origin) else {
        return Ok(false);
    };
    let is_listed = store.is_client_origin(tenant, &[pattern]).await?;
    Ok(is_listed && is_organization(site, engine, name).await?)
}

async fn is_organization(site: &Site, engine: &Engine, name: &str) -> Result<bool, Error> {
    let found = engine.store().organization(&site.tenant.id, name).await?;
    Ok(found.is_some_and(|organization| organization.name == name))
}

fn is_ours(site: &Site, origin: &str) -> bool {
    let ours = origin.strip_prefix("https://");
    ours.is_some_and(|host| host.eq_ignore_ascii_case(&site.host))
}

fn preflight(origin: &HeaderValue) -> Response {
    let mut response = allow(StatusCode::NO_CONTENT.into_response(), origin);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    response
}

/// Cookies go along: the login ticket of `/co/authenticate` is bound to one.
fn allow(response: Response, origin: &HeaderValue) -> Response {
    let mut response = with_vary(response);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    response
}

fn with_vary(mut response: Response) -> Response {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
    response
}
