//! `POST /oauth/token` for people.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use insta::assert_json_snapshot;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use trickle_model::{Grant, Outcome};

use crate::app::{Answer, HOST, PASSWORD, TestApp, refused};

/// Checks a token as SDKs do: by the published key of its `kid`, issuer and audience; gives its claims.
pub(crate) async fn verified(app: &TestApp, token: &str, audience: &str) -> Value {
    let keys = app.get("/.well-known/jwks.json").await.body;
    let kid = decode_header(token).unwrap().kid.unwrap();
    let mut keys = keys["keys"].as_array().unwrap().iter();
    let key = keys.find(|key| key["kid"] == kid.as_str()).unwrap();
    let (n, e) = (key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_issuer(&[format!("https://{HOST}/")]);
    rules.set_audience(&[audience]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let key = DecodingKey::from_rsa_components(n, e).unwrap();
    decode::<Value>(token, &key, &rules).unwrap().claims
}

fn error(answer: &Answer) -> (u16, &str, &str) {
    (
        answer.status.as_u16(),
        answer.body["error"].as_str().unwrap(),
        answer.body["error_description"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn a_first_login_imports_and_gives_tokens() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let mut body = application.password_realm("legacy", PASSWORD);
    body["scope"] = json!("openid profile email offline_access");
    body["audience"] = Value::Null;
    let answer = app.post("/oauth/token", body.clone()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "access_token": "[jwt]",
      "expires_in": 86400,
      "id_token": "[jwt]",
      "scope": "openid profile email",
      "token_type": "Bearer"
    }
    "#);

    let id = answer.body["id_token"].as_str().unwrap();
    let mut claims = verified(&app, id, application.id()).await;
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        36_000
    );
    for name in ["exp", "iat", "aud", "updated_at"] {
        claims[name] = "[checked]".into();
    }
    assert_json_snapshot!(claims, @r#"
    {
      "aud": "[checked]",
      "email": "ada@example.com",
      "email_verified": true,
      "exp": "[checked]",
      "given_name": "Ada",
      "iat": "[checked]",
      "iss": "https://acme.trickle.test:8443/",
      "name": "ada@example.com",
      "nickname": "ada",
      "picture": "https://s.gravatar.com/avatar/3e3417d7ef77d5932a6734b916515ed5?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fad.png",
      "sub": "auth0|42",
      "updated_at": "[checked]"
    }
    "#);

    let access = answer.body["access_token"].as_str().unwrap();
    let mut claims = verified(&app, access, &format!("https://{HOST}/userinfo")).await;
    assert_eq!(claims["azp"], application.id());
    for name in ["exp", "iat", "azp"] {
        claims[name] = "[checked]".into();
    }
    assert_json_snapshot!(claims, @r#"
    {
      "aud": "https://acme.trickle.test:8443/userinfo",
      "azp": "[checked]",
      "exp": "[checked]",
      "gty": "password",
      "iat": "[checked]",
      "iss": "https://acme.trickle.test:8443/",
      "scope": "openid profile email",
      "sub": "auth0|42"
    }
    "#);

    let again = app.post("/oauth/token", body).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(app.fake.runs(), 1);
}

#[tokio::test]
async fn forms_and_basic_authentication_do_as_well() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let form = "grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fpassword-realm\
                &realm=legacy&username=ada%40example.com&password=correct+horse";
    let credentials = format!("{}:{}", application.id(), application.secret.expose());
    let request = Request::post("/oauth/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(
            header::AUTHORIZATION,
            format!("Basic {}", STANDARD.encode(credentials)),
        )
        .body(Body::from(form));
    let answer = app.send_raw(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.get("id_token").is_none());
    assert!(answer.body.get("scope").is_none());
}

#[tokio::test]
async fn an_unknown_user_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let right = application.password_realm("legacy", PASSWORD);
    let wrong = application.password_realm("legacy", "wrong");
    let unmigrated = app.post("/oauth/token", wrong.clone()).await;
    assert_eq!(unmigrated.status, StatusCode::FORBIDDEN);
    assert_json_snapshot!(unmigrated.body, @r#"
    {
      "error": "invalid_grant",
      "error_description": "Wrong email or password."
    }
    "#);
    assert_eq!(app.post("/oauth/token", right).await.status, StatusCode::OK);
    let migrated = app.post("/oauth/token", wrong.clone()).await;
    let mut body = wrong;
    body["username"] = json!("nobody@example.com");
    let unknown = app.post("/oauth/token", body).await;
    assert_eq!(
        (migrated.status, &migrated.body),
        (unmigrated.status, &unmigrated.body)
    );
    assert_eq!(
        (unknown.status, &unknown.body),
        (unmigrated.status, &unmigrated.body)
    );
}

#[tokio::test]
async fn the_scripts_message_for_the_person_is_passed_on_and_no_other() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    let body = application.password_realm("legacy", PASSWORD);
    app.fake.always(refused(
        "UnauthorizedError",
        "unauthorized",
        "Not on Sundays.",
    ));
    let answer = app.post("/oauth/token", body.clone()).await;
    assert_eq!(error(&answer), (403, "unauthorized", "Not on Sundays."));
    app.fake
        .always(refused("ValidationError", "expired", "Renew first."));
    let answer = app.post("/oauth/token", body.clone()).await;
    assert_eq!(error(&answer), (403, "access_denied", "Renew first."));
    app.fake
        .always(Outcome::Crashed("segfault at 0xdead".into()));
    let answer = app.post("/oauth/token", body.clone()).await;
    assert_eq!(
        error(&answer),
        (
            500,
            "server_error",
            "The login could not be completed. Please contact the administrator."
        )
    );
    app.fake.always(Outcome::Busy);
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
}

#[tokio::test]
async fn without_a_realm_the_default_directory_is_asked() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let mut body = application.password_realm("legacy", PASSWORD);
    body["grant_type"] = json!("password");
    body.as_object_mut().unwrap().remove("realm");
    let answer = app.post("/oauth/token", body.clone()).await;
    assert_eq!(
        error(&answer),
        (
            403,
            "server_error",
            "Authorization server not configured with default connection."
        )
    );
    let set = app
        .store
        .set_default_directory(&app.tenant.id, Some("legacy"));
    assert!(set.await.unwrap());
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_connection_is_called_by_its_realms() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    let id = app.import_connection(&application).await;
    app.fake.knows_ada();
    let path = format!("/api/v2/connections/{id}");
    let other = json!({"name": "other", "strategy": "auth0", "realms": ["others"]});
    let other = admin.post("/api/v2/connections", other).await;
    assert_eq!(other.body["realms"], json!(["others"]), "{}", other.body);
    let set = async |realms: Value| admin.patch(&path, json!({"realms": realms})).await;
    let login = async |realm: &str| {
        let body = application.password_realm(realm, PASSWORD);
        app.post("/oauth/token", body).await.status
    };
    assert_eq!(login("other").await, StatusCode::BAD_REQUEST);
    let changed = set(json!(["shop.example", "other"])).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    for realm in ["Shop.Example", "other", "legacy"] {
        assert_eq!(login(realm).await, StatusCode::OK, "{realm}");
    }
    for taken in [json!(["others"]), json!(["x", "OTHERS"])] {
        let refused = set(taken.clone()).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{taken}");
        let new = json!({"name": "new", "strategy": "auth0", "realms": taken});
        let refused = admin.post("/api/v2/connections", new).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{taken}");
    }
    for (wrong, why) in [
        (
            json!([1]),
            "Expected type string but found type number on property realms[0]",
        ),
        (
            json!(["x", ""]),
            "Expected 1 to 255 characters on property realms[1]",
        ),
        (
            json!(vec!["x"; 101]),
            "Expected at most 100 items on property realms",
        ),
    ] {
        let refused = set(wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let why = format!("Payload validation error: '{why}'.");
        assert_eq!(refused.body["message"], why);
    }
    let none = set(json!([])).await;
    assert_eq!(none.body["realms"], json!(["legacy"]));
    assert_eq!(login("shop.example").await, StatusCode::BAD_REQUEST);
    assert_eq!(login("legacy").await, StatusCode::OK);
}

/// Every way to be refused before the password is looked at: body, status, `error`, `error_description`.
fn refusals(good: &Value) -> Vec<(Value, u16, &'static str, &'static str)> {
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let without = |name: &str| with(name, Value::Null);
    let missing = |name: &str, description| (without(name), 400, "invalid_request", description);
    let bad_client = |value| {
        let description = "Client authentication failed";
        (value, 401, "invalid_client", description)
    };
    let invalid =
        |name: &str, value, description| (with(name, value), 400, "invalid_request", description);
    let unsupported = |grant: &str, description| {
        (
            with("grant_type", json!(grant)),
            400,
            "unsupported_grant_type",
            description,
        )
    };
    vec![
        (
            json!([]),
            400,
            "invalid_request",
            "The body must be a JSON object.",
        ),
        missing("grant_type", "Missing required parameter: grant_type"),
        missing("client_id", "Missing required parameter: client_id"),
        missing("password", "Missing required parameter: password"),
        missing("realm", "Missing required parameter: realm"),
        unsupported("implicit", "Unsupported grant type: implicit"),
        unsupported("password-realm", "Unsupported grant type: password-realm"),
        bad_client(with("client_id", json!("x"))),
        bad_client(with("client_secret", json!("x"))),
        bad_client(without("client_secret")),
        invalid(
            "scope",
            json!(["openid"]),
            "Parameter must be a string: scope",
        ),
        invalid(
            "username",
            json!(""),
            "Missing required parameter: username",
        ),
        invalid(
            "username",
            json!("x".repeat(1_025)),
            "Parameter is too long: username",
        ),
        invalid("password", json!(1), "Parameter must be a string: password"),
        invalid(
            "password",
            json!("x".repeat(4_097)),
            "Parameter is too long: password",
        ),
        invalid("realm", json!("other"), "the connection was not found"),
        invalid(
            "organization",
            json!("o"),
            "parameter organization is not allowed for this client",
        ),
        (
            with("audience", json!("https://api")),
            403,
            "access_denied",
            "Service not found: https://api",
        ),
    ]
}

#[tokio::test]
async fn every_other_refusal_has_its_own_body() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let outsider = app.login_application().await;
    let machine = app.application(&[Grant::ClientCredentials], &[]).await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let good = application.password_realm("legacy", PASSWORD);
    for (body, status, code, description) in refusals(&good) {
        let answer = app.post("/oauth/token", body).await;
        assert_eq!(error(&answer), (status, code, description));
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    }
    let body = outsider.password_realm("legacy", PASSWORD);
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(
        error(&answer),
        (400, "invalid_request", "the connection was disabled")
    );
    let body = machine.password_realm("legacy", PASSWORD);
    let answer = app.post("/oauth/token", body).await;
    let description =
        "Grant type 'http://auth0.com/oauth/grant-type/password-realm' not allowed for the client.";
    assert_eq!(error(&answer), (403, "unauthorized_client", description));
    let mut body = good;
    body["audience"] = json!(format!("https://{HOST}/api/v2/"));
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(error(&answer).1, "access_denied");
    assert_eq!(app.fake.runs(), 0, "nobody's password was looked at");
}

#[tokio::test]
async fn a_challenge_is_for_clients_that_tried_basic_authentication() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let mut body = application.password_realm("legacy", PASSWORD);
    body["client_secret"] = json!("wrong");
    let wrong = format!("Basic {}", STANDARD.encode("nobody:wrong"));
    for (headers, challenge) in [(None, None), (Some(wrong), Some("Basic"))] {
        let mut request = Request::post("/oauth/token");
        if let Some(credentials) = headers {
            request = request.header(header::AUTHORIZATION, credentials);
        }
        let answer = app.send(request, Some(body.clone())).await;
        assert_eq!(error(&answer).1, "invalid_client");
        let told = answer.headers.get(header::WWW_AUTHENTICATE);
        assert_eq!(told.map(|told| told.to_str().unwrap()), challenge);
    }
}

#[tokio::test]
async fn nobody_logs_in_through_a_connection_that_is_off() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    let path = format!(
        "/api/v2/connections/{}",
        app.import_connection(&application).await
    );
    app.fake.knows_ada();
    let log_in = async || {
        let body = application.password_realm("legacy", PASSWORD);
        app.post("/oauth/token", body).await
    };
    let set = async |change: Value| {
        let changed = admin.patch(&path, change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    };
    let options = admin.get(&path).await.body["options"].clone();
    let mut without_passwords = options.clone();
    without_passwords["authentication_methods"] = json!({"password": {"enabled": false}});
    for (off, on) in [
        (
            json!({"authentication": {"active": false}}),
            json!({"authentication": {"active": true}}),
        ),
        (
            json!({"options": without_passwords}),
            json!({"options": options}),
        ),
    ] {
        let is_whole = off.get("authentication").is_some();
        set(off).await;
        let expected = (400, "invalid_request", "the connection was disabled");
        assert_eq!(error(&log_in().await), expected);
        if is_whole {
            for path in ["signup", "change_password"] {
                let body = json!({
                    "client_id": application.id(), "connection": "legacy", "email": "bob@example.com",
                    "password": "Password-1",
                });
                let refused = app.post(&format!("/dbconnections/{path}"), body).await;
                assert_eq!(refused.status, StatusCode::BAD_REQUEST);
                let told = json!({"error": "the connection was disabled"});
                assert_eq!(refused.body, told, "{path}");
            }
        }
        set(on).await;
        assert_eq!(log_in().await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn broken_bodies_are_not_echoed() {
    let app = TestApp::new().await;
    let request = Request::post("/oauth/token")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{\"password\": \"hunter2"));
    let answer = app.send_raw(request.unwrap()).await;
    assert_eq!(
        error(&answer),
        (
            400,
            "invalid_request",
            "The body is not valid JSON (line 1, column 21)."
        )
    );
}
