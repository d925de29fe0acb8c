//! Two tenants on one server never see each other's anything.

use axum::http::{Method, Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use trickle_api::{Contract, contracts};
use trickle_engine::{
    Authorization, MANAGEMENT_SCOPES, NewClient, NewRefresh, RefreshRules, create_client,
    create_tenant,
};
use trickle_model::{ConnectionId, Grant, UserId};

use crate::app::{Actor, Answer, PASSWORD, TestApp};

const NEIGHBOUR: &str = "beta.trickle.test:8443";
const RULES: RefreshRules = RefreshRules {
    rotates: true,
    leeway: SignedDuration::ZERO,
    lifetime: None,
    idle_lifetime: None,
};
/// In everything that the first tenant has, and in nothing else.
const MARK: &str = "acmeonly";

async fn call(
    app: &TestApp,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, NEIGHBOUR)
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    app.send(request, body).await
}

/// A token of the second tenant for everything.
async fn neighbour(app: &TestApp) -> String {
    let tenant = create_tenant(&app.store, app.engine.clock(), "beta", &[]).await;
    let new = NewClient {
        tenant: tenant.unwrap().id,
        name: "neighbour".into(),
        grants: vec![Grant::ClientCredentials],
        management_scopes: MANAGEMENT_SCOPES.iter().map(|&one| one.into()).collect(),
    };
    let made = create_client(&app.store, app.engine.clock(), new).await;
    let (client, secret) = made.unwrap();
    let body = json!({
        "grant_type": "client_credentials", "client_id": client.id.as_str(),
        "client_secret": secret.expose(), "audience": format!("https://{NEIGHBOUR}/api/v2/"),
    });
    let request = Request::post("/oauth/token").header(header::HOST, NEIGHBOUR);
    let answer = app.send(request, Some(body)).await;
    answer.body["access_token"].as_str().unwrap().to_owned()
}

/// One of each kind, and the ids of all.
async fn fill(app: &TestApp, admin: &Actor<'_>) -> Vec<String> {
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    app.fake.knows_ada();
    let login = application.password_realm("legacy", PASSWORD);
    app.post("/oauth/token", login).await;
    let client = json!({"name": MARK, "client_metadata": {"a": MARK}, "client_id": MARK});
    let client = admin.post("/api/v2/clients", client).await;
    let pem = include_str!("../data/public-key.pem");
    let key = json!({"credential_type": "public_key", "pem": pem, "name": MARK});
    let path = format!("/api/v2/clients/{MARK}/credentials");
    let credential = admin.post(&path, key).await;
    let server = json!({"identifier": format!("https://{MARK}/"), "name": MARK});
    let server = admin.post("/api/v2/resource-servers", server).await;
    let grant = json!({"client_id": MARK, "audience": format!("https://{MARK}/"), "scope": [MARK]});
    let grant = admin.post("/api/v2/client-grants", grant).await;
    let organization =
        json!({"name": MARK, "enabled_connections": [{"connection_id": connection}]});
    let organization = admin.post("/api/v2/organizations", organization).await;
    let settings = json!({"friendly_name": MARK});
    admin.patch("/api/v2/tenants/settings", settings).await;
    let metadata = json!({"app_metadata": {"a": MARK}});
    admin.patch("/api/v2/users/auth0%7C42", metadata).await;
    let user = UserId::from_text("auth0|42");
    let tenant = &app.tenant.id;
    let id = ConnectionId::from_text(connection.as_str());
    let by = app.basis(&user).await;
    let begun = app
        .engine
        .begin_session(tenant, &user, &id, false, None, &by);
    begun.await.unwrap().unwrap();
    let new = NewRefresh {
        tenant,
        client: &application.client.id,
        user: &user,
        origin: None,
        authorization: &Authorization::default(),
        by: &by,
    };
    let begun = app.engine.begin_refresh(new, &RULES).await;
    begun.unwrap().unwrap();
    let sessions = admin.get("/api/v2/users/auth0%7C42/sessions").await.body;
    let tokens = admin
        .get("/api/v2/users/auth0%7C42/refresh-tokens")
        .await
        .body;
    let role = admin.post("/api/v2/roles", json!({"name": MARK})).await;
    let roles = json!({"roles": [role.body["id"]]});
    let given = admin.post("/api/v2/users/auth0%7C42/roles", roles.clone());
    assert_eq!(given.await.status, StatusCode::NO_CONTENT);
    let organization_id = organization.body["id"].as_str().unwrap();
    let members = format!("/api/v2/organizations/{organization_id}/members");
    let ada = json!({"members": ["auth0|42"]});
    admin.post(&members, ada).await;
    let path = format!("{members}/auth0%7C42/roles");
    assert_eq!(
        admin.post(&path, roles).await.status,
        StatusCode::NO_CONTENT
    );
    let action = json!({"name": MARK, "supported_triggers": [], "code": MARK});
    let action = admin.post("/api/v2/actions/actions", action).await;
    let saml = json!({"name": MARK, "strategy": "samlp", "options": {"a": MARK}});
    let saml = admin.post("/api/v2/connections", saml).await;
    let provider = json!({"name": "smtp", "default_from_address": MARK});
    admin.post("/api/v2/emails/provider", provider).await;
    let log = admin.get("/api/v2/logs?per_page=1").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    vec![
        connection,
        "auth0%7C42".into(),
        application.id().to_owned(),
        text(&client.body["client_id"]),
        text(&credential.body["id"]),
        text(&server.body["id"]),
        text(&grant.body["id"]),
        text(&organization.body["id"]),
        text(&sessions["sessions"][0]["id"]),
        text(&tokens["tokens"][0]["id"]),
        text(&log.body[0]["log_id"]),
        text(&role.body["id"]),
        text(&action.body["id"]),
        text(&saml.body["id"]),
        "management".into(),
    ]
}

/// All that the first tenant has; the log grows by being looked at.
async fn everything(admin: &Actor<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "connections",
        "users",
        "clients",
        "client-grants",
        "resource-servers",
        "organizations",
        "tenants/settings",
        "attack-protection/brute-force-protection",
        "email-templates/reset_email",
        "users/auth0%7C42/sessions",
        "users/auth0%7C42/refresh-tokens",
        "roles",
        "users/auth0%7C42/roles",
        "actions/actions",
        "emails/provider",
    ] {
        let answer = admin.get(&format!("/api/v2/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        all.push(answer.body);
    }
    let path = format!("/api/v2/clients/{MARK}/credentials");
    all.push(admin.get(&path).await.body);
    all
}

/// The path with ids in the place of its names.
fn paths(contract: &Contract, ids: &[String]) -> Vec<String> {
    let names = contract.path.matches('{').count();
    if names == 0 {
        let query = "email=ada@example.com&identifier=ada@example.com&include_totals=true";
        return vec![
            format!("/api/v2{}", contract.path),
            format!("/api/v2{}?{query}", contract.path),
        ];
    }
    let with = |first: &str, second: &str| {
        let mut ids = [first, second].into_iter();
        let parts = contract
            .path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => ids.next().unwrap_or(second),
                false => part,
            });
        format!("/api/v2{}", parts.collect::<Vec<_>>().join("/"))
    };
    let mut all = Vec::new();
    for first in ids {
        for second in if names > 1 { ids } else { &ids[..1] } {
            all.push(with(first, second));
        }
    }
    all
}

#[tokio::test]
async fn no_operation_tells_or_changes_anything_of_the_other_tenant() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let ids = fill(&app, &admin).await;
    let before = everything(&admin).await;
    assert!(json!(before).to_string().matches(MARK).count() > 8);
    let token = neighbour(&app).await;
    let bodies = |method: &Method| {
        if *method == Method::GET || *method == Method::DELETE {
            return vec![None];
        }
        // Bodies that name what the other tenant has.
        let names = json!({
            "name": "x", "connection": "legacy", "email": "new@example.com", "user_id": "auth0|42",
            "client_id": MARK, "audience": format!("https://{MARK}/"), "connection_id": ids[0],
            "members": ["auth0|42"],
        });
        vec![Some(json!({})), Some(names)]
    };
    let mut calls = 0;
    for contract in contracts() {
        for path in paths(&contract, &ids) {
            for body in bodies(contract.method) {
                let method = contract.method.clone();
                let answer = call(&app, &token, method.clone(), &path, body.clone()).await;
                // What was sent may come back.
                let echoes = body.is_some() || path.contains(MARK);
                let told = answer.body.to_string();
                assert!(echoes || !told.contains(MARK), "{method} {path}: {told}");
                assert!(
                    !told.contains("ada@example.com") || path.contains("ada@"),
                    "{method} {path}: {told}"
                );
                assert!(!answer.status.is_server_error(), "{method} {path}: {told}");
                calls += 1;
            }
        }
    }
    assert!(calls > 200, "{calls}");
    assert_eq!(everything(&admin).await, before);
}

#[tokio::test]
async fn a_token_serves_its_own_tenant_only() {
    let app = TestApp::new().await;
    let token = app.admin().await.token.unwrap();
    neighbour(&app).await;
    for contract in contracts() {
        let path = format!("/api/v2{}", contract.path.replace(['{', '}'], ""));
        let body = (*contract.method != Method::GET).then(|| json!({}));
        let answer = call(&app, &token, contract.method.clone(), &path, body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}
