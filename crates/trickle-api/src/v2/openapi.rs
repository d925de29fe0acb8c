//! The OpenAPI 3.1 document, made of the list of operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    ROOT,
    operation::{Contract, Named, Shape},
};

/// Statuses that every operation may answer with, and what they mean.
const FAILURES: [(&str, &str); 8] = [
    ("400", "The request does not fit"),
    ("401", "There is no valid token"),
    ("403", "The token's scopes are not enough"),
    ("404", "There is no such thing"),
    ("409", "Something stands in the way"),
    ("413", "The body is too large"),
    ("429", "Too many requests; see Retry-After"),
    ("503", "Not now; see Retry-After"),
];

/// The document of the Management API.
pub(super) fn document(contracts: &[Contract]) -> Value {
    let mut schemas = BTreeMap::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for contract in contracts {
        let path = format!("{ROOT}{}", contract.path);
        let method = contract.method.as_str().to_ascii_lowercase();
        let operation = operation(contract, &mut schemas);
        paths.entry(path).or_default().insert(method, operation);
    }
    schemas.insert("Error".to_owned(), error());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Trickle Management API",
            "version": "2",
            "description": "Lists are arrays; with `include_totals=true` objects with totals; with `take` or `from` objects with a cursor.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    })
}

fn operation(contract: &Contract, schemas: &mut BTreeMap<String, Value>) -> Value {
    let mut parameters: Vec<Value> = contract
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    let query = contract.query.iter().copied().flatten();
    parameters.extend(query.map(|name| query_parameter(name)));
    let mut answers = Map::new();
    let mut success = json!({"description": "Done"});
    if let Some((kind, schema)) = content(contract.gives, schemas) {
        success["content"] = json!({kind: {"schema": schema}});
    }
    if let Shape::Table(_) = contract.gives {
        for kind in ["application/x-ndjson", "text/csv"] {
            success["content"][kind] = json!({"schema": {"type": "string"}});
        }
    }
    answers.insert(contract.status.to_string(), success);
    if let Shape::ArrayOrNothing(_) = contract.gives {
        let nothing = json!({"description": "There is none"});
        answers.insert("204".to_owned(), nothing);
    }
    for (status, _) in FAILURES {
        let name = format!("#/components/responses/{status}");
        answers.insert(status.to_owned(), json!({"$ref": name}));
    }
    if let Some(what) = contract.unless {
        let schema = json!({"$ref": "#/components/schemas/Error"});
        let content = json!({"application/json": {"schema": schema}});
        let refused = json!({"description": what, "content": content});
        answers.insert("412".to_owned(), refused);
    }
    let tag = contract.path.split('/').nth(1).unwrap_or_default();
    let mut shown = json!({
        "operationId": id(contract),
        "tags": [tag],
        "parameters": parameters,
        "responses": answers,
        "security": [{"bearer": []}],
        "x-scopes": contract.scopes,
    });
    if !contract.summary.is_empty() {
        shown["summary"] = contract.summary.into();
    }
    if let Some((kind, schema)) = content(contract.takes, schemas) {
        shown["requestBody"] = json!({"required": true, "content": {kind: {"schema": schema}}});
    }
    shown
}

/// `get_users_id_logs`.
fn id(contract: &Contract) -> String {
    let path = contract.path.replace(['{', '}'], "");
    let words = path.split(['/', '-']).filter(|word| !word.is_empty());
    let method = contract.method.as_str().to_ascii_lowercase();
    let words: Vec<&str> = std::iter::once(method.as_str()).chain(words).collect();
    words.join("_")
}

fn query_parameter(name: &str) -> Value {
    let schema = match name {
        "page" => json!({"type": "integer", "minimum": 0}),
        "per_page" => json!({"type": "integer", "minimum": 0, "maximum": 100}),
        "take" => json!({"type": "integer", "minimum": 1, "maximum": 100}),
        "include_totals"
        | "include_fields"
        | "is_enabled"
        | "is_first_party"
        | "is_global"
        | "allow_any_organization"
        | "consider_brute_force_enablement" => {
            json!({"type": "boolean"})
        }
        "strategy" => json!({"type": "array", "items": {"type": "string"}}),
        _ => json!({"type": "string"}),
    };
    json!({"name": name, "in": "query", "schema": schema})
}

/// Media type and schema; named schemas go to the components.
fn content(shape: Shape, schemas: &mut BTreeMap<String, Value>) -> Option<(&'static str, Value)> {
    let json = "application/json";
    match shape {
        Shape::Nothing => None,
        Shape::One(named) => Some((json, reference(named, schemas))),
        Shape::Array(named) | Shape::ArrayOrNothing(named) => {
            Some((json, array(&reference(named, schemas))))
        }
        Shape::Listed(key, named) => Some((json, listed(key, &reference(named, schemas)))),
        Shape::Schema(schema) | Shape::Table(schema) => Some((json, schema())),
        Shape::Form(schema) => Some(("multipart/form-data", schema())),
    }
}

fn reference(named: &Named, schemas: &mut BTreeMap<String, Value>) -> Value {
    schemas
        .entry(named.name.to_owned())
        .or_insert_with(named.schema);
    json!({"$ref": format!("#/components/schemas/{}", named.name)})
}

fn array(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

fn listed(key: &str, item: &Value) -> Value {
    let count = json!({"type": "integer", "minimum": 0});
    json!({"oneOf": [
        array(item),
        {
            "type": "object",
            "properties": {"start": count, "limit": count, "length": count, "total": count, key: array(item)},
            "required": ["start", "limit", "length", "total", key],
            "additionalProperties": false,
        },
        {
            "type": "object",
            "properties": {"next": {"type": "string"}, key: array(item)},
            "required": [key],
            "additionalProperties": false,
        },
    ]})
}

fn responses() -> Map<String, Value> {
    let schema = json!({"$ref": "#/components/schemas/Error"});
    let content = json!({"application/json": {"schema": schema}});
    FAILURES
        .into_iter()
        .map(|(status, meaning)| {
            let shown = json!({"description": meaning, "content": content});
            (status.to_owned(), shown)
        })
        .collect()
}

fn error() -> Value {
    json!({
        "type": "object",
        "properties": {
            "statusCode": {"type": "integer"},
            "error": {"type": "string"},
            "message": {"type": "string"},
            "errorCode": {"type": "string"},
            "attributes": {"type": "object"},
        },
        "required": ["statusCode", "error", "message"],
        "additionalProperties": false,
    })
}
