//! Every management operation as nobody and as the wrong somebody.

use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use trickle_api::{Contract, contracts};
use trickle_engine::MANAGEMENT_SCOPES;

use crate::app::TestApp;

/// A path with something in the place of its `{names}`.
fn path(contract: &Contract) -> String {
    let path: Vec<&str> = contract
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part })
        .collect();
    format!("/api/v2{}", path.join("/"))
}

fn body(method: &Method) -> Option<Value> {
    (method != Method::GET && method != Method::DELETE).then(|| json!({}))
}

#[test]
fn every_scope_can_be_given() {
    for contract in contracts() {
        assert!(!contract.scopes.is_empty(), "{}", contract.path);
        for scope in contract.scopes {
            assert!(MANAGEMENT_SCOPES.contains(scope), "{scope}");
        }
    }
}

#[tokio::test]
async fn nobody_learns_anything() {
    let app = TestApp::new().await;
    for contract in contracts() {
        let (method, path) = (contract.method.clone(), &path(&contract));
        let answer = app.nobody().call(method.clone(), path, body(&method)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        let expected = json!({"statusCode": 401, "error": "Unauthorized", "message": "Missing authentication"});
        assert_eq!(answer.body, expected);
    }
}

#[tokio::test]
async fn all_other_scopes_are_not_enough() {
    let app = TestApp::new().await;
    for contract in contracts() {
        let (method, path, needed) = (contract.method.clone(), &path(&contract), contract.scopes);
        let others = MANAGEMENT_SCOPES.iter().copied();
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
    for path in ["/api/v2", "/api/v2/nothing", "/api/v2/users/x/nothing"] {
        let answer = admin.get(path).await;
        let message =
            "There is nothing under this address; GET /api/v2/openapi.json lists what is served.";
        assert_eq!(
            answer.body,
            json!({"statusCode": 404, "error": "Not Found", "message": message}),
            "{path}"
        );
    }
    let elsewhere = admin.get("/api/v20").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    assert!(!elsewhere.headers.contains_key(header::CONTENT_TYPE));
    let answer = admin.delete("/api/v2/logs").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.body["error"], "Method Not Allowed");
    assert_eq!(
        answer.body["message"],
        "This address has no such method; GET /api/v2/openapi.json lists what is served."
    );
}

/// Routes come from the list of operations alone, of which the tests here are made.
#[test]
fn no_route_is_made_beside_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/v2");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let made = text.matches(".route(").count();
            let allowed = match path.file_name().unwrap().to_str().unwrap() {
                // Each operation, and the document.
                "operation.rs" => 1,
                "mod.rs" if text.contains("fn operations() -> Vec<Operation>") => made.min(1),
                _ => 0,
            };
            assert!(
                made <= allowed,
                "{}: list it as an Operation",
                path.display()
            );
        }
    }
}
