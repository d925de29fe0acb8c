//! After a user was added or changed: the mail that the caller asked for, and the answer.

use axum::Json;
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::User;

use super::{identities::names_of, view::view};
use crate::v2::{Bearer, Error, body::Fields};

/// `verify_email` of a body: whether the user is sent a link to prove the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VerifyEmail {
    Send,
    Leave,
}

impl VerifyEmail {
    pub(super) fn take(fields: &mut Fields) -> Self {
        match fields.take("verify_email") {
            Some(Value::Bool(true)) => Self::Send,
            _ => Self::Leave,
        }
    }
}

/// Sends the mail and shows the user.
pub(super) async fn written(
    caller: &Bearer,
    engine: &Engine,
    user: User,
    mail: VerifyEmail,
) -> Result<Json<Value>, Error> {
    let (store, tenant) = (engine.store(), caller.tenant());
    let linked = store.linked_users(tenant, &user.id).await?;
    let names = names_of(store, tenant, &user, &linked).await?;
    let shown = view(&user, &linked, &names);
    if mail == VerifyEmail::Send {
        caller.site.verify(engine, user, caller.caller());
    }
    Ok(Json(shown))
}
