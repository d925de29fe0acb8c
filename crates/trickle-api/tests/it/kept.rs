//! What has no effect here and is kept.

use std::slice;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::TestApp;

/// Path, something of the kind, a change of it, and what no two may have.
fn kinds() -> Vec<(&'static str, Value, Value, bool)> {
    let trigger = json!([{"id": "post-login", "version": "v3"}]);
    vec![
        (
            "roles",
            json!({"name": "Admin"}),
            json!({"description": "x"}),
            true,
        ),
        (
            "rules",
            json!({"name": "a", "script": "function (u, c, cb) {}", "enabled": false}),
            json!({"order": 3}),
            true,
        ),
        (
            "hooks",
            json!({"name": "a", "script": "module.exports = 1", "triggerId": "credentials-exchange"}),
            json!({"script": "x"}),
            true,
        ),
        (
            "actions/actions",
            json!({"name": "a", "supported_triggers": trigger, "code": "exports.x = 1"}),
            json!({"code": "exports.x = 2"}),
            true,
        ),
        (
            "actions/modules",
            json!({"name": "a", "code": "x"}),
            json!({"code": "y"}),
            true,
        ),
        (
            "log-streams",
            json!({"name": "a", "type": "http", "sink": {"httpEndpoint": "https://a.example"}}),
            json!({"name": "b"}),
            false,
        ),
        (
            "event-streams",
            json!({"name": "a", "destination": {"type": "webhook"}}),
            json!({"name": "b"}),
            false,
        ),
        (
            "custom-domains",
            json!({"domain": "login.a.example", "type": "auth0_managed_certs"}),
            json!({"tls_policy": "recommended"}),
            true,
        ),
        (
            "flows",
            json!({"name": "a"}),
            json!({"actions": [{"id": "x"}]}),
            false,
        ),
        (
            "flows/vault/connections",
            json!({"name": "a", "app_id": "HTTP"}),
            json!({"name": "b"}),
            false,
        ),
        (
            "forms",
            json!({"name": "a"}),
            json!({"nodes": [{"id": "x"}]}),
            false,
        ),
        (
            "network-acls",
            json!({"description": "a", "active": false, "rule": {"scope": "tenant"}}),
            json!({"priority": 2}),
            false,
        ),
        (
            "self-service-profiles",
            json!({"name": "a"}),
            json!({"name": "b"}),
            false,
        ),
        (
            "token-exchange-profiles",
            json!({"name": "a", "subject_token_type": "urn:a", "action_id": "x", "type": "custom_authentication"}),
            json!({"name": "b"}),
            true,
        ),
        (
            "user-attribute-profiles",
            json!({"name": "a"}),
            json!({"name": "b"}),
            false,
        ),
        (
            "connection-profiles",
            json!({"name": "a"}),
            json!({"name": "b"}),
            false,
        ),
        (
            "rate-limit-policies",
            json!({"resource": "r", "consumer": "client", "consumer_selector": "s", "configuration": {"limit": 1}}),
            json!({"configuration": {"limit": 2}}),
            false,
        ),
        (
            "agents",
            json!({"name": "a", "external_agent_id": "x"}),
            json!({"metadata": {"team": "b"}}),
            false,
        ),
        (
            "client-profiles",
            json!({"name": "a", "client_configuration": {"app_type": "spa"}, "apply_policy": {"external_metadata_type": "cimd"}}),
            json!({"name": "b"}),
            false,
        ),
        (
            "attack-protection/captcha/policies",
            json!({"name": "a", "priority": 1, "match": {"geo_country_codes": ["DE"]}, "action": {"active_provider_id": "auth_challenge"}}),
            json!({"priority": 2}),
            false,
        ),
        (
            "verifiable-credentials/verification/templates",
            json!({"name": "a", "type": "mdl", "dialect": "simplified/1.0", "presentation": {"org.iso.18013.5.1.mDL": {}}}),
            json!({"name": "b"}),
            false,
        ),
        (
            "branding/phone/providers",
            json!({"name": "twilio"}),
            json!({"disabled": true}),
            false,
        ),
        (
            "branding/phone/templates",
            json!({"type": "otp_verify"}),
            json!({"disabled": true}),
            true,
        ),
    ]
}

pub(crate) fn items(list: &Value) -> &[Value] {
    let list = match list {
        Value::Object(fields) => fields.values().find(|value| value.is_array()).unwrap(),
        list => list,
    };
    list.as_array().unwrap()
}

pub(crate) fn id(thing: &Value) -> &str {
    let mut ids = ["custom_domain_id", "agent_id", "id"].iter();
    let id = ids.find_map(|name| thing.get(name));
    id.and_then(Value::as_str).unwrap()
}

/// Whether all that was written is there.
pub(crate) fn has(shown: &Value, written: &Value) -> bool {
    let mut written = written.as_object().unwrap().iter();
    written.all(|(name, value)| shown.get(name) == Some(value))
}

#[tokio::test]
async fn every_kind_is_kept_as_it_is_written() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for (path, new, change, is_unique) in kinds() {
        let path = format!("/api/v2/{path}");
        let made = admin.post(&path, new.clone()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
        assert!(has(&made.body, &new), "{path}: {}", made.body);
        let one = format!("{path}/{}", id(&made.body));
        assert_eq!(admin.get(&one).await.body, made.body);
        let listed = admin.get(&path).await.body;
        assert_eq!(items(&listed), slice::from_ref(&made.body));

        let again = admin.patch(&one, json!({})).await;
        assert_eq!(again.body, made.body, "{path}: nothing changes");
        let changed = admin.patch(&one, change.clone()).await;
        assert_eq!(changed.status, StatusCode::OK, "{path}: {}", changed.body);
        assert!(has(&changed.body, &change), "{path}: {}", changed.body);
        assert_eq!(admin.get(&one).await.body, changed.body);

        let second = admin.post(&path, new.clone()).await;
        let expected = match is_unique {
            true => StatusCode::CONFLICT,
            false => StatusCode::CREATED,
        };
        assert_eq!(second.status, expected, "{path}: {}", second.body);
        let nothing = admin.post(&path, json!({})).await;
        assert_eq!(nothing.status, StatusCode::BAD_REQUEST, "{path}");

        assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
        assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
        assert_eq!(admin.get(&one).await.status, StatusCode::NOT_FOUND);
        let gone = admin.patch(&one, json!({})).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn lists_have_the_shapes_that_clients_ask_for() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for name in ["a", "b", "c"] {
        admin.post("/api/v2/roles", json!({"name": name})).await;
        let action = json!({"name": name, "supported_triggers": []});
        admin.post("/api/v2/actions/actions", action).await;
        admin
            .post("/api/v2/user-attribute-profiles", json!({"name": name}))
            .await;
    }
    let page = admin
        .get("/api/v2/roles?per_page=2&page=1&include_totals=true")
        .await;
    assert_eq!(page.body["total"], 3);
    assert_eq!(items(&page.body).len(), 1);
    let some = admin.get("/api/v2/roles?name_filter=B").await;
    assert_eq!(some.body[0]["name"], "b");
    for (filter, count) in [("type=tenant", 3), ("type=organization&owner_id=org_1", 0)] {
        let listed = admin.get(&format!("/api/v2/roles?{filter}")).await;
        assert_eq!(items(&listed.body).len(), count, "{filter}");
    }
    let actions = admin.get("/api/v2/actions/actions?per_page=2&page=1").await;
    let (page, total) = (&actions.body["page"], &actions.body["total"]);
    assert_eq!(
        (page, total, items(&actions.body).len()),
        (&json!(1), &json!(3), 1)
    );
    for (deployed, count) in [("False", 3), ("True", 0)] {
        let path = format!("/api/v2/actions/actions?deployed={deployed}");
        assert_eq!(items(&admin.get(&path).await.body).len(), count);
    }
    let named = admin.get("/api/v2/actions/actions?actionName=b").await;
    assert_eq!(
        (items(&named.body).len(), &named.body["actions"][0]["name"]),
        (1, &json!("b"))
    );
    let first = admin.get("/api/v2/user-attribute-profiles?take=2").await;
    let next = first.body["next"].as_str().unwrap();
    let rest = admin
        .get(&format!(
            "/api/v2/user-attribute-profiles?take=2&from={next}"
        ))
        .await;
    assert_eq!(items(&rest.body).len(), 1);
    assert!(rest.body.get("next").is_none());
}

#[tokio::test]
async fn secrets_of_services_are_not_kept() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let seven = "hunter7";
    for (path, body) in [
        (
            "log-streams",
            json!({"name": "a", "type": "splunk", "sink": {"splunkDomain": "d", "splunkToken": seven}}),
        ),
        (
            "event-streams",
            json!({"destination": {"type": "webhook", "configuration": {"webhook_authorization": {"method": "bearer", "token": seven}}}}),
        ),
        (
            "branding/phone/providers",
            json!({"name": "twilio", "credentials": {"auth_token": seven}}),
        ),
        (
            "flows/vault/connections",
            json!({"name": "a", "app_id": "HTTP", "setup": {"token": seven}}),
        ),
        (
            "connections",
            json!({"name": "google", "strategy": "google-oauth2", "options": {"client_id": "x", "client_secret": seven}}),
        ),
        (
            "emails/provider",
            json!({"name": "mandrill", "credentials": {"api_key": seven}}),
        ),
        (
            "actions/actions",
            json!({"name": "a", "supported_triggers": [], "secrets": [{"name": "KEY", "value": seven}]}),
        ),
    ] {
        let path = format!("/api/v2/{path}");
        let made = admin.post(&path, body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
        assert!(
            !made.body.to_string().contains(seven),
            "{path}: {}",
            made.body
        );
        let shown = admin.get(&path).await.body.to_string();
        assert!(!shown.contains(seven), "{path}: {shown}");
    }
    let hook = json!({"name": "a", "script": "x", "triggerId": "credentials-exchange"});
    let hook = admin.post("/api/v2/hooks", hook).await.body;
    let secrets = format!("/api/v2/hooks/{}/secrets", id(&hook));
    admin
        .post(&secrets, json!({"KEY": seven, "OTHER": seven}))
        .await;
    let remove = json!(["OTHER"]);
    admin.call(Method::DELETE, &secrets, Some(remove)).await;
    assert_eq!(
        admin.get(&secrets).await.body,
        json!({"KEY": "_VALUE_NOT_SHOWN_"})
    );
    admin
        .put("/api/v2/rules-configs/KEY", json!({"value": seven}))
        .await;
    assert_eq!(
        admin.get("/api/v2/rules-configs").await.body,
        json!([{"key": "KEY"}])
    );
    admin.delete("/api/v2/rules-configs/KEY").await;
    assert_eq!(admin.get("/api/v2/rules-configs").await.body, json!([]));
}

#[tokio::test]
async fn lists_are_narrowed() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let hook = |name: &str, trigger: &str| json!({"name": name, "script": "x", "triggerId": trigger, "enabled": false});
    let rate = |consumer: &str| {
        json!({
            "resource": "oauth_authentication_api", "consumer": "client", "consumer_selector": consumer,
            "configuration": {"action": "allow"},
        })
    };
    for (path, things, fits, fits_not) in [
        (
            "rules",
            [
                json!({"name": "a", "script": "x", "enabled": false}),
                json!({"name": "b", "script": "x", "enabled": false}),
            ],
            ["enabled=false", "page=0"],
            "enabled=true",
        ),
        (
            "hooks",
            [
                hook("a", "credentials-exchange"),
                hook("b", "credentials-exchange"),
            ],
            ["triggerId=credentials-exchange", "enabled=false"],
            "triggerId=post-change-password",
        ),
        (
            "rate-limit-policies",
            [rate("third_party_clients"), rate("third_party_clients")],
            ["consumer=client", "consumer_selector=third_party_clients"],
            "resource=other",
        ),
        (
            "actions/actions",
            ["a", "b"]
                .map(|name| json!({"name": name, "supported_triggers": [{"id": "post-login"}]})),
            ["triggerId=post-login", "installed=false"],
            // As Python writes it.
            "installed=True",
        ),
    ] {
        let path = format!("/api/v2/{path}");
        for thing in things {
            let made = admin.post(&path, thing).await;
            assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
        }
        for (query, count) in [(fits[0], 2), (fits[1], 2), (fits_not, 0)] {
            let path = format!("{path}?include_totals=true&{query}");
            assert_eq!(admin.get(&path).await.body["total"], count, "{path}");
        }
    }
    let providers = "/api/v2/branding/phone/providers";
    let provider = json!({"name": "twilio", "disabled": true});
    admin.post(providers, provider).await;
    for (disabled, count) in [("true", 1), ("True", 1), ("False", 0)] {
        let listed = admin.get(&format!("{providers}?disabled={disabled}")).await;
        let listed = listed.body["providers"].as_array().unwrap().len();
        assert_eq!(listed, count, "{disabled}");
    }
}

#[tokio::test]
async fn fields_are_chosen() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let rule = json!({"name": "a", "script": "x", "enabled": false});
    let rule = admin.post("/api/v2/rules", rule).await.body;
    let hook =
        json!({"name": "a", "script": "x", "triggerId": "credentials-exchange", "enabled": false});
    let hook = admin.post("/api/v2/hooks", hook).await.body;
    let template = json!({"type": "otp_verify", "disabled": true});
    let template = admin.post("/api/v2/branding/phone/templates", template);
    let template = template.await.body;
    for (path, thing) in [
        ("rules", rule),
        ("hooks", hook),
        ("branding/phone/templates", template),
    ] {
        let (path, id) = (format!("/api/v2/{path}"), id(&thing).to_owned());
        let only = json!({"id": id});
        let listed = admin.get(&format!("{path}?fields=id")).await.body;
        assert_eq!(items(&listed), slice::from_ref(&only), "{path}");
        let one = format!("{path}/{id}");
        assert_eq!(admin.get(&format!("{one}?fields=id")).await.body, only);
        let rest = admin
            .get(&format!("{one}?fields=id&include_fields=false"))
            .await
            .body;
        assert!(rest.get("id").is_none(), "{path}: {rest}");
        assert!(!rest.as_object().unwrap().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn roles_have_permissions() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let role = admin.post("/api/v2/roles", json!({"name": "a"})).await.body;
    let path = format!("/api/v2/roles/{}/permissions", id(&role));
    let permission =
        |name: &str| json!({"resource_server_identifier": "https://a", "permission_name": name});
    let two = json!({"permissions": [permission("b"), permission("a")]});
    assert_eq!(
        admin.post(&path, two.clone()).await.status,
        StatusCode::CREATED
    );
    assert_eq!(admin.post(&path, two).await.status, StatusCode::CREATED);
    assert_eq!(
        admin.get(&path).await.body,
        json!([permission("a"), permission("b")])
    );
    let one = json!({"permissions": [permission("a")]});
    let removed = admin.call(Method::DELETE, &path, Some(one)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.body, json!([permission("b")]));
    let odd = admin
        .post(&path, json!({"permissions": [{"permission_name": "x"}]}))
        .await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let users = admin
        .get(&format!("/api/v2/roles/{}/users", id(&role)))
        .await;
    assert_eq!(users.body, json!([]));
}

#[tokio::test]
async fn single_things_are_kept() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let provider = "/api/v2/emails/provider";
    let missing = admin.patch(provider, json!({"enabled": true})).await;
    assert_eq!(missing.body["errorCode"], "inexistent_email_provider");
    let smtp = json!({"name": "smtp", "credentials": {"smtp_host": "h", "smtp_pass": "p"}});
    assert_eq!(
        admin.post(provider, smtp.clone()).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        admin.post(provider, smtp).await.status,
        StatusCode::CONFLICT
    );
    let shown = admin.get(provider).await.body;
    let expected = json!({"name": "smtp", "enabled": true, "credentials": {"smtp_host": "h"}});
    assert_eq!(shown, expected);
    assert_eq!(admin.delete(provider).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(provider).await.status, StatusCode::NOT_FOUND);

    let screen = "/api/v2/prompts/login/screen/login/rendering";
    let usual = json!({"rendering_mode": "standard", "head_tags": []});
    assert_eq!(admin.get(screen).await.body, usual);
    assert_eq!(admin.get("/api/v2/prompts/rendering").await.body, json!([]));
    admin
        .patch(screen, json!({"rendering_mode": "advanced"}))
        .await;
    let all = admin.get("/api/v2/prompts/rendering").await.body;
    let expected = json!([{"prompt": "login", "screen": "login", "rendering_mode": "advanced", "head_tags": []}]);
    assert_eq!(all, expected);
    for (query, count) in [("prompt=login&screen=login", 1), ("prompt=signup", 0)] {
        let narrowed = format!("/api/v2/prompts/rendering?{query}");
        assert_eq!(items(&admin.get(&narrowed).await.body).len(), count);
    }
    let odd = admin
        .get("/api/v2/prompts/a%7Cb/screen/login/rendering")
        .await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);

    for domain in ["a.example", "b.example"] {
        let body = json!({"domain": domain, "type": "self_managed_certs"});
        let made = admin.post("/api/v2/custom-domains", body).await.body;
        assert_eq!(made["status"], "pending_verification");
        let one = format!("/api/v2/custom-domains/{}", id(&made));
        let verified = admin.post(&format!("{one}/verify"), json!({})).await;
        assert_eq!((verified.status, &verified.body), (StatusCode::OK, &made));
        let tested = admin.post(&format!("{one}/test"), json!({})).await;
        assert_eq!(tested.body["success"], false);
    }
    let default = "/api/v2/custom-domains/default";
    assert_eq!(admin.get(default).await.status, StatusCode::NOT_FOUND);
    for domain in ["a.example", "b.example"] {
        admin.patch(default, json!({"domain": domain})).await;
        assert_eq!(admin.get(default).await.body["domain"], domain);
    }
    let profile = admin
        .post("/api/v2/self-service-profiles", json!({"name": "a"}))
        .await
        .body;
    let text = format!(
        "/api/v2/self-service-profiles/{}/custom-text/en/get-started",
        id(&profile)
    );
    assert_eq!(admin.get(&text).await.body, json!({}));
    admin.put(&text, json!({"introduction": "Hello"})).await;
    assert_eq!(
        admin.get(&text).await.body,
        json!({"introduction": "Hello"})
    );
}

#[tokio::test]
async fn things_have_an_end() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let long = json!({"name": "a", "nodes": "x".repeat(1_100_000)});
    let refused = admin.post("/api/v2/forms", long).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    let part = json!({"name": "a", "nodes": "x".repeat(600_000)});
    let form = admin.post("/api/v2/forms", part).await.body;
    let path = format!("/api/v2/forms/{}", id(&form));
    let more = admin
        .patch(&path, json!({"ending": "x".repeat(600_000)}))
        .await;
    assert_eq!(more.status, StatusCode::BAD_REQUEST);
}
