//! `GET /api/v2/users-by-email`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::Store;

use super::view::{ConnectionNames, view};
use crate::v2::{Bearer, Error, fields::FieldFilter, query::Query};

/// Users of all connections with exactly this address.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let email = query
        .get("email")
        .ok_or_else(|| Error::Query("Missing required property: email".to_owned()))?;
    let users = store.users_by_email(caller.tenant(), email).await?;
    let names = ConnectionNames::of(&store, caller.tenant(), &users).await?;
    let users = users.iter().map(|user| fields.apply(view(user, &names)));
    Ok(Json(users.collect()))
}
