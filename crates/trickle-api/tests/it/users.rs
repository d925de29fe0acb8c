//! `/api/v2/users`.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use trickle_model::{Outage, Outcome, ScriptError};

use crate::app::{Answer, PASSWORD, TestApp, refused};

/// A connection with Ada imported through a login.
async fn with_ada() -> TestApp {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let body = application.password_realm("legacy", PASSWORD);
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    app
}

fn message(answer: &Answer) -> (u16, &str) {
    (
        answer.status.as_u16(),
        answer.body["message"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn an_imported_user_is_shown_in_full() {
    let app = with_ada().await;
    let admin = app.admin().await;
    let answer = admin.get("/api/v2/users/auth0%7C42").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "created_at": "[time]",
      "email": "ada@example.com",
      "email_verified": true,
      "given_name": "Ada",
      "identities": [
        {
          "connection": "legacy",
          "isSocial": false,
          "provider": "auth0",
          "user_id": "42"
        }
      ],
      "last_login": "[time]",
      "logins_count": 1,
      "name": "ada@example.com",
      "nickname": "ada",
      "picture": "https://s.gravatar.com/avatar/3e3417d7ef77d5932a6734b916515ed5?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fad.png",
      "updated_at": "[time]",
      "user_id": "auth0|42"
    }
    "#);
    let by_email = admin
        .get("/api/v2/users-by-email?email=ada%40example.com")
        .await;
    assert_eq!(by_email.body, json!([answer.body]));
    let by_email = admin
        .get("/api/v2/users-by-email?email=ADA%40example.com")
        .await;
    assert_eq!(by_email.body, json!([]));
    let few = admin
        .get("/api/v2/users/auth0%7C42?fields=user_id,email")
        .await;
    assert_eq!(
        few.body,
        json!({"user_id": "auth0|42", "email": "ada@example.com"})
    );
    let missing = admin.get("/api/v2/users/auth0%7C43").await;
    assert_eq!(message(&missing), (404, "The user does not exist."));
    assert_eq!(missing.body["errorCode"], "inexistent_user");
    let missing = admin.get("/api/v2/users-by-email").await;
    assert_eq!(message(&missing).0, 400);
}

#[tokio::test]
async fn users_are_made_after_the_legacy_store_was_asked() {
    let app = with_ada().await;
    let admin = app.admin().await;
    let body = json!({
        "connection": "legacy", "email": "Bob@Example.com", "password": "p", "email_verified": true,
        "name": "Bob", "user_id": "b-1", "app_metadata": {"plan": "gold"}, "verify_email": false,
        "user_metadata": null,
    });
    let answer = admin.post("/api/v2/users", body.clone()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "app_metadata": {
        "plan": "gold"
      },
      "created_at": "[time]",
      "email": "bob@example.com",
      "email_verified": true,
      "identities": [
        {
          "connection": "legacy",
          "isSocial": false,
          "provider": "auth0",
          "user_id": "b-1"
        }
      ],
      "name": "Bob",
      "nickname": "bob",
      "picture": "https://s.gravatar.com/avatar/4b9bb80620f03eb3719e0a061c14283d?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fbo.png",
      "updated_at": "[time]",
      "user_id": "auth0|b-1"
    }
    "#);
    let again = admin.post("/api/v2/users", body).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_json_snapshot!(again.body, @r#"
    {
      "error": "Conflict",
      "errorCode": "auth0_idp_error",
      "message": "The user already exists.",
      "statusCode": 409
    }
    "#);
    let cases = [
        (
            refused("ValidationError", "x", "no"),
            400,
            "Sandbox Error: no",
        ),
        (
            Outcome::DidNotAnswer,
            400,
            "Sandbox Error: the script finished without calling its callback; call callback(error) or callback(null, result) on every path",
        ),
        (
            Outcome::LegacyStoreDown(
                trickle_model::Outage::Refused,
                ScriptError {
                    message: "connect ECONNREFUSED".into(),
                    ..Default::default()
                },
            ),
            503,
            "Sandbox Error: connect ECONNREFUSED",
        ),
        (
            Outcome::Busy,
            503,
            "Too many requests at once; nothing was done.",
        ),
    ];
    for (outcome, status, text) in cases {
        app.fake.always(outcome);
        let body = json!({"connection": "legacy", "email": "eve@example.com", "password": "p"});
        let answer = admin.post("/api/v2/users", body).await;
        assert_eq!(message(&answer), (status, text));
    }
}

#[tokio::test]
async fn forms_do_as_well() {
    let app = with_ada().await;
    let token = app.admin().await.token.unwrap();
    let form = |name: &str| {
        format!("connection=legacy&email={name}%40example.com&password=p&email_verified=true")
    };
    let json = json!({"connection": "legacy", "email": "d@example.com", "password": "p", "email_verified": true});
    for (kind, body) in [
        ("application/x-www-form-urlencoded", form("b")),
        (
            "Application/X-WWW-Form-Urlencoded ; charset=UTF-8",
            form("c"),
        ),
        // This is no form.
        ("application/x-www-form-urlencodedfoo", json.to_string()),
    ] {
        let request = Request::post("/api/v2/users")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body));
        let answer = app.send_raw(request.unwrap()).await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{kind}: {}",
            answer.body
        );
        assert_eq!(answer.body["email_verified"], true);
    }
}

#[tokio::test]
async fn bodies_that_do_not_fit_are_refused() {
    let app = with_ada().await;
    let admin = app.admin().await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"connection": "legacy", "email": "bob@example.com", "password": "p"});
        body[name] = value;
        body
    };
    let cases = [
        (
            with("connection", Value::Null),
            "Payload validation error: 'Missing required property: connection'.",
        ),
        (
            with("connection", json!("other")),
            "The connection does not exist.",
        ),
        (
            with("email", json!("bob")),
            "Payload validation error: 'the profile's email must be an address of at most 254 bytes with one part before and one after the @'.",
        ),
        (
            with("email_verified", json!("x")),
            "Payload validation error: 'the profile's email_verified must be true or false'.",
        ),
        (
            with("user_metadata", json!({"a.b": 1})),
            "Payload validation error: 'Keys may neither contain a dot nor begin with $, unlike a.b on property user_metadata'.",
        ),
        (
            with("password", json!("")),
            "Payload validation error: 'Expected some text on property password'.",
        ),
        (
            with("password", Value::Null),
            "Payload validation error: 'Missing required property: password'.",
        ),
        (
            with("phone_number", json!("030 123")),
            "Payload validation error: 'phone_number must be a plus and 1 to 15 digits'.",
        ),
        (
            with("password", json!("x".repeat(4_097))),
            "Payload validation error: 'Expected at most 4096 bytes on property password'.",
        ),
        (
            with("password", json!(1)),
            "Payload validation error: 'Expected type string but found type number on property password'.",
        ),
        (
            with("roles", json!([])),
            "Payload validation error: 'Additional properties not allowed: roles'.",
        ),
    ];
    for (body, text) in cases {
        let answer = admin.post("/api/v2/users", body).await;
        assert_eq!(message(&answer), (400, text));
    }
    let optional = json!({"password": {"enabled": true, "api_behavior": "optional"}});
    let off = json!({
        "name": "proxy", "strategy": "auth0",
        "options": {"enabledDatabaseCustomization": true, "authentication_methods": optional},
    });
    admin.post("/api/v2/connections", off).await;
    let mut without = with("connection", json!("proxy"));
    without["password"] = Value::Null;
    let answer = admin.post("/api/v2/users", without).await;
    assert_eq!(
        message(&answer),
        (
            400,
            "Payload validation error: 'The legacy store makes no user without a password.'."
        )
    );
}

#[tokio::test]
async fn users_have_what_their_connection_asks_for() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let required = json!({"signup": {"status": "required"}});
    for (name, options) in [
        ("named", json!({"requires_username": true})),
        (
            "called",
            json!({"attributes": {"phone_number": required, "email": {}}}),
        ),
        (
            "bare",
            json!({"authentication_methods": {"password": {"api_behavior": "optional"}}}),
        ),
    ] {
        let body = json!({"name": name, "strategy": "auth0", "options": options});
        let made = admin.post("/api/v2/connections", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    for (body, status, text) in [
        (
            json!({"connection": "named", "email": "a@b.c", "password": "Str0ng enough!"}),
            400,
            "Payload validation error: 'missing username'.",
        ),
        (
            json!({"connection": "called", "email": "a@b.c", "password": "Str0ng enough!"}),
            400,
            "Payload validation error: 'missing phone_number'.",
        ),
        (
            json!({"connection": "called", "phone_number": "+49301", "password": "Str0ng enough!"}),
            201,
            "",
        ),
        (json!({"connection": "bare", "email": "a@b.c"}), 201, ""),
        (
            json!({"connection": "bare"}),
            400,
            "Payload validation error: 'the profile has no email; return the user's address, it is the identifier of this connection'.",
        ),
    ] {
        let answer = admin.post("/api/v2/users", body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        if status == 400 {
            assert_eq!(message(&answer), (400, text));
        }
    }
}

#[tokio::test]
async fn lists_are_paged_filtered_and_sorted() {
    let app = with_ada().await;
    let admin = app.admin().await;
    for name in ["zoe", "bob"] {
        let body = json!({
            "connection": "legacy", "email": format!("{name}@example.com"), "user_id": name, "password": "p",
        });
        let answer = admin.post("/api/v2/users", body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }
    let get = async |query: &str| {
        admin
            .get(&format!("/api/v2/users?fields=user_id&{query}"))
            .await
            .body
    };
    let ids = |list: &Value| {
        let list = list.as_array().unwrap().iter();
        list.map(|user| user["user_id"].as_str().unwrap()["auth0|".len()..].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&get("sort=email:1").await), ["42", "bob", "zoe"]);
    assert_eq!(ids(&get("sort=email:-1&per_page=2").await), ["zoe", "bob"]);
    assert_eq!(ids(&get("sort=email:-1&per_page=2&page=1").await), ["42"]);
    assert_eq!(ids(&get("sort=email:-1&per_page=2&page=2").await), [""; 0]);
    assert_eq!(
        ids(&get("sort=nickname:-1&q=*:*").await),
        ["zoe", "bob", "42"]
    );
    assert_eq!(ids(&get("sort=name:1&per_page=2&page=1").await), ["zoe"]);
    assert_eq!(
        ids(&get("q=email%3A%22ZOE%40example.com%22&search_engine=v3").await),
        ["zoe"]
    );
    assert_eq!(ids(&get("q=user_id%3A%22auth0%7Cbob%22").await), ["bob"]);
    assert_eq!(
        ids(&get("q=user_id%3A%22auth0%7Cbob%22&connection=other").await),
        [""; 0]
    );
    assert_eq!(
        ids(&get("connection=legacy&sort=user_id:1").await),
        ["42", "bob", "zoe"]
    );
    assert_json_snapshot!(get("page=1&per_page=2&include_totals=true&sort=email:1").await, @r#"
    {
      "length": 1,
      "limit": 2,
      "start": 2,
      "total": 3,
      "users": [
        {
          "user_id": "auth0|zoe"
        }
      ]
    }
    "#);
    let answer = admin.get("/api/v2/users?q=(name:ada").await;
    assert_eq!(
        message(&answer),
        (
            400,
            "Query validation error: 'a bracket that nothing closes at character 10, on property q'."
        )
    );
    let answer = admin.get("/api/v2/users?sort=shoe_size:1").await;
    assert_eq!(message(&answer).0, 400);
}

#[tokio::test]
async fn what_sdks_send_again_adds_one_user() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    let body =
        json!({"connection": "legacy", "email": "new@example.com", "password": "Str0ng enough!"});
    let down = ScriptError::default();
    app.fake
        .always(Outcome::LegacyStoreDown(Outage::Refused, down));
    let first = admin.post("/api/v2/users", body.clone()).await;
    assert_eq!(first.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(first.headers.contains_key("retry-after"));
    assert_eq!(admin.get("/api/v2/users").await.body, json!([]));
    app.fake.always(Outcome::NoSuchUser);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let again = admin.post("/api/v2/users", body.clone()).await;
        statuses.push(again.status.as_u16());
    }
    assert_eq!(statuses, [201, 409, 409]);
    let users = admin.get("/api/v2/users").await.body;
    assert_eq!(users.as_array().unwrap().len(), 1);
}
