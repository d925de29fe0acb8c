//! `/roles`, with their permissions. Nobody has a role here, so that none gives a right.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_store::{Kept, Store};

use super::{
    document::check_size,
    handlers::{alter, find},
    kind::Kind,
    kinds::scopes,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    operation::{CURSOR, Named, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

const PERMISSIONS: &str = "permissions";
/// What a permission is.
const NAMES: [&str; 2] = ["resource_server_identifier", "permission_name"];

pub(super) static ROLE: Kind = Kind {
    unique: Some("name"),
    is_timed: false,
    narrows: Some((&[PAGES, CURSOR, &["name_filter"]], |query, role| {
        let wanted = query.get("name_filter").map(str::to_lowercase);
        let name = role.get("name").and_then(Value::as_str);
        wanted.is_none_or(|wanted| name.is_some_and(|name| name.to_lowercase().contains(&wanted)))
    })),
    ..Kind::new(
        ("role", "role"),
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
            .says("Lists the permissions of a role: it has no effect here")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed(PERMISSIONS, &PERMISSION)),
        Operation::post(PATH, UPDATE, add)
            .says("Adds permissions to a role: it has no effect here")
            .takes(Shape::Schema(some)),
        Operation::delete(PATH, UPDATE, remove)
            .says("Takes permissions from a role")
            .takes(Shape::Schema(some)),
        Operation::get("/roles/{id}/users", READ, users)
            .says("There are none: nobody has a role here")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed("users", &super::NOTHING)),
    ]
}

fn permissions(role: &Kept) -> Vec<Value> {
    let permissions = role.parts.get(PERMISSIONS).and_then(Value::as_array);
    permissions.cloned().unwrap_or_default()
}

async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let all = permissions(&find(&ROLE, &caller, &store, ("", &id)).await?);
    let shown = paging.part(&all).to_vec();
    Ok(paging.render(PERMISSIONS, shown, all.len() as u64))
}

async fn users(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    find(&ROLE, &caller, &store, ("", &id)).await?;
    Ok(Paging::parse(&query)?.render("users", Vec::new(), 0))
}

async fn add(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    change(&caller, &engine, &id, body, |all, given| {
        let fresh: Vec<Value> = given.into_iter().filter(|one| !all.contains(one)).collect();
        all.extend(fresh);
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
    change: impl FnOnce(&mut Vec<Value>, Vec<Value>) + Send,
) -> Result<(), Error> {
    let given = given(body)?;
    let role = alter(&ROLE, caller, engine, ("", id), |role| {
        let mut all = permissions(role);
        change(&mut all, given);
        // As the list of those that are there, whoever wrote them first.
        all.sort_by_key(ToString::to_string);
        all.dedup();
        role.parts.insert(PERMISSIONS.to_owned(), all.into());
        check_size(role)
    });
    role.await.map(drop)
}

fn given(body: Body) -> Result<Vec<Value>, Error> {
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
        let mut permission = Map::new();
        for name in NAMES {
            permission.insert(name.to_owned(), fields.required_text(name)?.into());
        }
        Ok(Value::Object(permission))
    };
    given.into_iter().map(permission).collect()
}
