//! `PUT /api/v2/users/{id}/authentication-methods` and `PATCH` of one.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::{SECOND_FACTORS_MAX, UserId};
use trickle_store::StoredFactor;

use super::{
    add_method::{factor, name},
    authentication_methods::{METHOD, method},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
};

/// In the place of all that the user has; the secrets are not shown again.
pub(super) async fn replace(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let Value::Array(items) = body else {
        return Err(Error::Body("Expected type array".to_owned()));
    };
    if items.len() > SECOND_FACTORS_MAX {
        return Err(Error::Body(format!(
            "Expected at most {SECOND_FACTORS_MAX} authentication methods"
        )));
    }
    let now = engine.clock().now();
    let new = items.into_iter().map(|item| factor(Body(item), now));
    let new: Vec<StoredFactor> = new.collect::<Result<_, _>>()?;
    let (user, tenant) = (UserId::from_text(id), caller.tenant());
    if !engine.store().replace_factors(tenant, &user, &new).await? {
        return Err(Error::NoUser);
    }
    Ok(Json(new.iter().map(method).collect()))
}

/// Another name for one.
pub(super) async fn rename(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, method_id)): Path<(String, String)>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let name = name(&mut fields)?;
    fields.finish()?;
    let (user, tenant) = (UserId::from_text(id), caller.tenant());
    let store = engine.store();
    if let Some(name) = &name {
        store.rename_factor(tenant, &user, &method_id, name).await?;
    }
    let factors = store.second_factors(tenant, &user).await?;
    let found = factors.iter().find(|one| one.id == method_id);
    Ok(Json(method(found.ok_or(Error::Missing(&METHOD))?)))
}
