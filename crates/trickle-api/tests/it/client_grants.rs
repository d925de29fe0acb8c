//! `/api/v2/client-grants` and `/api/v2/resource-servers`.

use axum::http::StatusCode;
use serde_json::{Value, json};
use trickle_model::Grant;

use crate::app::{Actor, HOST, PASSWORD, TestApp};

const SHOP: &str = "https://shop.example/";

#[tokio::test]
async fn a_grant_gives_tokens_for_an_api() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let grant = json!({
        "client_id": application.id(), "audience": "https://shop.example/", "scope": ["read:carts"],
    });
    let unknown = admin.post("/api/v2/client-grants", grant.clone()).await;
    assert_eq!(unknown.body["errorCode"], "inexistent_resource_server");

    let server = json!({
        "identifier": "https://shop.example/", "name": "Shop", "scopes": [{"value": "read:carts"}], "kept": [1],
    });
    let server = admin.post("/api/v2/resource-servers", server).await;
    assert_eq!(server.status, StatusCode::CREATED, "{}", server.body);
    assert_eq!(
        (&server.body["kept"], &server.body["signing_alg"]),
        (&json!([1]), &json!("RS256"))
    );
    let made = admin.post("/api/v2/client-grants", grant.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let again = admin.post("/api/v2/client-grants", grant).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    let token = json!({
        "grant_type": "client_credentials", "client_id": application.id(),
        "client_secret": application.secret.expose(), "audience": "https://shop.example/",
    });
    let answer = app.post("/oauth/token", token.clone()).await;
    assert_eq!(answer.body["scope"], "read:carts", "{}", answer.body);

    let path = format!(
        "/api/v2/client-grants/{}",
        made.body["id"].as_str().unwrap()
    );
    let changed = admin
        .patch(&path, json!({"scope": ["read:carts", "x"]}))
        .await;
    assert_eq!(changed.body["scope"], json!(["read:carts", "x"]));
    let fixed = admin.patch(&path, json!({"audience": "y"})).await;
    assert_eq!(fixed.status, StatusCode::BAD_REQUEST);
    let filter = format!(
        "/api/v2/client-grants?take=50&client_id={}",
        application.id()
    );
    let listed = admin.get(&filter).await;
    assert_eq!(listed.body, json!({"client_grants": [changed.body]}));

    let id = server.body["id"].as_str().unwrap();
    for name in [id, "https%3A%2F%2Fshop.example%2F"] {
        let found = admin.get(&format!("/api/v2/resource-servers/{name}")).await;
        assert_eq!(found.body, server.body);
    }
    let path_of_server = format!("/api/v2/resource-servers/{id}");
    let renamed = admin
        .patch(&path_of_server, json!({"name": "New", "kept": null}))
        .await;
    assert_eq!(renamed.body["name"], "New");
    assert!(renamed.body.get("kept").is_none());
    let gone = admin.delete(&path_of_server).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let answer = app.post("/oauth/token", token).await;
    assert_eq!(
        answer.status,
        StatusCode::FORBIDDEN,
        "its grants went along"
    );
    assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_management_api_is_one_of_the_apis() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let audience = format!("https://{HOST}/api/v2/");
    let grant =
        json!({"client_id": application.id(), "audience": audience, "scope": ["read:users"]});
    let made = admin.post("/api/v2/client-grants", grant).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["audience"], audience);
    let encoded = audience.replace(':', "%3A").replace('/', "%2F");
    let found = admin
        .get(&format!("/api/v2/client-grants?audience={encoded}"))
        .await;
    assert_eq!(found.body.as_array().map(Vec::len), Some(2));

    let listed = admin
        .get("/api/v2/resource-servers?per_page=1&include_totals=true")
        .await;
    assert_eq!(
        (&listed.body["total"], &listed.body["length"]),
        (&json!(1), &json!(1))
    );
    let server = &listed.body["resource_servers"][0];
    assert_eq!(
        (&server["identifier"], &server["is_system"]),
        (&json!(audience), &json!(true))
    );
    let shown = admin
        .get(&format!("/api/v2/resource-servers/{encoded}"))
        .await;
    assert_eq!(shown.body, *server);
    let path = "/api/v2/resource-servers/management";
    assert_eq!(admin.delete(path).await.status, StatusCode::BAD_REQUEST);
    for identifier in [
        "urn:trickle:management",
        &audience,
        audience.trim_end_matches('/'),
    ] {
        let taken = admin
            .post(
                "/api/v2/resource-servers",
                json!({"identifier": identifier}),
            )
            .await;
        assert_eq!(taken.status, StatusCode::CONFLICT, "{identifier}");
        let stored = json!({"client_id": application.id(), "audience": "urn:trickle:management"});
        let refused = admin.post("/api/v2/client-grants", stored).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn apis_are_listed_in_pages_after_the_first() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for name in ["a", "b", "c"] {
        let body = json!({"identifier": name});
        let made = admin.post("/api/v2/resource-servers", body).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    let mut names = Vec::new();
    let mut path = "/api/v2/resource-servers?take=2".to_owned();
    loop {
        let page = admin.get(&path).await;
        let servers = page.body["resource_servers"].as_array().unwrap().clone();
        names.extend(
            servers
                .into_iter()
                .map(|server| server["identifier"].clone()),
        );
        match page.body["next"].as_str() {
            Some(next) => path = format!("/api/v2/resource-servers?take=2&from={next}"),
            None => break,
        }
    }
    let some =
        admin.get("/api/v2/resource-servers?identifiers=c,z&identifiers=a&fields=identifier");
    let expected = json!([{"identifier": "a"}, {"identifier": "c"}]);
    assert_eq!(some.await.body, expected);
    let mut own = names.split_off(1);
    own.sort_by_key(ToString::to_string);
    assert_eq!(own, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_client_has_one_grant_for_each_subject() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let server =
        json!({"identifier": "https://shop.example/", "scopes": [{"value": "read:carts"}]});
    let server = admin.post("/api/v2/resource-servers", server).await;
    assert_eq!(server.status, StatusCode::CREATED, "{}", server.body);
    let grant = |subject: Value| {
        json!({
            "client_id": application.id(), "audience": "https://shop.example/", "scope": ["read:carts"],
            "subject_type": subject,
        })
    };
    let token = json!({
        "grant_type": "client_credentials", "client_id": application.id(),
        "client_secret": application.secret.expose(), "audience": "https://shop.example/",
    });
    let ungranted = app.post("/oauth/token", token.clone()).await;
    assert_eq!(ungranted.status, StatusCode::FORBIDDEN);
    for subject in ["user", "anonymous_user"] {
        let made = admin.post("/api/v2/client-grants", grant(json!(subject)));
        let made = made.await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert_eq!(made.body["subject_type"], subject);
        let refused = app.post("/oauth/token", token.clone()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{subject}");
        assert_eq!(refused.body, ungranted.body, "{subject}");
    }
    let made = admin.post("/api/v2/client-grants", grant(json!(null)));
    let made = made.await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["subject_type"], "client");
    let answer = app.post("/oauth/token", token).await;
    assert_eq!(answer.body["scope"], "read:carts", "{}", answer.body);

    for (subject, status) in [
        (json!("client"), StatusCode::CONFLICT),
        (json!("user"), StatusCode::CONFLICT),
        (json!("x"), StatusCode::BAD_REQUEST),
        (json!(1), StatusCode::BAD_REQUEST),
    ] {
        let answer = admin.post("/api/v2/client-grants", grant(subject.clone()));
        assert_eq!(answer.await.status, status, "{subject}");
    }
    let list = format!("/api/v2/client-grants?client_id={}", application.id());
    let all = admin.get(&list).await;
    assert_eq!(all.body.as_array().map(Vec::len), Some(3));
    let some = admin.get(&format!("{list}&subject_type=client")).await;
    assert_eq!(some.body, json!([made.body]));
    let wrong = admin.get(&format!("{list}&subject_type=x")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let path = format!(
        "/api/v2/client-grants/{}",
        made.body["id"].as_str().unwrap()
    );
    let fixed = admin.patch(&path, json!({"subject_type": "user"})).await;
    assert_eq!(fixed.status, StatusCode::BAD_REQUEST);
    let mut read = made.body.clone();
    read.as_object_mut().unwrap().remove("id");
    let same = admin.patch(&path, read.clone()).await;
    assert_eq!(same.status, StatusCode::OK, "{}", same.body);
    assert_eq!(same.body, made.body);
    read["audience"] = json!("https://other.example/");
    let other = admin.patch(&path, read).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_grant_gives_all_scopes_where_it_says_so() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let server = json!({
        "identifier": "https://shop.example/", "scopes": [{"value": "read:carts"}, {"value": "write:carts"}],
    });
    let server = admin.post("/api/v2/resource-servers", server).await;
    let management = format!("https://{HOST}/api/v2/");
    for audience in ["https://shop.example/", &management] {
        let wrong =
            json!({"client_id": application.id(), "audience": audience, "allow_all_scopes": "yes"});
        let wrong = admin.post("/api/v2/client-grants", wrong).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let grant =
            json!({"client_id": application.id(), "audience": audience, "allow_all_scopes": true});
        let made = admin.post("/api/v2/client-grants", grant).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let scope = async |audience: &str, asked: &str| {
        let token = json!({
            "grant_type": "client_credentials", "client_id": application.id(),
            "client_secret": application.secret.expose(), "audience": audience, "scope": asked,
        });
        app.post("/oauth/token", token).await.body["scope"].clone()
    };
    let shop = "https://shop.example/";
    assert_eq!(scope(shop, "").await, "read:carts write:carts");
    assert_eq!(scope(shop, "write:carts").await, "write:carts");
    assert_eq!(scope(shop, "write:carts x").await, Value::Null);
    assert_eq!(scope(shop, "openid").await, Value::Null);
    let two = "read:users delete:clients";
    let both = scope(&management, two).await;
    let both = both.as_str().unwrap().split(' ').count();
    assert_eq!(both, 2);

    // Scopes that the API gets later, too.
    let path = format!(
        "/api/v2/resource-servers/{}",
        server.body["id"].as_str().unwrap()
    );
    admin
        .patch(&path, json!({"scopes": [{"value": "drop:carts"}]}))
        .await;
    assert_eq!(scope(shop, "").await, "drop:carts");
}

#[tokio::test]
async fn apis_say_whom_tokens_may_be_about() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let grants = [Grant::ClientCredentials, Grant::PasswordRealm];
    let application = app.application(&grants, &[]).await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let server =
        json!({"identifier": SHOP, "scopes": [{"value": "read:carts"}, {"value": "write:carts"}]});
    let server = admin.post("/api/v2/resource-servers", server).await;
    let path = format!(
        "/api/v2/resource-servers/{}",
        server.body["id"].as_str().unwrap()
    );
    let policy = async |subject: &str, policy: &str| {
        let change = json!({"subject_type_authorization": {subject: {"policy": policy}}});
        let changed = admin.patch(&path, change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    };
    let grant = async |subject: &str, scope: &str| {
        let grant = json!({
            "client_id": application.id(), "audience": SHOP, "scope": [scope], "subject_type": subject,
        });
        let made = admin.post("/api/v2/client-grants", grant).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    };
    let program = json!({
        "grant_type": "client_credentials", "client_id": application.id(),
        "client_secret": application.secret.expose(), "audience": SHOP,
    });
    let mut person = application.password_realm("legacy", PASSWORD);
    person["audience"] = SHOP.into();
    person["scope"] = "openid read:carts write:carts".into();

    let ungranted = app.post("/oauth/token", program.clone()).await;
    assert_eq!(ungranted.status, StatusCode::FORBIDDEN);
    grant("client", "write:carts").await;
    policy("client", "deny_all").await;
    let refused = app.post("/oauth/token", program.clone()).await;
    assert_eq!(
        (refused.status, refused.body),
        (StatusCode::FORBIDDEN, ungranted.body)
    );
    let answer = app.post("/oauth/token", person.clone()).await;
    assert_eq!(answer.body["scope"], "openid read:carts write:carts");

    policy("user", "require_client_grant").await;
    let answer = app.post("/oauth/token", program).await;
    assert_eq!(answer.body["scope"], "write:carts", "{}", answer.body);
    // The client's own grant is not for its users.
    let refused = app.post("/oauth/token", person.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert_eq!(refused.body["error"], "access_denied");
    grant("user", "read:carts").await;
    let answer = app.post("/oauth/token", person.clone()).await;
    assert_eq!(answer.body["scope"], "openid read:carts");

    policy("user", "deny_all").await;
    let refused = app.post("/oauth/token", person.clone()).await;
    assert_eq!(refused.body["error"], "access_denied", "{}", refused.body);
    policy("user", "allow_all").await;
    let answer = app.post("/oauth/token", person).await;
    assert_eq!(answer.body["scope"], "openid read:carts write:carts");
}

#[tokio::test]
async fn policies_are_of_their_subject() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = admin
        .post("/api/v2/resource-servers", json!({"identifier": "a"}))
        .await;
    let path = format!(
        "/api/v2/resource-servers/{}",
        made.body["id"].as_str().unwrap()
    );
    let named = |subject: &str, policy: Value| json!({"subject_type_authorization": {subject: {"policy": policy}}});
    for (subject, policy) in [
        ("user", "allow_all"),
        ("user", "deny_all"),
        ("user", "require_client_grant"),
        ("client", "deny_all"),
        ("client", "require_client_grant"),
        ("anonymous_user", "deny_all"),
    ] {
        let wanted = named(subject, policy.into());
        let changed = admin.patch(&path, wanted.clone()).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        let field = "subject_type_authorization";
        assert_eq!(changed.body[field], wanted[field]);
    }
    for (wrong, why) in [
        (
            named("client", "allow_all".into()),
            "Expected one of deny_all, require_client_grant on property subject_type_authorization.client.policy",
        ),
        (
            named("user", "x".into()),
            "Expected one of allow_all, deny_all, require_client_grant on property subject_type_authorization.user.policy",
        ),
        (
            named("user", 1.into()),
            "Expected type string but found type number on property subject_type_authorization.user.policy",
        ),
        (
            json!({"subject_type_authorization": {"user": "allow_all"}}),
            "Expected type object but found type string on property subject_type_authorization.user",
        ),
        (
            json!({"subject_type_authorization": []}),
            "Expected type object but found type array on property subject_type_authorization",
        ),
    ] {
        let refused = admin.patch(&path, wrong.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert_eq!(
            refused.body["message"],
            format!("Payload validation error: '{why}'.")
        );
        let mut new = wrong;
        new["identifier"] = "b".into();
        let refused = admin.post("/api/v2/resource-servers", new).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}

async fn shop(admin: &Actor<'_>, policy: &str) {
    let server = json!({
        "identifier": SHOP, "scopes": [{"value": "read:carts"}, {"value": "write:carts"}],
        "subject_type_authorization": {"user": {"policy": policy}},
    });
    let made = admin.post("/api/v2/resource-servers", server).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
}

#[tokio::test]
async fn a_default_grant_is_of_all_clients_that_others_run() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    shop(&admin, "allow_all").await;
    let grant = |subject: &str, scope: &str| {
        json!({
            "default_for": "third_party_clients", "audience": SHOP, "scope": [scope], "subject_type": subject,
        })
    };
    let made = admin.post("/api/v2/client-grants", grant("client", "read:carts"));
    let made = made.await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["default_for"], "third_party_clients");
    assert_eq!(made.body["client_id"], Value::Null);
    let again = admin.post("/api/v2/client-grants", grant("client", "write:carts"));
    assert_eq!(again.await.status, StatusCode::CONFLICT);
    let users = admin.post("/api/v2/client-grants", grant("user", "read:carts"));
    assert_eq!(users.await.status, StatusCode::CREATED);

    let token = json!({
        "grant_type": "client_credentials", "client_id": application.id(),
        "client_secret": application.secret.expose(), "audience": SHOP,
    });
    let own = app.post("/oauth/token", token.clone()).await;
    assert_eq!(
        own.status,
        StatusCode::FORBIDDEN,
        "the tenant runs it itself"
    );
    app.set_client(&application, json!({"is_first_party": false}))
        .await;
    let answer = app.post("/oauth/token", token.clone()).await;
    assert_eq!(answer.body["scope"], "read:carts", "{}", answer.body);
    let broader =
        json!({"client_id": application.id(), "audience": SHOP, "scope": ["write:carts"]});
    admin.post("/api/v2/client-grants", broader).await;
    let answer = app.post("/oauth/token", token).await;
    assert_eq!(answer.body["scope"], "write:carts", "its own comes first");

    let path = format!(
        "/api/v2/client-grants/{}",
        made.body["id"].as_str().unwrap()
    );
    assert_eq!(admin.get(&path).await.body, made.body);
    let listed = admin
        .get("/api/v2/client-grants?take=50&default_for=third_party_clients&subject_type=client")
        .await;
    assert_eq!(listed.body, json!({"client_grants": [made.body]}));
    let fixed = admin.patch(&path, json!({"default_for": "x"})).await;
    assert_eq!(fixed.status, StatusCode::BAD_REQUEST);
    let wrong = admin.get("/api/v2/client-grants?default_for=x").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let management = format!("https://{HOST}/api/v2/");
    for (name, value) in [
        ("client_id", json!(application.id())),
        ("default_for", json!("x")),
        ("default_for", Value::Null),
        ("audience", json!(management)),
    ] {
        let mut wrong = grant("anonymous_user", "read:carts");
        wrong[name] = value;
        let refused = admin.post("/api/v2/client-grants", wrong.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn a_strict_client_needs_a_grant_where_others_need_none() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    shop(&admin, "allow_all").await;
    let mut person = application.password_realm("legacy", PASSWORD);
    person["audience"] = SHOP.into();
    person["scope"] = "openid read:carts write:carts".into();
    let others = json!({"is_first_party": false});
    app.set_client(&application, others).await;
    let answer = app.post("/oauth/token", person.clone()).await;
    assert_eq!(answer.body["scope"], "openid read:carts write:carts");

    let strict = json!({"third_party_security_mode": "strict"});
    app.set_client(&application, strict).await;
    let refused = app.post("/oauth/token", person.clone()).await;
    assert_eq!(refused.body["error"], "access_denied", "{}", refused.body);
    let grant = json!({
        "default_for": "third_party_clients", "audience": SHOP, "scope": ["read:carts"], "subject_type": "user",
    });
    admin.post("/api/v2/client-grants", grant).await;
    let answer = app.post("/oauth/token", person).await;
    assert_eq!(answer.body["scope"], "openid read:carts");
}
