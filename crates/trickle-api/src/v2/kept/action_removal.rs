//! `DELETE /actions/actions/{id}`: what names an action keeps it from being removed, unless `force` is given. Then it is taken out there.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value};
use trickle_engine::Engine;
use trickle_model::TenantId;
use trickle_store::{Kept, Store};

use super::{
    actions::ACTION,
    document::check_size,
    handlers::{self, ALL, alter},
    kinds::EVENT_STREAM,
    triggers,
};
use crate::v2::{Bearer, Error, operation::Operation, query::Query};

/// Of an event stream's `destination.configuration`.
const ACTION_ID: &str = "action_id";

pub(super) fn operation() -> Operation {
    let [_, _, _, scopes] = ACTION.scopes;
    Operation::delete(ACTION.one, scopes, remove)
        .says("Removes an action; one that is bound, or named by an event stream, by force alone")
        .query(&[&["force"]])
}

async fn remove(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<StatusCode, Error> {
    let is_forced = query.flag("force")?.unwrap_or(false);
    let (store, tenant) = (engine.store(), caller.tenant());
    let bound = triggers::bound_to(store, tenant, &id).await?;
    let streams = streams(store, tenant, &id).await?;
    if !is_forced && (!bound.is_empty() || !streams.is_empty()) {
        let places = bound.iter().map(|trigger| format!("the trigger {trigger}"));
        let streams = streams.iter();
        let places = places.chain(streams.map(|stream| format!("the event stream {}", stream.id)));
        let places: Vec<String> = places.collect();
        return Err(Error::Conflict(format!(
            "The action is named by {}; take it out there, or delete it with force=true",
            places.join(", ")
        )));
    }
    if !bound.is_empty() {
        triggers::unbind(store, tenant, &id).await?;
    }
    for stream in &streams {
        let detached = alter(
            &EVENT_STREAM,
            &caller,
            &engine,
            ("", &stream.id),
            |stream| {
                if let Some(configuration) = configuration(stream) {
                    configuration.remove(ACTION_ID);
                }
                check_size(stream)
            },
        );
        match detached.await {
            // It went in the meantime.
            Ok(_) | Err(Error::Missing(_)) => {}
            Err(error) => return Err(error),
        }
    }
    handlers::remove(&ACTION, &caller, store, ("", &id)).await
}

/// Event streams that would run the action.
async fn streams(store: &Store, tenant: &TenantId, action: &str) -> Result<Vec<Kept>, Error> {
    let listed = store
        .list_kept(tenant, EVENT_STREAM.stored, "", ALL)
        .await?;
    let mut streams = listed.items;
    streams.retain_mut(|stream| {
        configuration(stream).is_some_and(|configuration| {
            configuration.get(ACTION_ID).and_then(Value::as_str) == Some(action)
        })
    });
    Ok(streams)
}

fn configuration(stream: &mut Kept) -> Option<&mut Map<String, Value>> {
    let destination = stream.body.get_mut("destination")?;
    destination.get_mut("configuration")?.as_object_mut()
}
