//! `GET /api/v2/users/{id}`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use trickle_model::UserId;
use trickle_store::Store;

use super::answer::Shown;
use crate::v2::{Bearer, Error, fields::FieldFilter, query::Query};

/// One user.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let shown = Shown {
        store: &store,
        tenant: caller.tenant(),
        fields: FieldFilter::parse(&query)?,
    };
    shown.one(&UserId::from_text(id)).await
}
