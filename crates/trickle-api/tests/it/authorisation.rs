//! Every management operation as nobody and as the wrong somebody.

use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use trickle_engine::MANAGEMENT_SCOPES;

use crate::app::TestApp;

/// Method, path and the scopes of which one is needed.
const OPERATIONS: [(Method, &str, &[&str]); 35] = [
    (Method::GET, "/api/v2/connections", &["read:connections"]),
    (Method::POST, "/api/v2/connections", &["create:connections"]),
    (
        Method::GET,
        "/api/v2/connections/con_x",
        &["read:connections"],
    ),
    (
        Method::PATCH,
        "/api/v2/connections/con_x",
        &["update:connections"],
    ),
    (
        Method::DELETE,
        "/api/v2/connections/con_x",
        &["delete:connections"],
    ),
    (
        Method::GET,
        "/api/v2/connections/con_x/clients",
        &["read:connections"],
    ),
    (
        Method::PATCH,
        "/api/v2/connections/con_x/clients",
        &["update:connections"],
    ),
    (
        Method::GET,
        "/api/v2/connections/con_x/status",
        &["read:connections"],
    ),
    (Method::GET, "/api/v2/users", &["read:users"]),
    (Method::POST, "/api/v2/users", &["create:users"]),
    (Method::GET, "/api/v2/users/auth0%7C1", &["read:users"]),
    (
        Method::GET,
        "/api/v2/users-by-email?email=a@b.c",
        &["read:users"],
    ),
    (Method::GET, "/api/v2/logs", &["read:logs"]),
    (Method::GET, "/api/v2/clients", &["read:clients"]),
    (
        Method::GET,
        "/api/v2/actions/actions",
        &["read:actions", "read:connections"],
    ),
    (
        Method::GET,
        "/api/v2/connections/con_x/migration",
        &["read:connections"],
    ),
    (
        Method::PATCH,
        "/api/v2/connections/con_x/migration",
        &["update:connections"],
    ),
    (
        Method::GET,
        "/api/v2/connections/con_x/ledger",
        &["read:logs"],
    ),
    (Method::PATCH, "/api/v2/users/auth0%7C1", &["update:users"]),
    (Method::DELETE, "/api/v2/users/auth0%7C1", &["delete:users"]),
    (
        Method::POST,
        "/api/v2/tickets/password-change",
        &["create:user_tickets"],
    ),
    (
        Method::POST,
        "/api/v2/tickets/email-verification",
        &["create:user_tickets"],
    ),
    (
        Method::GET,
        "/api/v2/email-templates/reset_email",
        &["read:email_templates"],
    ),
    (
        Method::POST,
        "/api/v2/email-templates",
        &["create:email_templates"],
    ),
    (
        Method::PUT,
        "/api/v2/email-templates/reset_email",
        &["update:email_templates"],
    ),
    (
        Method::PATCH,
        "/api/v2/email-templates/reset_email",
        &["update:email_templates"],
    ),
    (
        Method::GET,
        "/api/v2/user-blocks?identifier=a",
        &["read:users"],
    ),
    (
        Method::DELETE,
        "/api/v2/user-blocks?identifier=a",
        &["update:users"],
    ),
    (
        Method::GET,
        "/api/v2/user-blocks/auth0%7C1",
        &["read:users"],
    ),
    (
        Method::DELETE,
        "/api/v2/user-blocks/auth0%7C1",
        &["update:users"],
    ),
    (
        Method::GET,
        "/api/v2/attack-protection/brute-force-protection",
        &["read:attack_protection"],
    ),
    (
        Method::PATCH,
        "/api/v2/attack-protection/brute-force-protection",
        &["update:attack_protection"],
    ),
    (
        Method::GET,
        "/api/v2/attack-protection/suspicious-ip-throttling",
        &["read:attack_protection"],
    ),
    (
        Method::PATCH,
        "/api/v2/attack-protection/suspicious-ip-throttling",
        &["update:attack_protection"],
    ),
    (
        Method::GET,
        "/api/v2/attack-protection/breached-password-detection",
        &["read:attack_protection"],
    ),
];

fn body(method: &Method) -> Option<Value> {
    (method != Method::GET && method != Method::DELETE).then(|| json!({}))
}

#[tokio::test]
async fn nobody_learns_anything() {
    let app = TestApp::new().await;
    for (method, path, _) in OPERATIONS {
        let answer = app.nobody().call(method.clone(), path, body(&method)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        let expected = json!({"statusCode": 401, "error": "Unauthorized", "message": "Missing authentication"});
        assert_eq!(answer.body, expected);
    }
}

#[tokio::test]
async fn all_other_scopes_are_not_enough() {
    let app = TestApp::new().await;
    for (method, path, needed) in OPERATIONS {
        let others = MANAGEMENT_SCOPES.into_iter();
        let others: Vec<&str> = others.filter(|scope| !needed.contains(scope)).collect();
        let wrong = app.actor(&others).await;
        let answer = wrong.call(method.clone(), path, body(&method)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
        let expected = json!({
            "statusCode": 403,
            "error": "Forbidden",
            "message": format!("Insufficient scope, expected any of: {}", needed.join(",")),
            "errorCode": "insufficient_scope",
        });
        assert_eq!(answer.body, expected);
        let right = app.actor(needed).await;
        let answer = right.call(method.clone(), path, body(&method)).await;
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
}

#[tokio::test]
async fn odd_tokens_have_their_own_answers() {
    let app = TestApp::new().await;
    let token = app.admin().await.token.unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("Bearer {signed}.{other}{}", &signature[1..]);
    let unsigned = "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.";
    let cases = [
        ("", 400, "Bad HTTP authentication header format"),
        ("Basic eDp5", 400, "Bad HTTP authentication header format"),
        ("Bearer nonsense", 401, "Invalid token"),
        (unsigned, 401, "Invalid token"),
        (
            &forged,
            401,
            "Invalid signature received for JSON Web Token validation.",
        ),
    ];
    for (authorization, status, message) in cases {
        let request = Request::get("/api/v2/users").header(header::AUTHORIZATION, authorization);
        let answer = app.send(request, None).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["message"]),
            (status, &json!(message))
        );
    }
}

#[tokio::test]
async fn what_is_not_there_says_so_in_the_apis_form() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let answer = admin.get("/api/v2/rules").await;
    assert_eq!(
        answer.body,
        json!({"statusCode": 404, "error": "Not Found", "message": "Not Found"})
    );
    let answer = admin.delete("/api/v2/logs").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.body["error"], "Method Not Allowed");
}
