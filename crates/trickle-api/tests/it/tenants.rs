//! `/api/v2/tenants/settings`, and what is not served here.

use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    app::{HOST, PASSWORD, TestApp},
    authorize::spa,
    token_password::verified,
};

#[tokio::test]
async fn settings_are_kept_and_flags_are_merged() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let path = "/api/v2/tenants/settings";
    let before = admin.get(path).await;
    let flags = json!({"enable_public_signup_user_exists_error": false});
    assert_eq!(before.body["flags"], flags);
    assert_eq!(before.body["default_directory"], "");

    let change = json!({
        "friendly_name": "Acme", "unknown": [1], "default_directory": "legacy",
        "flags": {"enable_public_signup_user_exists_error": true, "other": true},
    });
    let changed = admin.patch(path, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let more =
        json!({"flags": {"other": null, "third": false}, "unknown": null, "default_directory": ""});
    admin.patch(path, more).await;
    let after = admin.get(path).await;
    let flags = json!({"enable_public_signup_user_exists_error": true, "third": false});
    assert_eq!(after.body["flags"], flags);
    assert_eq!(
        (&after.body["friendly_name"], after.body.get("unknown")),
        (&json!("Acme"), None)
    );
    assert_eq!(after.body["default_directory"], "");
    let name = admin.get(&format!("{path}?fields=friendly_name")).await;
    assert_eq!(name.body, json!({"friendly_name": "Acme"}));

    for (body, message) in [
        (
            json!({"flags": {"a": 1}}),
            "Expected type boolean but found type number on property flags.a",
        ),
        (
            json!({"support_email": 1}),
            "Expected type string but found type number on property support_email",
        ),
        (
            json!({"default_directory": 1}),
            "Expected type string but found type number on property default_directory",
        ),
    ] {
        let answer = admin.patch(path, body).await;
        assert_eq!(
            answer.body["message"],
            format!("Payload validation error: '{message}'.")
        );
    }
}

#[tokio::test]
async fn the_default_directory_serves_the_password_grant() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let set = json!({"default_directory": "legacy"});
    admin.patch("/api/v2/tenants/settings", set).await;
    let mut login = application.password_realm("x", PASSWORD);
    login["grant_type"] = json!("password");
    let answer = app.post("/oauth/token", login).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn lifetimes_of_sessions_are_shown_in_hours() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let path = "/api/v2/tenants/settings";
    let change = json!({
        "session_lifetime_in_minutes": 10_080, "idle_session_lifetime_in_minutes": 90,
        "ephemeral_session_lifetime": 24, "idle_ephemeral_session_lifetime_in_minutes": null,
    });
    let changed = admin.patch(path, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let shown = admin.get(path).await.body;
    assert_eq!(shown["session_lifetime"], 168);
    assert_eq!(shown["idle_session_lifetime"], 1.5);
    assert_eq!(shown["ephemeral_session_lifetime"], 24);
    let names = shown.as_object().unwrap();
    assert!(!names.keys().any(|name| name.ends_with("_in_minutes")));
    assert!(!names.contains_key("idle_ephemeral_session_lifetime"));
    for wrong in [
        json!({"session_lifetime": 1, "session_lifetime_in_minutes": 60}),
        json!({"session_lifetime_in_minutes": "60"}),
    ] {
        let refused = admin.patch(path, wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn looks_are_kept_as_they_are_written() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let prompts = "/api/v2/prompts";
    let mut expected = admin.get(prompts).await.body;
    let change = json!({"identifier_first": true, "universal_login_experience": "new"});
    assert_eq!(admin.patch(prompts, change).await.status, StatusCode::OK);
    expected["identifier_first"] = json!(true);
    expected["universal_login_experience"] = json!("new");
    assert_eq!(admin.get(prompts).await.body, expected);

    let text = "/api/v2/prompts/login/custom-text/en";
    let title = json!({"login": {"title": "Hello"}});
    admin.put(text, title.clone()).await;
    assert_eq!(admin.get(text).await.body, title);
    let german = admin.get("/api/v2/prompts/login/custom-text/de").await;
    assert_eq!(german.body, json!({}));
    let odd = admin.get("/api/v2/prompts/a%7Cb/custom-text/en").await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);

    let theme = "/api/v2/branding/themes/default";
    assert_eq!(admin.get(theme).await.body["errorCode"], "theme_not_found");
    let made = admin
        .post("/api/v2/branding/themes", json!({"displayName": "Night"}))
        .await;
    let expected = json!({"displayName": "Night", "themeId": "default"});
    assert_eq!((made.status, &made.body), (StatusCode::CREATED, &expected));
    assert_eq!(admin.get(theme).await.body, expected);
    assert_eq!(admin.delete(theme).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(theme).await.status, StatusCode::NOT_FOUND);

    for name in ["welcome_email", "auth_email_by_code"] {
        let path = format!("/api/v2/email-templates/{name}");
        let missing = admin.patch(&path, json!({"enabled": true})).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        let mail = json!({"template": name, "subject": "Hello", "enabled": false});
        let made = admin.post("/api/v2/email-templates", mail.clone()).await;
        assert_eq!((made.status, &made.body), (StatusCode::CREATED, &mail));
        assert_eq!(admin.get(&path).await.body, mail);
    }
    let welcome = "/api/v2/email-templates/welcome_email";
    let half = "x".repeat(600 << 10);
    let grown = admin.patch(welcome, json!({"a": half})).await;
    assert_eq!(grown.status, StatusCode::OK);
    let grown = admin.patch(welcome, json!({"b": half})).await;
    assert_eq!(grown.status, StatusCode::BAD_REQUEST);
    let long = json!({"template": "welcome_email", "a": half, "b": half});
    let made = admin.post("/api/v2/email-templates", long).await;
    assert_eq!(made.body["errorCode"], "invalid_body");
}

#[tokio::test]
async fn newer_settings_of_second_factors_are_kept() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for (path, usual, written) in [
        (
            "guardian/settings",
            json!({
                "display_remember_me_checkbox": true, "remember_me_default_value": false,
                "mfa_session_inactivity_timeout": 604_800, "mfa_session_overall_timeout": 2_592_000,
            }),
            json!({
                "display_remember_me_checkbox": false, "remember_me_default_value": false,
                "mfa_session_inactivity_timeout": 3600, "mfa_session_overall_timeout": 7200,
            }),
        ),
        (
            "guardian/factors/email/settings",
            json!({"otp_length": 6, "otp_expiration_time": 300}),
            json!({"otp_length": 8, "otp_expiration_time": 300}),
        ),
        (
            "guardian/factors/phone/settings",
            json!({"otp_length": 6, "otp_expiration_time": 300}),
            json!({"otp_length": 6, "otp_expiration_time": 60}),
        ),
        (
            "guardian/factors/webauthn-roaming/settings",
            json!({}),
            json!({"userVerification": "required"}),
        ),
        (
            "attack-protection/phone-provider-protection",
            json!({"type": "default"}),
            json!({"type": "exponential"}),
        ),
    ] {
        let path = format!("/api/v2/{path}");
        assert_eq!(admin.get(&path).await.body, usual, "{path}");
        let put = admin.put(&path, written.clone()).await;
        assert_eq!((put.status, &put.body), (StatusCode::OK, &written));
        assert_eq!(admin.get(&path).await.body, written, "{path}");
    }
}

#[tokio::test]
async fn protection_that_is_not_here_cannot_be_turned_on() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for (path, off, on) in [
        ("guardian/policies", json!([]), json!(["all-applications"])),
        (
            "guardian/factors/sms",
            json!({"enabled": false}),
            json!({"enabled": true}),
        ),
        (
            "attack-protection/breached-password-detection",
            json!({"enabled": false, "shields": ["block"]}),
            json!({"enabled": true}),
        ),
        (
            "attack-protection/bot-detection",
            json!({"challenge_password_policy": "never", "bot_detection_level": "high"}),
            json!({"challenge_password_policy": "always"}),
        ),
        (
            "risk-assessments/settings",
            json!({"enabled": false}),
            json!({"enabled": true}),
        ),
    ] {
        let path = format!("/api/v2/{path}");
        let refused = admin.put(&path, on).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(refused.body["errorCode"], "operation_not_supported");
        let taken = admin.put(&path, off).await;
        assert_eq!(taken.status, StatusCode::OK, "{path}: {}", taken.body);
    }
    let shields = admin
        .get("/api/v2/attack-protection/breached-password-detection")
        .await;
    assert_eq!(shields.body["shields"], json!(["block"]));
    assert_eq!(shields.body["enabled"], json!(false));

    let factors = admin.get("/api/v2/guardian/factors").await.body;
    let on = |factors: &serde_json::Value| -> Vec<String> {
        let factors = factors.as_array().unwrap().iter();
        let on = factors.filter(|factor| factor["enabled"] == true);
        on.map(|factor| factor["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(on(&factors), ["otp"]);
    let off = json!({"enabled": false});
    admin.put("/api/v2/guardian/factors/otp", off).await;
    let factors = admin.get("/api/v2/guardian/factors").await.body;
    assert_eq!(on(&factors), Vec::<String>::new());
}

#[tokio::test]
async fn the_default_audience_serves_clients_that_name_none() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    let api = "https://shop.example/";
    let set = json!({"default_audience": api});
    let settings = "/api/v2/tenants/settings";
    let unknown = admin.patch(settings, set.clone()).await;
    assert_eq!(unknown.body["errorCode"], "inexistent_resource_server");
    assert_eq!(
        unknown.body["message"],
        "The resource server https://shop.example/ of default_audience does not exist."
    );
    let management = json!({"default_audience": format!("https://{HOST}/api/v2/")});
    let kept = admin.patch(settings, management.clone()).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    assert_eq!(
        kept.body["default_audience"],
        management["default_audience"]
    );
    // It is taken for none.
    let mut login = application.password_realm("legacy", PASSWORD);
    login["scope"] = json!("openid");
    let tokens = app.post("/oauth/token", login).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    // Also where an API has the name that the Management API has under another host.
    let host = HOST.to_uppercase();
    let other = format!("https://{host}/api/v2/");
    let made = admin.post("/api/v2/resource-servers", json!({"identifier": other}));
    assert_eq!(made.await.status, StatusCode::CREATED);
    let set_other = admin.patch(settings, json!({"default_audience": other}));
    assert_eq!(set_other.await.status, StatusCode::OK);
    let mut login = application.password_realm("legacy", PASSWORD);
    login["scope"] = json!("openid");
    let request = Request::post("/oauth/token").header(header::HOST, host);
    let tokens = app.send(request, Some(login)).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);

    let server =
        json!({"identifier": api, "scopes": [{"value": "read:x"}], "allow_offline_access": true});
    let server = admin.post("/api/v2/resource-servers", server).await;
    let grant = json!({"client_id": application.id(), "audience": api, "scope": ["read:x"]});
    admin.post("/api/v2/client-grants", grant).await;
    assert_eq!(admin.patch(settings, set).await.status, StatusCode::OK);
    let mut login = application.password_realm("legacy", PASSWORD);
    login["scope"] = json!("openid read:x offline_access");
    let tokens = app.post("/oauth/token", login.clone()).await;
    assert_eq!(tokens.body["scope"], "openid read:x offline_access");
    let access = tokens.body["access_token"].as_str().unwrap();
    verified(&app, access, api).await;
    // Without the API nobody is shut out.
    let id = server.body["id"].as_str().unwrap();
    admin
        .delete(&format!("/api/v2/resource-servers/{id}"))
        .await;
    let tokens = app.post("/oauth/token", login).await;
    assert_eq!(tokens.body["scope"], "openid offline_access");

    let shown = admin.get(settings).await.body["default_audience"].clone();
    assert_eq!(shown, api);
    let same = admin
        .patch(settings, json!({"default_audience": shown}))
        .await;
    assert_eq!(same.status, StatusCode::OK, "{}", same.body);
    let other = json!({"default_audience": "https://shop.example/other"});
    let other = admin.patch(settings, other).await;
    assert_eq!(other.body["errorCode"], "inexistent_resource_server");
}

/// Every page reads them, for anybody who asks.
#[tokio::test]
async fn settings_of_pages_do_not_grow_piece_by_piece() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for path in ["/api/v2/branding", "/api/v2/tenants/settings"] {
        for (name, text, status) in [
            ("one", "x", StatusCode::OK),
            ("two", "x", StatusCode::BAD_REQUEST),
            ("one", "y", StatusCode::OK),
        ] {
            let answer = admin.patch(path, json!({name: text.repeat(40_000)})).await;
            assert_eq!(answer.status, status, "{path} {name}: {}", answer.body);
        }
    }
}

/// Logins read them.
#[tokio::test]
async fn apis_and_organizations_have_a_size() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for (list, body, bytes) in [
        (
            "/api/v2/resource-servers",
            json!({"identifier": "https://api.test"}),
            520 << 10,
        ),
        ("/api/v2/organizations", json!({"name": "acme"}), 65 << 10),
    ] {
        let mut large = body.clone();
        let field = if list.ends_with("servers") {
            "name"
        } else {
            "display_name"
        };
        large[field] = "x".repeat(bytes).into();
        let refused = admin.post(list, large.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{list}");
        let made = admin.post(list, body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let path = format!("{list}/{}", made.body["id"].as_str().unwrap());
        let changed = admin.patch(&path, json!({field: large[field]})).await;
        assert_eq!(changed.status, StatusCode::BAD_REQUEST, "{list}");
    }
}

#[tokio::test]
async fn null_takes_away_what_was_never_there() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let colours = json!({"colors": {"primary": null, "page_background": "#000000"}});
    let changed = admin.patch("/api/v2/branding", colours).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(
        changed.body["colors"],
        json!({"page_background": "#000000"})
    );
    let gradient =
        json!({"type": "linear-gradient", "start": "#fff", "end": "#00000080", "angle_deg": 35});
    let colours = json!({"colors": {"primary": "#36c", "page_background": gradient}});
    let changed = admin.patch("/api/v2/branding", colours.clone()).await;
    assert_eq!(changed.body["colors"], colours["colors"]);
    let style = app.get("/u/theme.css").await.body;
    let style = style.as_str().unwrap();
    assert!(
        style.contains("linear-gradient(35deg,#ffffff,#7f7f7f)"),
        "{style}"
    );
    let odd = json!({"colors": {"primary": "#36cc"}});
    let refused = admin.patch("/api/v2/branding", odd).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    for (own, shown) in [
        (json!({}), Value::Null),
        (
            json!({"keep_unserved": false}),
            json!({"keep_unserved": false}),
        ),
        (json!({"keep_unserved": null}), Value::Null),
    ] {
        let own = json!({"trickle": own});
        let changed = admin.patch("/api/v2/tenants/settings", own).await;
        assert_eq!(changed.body["trickle"], shown);
    }
    let flags = json!({"flags": {"never": null}});
    let changed = admin.patch("/api/v2/tenants/settings", flags).await;
    assert!(changed.body["flags"].get("never").is_none());
    let odd = json!({"identifier": "x", "scopes": [{"value": "a", "description": {}}]});
    let refused = admin.post("/api/v2/resource-servers", odd).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_not_here_has_well_formed_answers() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = spa(&app).await;
    let login = application.password_realm("legacy", PASSWORD);
    app.post("/oauth/token", login).await;
    let user = "/api/v2/users/auth0%7C42";
    for path in ["/api/v2/grants", "/api/v2/device-credentials"] {
        assert_eq!(admin.get(path).await.body, json!([]), "{path}");
        let gone = admin.delete(&format!("{path}/x")).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT, "{path}");
    }
    let gone = admin.delete("/api/v2/grants?user_id=auth0%7C42").await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let gone = admin.delete(&format!("{user}/authenticators")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let forget = format!("{user}/multifactor/actions/invalidate-remember-browser");
    let assessed = json!({"connection": "legacy", "assessors": ["new-device"]});
    let clear = format!("{user}/risk-assessments/clear");
    let cleared = admin.post(&clear, assessed).await;
    assert_eq!(cleared.status, StatusCode::NO_CONTENT);
    let forgotten = admin.post(&forget, json!({})).await;
    assert_eq!(forgotten.status, StatusCode::NO_CONTENT);
    let accounts = "connected-accounts";
    let answer = admin.get(&format!("{user}/{accounts}")).await;
    let empty = json!({"connected_accounts": []});
    assert_eq!((answer.status, answer.body), (StatusCode::OK, empty));
    let nobody = admin.get(&format!("/api/v2/users/nobody/{accounts}")).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    for (path, status) in [
        (format!("{user}/multifactor/duo"), StatusCode::NO_CONTENT),
        (
            format!("{user}/multifactor/google-authenticator"),
            StatusCode::NO_CONTENT,
        ),
        (format!("{user}/multifactor/other"), StatusCode::NOT_FOUND),
        (
            "/api/v2/anomaly/blocks/ips/192.0.2.1".to_owned(),
            StatusCode::NO_CONTENT,
        ),
    ] {
        assert_eq!(admin.delete(&path).await.status, status, "{path}");
    }
    let blocked = admin.get("/api/v2/anomaly/blocks/ips/192.0.2.1").await;
    assert_eq!(blocked.status, StatusCode::NOT_FOUND);

    let connections = format!("/api/v2/clients/{}/connections", application.id());
    let listed = admin.get(&connections).await.body;
    assert_eq!(listed["connections"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["connections"][0]["name"], "legacy");
    let other = app.application(&[], &[]).await;
    let none = format!("/api/v2/clients/{}/connections", other.id());
    assert_eq!(admin.get(&none).await.body, json!({"connections": []}));
}
