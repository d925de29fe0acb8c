//! `POST /api/v2/users/{id}/identities` and `DELETE /api/v2/users/{id}/identities/{provider}/{user_id}`.

use std::collections::HashSet;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_model::{Connection, ConnectionId, TenantId, User, UserId};
use trickle_store::{LINKED_MOST, LinkUser, LinkedUser, Store};

use super::view::{ConnectionNames, identities};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    error::Kind,
    operation::Named,
};

/// All users are of connections of this one.
const PROVIDER: &str = "auth0";
static NONE_SUCH: Kind = Kind {
    code: "inexistent_identity",
    name: "identity",
};

pub(super) static IDENTITY: Named = Named {
    name: "Identity",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "connection": {"type": ["string", "null"]}, "user_id": {"type": "string"},
                "provider": {"const": PROVIDER}, "isSocial": {"const": false},
                "profileData": {"type": "object"},
            },
            "required": ["connection", "user_id", "provider", "isSocial"],
        })
    },
};

pub(super) fn linked() -> Value {
    json!({
        "type": "object",
        "properties": {
            "provider": {"type": "string"}, "user_id": {"type": ["string", "integer"]},
            "connection_id": {"type": ["string", "null"]},
        },
        "required": ["provider", "user_id"],
    })
}

/// Makes another user a way in of this one: `{"provider":"auth0","user_id":"42"}`. Both forms of an id are taken.
pub(super) async fn link(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    if fields.peek("link_with").is_some() {
        let why = "link_with, which takes a token for the Management API of the user's own; give provider and user_id instead";
        return Err(Error::Unsupported(why.to_owned()));
    }
    let provider = fields.required_text("provider")?;
    let secondary = match fields.take("user_id") {
        Some(Value::String(id)) => user_id(&id),
        Some(Value::Number(id)) => user_id(&id.to_string()),
        Some(other) => return Err(wrong_type("user_id", "string", &other)),
        None => {
            let why = "Missing required property: user_id";
            return Err(Error::Body(why.to_owned()));
        }
    };
    let connection = fields.text("connection_id")?.map(ConnectionId::from_text);
    fields.finish()?;
    let (tenant, primary) = (caller.tenant(), UserId::from_text(id));
    let user = store.user(tenant, &primary).await?.ok_or(Error::NoUser)?;
    if provider != PROVIDER {
        return Err(Error::UnknownConnection);
    }
    if let Some(connection) = &connection
        && store.connection_name(tenant, connection).await?.is_none()
    {
        return Err(Error::UnknownConnection);
    }
    let done = store.link_user(tenant, &primary, &secondary, connection.as_ref());
    match done.await? {
        LinkUser::Linked => {}
        LinkUser::NoPrimary | LinkUser::NoSecondary => return Err(Error::NoUser),
        refused => return Err(Error::NotLinked(refused)),
    }
    let shown = all_of(&store, tenant, &user).await?;
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Makes a linked user a user of its own again.
pub(super) async fn unlink(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, provider, secondary)): Path<(String, String, String)>,
) -> Result<Json<Value>, Error> {
    let (tenant, primary) = (caller.tenant(), UserId::from_text(id));
    let user = store.user(tenant, &primary).await?.ok_or(Error::NoUser)?;
    let secondary = user_id(&secondary);
    if provider == PROVIDER && secondary == primary {
        return Err(Error::NotLinked(LinkUser::Itself));
    }
    if provider != PROVIDER || !store.unlink_user(tenant, &primary, &secondary).await? {
        return Err(Error::Missing(&NONE_SUCH));
    }
    all_of(&store, tenant, &user).await.map(Json)
}

/// The user of an identity that a body names, `{"provider":"auth0","user_id":"42"}`: this user, or one who is linked to it.
pub(in crate::v2) async fn chosen(
    store: &Store,
    user: User,
    identity: Option<Value>,
) -> Result<User, Error> {
    let Some(identity) = identity else {
        return Ok(user);
    };
    let text = |name: &str| identity.get(name).and_then(Value::as_str);
    let (Some(provider), Some(id)) = (text("provider"), text("user_id")) else {
        let why = "Expected provider and user_id on property identity";
        return Err(Error::Body(why.to_owned()));
    };
    let id = user_id(id);
    if provider == PROVIDER && id == user.id {
        return Ok(user);
    }
    let found = store.stored_user(&user.tenant, &id).await?;
    let is_linked = |to: Option<&UserId>| provider == PROVIDER && to == Some(&user.id);
    let found = found.filter(|found| is_linked(found.linked_to.as_ref()));
    Ok(found.ok_or(Error::Missing(&NONE_SUCH))?.user)
}

/// The linked user in a connection of this name, with the connection.
pub(super) async fn identity_in(
    store: &Store,
    user: &User,
    connection: &str,
) -> Result<(Connection, User), Error> {
    let refused = |why: &str| Error::Body(format!("{why}, on property connection"));
    let none = || refused("The user has no identity in this connection");
    let home = store.connection_by_name(&user.tenant, connection).await?;
    let home = home.ok_or_else(none)?;
    let linked = store.linked_users(&user.tenant, &user.id).await?;
    let mut found = linked.iter().filter(|one| one.user.connection == home.id);
    let id = match (found.next(), found.next()) {
        (Some(one), None) => &one.user.id,
        (None, _) => return Err(none()),
        (Some(_), Some(_)) => {
            return Err(refused(
                "Several identities of the user are in this connection: unlink the others first, or make a ticket with identity",
            ));
        }
    };
    let found = store.stored_user(&user.tenant, id).await?;
    let found = found.filter(|found| found.linked_to.as_ref() == Some(&user.id));
    Ok((home, found.ok_or_else(none)?.user))
}

/// SDKs send the part behind the provider; scripts send whole ids as well.
fn user_id(text: &str) -> UserId {
    UserId::from_raw(text.strip_prefix("auth0|").unwrap_or(text))
}

async fn all_of(store: &Store, tenant: &TenantId, user: &User) -> Result<Value, Error> {
    let linked = store.linked_users(tenant, &user.id).await?;
    let names = names_of(store, tenant, user, &linked).await?;
    Ok(identities(user, &linked, &names))
}

/// Names of the connections of a user and of those who are linked to it.
pub(super) async fn names_of(
    store: &Store,
    tenant: &TenantId,
    user: &User,
    linked: &[LinkedUser],
) -> Result<ConnectionNames, Error> {
    let others = linked.iter().map(|linked| &linked.user.connection);
    let connections: HashSet<&ConnectionId> =
        std::iter::once(&user.connection).chain(others).collect();
    ConnectionNames::of(store, tenant, connections).await
}

/// Why two users are not linked: status, text and code.
pub(in crate::v2) fn refusal(refused: LinkUser) -> (StatusCode, String, &'static str) {
    match refused {
        LinkUser::Linked | LinkUser::NoPrimary | LinkUser::NoSecondary => (
            StatusCode::NOT_FOUND,
            "The user does not exist.".to_owned(),
            "inexistent_user",
        ),
        LinkUser::Itself => (
            StatusCode::BAD_REQUEST,
            "A user's own identity can be neither linked to the user nor unlinked".to_owned(),
            "main_identity",
        ),
        LinkUser::AlreadyLinked => (
            StatusCode::CONFLICT,
            "The identity is linked to a user already; unlink it there first".to_owned(),
            "identity_conflict",
        ),
        LinkUser::HasLinked => (
            StatusCode::BAD_REQUEST,
            "Other identities are linked to this user; unlink them first".to_owned(),
            "has_linked_identities",
        ),
        LinkUser::Full => (
            StatusCode::BAD_REQUEST,
            format!("{LINKED_MOST} identities are linked to the user already"),
            "too_many_identities",
        ),
    }
}
