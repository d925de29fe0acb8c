//! `GET /api/v2/users/{id}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::UserId;
use trickle_store::Store;

use super::view::{ConnectionNames, view};
use crate::v2::{Bearer, Error, fields::FieldFilter, query::Query};

/// One user.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let user = store.user(caller.tenant(), &UserId::from_text(id)).await?;
    let users = [user.ok_or(Error::NoUser)?];
    let names = ConnectionNames::of(&store, caller.tenant(), &users).await?;
    Ok(Json(fields.apply(view(&users[0], &names))))
}
