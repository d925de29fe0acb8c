//! The Management API v2.

mod absent;
mod asked;
mod attack_protection;
mod bearer;
mod body;
mod branding;
mod cached;
mod client_grants;
mod clients;
mod connections;
mod email_templates;
mod error;
mod fields;
mod jobs;
mod kept;
mod logins;
mod logs;
mod openapi;
mod operation;
mod organizations;
mod paging;
mod query;
mod rate;
mod resource_servers;
mod roles;
mod signing_keys;
mod stats;
mod tenants;
mod tickets;
mod user_blocks;
mod users;

use axum::{Json, Router, routing::get};
use serde_json::Value;

pub(crate) use bearer::Bearer;
pub(crate) use cached::Answers;
pub(crate) use error::{Error, not_found};
pub(crate) use jobs::download as download_export;
pub use operation::{Contract, Named, Shape};
pub(crate) use rate::Buckets;
pub use rate::ManagementRate;

use self::operation::Operation;
use crate::ApiState;

/// Where all of it is.
const ROOT: &str = "/api/v2";

/// All operations, each under its whole path: what is nested has its path made anew for every request.
pub(crate) fn routes() -> Router<ApiState> {
    let document = format!("{ROOT}/openapi.json");
    operations()
        .into_iter()
        .fold(Router::new(), |router, operation| operation.add_to(router))
        .route(&document, get(async || Json(openapi())))
        .method_not_allowed_fallback(error::method_not_allowed)
}

/// What every operation of the Management API promises.
pub fn contracts() -> Vec<Contract> {
    operations().iter().map(Operation::contract).collect()
}

/// The OpenAPI 3.1 document of the Management API.
pub fn openapi() -> Value {
    openapi::document(&contracts())
}

fn operations() -> Vec<Operation> {
    [
        absent::operations(),
        attack_protection::operations(),
        branding::operations(),
        client_grants::operations(),
        clients::operations(),
        connections::operations(),
        email_templates::operations(),
        jobs::operations(),
        kept::operations(),
        logins::operations(),
        logs::operations(),
        organizations::operations(),
        resource_servers::operations(),
        roles::operations(),
        signing_keys::operations(),
        stats::operations(),
        tenants::operations(),
        tickets::operations(),
        user_blocks::operations(),
        users::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
