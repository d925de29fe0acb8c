//! Every answer in these tests is held against the OpenAPI document of its API.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use axum::http::{Method, Uri};
use jsonschema::Validator;
use serde_json::{Value, json};
use trickle_api::{authentication_openapi, openapi};

use crate::app::{Answer, TestApp};

static DOCUMENT: LazyLock<Value> = LazyLock::new(openapi);
static AUTHENTICATION: LazyLock<Value> = LazyLock::new(authentication_openapi);

fn document_of(path: &str) -> &'static Value {
    if path.starts_with("/api/v2/") {
        &DOCUMENT
    } else {
        &AUTHENTICATION
    }
}

/// The operation of a path, whose names fit anything.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        wanted.len() == parts.len()
            && wanted
                .iter()
                .zip(&parts)
                .all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    let paths = document_of(path)["paths"].as_object().unwrap();
    let mut found: Vec<_> = paths
        .iter()
        .filter(|(template, _)| fits(template))
        .collect();
    // The one with the fewest names is meant.
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.first()?.1.get(method.as_str().to_ascii_lowercase())
}

/// A schema of the document, with all that it refers to.
fn validator(document: &Value, schema: &Value) -> Validator {
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    jsonschema::validator_for(&whole).unwrap()
}

/// Whether an answer is one that the document tells of.
#[track_caller]
pub(crate) fn check(method: &Method, uri: &Uri, answer: &Answer) {
    let path = uri.path();
    let Some(operation) = operation(method, path) else {
        return;
    };
    let status = answer.status.as_u16().to_string();
    // Our own failures have a body of their own.
    if answer.status.is_server_error() && status != "503" {
        return;
    }
    let told = &operation["responses"][&status];
    assert!(
        told.is_object(),
        "{method} {path}: {status} is not told of: {}",
        answer.body
    );
    let told = match told["$ref"].as_str() {
        None => told,
        Some(name) => DOCUMENT.pointer(name.trim_start_matches('#')).unwrap(),
    };
    // A page or a certificate is text, and what is wrong with a body is told by the router itself.
    let is_text = ["text/html", "application/x-pem-file"]
        .iter()
        .any(|kind| told["content"].get(kind).is_some());
    if is_text || status == "413" {
        return;
    }
    // Who chooses fields gets no others.
    let chooses = uri.query().is_some_and(|query| query.contains("fields="));
    if chooses && answer.status.is_success() {
        return;
    }
    let schema = &told["content"]["application/json"]["schema"];
    if schema.is_null() {
        assert_eq!(
            answer.body,
            Value::Null,
            "{method} {path}: no body is told of"
        );
        return;
    }
    let wrong: Vec<String> = validator(document_of(path), schema)
        .iter_errors(&answer.body)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(
        wrong.is_empty(),
        "{method} {path}: {wrong:#?}\n{}",
        answer.body
    );
}

#[test]
fn the_document_is_whole() {
    assert_eq!(DOCUMENT["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} is there twice");
            assert!(
                operation["summary"].is_string(),
                "{method} {path} says nothing"
            );
            let names = path.matches('{').count();
            let parameters = operation["parameters"].as_array().unwrap();
            let in_path = parameters.iter().filter(|one| one["in"] == "path").count();
            assert_eq!(names, in_path, "{method} {path}");
            for place in ["requestBody", "responses"] {
                let text = operation[place].to_string();
                for name in text.split("\"$ref\":\"#").skip(1) {
                    let name = name.split('"').next().unwrap();
                    assert!(DOCUMENT.pointer(name).is_some(), "{name} is missing");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_document_is_served() {
    let app = TestApp::new().await;
    let answer = app.get("/api/v2/openapi.json").await;
    assert_eq!(answer.body, *DOCUMENT);
    assert_eq!(answer.body["servers"], json!([{"url": "/"}]));
}

#[tokio::test]
async fn the_document_of_the_authentication_api_is_served_and_tells_of_every_route() {
    let app = TestApp::new().await;
    let answer = app.get("/openapi.json").await;
    assert_eq!(answer.body, *AUTHENTICATION);
    let paths = AUTHENTICATION["paths"].as_object().unwrap();
    let mut ids = BTreeSet::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].to_string()));
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = axum::http::Request::builder().method(method).uri(path);
            let answer = app.send(request, None).await;
            let status = answer.status.as_u16();
            assert!(![404, 405].contains(&status), "{path}: {status}");
        }
    }
    let router = include_str!("../../src/router.rs");
    let routes = router.split(".route(").skip(1);
    for route in routes.filter_map(|rest| rest.split('"').nth(1)) {
        // The last one is a script.
        let others = ["/healthz", "/readyz", "/openapi.json", "/client/{file}"];
        let is_told = paths.contains_key(route) || others.contains(&route);
        assert!(is_told, "{route}: tell of it in auth/openapi.rs");
    }
}

#[test]
fn the_copies_in_the_documentation_are_the_documents() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi");
    let mut stale = Vec::new();
    for (name, document) in [
        ("management.json", &*DOCUMENT),
        ("authentication.json", &*AUTHENTICATION),
    ] {
        let text = serde_json::to_string_pretty(document).unwrap() + "\n";
        let copy = Path::new(docs).join(name);
        if fs::read_to_string(&copy).ok().as_ref() != Some(&text) {
            let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            fs::write(&fresh, text).unwrap();
            stale.push(format!("cp {} {}", fresh.display(), copy.display()));
        }
    }
    assert!(stale.is_empty(), "stale, run:\n{}", stale.join("\n"));
}
