//! `GET /api/v2/users-by-email`.

use axum::{extract::State, response::Response};
use trickle_store::Store;

use super::answer::Shown;
use crate::v2::{Bearer, Error, fields::FieldFilter, query::Query};

/// Users of all connections with exactly this address.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Response, Error> {
    let fields = FieldFilter::parse(&query)?;
    let email = query
        .get("email")
        .ok_or_else(|| Error::Query("Missing required property: email".to_owned()))?;
    let users = store.users_by_email(caller.tenant(), email).await?;
    let shown = Shown {
        store: &store,
        tenant: caller.tenant(),
        fields,
    };
    shown.all(users).await
}
