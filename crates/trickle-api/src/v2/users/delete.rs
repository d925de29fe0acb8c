//! `DELETE /api/v2/users/{id}`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use trickle_engine::{DeleteUserOutcome, Engine};
use trickle_model::UserId;

use crate::v2::{Bearer, Error};

/// Deletes a user; of one who is not there the same is true afterwards.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let (store, tenant) = (engine.store(), caller.tenant());
    let Some(user) = store.user(tenant, &UserId::from_text(id)).await? else {
        return Ok(StatusCode::NO_CONTENT);
    };
    let connection = store.connection(tenant, &user.connection).await?;
    let connection = connection.ok_or(Error::NoUser)?;
    let who = caller.caller();
    deleted(engine.delete_user(&connection, &user, &who).await?)
}

/// What to say of it.
pub(crate) fn deleted(outcome: DeleteUserOutcome) -> Result<StatusCode, Error> {
    let (whose, outcome) = match outcome {
        DeleteUserOutcome::OneOf {
            connection,
            user,
            why,
        } => {
            let whose = format!("nobody was deleted, because of {user} in {connection}: ");
            (whose, *why)
        }
        outcome => (String::new(), outcome),
    };
    let why = |text: &str| format!("{whose}{text}");
    match outcome {
        DeleteUserOutcome::Deleted => Ok(StatusCode::NO_CONTENT),
        DeleteUserOutcome::Refused(error) => Err(Error::Script(why(&error.message))),
        DeleteUserOutcome::ScriptFailed(outcome) => Err(Error::Script(why(&outcome.to_string()))),
        DeleteUserOutcome::LegacyStoreDown(_, error) => {
            Err(Error::LegacyStoreDown(why(&error.message)))
        }
        DeleteUserOutcome::Busy | DeleteUserOutcome::OneOf { .. } => Err(Error::Busy),
    }
}
