//! `/roles`, with their permissions. Who has them is told in [`roles`](crate::v2::roles).

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_store::{Kept, Permission, Store};

use super::{
    document::{check_size, view as shown},
    handlers::{alter, find},
    kind::Kind,
    kinds::{fits_text, scopes},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    operation::{CURSOR, FIELDS, Named, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

const PERMISSIONS: &str = "permissions";
/// What a permission is.
const NAMES: [&str; 2] = ["resource_server_identifier", "permission_name"];

/// What narrows the list.
const FILTERS: &[&str] = &["name_filter", "type", "owner_id"];
/// The type of roles that say nothing else.
const OF_TENANT: &str = "tenant";

pub(super) static ROLE: Kind = Kind {
    unique: Some("name"),
    is_timed: false,
    narrows: Some((&[PAGES, CURSOR, FIELDS, FILTERS], |query, role| {
        let wanted = query.get("name_filter").map(str::to_lowercase);
        let name = role.get("name").and_then(Value::as_str);
        let kind = role.get("type").and_then(Value::as_str);
        wanted.is_none_or(|wanted| name.is_some_and(|name| name.to_lowercase().contains(&wanted)))
            && query
                .get("type")
                .is_none_or(|wanted| wanted == kind.unwrap_or(OF_TENANT))
            && fits_text(query, role, "owner_id")
    })),
    ..Kind::new(
        (trickle_store::ROLE, "role"),
        "inexistent_role",
        ("/roles", "/roles/{id}", "roles"),
        "rol",
        scopes!("roles"),
    )
};

static PERMISSION: Named = Named {
    name: "RolePermission",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "resource_server_identifier": {"type": "string"}, "permission_name": {"type": "string"},
            },
            "required": NAMES,
        })
    },
};

fn some() -> Value {
    json!({
        "type": "object",
        "properties": {"permissions": {"type": "array", "items": {"type": "object", "required": NAMES}}},
        "required": [PERMISSIONS],
    })
}

pub(super) fn parts() -> Vec<Operation> {
    const PATH: &str = "/roles/{id}/permissions";
    const READ: &[&str] = &["read:roles"];
    const UPDATE: &[&str] = &["update:roles"];
    vec![
        Operation::get(PATH, READ, list)
            .says("Lists the permissions of a role")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed(PERMISSIONS, &PERMISSION)),
        Operation::post(PATH, UPDATE, add)
            .says("Adds permissions to a role")
            .takes(Shape::Schema(some)),
        Operation::delete(PATH, UPDATE, remove)
            .says("Takes permissions from a role")
            .takes(Shape::Schema(some)),
    ]
}

/// The role of an id in a path.
pub(crate) async fn one(store: &Store, caller: &Bearer, id: &str) -> Result<Kept, Error> {
    find(&ROLE, caller, store, ("", id)).await
}

/// The role of an id in a body.
pub(crate) async fn named(store: &Store, caller: &Bearer, id: &str) -> Result<Kept, Error> {
    let found = store.kept(caller.tenant(), ROLE.stored, id).await?;
    found.ok_or_else(unknown)
}

/// A path leads to a role that is not there.
pub(crate) const fn missing() -> Error {
    Error::Missing(&ROLE.missing)
}

/// A body names a role that is not there.
pub(crate) const fn unknown() -> Error {
    Error::Unknown(&ROLE.missing)
}

/// A role as the API shows it.
pub(crate) fn view(role: &Kept) -> Value {
    shown(&ROLE, role)
}

/// What people call it.
pub(crate) fn name(role: &Kept) -> &str {
    let name = role.body.get("name").and_then(Value::as_str);
    name.unwrap_or_default()
}

async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let all = Permission::of_role(&one(&store, &caller, &id).await?);
    let all = all.iter().map(|permission| permission.to_object().into());
    paging.render_part(PERMISSIONS, all.collect(), Permission::FIELDS)
}

async fn add(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    change(&caller, &engine, &id, body, |all, given| {
        all.extend(given);
    })
    .await?;
    Ok(StatusCode::CREATED)
}

async fn remove(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    change(&caller, &engine, &id, body, |all, given| {
        let given: BTreeSet<Permission> = given.into_iter().collect();
        all.retain(|one| !given.contains(one));
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    caller: &Bearer,
    engine: &Engine,
    id: &str,
    body: Body,
    change: impl FnOnce(&mut Vec<Permission>, Vec<Permission>) + Send,
) -> Result<(), Error> {
    let given = given(body)?;
    let role = alter(&ROLE, caller, engine, ("", id), |role| {
        let mut all = Permission::of_role(role);
        change(&mut all, given);
        Permission::set_of_role(role, all);
        check_size(role)
    });
    role.await.map(drop)
}

/// The permissions that a body names.
pub(crate) fn given(body: Body) -> Result<Vec<Permission>, Error> {
    let given = match Fields::new(body)?.take(PERMISSIONS) {
        Some(Value::Array(items)) => items,
        Some(other) => return Err(wrong_type(PERMISSIONS, "array", &other)),
        None => {
            return Err(Error::Body(
                "Missing required property: permissions".to_owned(),
            ));
        }
    };
    let permission = |item: Value| {
        let mut fields = Fields::new(Body(item))?;
        let [api, name] = NAMES.map(|name| fields.required_text(name));
        Ok(Permission {
            api: api?,
            name: name?,
        })
    };
    given.into_iter().map(permission).collect()
}
