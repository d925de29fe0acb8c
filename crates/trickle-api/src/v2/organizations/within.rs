//! Requests about one organization.

use std::collections::HashMap;

use axum::{
    extract::{FromRef, FromRequestParts, Path},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use trickle_store::{Organization, Store};

use super::KIND;
use crate::{
    ApiState,
    v2::{Bearer, Error},
};

/// A caller, and the organization whose id the path has; its name leads nowhere.
pub(in crate::v2) struct Within {
    pub(in crate::v2) caller: Bearer,
    pub(in crate::v2) organization: Organization,
}

impl FromRequestParts<ApiState> for Within {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        let caller = Bearer::from_request_parts(parts, state).await?;
        let names = <Path<HashMap<String, String>>>::from_request_parts(parts, state).await;
        let Path(names) = names.map_err(IntoResponse::into_response)?;
        let id = names.get("id").map_or("", String::as_str);
        let organization = find(&Store::from_ref(state), &caller, id)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self {
            caller,
            organization,
        })
    }
}

/// The organization of an id.
pub(in crate::v2) async fn find(
    store: &Store,
    caller: &Bearer,
    id: &str,
) -> Result<Organization, Error> {
    let found = store.organization(caller.tenant(), id).await?;
    let found = found.filter(|organization| organization.id == id);
    found.ok_or(Error::Missing(&KIND))
}
