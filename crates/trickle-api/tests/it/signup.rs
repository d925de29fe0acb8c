//! `POST /dbconnections/signup`.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use trickle_model::{Outage, Outcome, ScriptError};

use crate::app::{Answer, Application, TestApp, refused};

struct World {
    app: TestApp,
    application: Application,
}

impl World {
    async fn new(options: Value) -> Self {
        let app = TestApp::new().await;
        let application = app.login_application().await;
        let body = json!({
            "name": "customers", "strategy": "auth0", "enabled_clients": [application.id()], "options": options,
        });
        let created = app.admin().await.post("/api/v2/connections", body).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        Self { app, application }
    }

    async fn sign_up(&self, more: Value) -> Answer {
        let mut body = json!({
            "client_id": self.application.id(), "connection": "customers", "email": "Bob@example.com",
            "password": "Password-1",
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.app.post("/dbconnections/signup", body).await
    }
}

fn importing() -> Value {
    json!({
        "enabledDatabaseCustomization": true, "import_mode": true,
        "customScripts": {"login": "function l() {}", "get_user": "function g() {}"},
    })
}

#[tokio::test]
async fn somebody_new_becomes_a_native_user() {
    let world = World::new(importing()).await;
    world.app.fake.knows_ada();
    let answer = world
        .sign_up(json!({
            "given_name": "Bob", "user_metadata": {"plan": "gold"}, "email_verified": true, "blocked": true,
        }))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let mut shown = answer.body;
    assert_eq!(shown["_id"].take().as_str().unwrap().len(), 24);
    assert_json_snapshot!(shown, @r#"
    {
      "_id": null,
      "email": "bob@example.com",
      "email_verified": false,
      "given_name": "Bob",
      "name": "bob@example.com",
      "nickname": "bob",
      "picture": "https://s.gravatar.com/avatar/4b9bb80620f03eb3719e0a061c14283d?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fbo.png",
      "user_metadata": {
        "plan": "gold"
      }
    }
    "#);
    assert_eq!(world.app.fake.runs(), 1);
}

#[tokio::test]
async fn somebody_of_the_legacy_store_is_told_nothing_more_than_no() {
    let world = World::new(importing()).await;
    world.app.fake.knows_ada();
    let ada = json!({"email": "ada@example.com"});
    let answer = world.sign_up(ada.clone()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_json_snapshot!(answer.body, @r#"
    {
      "code": "invalid_signup",
      "description": "Invalid sign up",
      "name": "BadRequestError",
      "statusCode": 400
    }
    "#);
    let tells = json!({"flags": {"enable_public_signup_user_exists_error": true}});
    let tenant = &world.app.tenant.id;
    let set = world
        .app
        .store
        .put_setting(tenant, "tenant", tells.as_object().unwrap());
    set.await.unwrap();
    let answer = world.sign_up(ada).await;
    assert_eq!(answer.body["code"], "user_exists");
    assert_eq!(answer.body["description"], "The user already exists.");
}

#[tokio::test]
async fn weak_common_and_personal_passwords_have_their_bodies() {
    let world = World::new(json!({
        "passwordPolicy": "fair", "password_dictionary": {"enable": true}, "password_no_personal_info": {"enable": true},
    }))
    .await;
    let answer = world.sign_up(json!({"password": "abc"})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_json_snapshot!(answer.body, @r#"
    {
      "code": "invalid_password",
      "description": {
        "rules": [
          {
            "code": "lengthAtLeast",
            "format": [
              8
            ],
            "message": "At least %d characters in length",
            "verified": false
          },
          {
            "code": "shouldContain",
            "items": [
              {
                "code": "lowerCase",
                "message": "lower case letters (a-z)",
                "verified": true
              },
              {
                "code": "upperCase",
                "message": "upper case letters (A-Z)",
                "verified": false
              },
              {
                "code": "numbers",
                "message": "numbers (i.e. 0-9)",
                "verified": false
              }
            ],
            "message": "Should contain:",
            "verified": false
          }
        ],
        "verified": false
      },
      "message": "Password is too weak",
      "name": "PasswordStrengthError",
      "policy": "* At least 8 characters in length\n* Should contain:\n * lower case letters (a-z)\n * upper case letters (A-Z)\n * numbers (i.e. 0-9)",
      "statusCode": 400
    }
    "#);
    let common = world.sign_up(json!({"password": "Password1"})).await.body;
    let expected = json!({
        "name": "PasswordDictionaryError", "message": "Password is too common", "code": "invalid_password",
        "description": "Password is not allowed, it might be too common.", "statusCode": 400,
    });
    assert_eq!(common, expected);
    let personal = world
        .sign_up(json!({"password": "xQ7-bob-xQ7-xQ7"}))
        .await
        .body;
    assert_eq!(personal["name"], "PasswordNoUserInfoError");
    assert_eq!(personal["message"], "Password contains user information");
}

#[tokio::test]
async fn scripts_that_make_the_user_may_refuse_with_a_message() {
    let world = World::new(json!({
        "enabledDatabaseCustomization": true, "import_mode": false,
        "customScripts": {"login": "l", "create": "c"},
    }))
    .await;
    world.app.fake.always(refused(
        "ValidationError",
        "no_gmail",
        "Use your work address",
    ));
    let answer = world.sign_up(json!({})).await;
    let expected = json!({
        "name": "ValidationError", "message": "Use your work address", "code": "no_gmail",
        "description": "Use your work address", "fromSandbox": true, "statusCode": 400,
    });
    assert_eq!(
        (answer.status, answer.body),
        (StatusCode::BAD_REQUEST, expected)
    );
    world.app.fake.always(Outcome::LegacyStoreDown(
        Outage::Refused,
        ScriptError::default(),
    ));
    let answer = world.sign_up(json!({})).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers[header::RETRY_AFTER], "10");
    world.app.fake.always(Outcome::DidNotAnswer);
    let answer = world.sign_up(json!({})).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn defects_of_the_request_are_named() {
    let world = World::new(json!({"requires_username": true})).await;
    let cases = [
        (
            json!({"connection": null}),
            json!({"error": "connection is required"}),
        ),
        (
            json!({"connection": "other"}),
            json!({"error": "the connection was not found"}),
        ),
        (
            json!({"client_id": "other"}),
            json!({"error": "the connection was disabled"}),
        ),
        (
            json!({"password": null}),
            json!("missing password parameter"),
        ),
        (json!({"password": 1}), json!("password must be a string")),
        (json!({"username": null}), json!("missing username")),
        (
            json!({"username": "a@b.cd"}),
            json!("Username must not be an email address."),
        ),
        (
            json!({"user_metadata": []}),
            json!("user_metadata must be an object"),
        ),
        (
            json!({"user_metadata": {"a": 1}}),
            json!(
                "user_metadata may have 10 fields of text, names of 100 and values of 500 characters"
            ),
        ),
    ];
    for (more, expected) in cases {
        let answer = world.sign_up(more).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{expected}");
        match expected {
            Value::String(_) => assert_eq!(answer.body["description"], expected),
            body => assert_eq!(answer.body, body),
        }
    }
    let closed = World::new(json!({"disable_signup": true})).await;
    let answer = closed.sign_up(json!({})).await;
    assert_eq!(answer.body, json!({"error": "public signup is disabled"}));
    let answer = closed
        .app
        .send_raw(
            Request::post("/dbconnections/signup")
                .body(Body::from("["))
                .unwrap(),
        )
        .await;
    assert_eq!(
        answer.body["description"],
        "The body must be a JSON object."
    );
}

#[tokio::test]
async fn the_connection_says_who_may_sign_up_and_with_what() {
    for password in [
        json!({"enabled": false}),
        json!({"enabled": true, "api_behavior": "optional", "signup_behavior": "block"}),
    ] {
        let methods = json!({"authentication_methods": {"password": password}});
        let closed = World::new(methods).await;
        let answer = closed.sign_up(json!({})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.body, json!({"error": "public signup is disabled"}));
    }
    let world = World::new(json!({"attributes": {
        "email": {"profile_required": true}, "username": {"signup": {"status": "inactive"}},
        "phone_number": {"signup": {"status": "optional"}},
    }}))
    .await;
    for (more, code, text) in [
        (json!({"email": null}), "invalid_email", "missing email"),
        (
            json!({"phone_number": "030 123"}),
            "invalid_phone_number",
            "phone_number must be a plus and 1 to 15 digits",
        ),
    ] {
        let answer = world.sign_up(more).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let said = (&answer.body["code"], &answer.body["description"]);
        assert_eq!(said, (&json!(code), &json!(text)));
    }
    let answer = world
        .sign_up(json!({"username": "bob", "phone_number": "+49301"}))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.body.get("username"), None);
    assert_eq!(answer.body["phone_number"], "+49301");
}

#[tokio::test]
async fn a_form_will_do_too() {
    let world = World::new(json!({"passwordPolicy": null})).await;
    let form = format!(
        "client_id={}&connection=customers&email=bob%40example.com&password=x",
        world.application.id()
    );
    let request = Request::post("/dbconnections/signup")
        .header(
            header::CONTENT_TYPE,
            "Application/X-WWW-Form-URLEncoded; charset=UTF-8",
        )
        .body(Body::from(form));
    let answer = world.app.send_raw(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn who_signs_up_gets_a_link_to_prove_the_address() {
    let world = World::new(importing()).await;
    world.app.fake.knows_ada();
    let answer = world.sign_up(json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    world.app.engine.drain().await;
    let mail = world.app.postbox.mails().pop().unwrap();
    assert_eq!(mail.to, "bob@example.com");
    let (_, link) = mail
        .text
        .split_once("/u/email-verification?ticket=")
        .unwrap();
    let token = link.split_whitespace().next().unwrap();
    let request = Request::post("/u/email-verification")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("ticket={token}")));
    let done = world.app.send_raw(request.unwrap()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let admin = world.app.admin().await;
    let found = admin
        .get("/api/v2/users-by-email?email=bob%40example.com")
        .await;
    assert_eq!(found.body[0]["email_verified"], true);

    // The tenant can turn it off.
    let template = json!({"template": "verify_email", "enabled": false});
    let set = admin.post("/api/v2/email-templates", template).await;
    assert!(set.status.is_success(), "{}", set.body);
    let answer = world.sign_up(json!({"email": "cleo@example.com"})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    world.app.engine.drain().await;
    assert_eq!(world.app.postbox.mails().len(), 1);
}

#[tokio::test]
async fn an_administrator_who_wants_it_lets_a_link_be_sent() {
    let world = World::new(json!({})).await;
    let admin = world.app.admin().await;
    let user =
        json!({"connection": "customers", "email": "bob@example.com", "password": "Password-1"});
    let made = admin.post("/api/v2/users", user).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    world.app.engine.drain().await;
    assert_eq!(world.app.postbox.mails().len(), 0);
    let path = format!(
        "/api/v2/users/{}",
        made.body["user_id"].as_str().unwrap().replace('|', "%7C")
    );
    let changed = admin
        .patch(
            &path,
            json!({"email": "robert@example.com", "verify_email": true}),
        )
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let other = json!({
        "connection": "customers", "email": "cleo@example.com", "password": "Password-1", "verify_email": true,
    });
    let made = admin.post("/api/v2/users", other).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    world.app.engine.drain().await;
    let mut to: Vec<String> = world
        .app
        .postbox
        .mails()
        .into_iter()
        .map(|mail| mail.to)
        .collect();
    to.sort();
    assert_eq!(to, ["cleo@example.com", "robert@example.com"]);
}
