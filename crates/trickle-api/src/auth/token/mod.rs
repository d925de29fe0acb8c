//! `POST /oauth/token`.

mod client;
mod client_credentials;
mod parameters;
mod password;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_model::{ApiClient, Grant};
use trickle_store::Store;

use self::parameters::Parameters;
use super::Error;
use crate::{
    client_address::ClientAddress,
    host::Site,
    tokens::{ACCESS_TOKEN_SECONDS, ID_TOKEN_SECONDS, KeyRing},
};

/// All that a grant needs.
struct Exchange {
    site: Site,
    engine: Engine,
    store: Store,
    keys: KeyRing,
    parameters: Parameters,
    client: ApiClient,
    address: ClientAddress,
}

/// `{"access_token":…,"token_type":"Bearer","expires_in":86400,"scope":…,"id_token":…}`.
struct Tokens {
    access: Map<String, Value>,
    scope: String,
    id: Option<Map<String, Value>>,
}

/// Exchanges credentials for tokens.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    State(keys): State<KeyRing>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let parameters = Parameters::parse(&headers, &body)?;
    let grant = parameters.require("grant_type")?;
    let grant = grant
        .parse::<Grant>()
        .ok()
        // The short form is for our own command line.
        .filter(|known| known.as_str() == grant)
        .ok_or_else(|| Error::UnsupportedGrant(grant.to_owned()))?;
    let store = engine.store().clone();
    let client =
        client::authenticate(&site, &engine, &parameters, &headers, &address, grant).await?;
    let exchange = Exchange {
        site,
        engine,
        store,
        keys,
        parameters,
        client,
        address,
    };
    match grant {
        Grant::ClientCredentials => exchange.client_credentials().await,
        Grant::Password => exchange.password(false).await,
        Grant::PasswordRealm => exchange.password(true).await,
    }
}

impl Exchange {
    async fn sign(&self, tokens: Tokens) -> Result<Response, Error> {
        let tenant = &self.site.tenant.id;
        let mut body = Map::new();
        body.insert(
            "access_token".to_owned(),
            self.keys.sign(tenant, tokens.access).await?.into(),
        );
        if let Some(id) = tokens.id {
            body.insert(
                "id_token".to_owned(),
                self.keys.sign(tenant, id).await?.into(),
            );
        }
        if !tokens.scope.is_empty() {
            body.insert("scope".to_owned(), tokens.scope.into());
        }
        body.insert("expires_in".to_owned(), ACCESS_TOKEN_SECONDS.into());
        body.insert("token_type".to_owned(), "Bearer".into());
        let mut response = Json(body).into_response();
        // RFC 6749 §5.1.
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    fn access_claims(
        &self,
        subject: &str,
        audience: Value,
        scope: &str,
        gty: &str,
    ) -> Map<String, Value> {
        let now = self.engine.clock().now().as_second();
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), self.site.issuer().into());
        claims.insert("sub".to_owned(), subject.into());
        claims.insert("aud".to_owned(), audience);
        claims.insert("azp".to_owned(), self.client.id.as_str().into());
        claims.insert("iat".to_owned(), now.into());
        claims.insert("exp".to_owned(), (now + ACCESS_TOKEN_SECONDS).into());
        if !scope.is_empty() {
            claims.insert("scope".to_owned(), scope.into());
        }
        claims.insert("gty".to_owned(), gty.into());
        claims
    }

    fn id_claims(&self, subject: &str, mut claims: Map<String, Value>) -> Map<String, Value> {
        let now = self.engine.clock().now().as_second();
        let fixed = json!({
            "iss": self.site.issuer(),
            "sub": subject,
            "aud": self.client.id.as_str(),
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
        });
        if let Value::Object(fixed) = fixed {
            claims.extend(fixed);
        }
        claims
    }
}
