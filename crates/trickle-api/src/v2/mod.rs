//! The Management API v2.

mod actions;
mod attack_protection;
mod bearer;
mod body;
mod clients;
mod connections;
mod email_templates;
mod error;
mod fields;
mod logs;
mod paging;
mod query;
mod tickets;
mod user_blocks;
mod users;

use axum::{
    Router,
    routing::{get, patch},
};

pub(crate) use bearer::Bearer;
pub(crate) use error::Error;

use crate::ApiState;

/// All operations under `/api/v2`.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route(
            "/connections",
            get(connections::list::handler).post(connections::create::handler),
        )
        .route(
            "/connections/{id}",
            get(connections::get::handler)
                .patch(connections::update::handler)
                .delete(connections::delete::handler),
        )
        .route(
            "/connections/{id}/clients",
            get(connections::clients::list).merge(patch(connections::clients::update)),
        )
        .route(
            "/connections/{id}/migration",
            get(connections::migration::show).patch(connections::migration::change),
        )
        .route(
            "/connections/{id}/ledger",
            get(connections::migration::ledger),
        )
        .route(
            "/connections/{id}/status",
            get(connections::status::handler),
        )
        .route(
            "/users",
            get(users::list::handler).post(users::create::handler),
        )
        .route(
            "/users/{id}",
            get(users::get::handler)
                .patch(users::update::handler)
                .delete(users::delete::handler),
        )
        .route("/users-by-email", get(users::by_email::handler))
        .route("/clients", get(clients::list::handler))
        .route("/actions/actions", get(actions::list::handler))
        .route("/logs", get(logs::list::handler))
        .merge(attack_protection::routes())
        .merge(user_blocks::routes())
        .merge(tickets::routes())
        .merge(email_templates::routes())
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
}
