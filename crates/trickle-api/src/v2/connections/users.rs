//! `DELETE /api/v2/connections/{id}/users?email=`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use trickle_engine::{Engine, identifier_of, normalise_identifier};
use trickle_model::ConnectionId;

use crate::v2::{Bearer, Error, query::Query, users::deleted};

/// Deletes the user of a connection with this address; of one who is not there the same is true afterwards.
pub(super) async fn delete(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<StatusCode, Error> {
    let email = query
        .get("email")
        .ok_or_else(|| Error::Query("Missing required property: email".to_owned()))?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let id = ConnectionId::from_text(id);
    let connection = store.connection(tenant, &id).await?;
    let connection = connection.ok_or(Error::NoConnection)?;
    let email = identifier_of(&connection.options, email);
    let found = store.find_by_identifier(&connection.id, &email).await?;
    // A user name may look like somebody else's address.
    let user = found.map(|found| found.user).filter(|user| {
        let own = user.email.as_deref();
        own.is_some_and(|own| normalise_identifier(own) == email)
    });
    let Some(user) = user else {
        return Ok(StatusCode::NO_CONTENT);
    };
    let who = caller.caller();
    deleted(engine.delete_user(&connection, &user, &who).await?)
}
