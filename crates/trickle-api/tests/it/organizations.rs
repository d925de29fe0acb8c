//! Organizations: through the Management API, in scripts and in tokens.

use std::sync::{Arc, Mutex};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use trickle_model::{Action, Grant, Outcome, UnverifiedProfile};

use crate::{
    app::{Actor, Application, PASSWORD, TestApp},
    authorize::{spa, url},
    browser::{Browser, Landing, location},
    token_password::verified,
};

/// An organization; gives its id.
pub(crate) async fn organization(admin: &Actor<'_>, name: &str) -> String {
    let body = json!({"name": name, "display_name": "Initech", "metadata": {"plan": "gold"}});
    let made = admin.post("/api/v2/organizations", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn connection(admin: &Actor<'_>) -> String {
    let listed = admin.get("/api/v2/connections").await.body;
    listed[0]["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn use_organizations(app: &TestApp, application: &Application, usage: &str) {
    app.set_client(application, json!({"organization_usage": usage}))
        .await;
}

#[tokio::test]
async fn they_are_made_changed_listed_and_removed() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let id = organization(&admin, "initech").await;
    assert!(id.starts_with("org_"), "{id}");
    let path = format!("/api/v2/organizations/{id}");
    let expected = json!({"id": id, "name": "initech", "display_name": "Initech", "metadata": {"plan": "gold"}});
    assert_eq!(admin.get(&path).await.body, expected);
    let named = admin.get("/api/v2/organizations/name/initech").await;
    assert_eq!(named.body, expected);

    organization(&admin, "hooli").await;
    let twice = admin
        .post("/api/v2/organizations", json!({"name": "hooli"}))
        .await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let taken = admin.patch(&path, json!({"name": "hooli"})).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    for name in ["", "Initech", "org_1", "-a", "a b"] {
        let odd = admin
            .post("/api/v2/organizations", json!({"name": name}))
            .await;
        assert_eq!(odd.body["errorCode"], "invalid_body", "{name}");
    }

    let metadata = json!({"metadata": {"plan": null, "seats": "7"}});
    let changed = admin.patch(&path, metadata).await;
    assert_eq!(changed.body["metadata"], json!({"seats": "7"}));

    let change = json!({"name": "initrode", "metadata": null, "x": [1]});
    let changed = admin.patch(&path, change).await;
    let expected = json!({"id": id, "name": "initrode", "display_name": "Initech", "x": [1]});
    assert_eq!(changed.body, expected);
    let listed = admin.get("/api/v2/organizations?take=1").await;
    assert_eq!(listed.body["organizations"], json!([expected]));
    assert!(listed.body["next"].is_string());
    let totals = admin
        .get("/api/v2/organizations?include_totals=true&page=1&per_page=1")
        .await;
    assert_eq!(totals.body["total"], 2);
    assert_eq!(totals.body["organizations"][0]["name"], "hooli");

    for (sort, first) in [
        ("name:1", "hooli"),
        ("name:-1", "initrode"),
        ("created_at", "initrode"),
    ] {
        let path = format!("/api/v2/organizations?sort={sort}");
        let sorted = admin.get(&path).await;
        assert_eq!(sorted.body[0]["name"], first, "{sort}");
    }
    for sort in ["x:1", "name:2", "name:"] {
        let odd = admin
            .get(&format!("/api/v2/organizations?sort={sort}"))
            .await;
        assert_eq!(odd.body["errorCode"], "invalid_query_string", "{sort}");
    }

    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    let gone = admin.get(&path).await;
    assert_eq!(gone.body["errorCode"], "inexistent_organization");
}

#[tokio::test]
async fn connections_and_members_are_theirs() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    app.post(
        "/oauth/token",
        application.password_realm("legacy", PASSWORD),
    )
    .await;
    let connection = connection(&admin).await;
    let id = organization(&admin, "initech").await;

    let links = format!("/api/v2/organizations/{id}/enabled_connections");
    let unknown = admin.post(&links, json!({"connection_id": "con_x"})).await;
    assert_eq!(unknown.body["errorCode"], "inexistent_connection");
    let body = json!({"connection_id": connection, "show_as_button": true});
    let made = admin.post(&links, body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let mut expected = json!({
        "connection_id": connection, "show_as_button": true, "assign_membership_on_login": false, "is_enabled": true,
        "connection": {"name": "legacy", "strategy": "auth0"},
    });
    assert_eq!(made.body, expected);
    let again = admin.post(&links, body).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let one = format!("{links}/{connection}");
    let change = json!({"assign_membership_on_login": true});
    admin.patch(&one, change).await;
    expected["assign_membership_on_login"] = json!(true);
    assert_eq!(admin.get(&one).await.body, expected);
    let newer = format!("/api/v2/organizations/{id}/connections?include_totals=true");
    let listed = admin.get(&newer).await;
    assert_eq!(listed.body["connections"], json!([expected]));
    for (wanted, count) in [("true", 1), ("True", 1), ("false", 0)] {
        let narrowed = admin.get(&format!("{newer}&is_enabled={wanted}")).await;
        assert_eq!(narrowed.body["total"], count, "{wanted}");
    }
    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&links).await.body, json!([]));

    let members = format!("/api/v2/organizations/{id}/members");
    let stranger = json!({"members": ["auth0|42", "auth0|nobody"]});
    let refused = admin.post(&members, stranger).await;
    assert_eq!(refused.body["errorCode"], "inexistent_user");
    assert_eq!(admin.get(&members).await.body, json!([]), "all or none");
    let ada = json!({"members": ["auth0|42"]});
    for _ in 0..2 {
        let added = admin.post(&members, ada.clone()).await;
        assert_eq!(added.status, StatusCode::NO_CONTENT);
    }
    let listed = admin.get(&members).await.body;
    assert_eq!(listed[0]["user_id"], "auth0|42");
    let some = admin.get(&format!("{members}?fields=user_id&take=5")).await;
    assert_eq!(some.body, json!({"members": [{"user_id": "auth0|42"}]}));
    assert_eq!(listed[0]["email"], "ada@example.com");
    let of_ada = admin.get("/api/v2/users/auth0%7C42/organizations").await;
    assert_eq!(of_ada.body[0]["id"], id.as_str());
    let removed = admin
        .call(axum::http::Method::DELETE, &members, Some(ada))
        .await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&members).await.body, json!([]));
}

#[tokio::test]
async fn scripts_and_tokens_know_the_organization() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    app.fake.answers(move |request| {
        log.lock()
            .unwrap()
            .push(Value::Object(request.context.clone()));
        let ada = json!({"user_id": 42, "email": "ada@example.com"});
        Outcome::Profile(UnverifiedProfile::new(ada))
    });
    let connection = connection(&admin).await;
    let id = organization(&admin, "initech").await;
    let mut login = application.password_realm("legacy", PASSWORD);
    login["scope"] = json!("openid offline_access");
    let mut log_in = async |organization: &str| {
        login["organization"] = json!(organization);
        app.post("/oauth/token", login.clone()).await
    };
    let described = |answer: &crate::app::Answer| {
        answer.body["error_description"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };

    let refused = log_in(&id).await;
    let text = "parameter organization is not allowed for this client";
    assert_eq!(described(&refused), text);
    use_organizations(&app, &application, "require").await;
    let refused = log_in("").await;
    let text = "parameter organization is required for this client";
    assert_eq!(described(&refused), text);
    let refused = log_in("nobody").await;
    assert_eq!(described(&refused), "the organization was not found");
    let refused = log_in("initech").await;
    let text = "the connection is not enabled for the organization";
    assert_eq!(described(&refused), text);
    let links = format!("/api/v2/organizations/{id}/enabled_connections");
    let link = json!({"connection_id": connection});
    admin.post(&links, link).await;
    let refused = log_in("initech").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let text = format!("user auth0|42 is not part of the {id} organization");
    assert_eq!(described(&refused), text);
    let context = json!({"organization": {
        "id": id, "name": "initech", "display_name": "Initech", "metadata": {"plan": "gold"},
    }});
    assert_eq!(*seen.lock().unwrap(), [context]);

    let members = format!("/api/v2/organizations/{id}/members");
    let ada = json!({"members": ["auth0|42"]});
    admin.post(&members, ada.clone()).await;
    let tokens = log_in(&id).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let of = async |tokens: &Value| {
        let token = tokens["id_token"].as_str().unwrap();
        let claims = verified(&app, token, application.id()).await;
        (claims["org_id"].clone(), claims["org_name"].clone())
    };
    let expected = (json!(id), json!("initech"));
    assert_eq!(of(&tokens.body).await, expected);
    let refresh = |tokens: &Value| {
        json!({
            "grant_type": "refresh_token", "client_id": application.id(), "refresh_token": tokens["refresh_token"],
        })
    };
    let next = app.post("/oauth/token", refresh(&tokens.body)).await;
    assert_eq!(of(&next.body).await, expected);

    // The login page.
    let mut browser = Browser::new(&app);
    let authorize = url(&application, &[("organization", &id)]);
    let answer = browser
        .log_in(&authorize, "ada@example.com", PASSWORD)
        .await;
    let landing = Landing::of(&location(&answer));
    assert!(landing.pairs.contains_key("code"), "{landing:?}");

    // Whoever leaves gets nothing more: neither by a token nor by a session.
    admin
        .call(axum::http::Method::DELETE, &members, Some(ada))
        .await;
    let refused = app.post("/oauth/token", refresh(&next.body)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let silent = url(&application, &[("organization", &id), ("prompt", "none")]);
    let answer = browser.get(&silent).await;
    let landing = Landing::of(&location(&answer));
    assert_eq!(landing.pairs["error"], "access_denied");

    // Unless the connection makes members.
    let link = format!("{links}/{connection}");
    let join = json!({"assign_membership_on_login": true, "is_enabled": false});
    admin.patch(&link, join).await;
    let refused = log_in(&id).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    admin.patch(&link, json!({"is_enabled": true})).await;
    assert_eq!(log_in(&id).await.status, StatusCode::OK);
    let listed = admin.get(&members).await.body;
    assert_eq!(listed[0]["user_id"], "auth0|42");
}

#[tokio::test]
async fn programs_work_for_organizations_as_their_grants_say() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let id = organization(&admin, "initech").await;
    let program = app.application(&[Grant::ClientCredentials], &[]).await;
    let api = json!({"identifier": "https://api.test/", "scopes": [{"value": "read"}]});
    admin.post("/api/v2/resource-servers", api).await;
    let grant =
        json!({"client_id": program.id(), "audience": "https://api.test/", "scope": ["read"]});
    let grant = admin.post("/api/v2/client-grants", grant).await.body;
    let path = format!("/api/v2/client-grants/{}", grant["id"].as_str().unwrap());
    let ask = async |organization: &str| {
        let answer = app
            .post(
                "/oauth/token",
                json!({
                    "grant_type": "client_credentials", "client_id": program.id(),
                    "client_secret": program.secret.expose(), "audience": "https://api.test/",
                    "organization": organization,
                }),
            )
            .await;
        match answer.body["access_token"].as_str() {
            Some(token) => {
                let claims = verified(&app, token, "https://api.test/").await;
                Ok((claims["org_id"].clone(), claims["org_name"].clone()))
            }
            None => Err(answer.body["error_description"]
                .as_str()
                .unwrap()
                .to_owned()),
        }
    };
    let nothing = (Value::Null, Value::Null);
    let initech = (json!(id), json!("initech"));

    assert_eq!(ask("").await.unwrap(), nothing);
    let text = "parameter organization is not allowed for this client";
    assert_eq!(ask(&id).await.unwrap_err(), text);
    let odd = admin
        .patch(&path, json!({"organization_usage": "maybe"}))
        .await;
    assert_eq!(odd.body["errorCode"], "invalid_body");
    admin
        .patch(&path, json!({"organization_usage": "require"}))
        .await;
    let text = "parameter organization is required for this client";
    assert_eq!(ask("").await.unwrap_err(), text);
    let text = "the client grant is not associated with the organization";
    assert_eq!(ask("initech").await.unwrap_err(), text);

    let grants = format!("/api/v2/organizations/{id}/client-grants");
    let unknown = admin.post(&grants, json!({"grant_id": "cgr_x"})).await;
    assert_eq!(unknown.body["errorCode"], "inexistent_client_grant");
    for _ in 0..2 {
        let added = admin.post(&grants, json!({"grant_id": grant["id"]})).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        assert_eq!(added.body["audience"], "https://api.test/");
    }
    let listed = admin.get(&format!("{grants}?include_totals=true")).await;
    assert_eq!(listed.body["total"], 1);
    assert_eq!(listed.body["client_grants"][0]["id"], grant["id"]);
    let (client, id_of_grant) = (program.id(), grant["id"].as_str().unwrap());
    for (narrowed, count) in [
        (format!("audience=https://api.test/&client_id={client}"), 1),
        (format!("grant_ids=cgr_x&grant_ids={id_of_grant}"), 1),
        ("audience=https://other.test/".to_owned(), 0),
        ("client_id=nobody".to_owned(), 0),
        ("grant_ids=cgr_x".to_owned(), 0),
    ] {
        let path = format!("{grants}?include_totals=true&{narrowed}");
        assert_eq!(admin.get(&path).await.body["total"], count, "{narrowed}");
    }
    assert_eq!(ask("initech").await.unwrap(), initech);
    let of_grant = admin.get(&format!("{path}/organizations?take=10")).await;
    let shown = &of_grant.body["organizations"];
    assert_eq!(shown[0]["id"], id);
    assert_eq!(shown[0]["name"], "initech");
    assert!(shown.get(1).is_none() && of_grant.body.get("next").is_none());
    let missing = admin.get("/api/v2/client-grants/cgr_x/organizations").await;
    assert_eq!(missing.body["errorCode"], "inexistent_client_grant");
    let clients = async |q: &str| {
        let path = format!("/api/v2/clients?take=50&fields=client_id&q=client_grant.{q}");
        admin.get(&path).await.body
    };
    let ours = json!({"clients": [{"client_id": program.id()}]});
    let nobody = json!({"clients": []});
    assert_eq!(clients(&format!("organization_id:{id}")).await, ours);
    assert_eq!(clients("organization_id:org_x").await, nobody);
    assert_eq!(clients("allow_any_organization:true").await, nobody);
    let odd = admin.get("/api/v2/clients?q=name:x").await;
    assert_eq!(odd.body["errorCode"], "invalid_query_string");
    let one = format!("{grants}/{}", grant["id"].as_str().unwrap());
    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
    ask(&id).await.unwrap_err();
    let all = json!({"organization_usage": "allow", "allow_any_organization": true});
    admin.patch(&path, all).await;
    assert_eq!(ask(&id).await.unwrap(), initech);
    assert_eq!(clients("allow_any_organization:true").await, ours);
    let grants = async |wanted: bool| {
        let path =
            format!("/api/v2/client-grants?include_totals=true&allow_any_organization={wanted}");
        admin.get(&path).await.body
    };
    let any = grants(true).await;
    assert_eq!(
        (&any["total"], &any["client_grants"][0]["id"]),
        (&json!(1), &grant["id"])
    );
    // The administrator's own.
    assert_eq!(grants(false).await["total"], 1);
    assert_eq!(ask("").await.unwrap(), nothing);
    assert_eq!(
        ask("org_x").await.unwrap_err(),
        "the organization was not found"
    );
}

/// An invitation of `grace@example.com`.

#[tokio::test]
async fn the_script_that_creates_knows_the_organization() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    let body = json!({
        "name": "shop", "strategy": "auth0", "enabled_clients": [application.id()],
        "options": {
            "enabledDatabaseCustomization": true, "import_mode": false, "customScripts": {
                "login": "function login() {}", "get_user": "function g() {}", "create": "function create() {}",
            },
        },
    });
    let connection = admin.post("/api/v2/connections", body).await.body;
    let id = organization(&admin, "initech").await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    app.fake.answers(move |request| match request.action {
        Action::Create => {
            let name = request
                .context
                .get("organization")
                .map(|one| one["name"].clone());
            log.lock().unwrap().push(name.unwrap_or_default());
            Outcome::Done(Value::Null)
        }
        _ => Outcome::NoSuchUser,
    });
    let sign_up = async |organization: &str| {
        let body = json!({
            "client_id": application.id(), "connection": "shop", "email": "new@example.com",
            "password": PASSWORD, "organization": organization,
        });
        app.post("/dbconnections/signup", body).await
    };
    let unknown = sign_up("nobody").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let refused = sign_up("initech").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(seen.lock().unwrap().is_empty());
    let links = format!("/api/v2/organizations/{id}/enabled_connections");
    let link = json!({"connection_id": connection["id"]});
    admin.post(&links, link).await;
    sign_up("initech").await;
    sign_up("").await;
    assert_eq!(*seen.lock().unwrap(), [json!("initech"), Value::Null]);
}

#[tokio::test]
async fn clients_of_organizations_are_kept() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let id = organization(&admin, "initech").await;
    let one = app.application(&[], &[]).await;
    let two = app.application(&[], &[]).await;
    let path = format!("/api/v2/organizations/{id}/clients");
    assert_eq!(admin.get(&path).await.body, json!({"clients": []}));

    let item = |application: &Application, for_members: bool| json!({"client_id": application.id(), "use_for_member_access": for_members});
    let both = json!({"clients": [item(&one, true), item(&two, false)]});
    let made = admin.post(&path, both.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body[0]["client"]["name"], "an application");
    assert_eq!(made.body[0]["client"]["is_first_party"], true);
    let again = admin.post(&path, both).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let listed = admin.get(&format!("{path}?take=1")).await.body;
    let next = listed["next"].as_str().unwrap();
    let rest = admin.get(&format!("{path}?take=1&from={next}")).await.body;
    let mut all = [&listed, &rest].map(|page| page["clients"][0].clone());
    let mut wanted = [made.body[0].clone(), made.body[1].clone()];
    for items in [&mut all, &mut wanted] {
        items.sort_by_key(|item| item["client_id"].to_string());
    }
    assert_eq!(all, wanted);

    for (client, association) in [
        (one.id(), json!({"use_for_member_access": true})),
        (two.id(), json!({"use_for_member_access": false})),
        ("gone", Value::Null),
    ] {
        let list = format!("/api/v2/organizations?include_client_association_for={client}");
        let listed = admin.get(&list).await.body;
        assert_eq!(listed[0]["client"], association, "{client}");
    }

    let own = format!("{path}/{}", two.id());
    let changed = admin.patch(&own, json!({"use_for_member_access": true}));
    assert_eq!(changed.await.body["use_for_member_access"], true);
    assert_eq!(admin.get(&own).await.body["use_for_member_access"], true);
    let ids = json!({"clients": [two.id(), "gone"]});
    let removed = admin.call(Method::DELETE, &path, Some(ids)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&own).await.status, StatusCode::NOT_FOUND);
    let client = format!("/api/v2/clients/{}", one.id());
    admin.delete(&client).await;
    assert_eq!(admin.get(&path).await.body, json!({"clients": []}));
    for (wrong, status) in [
        (json!({}), 400),
        (json!({"clients": []}), 400),
        (json!({"clients": [{"client_id": two.id()}]}), 400),
        (
            json!({"clients": [{"client_id": "gone", "use_for_member_access": true}]}),
            400,
        ),
    ] {
        let refused = admin.post(&path, wrong.clone()).await;
        assert_eq!(refused.status, status, "{wrong}");
    }
}

#[tokio::test]
async fn what_would_keep_members_out_is_asked_about() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let id = organization(&admin, "initech").await;
    let path = format!("/api/v2/organizations/{id}");
    let wanted = json!({"is_app_entitlement_active": true});
    let refused = admin.patch(&path, wanted.clone()).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.body["errorCode"], "operation_not_supported");
    let off = json!({"is_app_entitlement_active": false});
    assert_eq!(admin.patch(&path, off).await.status, StatusCode::OK);
    let knows = json!({"trickle": {"keep_unserved": true}});
    admin.patch("/api/v2/tenants/settings", knows).await;
    let kept = admin.patch(&path, wanted).await;
    assert_eq!(
        kept.body["is_app_entitlement_active"], true,
        "{}",
        kept.body
    );
}

#[tokio::test]
async fn strict_clients_need_the_organizations_consent() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    let connections = admin.get("/api/v2/connections").await.body;
    let body = json!({
        "name": "initech", "enabled_connections": [{"connection_id": connections[0]["id"]}],
    });
    let made = admin.post("/api/v2/organizations", body).await.body;
    let path = format!("/api/v2/organizations/{}", made["id"].as_str().unwrap());
    let strict = json!({
        "organization_usage": "allow", "is_first_party": false, "third_party_security_mode": "strict",
    });
    app.set_client(&application, strict).await;
    let silent = [("organization", "initech"), ("prompt", "none")];
    let mut browser = Browser::new(&app);
    let mut ask = async || {
        let answer = browser.get(&url(&application, &silent)).await;
        Landing::of(&location(&answer)).pairs["error"].clone()
    };
    assert_ne!(ask().await, "login_required");
    let allowed = json!({"third_party_client_access": "allow"});
    admin.patch(&path, allowed).await;
    assert_eq!(ask().await, "login_required");
}
