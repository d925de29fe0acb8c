//! `GET` and `DELETE /api/v2/user-blocks/{id}`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_engine::{Engine, normalise_identifier};
use trickle_model::{User, UserId, phone_identifier_of};

use super::blocks;
use crate::v2::{Bearer, Error, query::Query};

/// The blocks of a user under any of its identifiers, those of linked users too.
pub(super) async fn list(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let identifiers = identifiers(&engine, &caller, &UserId::from_text(id)).await?;
    blocks(&engine, &caller, &identifiers, &query).await
}

/// Lifts them.
pub(super) async fn lift(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let id = UserId::from_text(id);
    let identifiers = identifiers(&engine, &caller, &id).await?;
    let who = caller.caller();
    engine
        .lift_blocks(caller.tenant(), &identifiers, Some(&id), &who)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Each once; its own come first.
async fn identifiers(engine: &Engine, caller: &Bearer, id: &UserId) -> Result<Vec<String>, Error> {
    let (store, tenant) = (engine.store(), caller.tenant());
    let user = store.user(tenant, id).await?.ok_or(Error::NoUser)?;
    let mut all = Vec::new();
    add_identifiers(user, &mut all);
    for linked in store.linked_users(tenant, id).await? {
        // Linked users are listed without large attributes, which may have a telephone number.
        if let Some(found) = store.stored_user(tenant, &linked.user.id).await? {
            add_identifiers(found.user, &mut all);
        }
    }
    Ok(all)
}

fn add_identifiers(user: User, all: &mut Vec<String>) {
    let number = phone_identifier_of(&user.attributes);
    let names = user.email.into_iter().chain(user.username);
    for one in names.chain(number) {
        let one = normalise_identifier(&one);
        if !all.contains(&one) {
            all.push(one);
        }
    }
}
