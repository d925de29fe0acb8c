//! ID tokens that are signed as their clients want it.

use axum::http::StatusCode;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use trickle_model::ClientId;

use crate::{
    app::{Actor, HOST, PASSWORD, TestApp},
    authorize::{CALLBACK, spa, url},
    browser::{Browser, Landing, form, location},
};

const SECRET: &str = "a secret of an application that came from elsewhere";

/// A client of that algorithm; gives its id.
async fn client(admin: &Actor<'_>, jwt: Value) -> String {
    let body = json!({
        "name": "shop", "client_secret": SECRET, "jwt_configuration": jwt, "callbacks": [CALLBACK],
        "grant_types": ["password", "http://auth0.com/oauth/grant-type/password-realm", "implicit", "client_credentials"],
    });
    let made = admin.post("/api/v2/clients", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.body["client_id"].as_str().unwrap().to_owned()
}

async fn log_in(app: &TestApp, client: &str, secret: &str) -> Value {
    let answer = app
        .post(
            "/oauth/token",
            json!({
                "grant_type": "http://auth0.com/oauth/grant-type/password-realm", "client_id": client,
                "client_secret": secret, "username": "ada@example.com", "password": PASSWORD, "realm": "legacy",
                "scope": "openid email",
            }),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

fn text(tokens: &Value) -> &str {
    tokens["id_token"].as_str().unwrap()
}

/// What a token says that this key signed.
fn claims(token: &str, algorithm: Algorithm, key: &DecodingKey, audience: &str) -> Option<Value> {
    let mut rules = Validation::new(algorithm);
    rules.set_issuer(&[format!("https://{HOST}/")]);
    rules.set_audience(&[audience]);
    decode::<Value>(token, key, &rules)
        .ok()
        .map(|token| token.claims)
}

fn by_secret(token: &str, secret: &[u8], audience: &str) -> Option<Value> {
    let key = DecodingKey::from_secret(secret);
    claims(token, Algorithm::HS256, &key, audience)
}

async fn enable(admin: &Actor<'_>, connection: &str, client: &str) {
    let path = format!("/api/v2/connections/{connection}/clients");
    let body = json!([{"client_id": client, "status": true}]);
    let answer = admin.patch(&path, body).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
}

#[tokio::test]
async fn hs256_is_under_the_secret_of_the_client() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let connection = app.import_connection(&app.login_application().await).await;
    app.fake.knows_ada();
    let id = client(&admin, json!({"alg": "HS256"})).await;
    enable(&admin, &connection, &id).await;

    let tokens = log_in(&app, &id, SECRET).await;
    let found = by_secret(text(&tokens), SECRET.as_bytes(), &id).unwrap();
    assert_eq!(
        (&found["sub"], &found["email"]),
        (&json!("auth0|42"), &json!("ada@example.com"))
    );
    let access = tokens["access_token"].as_str().unwrap();
    let header = jsonwebtoken::decode_header(access).unwrap();
    assert_eq!(header.alg, Algorithm::RS256, "access tokens are for APIs");

    // Where nobody shows the secret.
    let mut browser = Browser::new(&app);
    let ask = [
        ("client_id", id.as_str()),
        ("response_type", "id_token"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("nonce", "n"),
    ];
    let authorize = format!("/authorize?{}", form(&ask));
    let answer = browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    let landing = Landing::of(&location(&answer));
    let token = &landing.pairs["id_token"];
    assert!(by_secret(token, SECRET.as_bytes(), &id).is_some());

    // The old one counts no more.
    let path = format!("/api/v2/clients/{id}/rotate-secret");
    let rotated = admin.post(&path, json!({})).await;
    let secret = rotated.body["client_secret"].as_str().unwrap();
    let tokens = log_in(&app, &id, secret).await;
    assert!(by_secret(text(&tokens), SECRET.as_bytes(), &id).is_none());
    assert!(by_secret(text(&tokens), secret.as_bytes(), &id).is_some());

    // A logout knows whose it is.
    let path = format!("/api/v2/clients/{id}");
    let out = json!({"allowed_logout_urls": ["https://app.test/out"]});
    admin.patch(&path, out).await;
    let logout = async |hint: &str| {
        let query = form(&[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", "https://app.test/out"),
        ]);
        app.get(&format!("/oidc/logout?{query}")).await
    };
    assert_eq!(
        location(&logout(text(&tokens)).await),
        "https://app.test/out"
    );
    assert_eq!(logout(token).await.status, StatusCode::BAD_REQUEST);

    // Nobody's secret is kept for nothing.
    let kept = async || {
        let id = ClientId::from_text(id.as_str());
        app.store.client_secret(&app.tenant.id, &id).await.unwrap()
    };
    assert!(kept().await.is_some());
    let back = json!({"jwt_configuration": {"alg": "RS256"}});
    admin.patch(&path, back).await;
    assert!(kept().await.is_none());
}

#[tokio::test]
async fn a_secret_from_before_is_learned_when_it_is_shown() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let method = json!({"token_endpoint_auth_method": "client_secret_post", "jwt_configuration": {"alg": "HS256"}});
    app.set_client(&application, method).await;
    let implicit = url(&application, &[("response_type", "id_token")]);
    let try_it = async || {
        let mut browser = Browser::new(&app);
        browser.log_in(&implicit, "ada@example.com", PASSWORD).await
    };
    let status = try_it().await.status;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let secret = application.secret.expose();
    let tokens = log_in(&app, application.id(), secret).await;
    assert!(by_secret(text(&tokens), secret.as_bytes(), application.id()).is_some());
    let token = &Landing::of(&location(&try_it().await)).pairs["id_token"];
    assert!(by_secret(token, secret.as_bytes(), application.id()).is_some());

    // The secrets of old clients are base64.
    let encoded = json!({"jwt_configuration": {"alg": "HS256", "secret_encoded": true}});
    app.set_client(&application, encoded).await;
    let tokens = log_in(&app, application.id(), secret).await;
    let is_decoded = by_secret(text(&tokens), secret.as_bytes(), application.id()).is_none();
    assert!(is_decoded, "the secrets that are made here are base64");
}

#[tokio::test]
async fn ps256_and_rs512_are_under_the_key_of_the_tenant() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let connection = app.import_connection(&app.login_application().await).await;
    app.fake.knows_ada();
    let keys = app.get("/.well-known/jwks.json").await.body;
    let (n, e) = (&keys["keys"][0]["n"], &keys["keys"][0]["e"]);
    let key = DecodingKey::from_rsa_components(n.as_str().unwrap(), e.as_str().unwrap()).unwrap();
    for (name, algorithm) in [("PS256", Algorithm::PS256), ("RS512", Algorithm::RS512)] {
        let id = client(&admin, json!({"alg": name})).await;
        enable(&admin, &connection, &id).await;
        let tokens = log_in(&app, &id, SECRET).await;
        assert!(claims(text(&tokens), algorithm, &key, &id).is_some());
        // Libraries look for a key by its name, some of them for one of the algorithm.
        let published = app.get("/.well-known/jwks.json").await.body;
        let published = published["keys"].as_array().unwrap();
        assert_eq!(published[0], keys["keys"][0]);
        let kid = decode_header(text(&tokens)).unwrap().kid.unwrap();
        let of_name = |key: &&Value| key["kid"] == kid.as_str();
        let found: Vec<&Value> = published.iter().filter(of_name).collect();
        assert_eq!(found.len(), 1, "{published:?}");
        assert_eq!((&found[0]["alg"], &found[0]["n"]), (&json!(name), n));
        let logout = form(&[("id_token_hint", text(&tokens))]);
        let logout = app.get(&format!("/oidc/logout?{logout}")).await;
        assert_ne!(logout.status, StatusCode::BAD_REQUEST, "{name}");
    }

    let odd = json!({"name": "x", "jwt_configuration": {"alg": "none"}});
    let refused = admin.post("/api/v2/clients", odd).await;
    assert_eq!(refused.body["errorCode"], "invalid_body");
    assert_eq!(
        app.get("/.well-known/openid-configuration").await.body["id_token_signing_alg_values_supported"],
        json!(["HS256", "RS256", "RS512", "PS256"])
    );
}
