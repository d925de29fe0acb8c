//! `GET` and `PATCH /api/v2/connections/{id}/clients`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::{ClientId, ConnectionId};
use trickle_store::{Place, Store};

use crate::v2::{
    Bearer, Error,
    body::{Body, type_name, wrong_type},
    kept,
    paging::Paging,
    query::Query,
};

/// Most entries of one change.
const MOST: usize = 50;

/// The clients that may log in through a connection.
pub(crate) async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let id = ConnectionId::from_text(id);
    let connection = store.connection(caller.tenant(), &id).await?;
    let clients = match connection {
        Some(connection) => connection.enabled_clients,
        None => kept::connections::clients_of(&store, &caller, id.as_str()).await?,
    };
    let (clients, rest) = paging.among(clients, |client| Place::new([client.as_str().into()]))?;
    let items = clients.iter();
    let items = items.map(|client| json!({"client_id": client.as_str()}));
    Ok(paging.render("clients", items.collect(), rest))
}

/// Allows or forbids clients to log in through a connection: `[{"client_id":…,"status":true}]`.
pub(crate) async fn update(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let switches = switches(body)?;
    let id = ConnectionId::from_text(id);
    let now = engine.clock().now();
    let there = engine
        .store()
        .set_connection_clients(caller.tenant(), &id, &switches, now)
        .await?;
    if there {
        Ok(StatusCode::NO_CONTENT)
    } else {
        kept::connections::switch(&caller, &engine, id.as_str(), &switches).await
    }
}

fn switches(Body(value): Body) -> Result<Vec<(ClientId, bool)>, Error> {
    let Value::Array(items) = value else {
        return Err(Error::Body(format!(
            "Expected type array but found type {}",
            type_name(&value)
        )));
    };
    if items.len() > MOST {
        return Err(Error::Body(format!("Expected at most {MOST} items")));
    }
    items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let client = match &item["client_id"] {
                Value::String(id) => ClientId::from_text(id.as_str()),
                other => return Err(wrong_type(&format!("[{at}].client_id"), "string", other)),
            };
            match &item["status"] {
                Value::Bool(status) => Ok((client, *status)),
                other => Err(wrong_type(&format!("[{at}].status"), "boolean", other)),
            }
        })
        .collect()
}
