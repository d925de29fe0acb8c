//! Actions, and what else may have kept people out.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::{
    app::{Actor, TestApp},
    kept::{id, items},
};

async fn know(admin: &Actor<'_>, knows: bool) {
    let own = json!({"trickle": {"keep_unserved": knows}});
    let changed = admin.patch("/api/v2/tenants/settings", own.clone()).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.body["trickle"], own["trickle"]);
}

#[tokio::test]
async fn what_may_have_kept_people_out_is_kept_where_the_tenant_knows() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let action =
        json!({"name": "guard", "supported_triggers": [{"id": "post-login", "version": "v3"}]});
    admin.post("/api/v2/actions/actions", action).await;
    let binding =
        json!({"ref": {"type": "action_name", "value": "guard"}, "display_name": "Guard"});
    let guards = [
        (
            Method::PATCH,
            "actions/triggers/post-login/bindings",
            json!({"bindings": [binding]}),
        ),
        (Method::POST, "rules", json!({"name": "a", "script": "x"})),
        (
            Method::POST,
            "hooks",
            json!({"name": "a", "script": "x", "triggerId": "t", "enabled": true}),
        ),
        (
            Method::POST,
            "network-acls",
            json!({"description": "a", "active": true, "priority": 1, "rule": {}}),
        ),
        (
            Method::PUT,
            "guardian/policies",
            json!(["all-applications"]),
        ),
        (
            Method::PUT,
            "guardian/factors/sms",
            json!({"enabled": true}),
        ),
        (
            Method::PATCH,
            "attack-protection/breached-password-detection",
            json!({"enabled": true}),
        ),
        (
            Method::POST,
            "resource-servers",
            json!({"identifier": "https://hs256.example/", "signing_alg": "HS256"}),
        ),
        (
            Method::POST,
            "resource-servers",
            json!({"identifier": "https://bound.example/", "proof_of_possession": {"mechanism": "mtls", "required": true}}),
        ),
        (
            Method::POST,
            "resource-servers",
            json!({"identifier": "https://jwe.example/", "token_encryption": {"format": "compact-nested-jwe"}}),
        ),
        (
            Method::POST,
            "clients",
            json!({"name": "pushes", "require_pushed_authorization_requests": true}),
        ),
        (
            Method::PATCH,
            "tenants/settings",
            json!({"flags": {"require_pushed_authorization_requests": true}}),
        ),
        (
            Method::PATCH,
            "tenants/settings",
            json!({"require_pushed_authorization_requests": true}),
        ),
    ];
    for (method, path, body) in &guards {
        let path = format!("/api/v2/{path}");
        let refused = admin.call(method.clone(), &path, Some(body.clone())).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(refused.body["errorCode"], "operation_not_supported");
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains("keep_unserved"), "{message}");
    }
    for odd in [
        json!({"trickle": {"keep_unserved": 1}}),
        json!({"trickle": {"other": true}}),
    ] {
        let refused = admin.patch("/api/v2/tenants/settings", odd).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
    know(&admin, true).await;
    for (method, path, body) in guards {
        let path = format!("/api/v2/{path}");
        let kept = admin.call(method, &path, Some(body)).await;
        assert!(kept.status.is_success(), "{path}: {}", kept.body);
    }
    let bound = admin
        .get("/api/v2/actions/triggers/post-login/bindings")
        .await;
    let binding = &bound.body["bindings"][0];
    assert_eq!(
        (&binding["display_name"], &binding["action"]["name"]),
        (&json!("Guard"), &json!("guard"))
    );
    let policies = admin.get("/api/v2/guardian/policies").await;
    assert_eq!(policies.body, json!(["all-applications"]));
    let factors = admin.get("/api/v2/guardian/factors").await.body;
    let sms = items(&factors)
        .iter()
        .find(|factor| factor["name"] == "sms")
        .unwrap();
    assert_eq!(sms["enabled"], true);

    // What is there stays, and may be changed; nothing is added.
    know(&admin, false).await;
    let rules = admin.get("/api/v2/rules").await.body;
    let rule = format!("/api/v2/rules/{}", id(&rules[0]));
    let changed = admin.patch(&rule, json!({"script": "y"})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let off = admin.patch(&rule, json!({"enabled": false})).await;
    assert_eq!(off.status, StatusCode::OK);
    let on = admin.patch(&rule, json!({"enabled": true})).await;
    assert_eq!(on.body["errorCode"], "operation_not_supported");
    let log = admin.get("/api/v2/logs").await.body;
    let told = items(&log).iter().filter(|entry| {
        let text = entry["description"].as_str().unwrap_or_default();
        entry["type"] == "w" && text.contains("have no effect here")
    });
    assert_eq!(told.count(), 2);
}

#[tokio::test]
async fn actions_are_drafts_with_versions() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let action = json!({"name": "a", "supported_triggers": [], "code": "one"});
    let action = admin.post("/api/v2/actions/actions", action).await.body;
    assert_eq!(action["all_changes_deployed"], false);
    let one = format!("/api/v2/actions/actions/{}", id(&action));
    let first = admin.post(&format!("{one}/deploy"), json!({})).await;
    assert_eq!(
        (first.status, &first.body["number"]),
        (StatusCode::ACCEPTED, &json!(1))
    );
    let again = admin.post(&format!("{one}/deploy"), json!({})).await;
    assert_eq!(again.body, first.body, "what is deployed is no new version");
    let draft = admin.patch(&one, json!({"code": "two"})).await.body;
    assert_eq!(draft["all_changes_deployed"], false);
    assert_eq!(draft["deployed_version"]["code"], "one");
    admin.post(&format!("{one}/deploy"), json!({})).await;
    let back = format!("{one}/versions/{}/deploy", id(&first.body));
    assert_eq!(admin.post(&back, json!({})).await.body["number"], 3);
    let shown = admin.get(&one).await.body;
    assert_eq!(
        (&shown["code"], &shown["all_changes_deployed"]),
        (&json!("one"), &json!(true))
    );
    let versions = admin.get(&format!("{one}/versions")).await.body;
    let numbers: Vec<_> = items(&versions).iter().map(|one| &one["number"]).collect();
    assert_eq!(numbers, [3, 2, 1]);
    let missing = admin.get(&format!("{one}/versions/x")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);

    let module = admin
        .post(
            "/api/v2/actions/modules",
            json!({"name": "m", "code": "one"}),
        )
        .await
        .body;
    let module_id = id(&module).to_owned();
    let module = format!("/api/v2/actions/modules/{module_id}");
    let published = admin
        .post(&format!("{module}/versions"), json!({}))
        .await
        .body;
    assert_eq!(published["version_number"], 1);
    assert_eq!(admin.get(&module).await.body["all_changes_published"], true);
    admin.patch(&module, json!({"code": "two"})).await;
    let back = format!("{module}/rollback");
    let version = json!({"module_version_id": id(&published)});
    let rolled = admin.post(&back, version).await;
    assert_eq!(
        (rolled.status, &rolled.body["code"]),
        (StatusCode::OK, &json!("one"))
    );
    let missing = admin.post(&back, json!({"module_version_id": "x"})).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let users = format!("{module}/actions");
    assert_eq!(admin.get(&users).await.body["total"], 0);
    let modules = json!({"modules": [{"module_id": module_id, "module_version_number": 1}]});
    admin.patch(&one, modules).await;
    let listed = admin.get(&users).await.body;
    let expected = json!([{
        "action_id": id(&action), "action_name": "a", "supported_triggers": [], "module_version_number": 1,
    }]);
    assert_eq!(listed["actions"], expected);
}

#[tokio::test]
async fn a_module_is_published_at_once_and_stays_as_long_as_it_is_named() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    know(&admin, true).await;
    let modules = "/api/v2/actions/modules";
    let odd = json!({"name": "m", "code": "one", "publish": "yes"});
    let refused = admin.post(modules, odd).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    let module = json!({"name": "m", "code": "one", "publish": true});
    let module = admin.post(modules, module).await.body;
    assert_eq!(module["all_changes_published"], true);
    assert_eq!(module["latest_version_number"], 1);
    assert_eq!(module["latest_version"]["version_number"], 1);
    assert_eq!(module["actions_using_module_total"], 0);
    let named =
        json!([{"module_id": id(&module), "module_version_id": id(&module["latest_version"])}]);
    let action = json!({"name": "a", "supported_triggers": [], "code": "one", "modules": named});
    let action = admin.post("/api/v2/actions/actions", action).await.body;

    let one = format!("{modules}/{}", id(&module));
    assert_eq!(admin.get(&one).await.body["actions_using_module_total"], 1);
    let listed = admin.get(modules).await.body;
    assert_eq!(listed["modules"][0]["actions_using_module_total"], 1);
    let using = admin.get(&format!("{one}/actions")).await.body;
    assert_eq!(using["actions"][0]["module_version_number"], 1);
    let refused = admin.delete(&one).await;
    let expected = StatusCode::PRECONDITION_FAILED;
    assert_eq!(refused.status, expected, "{}", refused.body);
    let message = refused.body["message"].as_str().unwrap();
    assert!(message.contains(id(&action)), "{message}");
    let action = format!("/api/v2/actions/actions/{}", id(&action));
    admin.patch(&action, json!({"modules": []})).await;
    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&one).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_action_that_is_named_elsewhere_goes_by_force_alone() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    know(&admin, true).await;
    let action = json!({"name": "a", "supported_triggers": [], "code": "one"});
    let action = admin.post("/api/v2/actions/actions", action).await.body;
    let one = format!("/api/v2/actions/actions/{}", id(&action));
    let bindings = "/api/v2/actions/triggers/post-login/bindings";
    let binding = json!({"bindings": [{"ref": {"type": "action_name", "value": "a"}}]});
    assert_eq!(admin.patch(bindings, binding).await.status, StatusCode::OK);
    let named = json!({"ref": {"type": "action_name", "value": "a"}});
    let twice = json!({"bindings": [named, named]});
    let twice = admin.patch(bindings, twice).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST, "{}", twice.body);
    let stream = json!({
        "name": "s", "subscriptions": [],
        "destination": {"type": "action", "configuration": {"action_id": id(&action), "x": 1}},
    });
    let stream = admin.post("/api/v2/event-streams", stream).await.body;
    let refused = admin.delete(&one).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let message = refused.body["message"].as_str().unwrap();
    assert!(message.contains("the trigger post-login"), "{message}");
    assert!(message.contains(id(&stream)), "{message}");
    assert_eq!(admin.get(&one).await.status, StatusCode::OK);

    let forced = admin.delete(&format!("{one}?force=true")).await;
    assert_eq!(forced.status, StatusCode::NO_CONTENT, "{}", forced.body);
    assert_eq!(admin.get(&one).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.get(bindings).await.body["bindings"], json!([]));
    let stream = format!("/api/v2/event-streams/{}", id(&stream));
    let destination = &admin.get(&stream).await.body["destination"];
    assert_eq!(destination["configuration"], json!({"x": 1}));
    // Of one that is gone the same is true.
    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
}

/// Tools bind many actions at once, and show nothing but the message.
#[tokio::test]
async fn an_action_that_is_not_there_is_named() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    know(&admin, true).await;
    let binding = json!({"bindings": [{"ref": {"type": "action_name", "value": "add plan"}}]});
    let bindings = "/api/v2/actions/triggers/post-login/bindings";
    let refused = admin.patch(bindings, binding).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    let expected = "The action add plan does not exist.";
    assert_eq!(refused.body["message"], expected);
    assert_eq!(refused.body["errorCode"], "inexistent_action");
}
