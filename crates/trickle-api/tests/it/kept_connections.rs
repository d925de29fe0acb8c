//! Connections of other strategies.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::{
    app::{PASSWORD, TestApp},
    kept::{has, id, items},
};

#[tokio::test]
async fn nobody_logs_in_through_other_strategies() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let google = json!({
        "name": "google-oauth2", "strategy": "google-oauth2", "enabled_clients": [application.id()],
        "options": {"client_id": "x", "scope": ["email"]},
    });
    let made = admin.post("/api/v2/connections", google.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert!(has(&made.body, &google), "{}", made.body);
    let one = format!("/api/v2/connections/{}", id(&made.body));
    assert_eq!(admin.get(&one).await.body, made.body);
    let mut login = application.password_realm("google-oauth2", PASSWORD);
    let refused = app.post("/oauth/token", login.clone()).await;
    assert!(refused.status.is_client_error(), "{}", refused.body);
    login["realm"] = json!("legacy");
    assert_eq!(app.post("/oauth/token", login).await.status, StatusCode::OK);

    for name in ["google-oauth2", "LEGACY"] {
        for strategy in ["auth0", "samlp"] {
            let taken = json!({"name": name, "strategy": strategy});
            let taken = admin.post("/api/v2/connections", taken).await;
            assert_eq!(taken.status, StatusCode::CONFLICT, "{name} {strategy}");
        }
    }
    let names = async |query: &str| -> Vec<String> {
        let listed = admin.get(&format!("/api/v2/connections{query}")).await.body;
        let names = items(&listed)
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    assert_eq!(names("").await, ["legacy", "google-oauth2"]);
    let database = admin.get("/api/v2/connections?name=legacy").await.body;
    let of_database = format!(
        "/api/v2/connections/{}/scim-configuration",
        id(&database[0])
    );
    let missing = admin.get(&of_database).await.body;
    assert_eq!(missing["errorCode"], "inexistent_scim_configuration");
    assert_eq!(names("?strategy=auth0").await, ["legacy"]);
    assert_eq!(
        names("?strategy=google-oauth2&strategy=samlp").await,
        ["google-oauth2"]
    );
    // As old SDKs send an array.
    assert_eq!(
        names("?strategy=auth0,google-oauth2").await,
        ["legacy", "google-oauth2"]
    );
    assert_eq!(names("?name=GOOGLE-oauth2").await, ["google-oauth2"]);
    assert_eq!(names("?per_page=1&page=0").await, ["legacy"]);
    assert_eq!(
        names("?per_page=1&page=1&include_totals=true").await,
        ["google-oauth2"]
    );
    assert_eq!(names("?per_page=1&page=2").await, Vec::<String>::new());
    let of_client = format!("/api/v2/clients/{}/connections", application.id());
    assert_eq!(items(&admin.get(&of_client).await.body).len(), 2);

    let options = json!({"options": {"client_id": "y", "client_secret": "s"}});
    let changed = admin.patch(&one, options).await.body;
    assert_eq!(changed["options"], json!({"client_id": "y"}));
    let clients = format!("{one}/clients");
    let off = json!([{"client_id": application.id(), "status": false}]);
    let switched = admin.patch(&clients, off).await;
    assert_eq!(switched.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&clients).await.body, json!({"clients": []}));
    let status = admin.get(&format!("{one}/status")).await;
    assert_eq!(status.status, StatusCode::OK);

    let scim = format!("{one}/scim-configuration");
    assert_eq!(admin.get(&scim).await.status, StatusCode::NOT_FOUND);
    let mapping = json!({"user_id_attribute": "externalId", "mapping": []});
    assert_eq!(
        admin.post(&scim, mapping.clone()).await.status,
        StatusCode::CREATED
    );
    let shown = admin.get(&scim).await.body;
    assert!(has(&shown, &mapping));
    // Clients with models insist on these.
    assert_eq!(shown["tenant_name"], "acme");
    assert_eq!(shown["updated_on"], shown["created_at"]);
    let all = admin.get("/api/v2/connections-scim-configurations?take=50");
    let all = all.await.body;
    assert_eq!(items(&all).len(), 1);
    assert!(has(&all["scim_configurations"][0], &mapping), "{all}");
    let directory = format!("{one}/directory-provisioning");
    let usual = admin.post(&directory, json!({})).await.body;
    let expected = json!({"mapping": [], "synchronize_automatically": false, "updated_at": usual["created_at"]});
    assert!(has(&usual, &expected), "{usual}");
    let changed = json!({"synchronize_automatically": true});
    let changed = admin.patch(&directory, changed).await.body;
    assert_eq!(changed["synchronize_automatically"], true);
    let groups = json!({"groups": [{"id": "g"}]});
    let set = admin
        .put(&format!("{directory}/synchronized-groups"), groups.clone())
        .await;
    assert_eq!(set.status, StatusCode::NO_CONTENT);
    assert_eq!(
        admin
            .get(&format!("{directory}/synchronized-groups"))
            .await
            .body,
        groups
    );
    let all = admin
        .get("/api/v2/connections-directory-provisionings?take=50")
        .await;
    assert_eq!(items(&all.body)[0]["connection_id"], made.body["id"]);

    assert_eq!(admin.delete(&one).await.status, StatusCode::ACCEPTED);
    assert_eq!(admin.get(&one).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn groups_of_directories_come_and_go() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let google = json!({"name": "google-apps", "strategy": "google-apps"});
    let google = admin.post("/api/v2/connections", google).await.body;
    let directory = format!("/api/v2/connections/{}/directory-provisioning", id(&google));
    let path = format!("{directory}/synchronized-groups");
    let first = json!({"groups": [{"id": "g"}]});
    let early = admin.post(&path, first.clone()).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    admin.post(&directory, json!({"mapping": []})).await;
    admin.put(&path, first).await;
    let more = json!({"groups": [{"id": "g", "name": "G"}, {"id": "h"}]});
    let added = admin.post(&path, more.clone()).await;
    assert_eq!(added.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.body, more);
    let gone = json!({"groups": [{"id": "h"}, {"id": "x"}]});
    let removed = admin.call(Method::DELETE, &path, Some(gone)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let left = json!({"groups": [{"id": "g", "name": "G"}]});
    assert_eq!(admin.get(&path).await.body, left);
    let odd = admin.post(&path, json!({"groups": ["g"]})).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn organizations_keep_their_other_connections_and_domains() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let saml = json!({"name": "saml", "strategy": "samlp", "options": {"signInEndpoint": "https://idp.example"}});
    let saml = admin.post("/api/v2/connections", saml).await.body;
    let link = json!({"connection_id": id(&saml), "show_as_button": false});
    let organization = json!({"name": "initech", "enabled_connections": [link]});
    let organization = admin.post("/api/v2/organizations", organization).await.body;
    let one = format!("/api/v2/organizations/{}", id(&organization));
    let links = format!("{one}/enabled_connections");
    let shown = admin.get(&links).await.body;
    assert_eq!(
        shown[0]["connection"],
        json!({"name": "saml", "strategy": "samlp"})
    );
    assert_eq!(shown[0]["show_as_button"], false);
    let path = format!("{links}/{}", id(&saml));
    let changed = admin
        .patch(&path, json!({"assign_membership_on_login": true}))
        .await;
    assert_eq!(changed.body["assign_membership_on_login"], true);
    assert_eq!(admin.get(&path).await.body, changed.body);
    let twice = admin
        .post(&links, json!({"connection_id": id(&saml)}))
        .await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let unknown = admin.post(&links, json!({"connection_id": "con_x"})).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);

    let domains = format!("{one}/discovery-domains");
    let domain = admin
        .post(
            &domains,
            json!({"domain": "initech.example", "status": "verified"}),
        )
        .await;
    assert_eq!(domain.status, StatusCode::CREATED, "{}", domain.body);
    assert!(domain.body["verification_txt"].is_string());
    assert!(domain.body["verification_host"].is_string());
    assert_eq!(
        admin.get(&domains).await.body,
        json!({"domains": [domain.body]})
    );
    let named = admin.get(&format!("{domains}/name/Initech.example")).await;
    assert_eq!(named.body, domain.body);
    let nameless = admin.get(&format!("{domains}/name/other.example")).await;
    assert_eq!(nameless.status, StatusCode::NOT_FOUND);
    let other = admin
        .post("/api/v2/organizations", json!({"name": "other"}))
        .await
        .body;
    let stranger = format!("/api/v2/organizations/{}/discovery-domains", id(&other));
    assert_eq!(admin.get(&stranger).await.body, json!({"domains": []}));
    for path in [id(&domain.body), "name/initech.example"] {
        let answer = admin.get(&format!("{stranger}/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }

    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&links).await.body, json!([]));
}

#[tokio::test]
async fn the_connection_of_a_domain_is_found() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for (name, strategy, options) in [
        ("customers", "auth0", json!({})),
        (
            "saml",
            "samlp",
            json!({"domain_aliases": ["a.example", "b.example"]}),
        ),
        ("bare", "samlp", json!({})),
    ] {
        let body = json!({"name": name, "strategy": strategy, "options": options});
        let made = admin.post("/api/v2/connections", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    for (query, expected) in [
        (
            "domain_alias=B.example&take=1",
            json!({"connections": [{"name": "saml"}]}),
        ),
        ("domain_alias=c.example", json!([])),
    ] {
        let path = format!("/api/v2/connections?fields=name&{query}");
        assert_eq!(admin.get(&path).await.body, expected, "{query}");
    }
}
