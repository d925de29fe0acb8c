//! What is done with sessions and with refresh tokens.

use std::future::Future;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_engine::Engine;
use trickle_model::{TenantId, UserId};
use trickle_store::{Part, Store, StoreError};

use crate::v2::{
    Bearer, Error,
    error::Kind,
    paging::{Paging, Rest},
    query::Query,
};

/// Part of a list as the API shows it, and what is known of the rest.
pub(super) type Views = (Vec<Value>, Rest);

/// Something that users are logged in by, as the API shows it and the store has it.
pub(super) trait Login: 'static {
    /// Key of the list.
    const KEY: &'static str;
    /// For errors.
    const KIND: &'static Kind;
    /// The field with what is written down beside one.
    const METADATA: &'static str;

    /// Those of a user that count still.
    fn list(
        store: &Store,
        user: (&TenantId, &UserId),
        now: Timestamp,
        part: Part,
    ) -> impl Future<Output = Result<Views, StoreError>> + Send;

    /// The one of an id, if it counts still.
    fn find(
        store: &Store,
        id: (&TenantId, &str),
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Value>, StoreError>> + Send;

    /// Writes down beside one; false without it.
    fn set_metadata(
        store: &Store,
        id: (&TenantId, &str),
        metadata: &Map<String, Value>,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends one.
    fn end(
        store: &Store,
        id: (&TenantId, &str),
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends those of a user.
    fn end_all(
        store: &Store,
        user: (&TenantId, &UserId),
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

pub(super) async fn list<L: Login>(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let (store, now) = (engine.store(), engine.clock().now());
    let user = user(&caller, store, id).await?;
    let listed = L::list(store, (caller.tenant(), &user), now, paging.part()?);
    let (items, rest) = listed.await?;
    Ok(paging.render(L::KEY, items, rest))
}

pub(super) async fn show<L: Login>(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let now = engine.clock().now();
    let found = L::find(engine.store(), (caller.tenant(), &id), now).await?;
    found.map(Json).ok_or(Error::Missing(L::KIND))
}

/// Ends one; of one that is not there the same is true afterwards.
pub(super) async fn end<L: Login>(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    L::end(engine.store(), (caller.tenant(), &id)).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn end_all<L: Login>(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let store = engine.store();
    let user = user(&caller, store, id).await?;
    L::end_all(store, (caller.tenant(), &user)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The user of a path.
async fn user(caller: &Bearer, store: &Store, id: String) -> Result<UserId, Error> {
    let id = UserId::from_text(id);
    let user = store.user(caller.tenant(), &id).await?;
    user.map(|_| id).ok_or(Error::NoUser)
}
