//! Every answer of the Management API in these tests is held against the OpenAPI document.

use std::{collections::BTreeSet, sync::LazyLock};

use axum::http::{Method, Uri};
use jsonschema::Validator;
use serde_json::{Value, json};
use trickle_api::openapi;

use crate::app::{Answer, TestApp};

static DOCUMENT: LazyLock<Value> = LazyLock::new(openapi);

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
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let mut found: Vec<_> = paths
        .iter()
        .filter(|(template, _)| fits(template))
        .collect();
    // The one with the fewest names is meant.
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.first()?.1.get(method.as_str().to_ascii_lowercase())
}

/// A schema of the document, with all that it refers to.
fn validator(schema: &Value) -> Validator {
    let mut whole = schema.clone();
    whole["components"] = DOCUMENT["components"].clone();
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
    let wrong: Vec<String> = validator(schema)
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
