//! `/self-service-profiles`, with their texts.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_store::Store;

use super::{
    document::check_size,
    handlers::{alter, find},
    kind::Kind,
    kinds::scopes,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    operation::{Operation, Shape},
};

pub(super) static PROFILE: Kind = Kind::new(
    ("self-service-profile", "self-service profile"),
    "inexistent_self_service_profile",
    (
        "/self-service-profiles",
        "/self-service-profiles/{id}",
        "self_service_profiles",
    ),
    "ssp",
    scopes!("self_service_profiles"),
);

pub(super) fn texts() -> Vec<Operation> {
    const PATH: &str = "/self-service-profiles/{id}/custom-text/{language}/{page}";
    let shape = Shape::Schema(|| json!({"type": "object"}));
    vec![
        Operation::get(
            PATH,
            &[
                "read:self_service_profile_custom_texts",
                "read:self_service_profiles",
            ],
            show,
        )
        .says("Shows texts of a profile: they have no effect here")
        .gives(shape),
        Operation::put(
            PATH,
            &[
                "update:self_service_profile_custom_texts",
                "update:self_service_profiles",
            ],
            put,
        )
        .says("Keeps texts of a profile: they have no effect here")
        .takes(shape)
        .gives(shape),
    ]
}

async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, language, page)): Path<(String, String, String)>,
) -> Result<Json<Value>, Error> {
    let profile = find(&PROFILE, &caller, &store, ("", &id)).await?;
    let texts = profile.parts.get(&format!("{language}/{page}")).cloned();
    Ok(Json(texts.unwrap_or_else(|| json!({}))))
}

async fn put(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, language, page)): Path<(String, String, String)>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let texts = Value::Object(Fields::new(body)?.rest());
    let kept = texts.clone();
    let profile = alter(&PROFILE, &caller, &engine, ("", &id), |profile| {
        profile.parts.insert(format!("{language}/{page}"), kept);
        check_size(profile)
    });
    profile.await?;
    Ok(Json(texts))
}
