//! `/keys/encryption`, `/keys/custom-signing` and `/keys/network-acls`: secrets are sealed by the operator's master key, which no tenant sees.

use axum::{Json, http::StatusCode};
use serde_json::{Value, json};

use crate::v2::{
    Bearer, Error,
    error::Kind,
    operation::{Named, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

static MISSING: Kind = Kind {
    code: "inexistent_key",
    name: "key",
};

static KEY: Named = Named {
    name: "EncryptionKey",
    schema: || json!({"type": "object"}),
};

pub(super) fn operations() -> Vec<Operation> {
    const OF_TENANT: &str = "/keys/encryption/{kid}";
    const CUSTOM: &str = "/keys/custom-signing";
    const OF_NETWORKS: &str = "/keys/network-acls/{id}";
    let keys = Shape::Schema(|| {
        json!({
            "type": "object",
            "properties": {"keys": {"type": "array", "maxItems": 0}},
            "required": ["keys"],
        })
    });
    let one = Shape::One(&KEY);
    vec![
        Operation::get("/keys/encryption", &["read:encryption_keys"], pages)
            .says("There are none: secrets are sealed by the operator's master key")
            .query(&[PAGES])
            .gives(Shape::Listed("keys", &KEY)),
        Operation::get(OF_TENANT, &["read:encryption_keys"], missing)
            .says("There is none: secrets are sealed by the operator's master key")
            .gives(one),
        Operation::delete(OF_TENANT, &["delete:encryption_keys"], nothing)
            .says("Removes a key that secrets are sealed by; there is none"),
        Operation::get(CUSTOM, &["read:custom_signing_keys"], all)
            .says("There are none: tokens are signed by the keys of /keys/signing")
            .gives(keys),
        Operation::delete(CUSTOM, &["delete:custom_signing_keys"], nothing)
            .says("Removes the keys that were brought; there are none"),
        Operation::get("/keys/network-acls", &["read:network_acls"], all)
            .says("There are none: lists of networks have no effect here")
            .gives(keys),
        Operation::get(OF_NETWORKS, &["read:network_acls"], missing)
            .says("There is none: lists of networks have no effect here")
            .gives(one),
        Operation::delete(OF_NETWORKS, &["delete:network_acls"], nothing)
            .says("Removes a key of lists of networks; there is none"),
    ]
}

async fn pages(_: Bearer, query: Query) -> Result<Json<Value>, Error> {
    Ok(Paging::parse_offset(&query)?.render_none("keys"))
}

async fn all(_: Bearer) -> Json<Value> {
    Json(json!({"keys": []}))
}

async fn missing(_: Bearer) -> Result<StatusCode, Error> {
    Err(Error::Missing(&MISSING))
}

/// Of what is not there the same is true afterwards.
async fn nothing(_: Bearer) -> StatusCode {
    StatusCode::NO_CONTENT
}
