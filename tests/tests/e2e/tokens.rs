//! `/oauth/token`, the keys that verify its tokens, `/userinfo`, discovery.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use trickle_testkit::http::LegacyService;

use crate::harness::{Answer, Install, REALM_GRANT, Server, Site, legacy_connection};

/// A server with Jane in `customers`, moved already.
async fn with_jane() -> (Install, Server, Site) {
    let service = LegacyService::start();
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    login(&site).await.with_status(200);
    (install, server, site)
}

async fn login(site: &Site) -> Answer {
    site.login("customers", "jane@example.com", "legacy password")
        .await
}

/// What a relying party does: the key by its id, signature, issuer, audience, time.
async fn verify(site: &Site, token: &str, audience: &str) -> Value {
    let keys = site.get("/.well-known/jwks.json").await.with_status(200);
    let keys: JwkSet = serde_json::from_value(keys).unwrap();
    let header = decode_header(token).unwrap();
    assert_eq!(header.alg, Algorithm::RS256);
    let key = keys.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[format!("{}/", site.url)]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let decoded = decode(token, &DecodingKey::from_jwk(key).unwrap(), &validation);
    decoded.unwrap().claims
}

#[tokio::test]
async fn the_published_keys_verify_tokens() {
    let (_install, _server, site) = with_jane().await;
    let answer = login(&site).await;
    let client = site.credentials.client_id.clone();
    let id = verify(&site, answer.text_of("id_token"), &client).await;
    assert_eq!(id["sub"], "auth0|42");
    assert_eq!(id["email"], "jane@example.com");
    assert_eq!(id["email_verified"], false);
    assert_eq!(id["nickname"], "jane");
    let userinfo = format!("{}/userinfo", site.url);
    let access = verify(&site, answer.text_of("access_token"), &userinfo).await;
    assert_eq!(access["sub"], "auth0|42");
    assert_eq!(
        (&access["azp"], &access["gty"]),
        (&json!(client), &json!("password"))
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 86400);

    let manager = site.manager().await;
    let access = verify(&site, &manager.token, &site.audience()).await;
    assert_eq!(access["sub"], format!("{client}@clients"));
    assert_eq!(access["gty"], "client-credentials");
}

#[tokio::test]
async fn json_form_basic_and_null_are_all_understood() {
    let (_install, _server, site) = with_jane().await;
    let id = site.credentials.client_id.clone();
    let secret = site.credentials.client_secret.clone();
    let request = || site.request(Method::POST, "/oauth/token");
    let form = |fields: &[(&str, &str)]| {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| {
                let value = percent_encoding::utf8_percent_encode(
                    value,
                    percent_encoding::NON_ALPHANUMERIC,
                );
                format!("{name}={value}")
            })
            .collect();
        request()
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.join("&"))
    };
    let person = [
        ("grant_type", REALM_GRANT),
        ("realm", "customers"),
        ("username", "jane@example.com"),
        ("password", "legacy password"),
    ];
    let in_body = [
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
    ];
    let json_person = json!({
        "grant_type": REALM_GRANT, "realm": "customers", "username": "jane@example.com",
        "password": "legacy password", "audience": null, "organization": null, "scope": "",
    });
    let mut json_all = json_person.clone();
    json_all["client_id"] = id.as_str().into();
    json_all["client_secret"] = secret.as_str().into();
    let tries = [
        ("form", form(&[&person[..], &in_body].concat())),
        ("form, Basic", form(&person).basic_auth(&id, Some(&secret))),
        ("JSON", request().json(&json_all)),
        (
            "JSON, Basic",
            request().json(&json_person).basic_auth(&id, Some(&secret)),
        ),
    ];
    for (name, request) in tries {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        let body: Value = response.json().await.unwrap();
        assert!(body["access_token"].is_string(), "{name}");
        assert!(
            body.get("id_token").is_none(),
            "{name}: openid was not asked for"
        );
    }
}

#[tokio::test]
async fn a_client_gets_no_id_token_for_itself() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let answer = site
        .token_as_client(json!({
            "grant_type": "client_credentials", "audience": site.audience(),
            "scope": "openid read:users",
        }))
        .await;
    assert_eq!(answer.body["scope"], "read:users");
    let fields: Vec<String> = answer
        .with_status(200)
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        fields,
        ["access_token", "expires_in", "scope", "token_type"]
    );
}

#[tokio::test]
async fn each_refusal_has_its_documented_body() {
    let (_install, _server, site) = with_jane().await;
    let audience = site.audience();
    let realm = |name: &str| {
        json!({
            "grant_type": REALM_GRANT, "realm": name, "username": "jane@example.com",
            "password": "legacy password",
        })
    };
    let unknown_audience =
        json!({"grant_type": "client_credentials", "audience": "https://other.test/"});
    let mut management = realm("customers");
    management["audience"] = audience.as_str().into();
    let cases = [
        (
            unknown_audience,
            403,
            "access_denied",
            "Service not found: https://other.test/".to_owned(),
        ),
        (
            json!({"grant_type": "client_credentials"}),
            400,
            "invalid_request",
            "Missing required parameter: audience".to_owned(),
        ),
        (
            json!({"grant_type": "implicit"}),
            400,
            "unsupported_grant_type",
            "Unsupported grant type: implicit".to_owned(),
        ),
        (
            json!({}),
            400,
            "invalid_request",
            "Missing required parameter: grant_type".to_owned(),
        ),
        (
            realm("nowhere"),
            400,
            "invalid_request",
            "the connection was not found".to_owned(),
        ),
        (
            json!({"grant_type": "password", "username": "x", "password": "y"}),
            403,
            "server_error",
            "Authorization server not configured with default connection.".to_owned(),
        ),
        (
            management,
            403,
            "access_denied",
            format!(
                "Client is not authorized to access \"{audience}\". You need to create a \"client-grant\" associated to this API."
            ),
        ),
    ];
    for (body, status, error, description) in cases {
        let answer = site.token_as_client(body.clone()).await;
        let expected = json!({"error": error, "error_description": description});
        assert_eq!((answer.status, answer.body), (status, expected), "{body}");
    }

    let wrong = json!({
        "grant_type": "client_credentials", "audience": audience,
        "client_id": site.credentials.client_id, "client_secret": "wrong",
    });
    let unknown = json!({
        "grant_type": "client_credentials", "audience": audience,
        "client_id": "nobody", "client_secret": "wrong",
    });
    let refused =
        r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#;
    for body in [wrong, unknown] {
        assert_eq!(site.token(&body).await.told(), (401, refused));
    }
}

#[tokio::test]
async fn a_client_gets_only_its_own_grants_and_connections() {
    let (install, server, site) = with_jane().await;
    let args = [
        "client",
        "create",
        "--name",
        "app",
        "--grant",
        "password-realm",
        "--json",
    ];
    let made = install.run(&args).with_code(0).json();
    let app = server.site_at("localhost", serde_json::from_value(made).unwrap());
    let answer = login(&app).await;
    let expected =
        json!({"error": "invalid_request", "error_description": "the connection was disabled"});
    assert_eq!((answer.status, answer.body), (400, expected));
    let body = json!({"grant_type": "client_credentials", "audience": site.audience()});
    let answer = app.token_as_client(body).await;
    let expected = json!({
        "error": "unauthorized_client",
        "error_description": "Grant type 'client_credentials' not allowed for the client.",
    });
    assert_eq!((answer.status, answer.body), (403, expected));
}

#[tokio::test]
async fn the_default_connection_serves_logins_without_a_realm() {
    let (install, _server, site) = with_jane().await;
    let set = [
        "tenant",
        "default-connection",
        "default",
        "customers",
        "--json",
    ];
    let tenant = install.run(&set).with_code(0).json();
    assert_eq!(tenant["default_directory"], "customers");
    let body = json!({
        "grant_type": "password", "username": "jane@example.com", "password": "legacy password",
        "scope": "openid",
    });
    let answer = site.token_as_client(body).await;
    let id = site.credentials.client_id.clone();
    assert_eq!(
        verify(&site, answer.text_of("id_token"), &id).await["sub"],
        "auth0|42"
    );
}

#[tokio::test]
async fn userinfo_tells_what_the_scopes_open() {
    let (_install, _server, site) = with_jane().await;
    let answer = login(&site).await;
    let token = answer.text_of("access_token");
    for method in [Method::GET, Method::POST] {
        let request = site.request(method, "/userinfo").bearer_auth(token);
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(body["sub"], "auth0|42");
        assert_eq!(body["email"], "jane@example.com");
        assert_eq!(body["nickname"], "jane");
    }
    for token in [site.manager().await.token.as_str(), "x.y.z", ""] {
        let request = site.request(Method::GET, "/userinfo").bearer_auth(token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"], "invalid_token");
    }
}

#[tokio::test]
async fn discovery_names_addresses_that_answer() {
    let (_install, _server, site) = with_jane().await;
    let found = site.get("/.well-known/openid-configuration").await;
    assert_eq!(found.text_of("issuer"), format!("{}/", site.url));
    for (name, path) in [
        ("token_endpoint", "/oauth/token"),
        ("userinfo_endpoint", "/userinfo"),
        ("jwks_uri", "/.well-known/jwks.json"),
    ] {
        assert_eq!(found.text_of(name), format!("{}{path}", site.url));
        assert_ne!(site.get(path).await.status, 404);
    }
    let metadata = site.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(metadata.with_status(200), found.with_status(200));
}
