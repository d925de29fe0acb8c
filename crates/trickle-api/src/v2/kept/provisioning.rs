//! How users would come into connections of other strategies: by SCIM, and from directories.

use std::collections::HashSet;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_model::{ConnectionId, iso_millis};
use trickle_store::{Kept, Place, Store};

use super::{
    connections::{self, CONNECTION},
    document::check_size,
    handlers::alter,
    operations::KEPT,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    error::Kind,
    operation::{CURSOR, Operation, Shape},
    paging::Paging,
    query::Query,
};

/// A part of a connection.
struct Part {
    /// Under which name it is a part, and its path.
    name: &'static str,
    path: &'static str,
    scopes: [&'static [&'static str]; 4],
    /// What is usual, by the name of the tenant.
    usual: fn(&str) -> Value,
    /// The field with the time of the last change.
    changed: &'static str,
    missing: Kind,
}

static SCIM: Part = Part {
    name: "scim",
    path: "/connections/{id}/scim-configuration",
    scopes: [
        &["read:scim_config"],
        &["create:scim_config"],
        &["update:scim_config"],
        &["delete:scim_config"],
    ],
    usual: |tenant| json!({"tenant_name": tenant, "user_id_attribute": "externalId", "mapping": []}),
    changed: "updated_on",
    missing: Kind {
        code: "inexistent_scim_configuration",
        name: "SCIM configuration",
    },
};

static DIRECTORY: Part = Part {
    name: "directory",
    path: "/connections/{id}/directory-provisioning",
    scopes: [
        &["read:directory_provisionings"],
        &["create:directory_provisionings"],
        &["update:directory_provisionings"],
        &["delete:directory_provisionings"],
    ],
    usual: |_| json!({"mapping": [], "synchronize_automatically": false}),
    changed: "updated_at",
    missing: Kind {
        code: "inexistent_directory_provisioning",
        name: "directory provisioning",
    },
};

/// Keys of the lists.
const DIRECTORIES: &str = "directory_provisionings";
const SCIMS: &str = "scim_configurations";
/// Groups of a directory, which are a list.
const GROUPS: &str = "groups";

pub(super) fn operations() -> Vec<Operation> {
    const PATH: &str = "/connections/{id}/directory-provisioning/synchronized-groups";
    let groups = Shape::Schema(|| json!({"type": "object"}));
    let mut all = of(&SCIM);
    all.extend(of(&DIRECTORY));
    all.extend([
        Operation::get(
            "/connections-directory-provisionings",
            &["read:directory_provisionings", "read:connections"],
            move |caller: Bearer, State(store): State<Store>, query: Query| async move {
                list((&DIRECTORY, DIRECTORIES), &caller, &store, &query).await
            },
        )
        .says("Lists from which directories users would come: it has no effect here")
        .query(&[CURSOR])
        .gives(Shape::Listed(DIRECTORIES, &KEPT)),
        Operation::get(
            "/connections-scim-configurations",
            &["read:scim_config", "read:connections"],
            move |caller: Bearer, State(store): State<Store>, query: Query| async move {
                list((&SCIM, SCIMS), &caller, &store, &query).await
            },
        )
        .says("Lists how users would come by SCIM: it has no effect here")
        .query(&[CURSOR])
        .gives(Shape::Listed(SCIMS, &KEPT)),
        Operation::get(PATH, DIRECTORY.scopes[0], groups_of)
            .says("Lists the groups that would come from a directory: it has no effect here")
            .query(&[CURSOR])
            .gives(Shape::Listed(GROUPS, &KEPT)),
        Operation::put(PATH, DIRECTORY.scopes[2], set_groups)
            .says("Keeps the groups that would come from a directory: it has no effect here")
            .takes(groups)
            .status(204),
        Operation::post(PATH, DIRECTORY.scopes[2], add_groups)
            .says("Keeps more groups that would come from a directory: it has no effect here")
            .takes(groups)
            .status(204),
        Operation::delete(PATH, DIRECTORY.scopes[2], remove_groups)
            .says("Forgets groups that would come from a directory")
            .takes(groups),
    ]);
    all
}

fn of(part: &'static Part) -> Vec<Operation> {
    let [read, create, update, delete] = part.scopes;
    let shape = Shape::Schema(|| json!({"type": "object"}));
    let says = "Keeps how users would come into a connection: it has no effect here";
    vec![
        Operation::get(
            part.path,
            read,
            move |caller: Bearer, State(store): State<Store>, Path(id): Path<String>| async move {
                let id = ConnectionId::from_text(id);
                // Databases are there and have none.
                if store.connection(caller.tenant(), &id).await?.is_some() {
                    return Err(Error::Missing(&part.missing));
                }
                let connection = connections::one(&store, &caller, id.as_str()).await?;
                view(part, &caller, &connection).map(Json)
            },
        )
        .says("Shows how users would come into a connection: it has no effect here")
        .gives(shape),
        Operation::post(
            part.path,
            create,
            move |caller: Bearer,
                  State(engine): State<Engine>,
                  Path(id): Path<String>,
                  body: Body| async move {
                let shown = put(part, &caller, &engine, &id, (false, body)).await?;
                Ok::<_, Error>((StatusCode::CREATED, shown))
            },
        )
        .says(says)
        .takes(shape)
        .gives(shape),
        Operation::patch(
            part.path,
            update,
            move |caller: Bearer,
                  State(engine): State<Engine>,
                  Path(id): Path<String>,
                  body: Body| async move {
                put(part, &caller, &engine, &id, (true, body)).await
            },
        )
        .says(says)
        .takes(shape)
        .gives(shape),
        Operation::delete(
            part.path,
            delete,
            move |caller: Bearer, State(engine): State<Engine>, Path(id): Path<String>| async move {
                change(&caller, &engine, &id, |connection| {
                    connection.parts.remove(part.name);
                    Ok(())
                })
                .await?;
                Ok::<_, Error>(StatusCode::NO_CONTENT)
            },
        )
        .says("Forgets how users would come into a connection"),
    ]
}

async fn change(
    caller: &Bearer,
    engine: &Engine,
    id: &str,
    change: impl FnOnce(&mut Kept) -> Result<(), Error> + Send,
) -> Result<Kept, Error> {
    let changed = alter(&CONNECTION, caller, engine, ("", id), |connection| {
        change(connection)?;
        check_size(connection)
    });
    changed.await.map_err(connections::no_connection)
}

fn view(part: &'static Part, caller: &Bearer, connection: &Kept) -> Result<Value, Error> {
    let kept = connection.parts.get(part.name).and_then(Value::as_object);
    let kept = kept.ok_or(Error::Missing(&part.missing))?;
    let mut shown = (part.usual)(&caller.site.tenant.name);
    for (name, value) in kept.iter().filter(|(name, _)| *name != GROUPS) {
        shown[name] = value.clone();
    }
    if shown[part.changed].is_null() {
        shown[part.changed] = shown["created_at"].clone();
    }
    shown["connection_id"] = connection.id.as_str().into();
    for (name, field) in [("connection_name", "name"), ("strategy", "strategy")] {
        shown[name] = connection.body.get(field).cloned().unwrap_or_default();
    }
    Ok(shown)
}

/// What is given goes over what is there, or is the first.
async fn put(
    part: &'static Part,
    caller: &Bearer,
    engine: &Engine,
    id: &str,
    (is_there, body): (bool, Body),
) -> Result<Json<Value>, Error> {
    let mut given = Fields::new(body)?.rest();
    for name in [
        "connection_id",
        "connection_name",
        "strategy",
        "tenant_name",
        "created_at",
        part.changed,
        GROUPS,
    ] {
        given.remove(name);
    }
    let now: Value = iso_millis(engine.clock().now()).into();
    let connection = change(caller, engine, id, |connection| {
        let kept = connection.parts.get(part.name).and_then(Value::as_object);
        let mut kept = match (kept, is_there) {
            (Some(kept), true) => kept.clone(),
            (None, false) => Map::from_iter([("created_at".to_owned(), now.clone())]),
            (Some(_), false) => return Err(Error::Exists(&part.missing)),
            (None, true) => return Err(Error::Missing(&part.missing)),
        };
        let before = kept.clone();
        kept.extend(given);
        if kept != before {
            kept.insert(part.changed.to_owned(), now);
        }
        connection.parts.insert(part.name.to_owned(), kept.into());
        Ok(())
    });
    view(part, caller, &connection.await?).map(Json)
}

async fn list(
    (of, key): (&'static Part, &str),
    caller: &Bearer,
    store: &Store,
    query: &Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(query)?;
    let all = connections::list(store, caller.tenant(), (&[], None)).await?;
    let all: Vec<Value> = all
        .iter()
        .filter_map(|connection| view(of, caller, connection).ok())
        .collect();
    paging.render_part(key, all, ["connection_name", "connection_id"])
}

async fn groups_of(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let connection = connections::one(&store, &caller, &id).await?;
    let directory = connection.parts.get(DIRECTORY.name);
    let directory = directory.ok_or(Error::Missing(&DIRECTORY.missing))?;
    let groups = directory.get(GROUPS).and_then(Value::as_array);
    let groups = groups.cloned().unwrap_or_default();
    let place = |group: &Value| Place::new([group.to_string().as_str().into()]);
    let (part, rest) = paging.among(groups, place)?;
    Ok(paging.render(GROUPS, part, rest))
}

/// What is given of groups.
fn given_groups(body: Body) -> Result<Vec<Value>, Error> {
    match Fields::new(body)?.take(GROUPS) {
        Some(Value::Array(groups)) if groups.iter().all(Value::is_object) => Ok(groups),
        _ => Err(Error::Body(
            "Expected type array of objects on property groups".to_owned(),
        )),
    }
}

/// Those that are none of these, by their ids.
fn without(all: Vec<Value>, groups: &[Value]) -> Vec<Value> {
    let gone: HashSet<&str> = groups
        .iter()
        .filter_map(|group| group["id"].as_str())
        .collect();
    let stays = |group: &Value| group["id"].as_str().is_none_or(|id| !gone.contains(id));
    all.into_iter().filter(stays).collect()
}

async fn change_groups(
    caller: &Bearer,
    engine: &Engine,
    id: &str,
    becomes: impl FnOnce(Vec<Value>) -> Vec<Value> + Send,
) -> Result<StatusCode, Error> {
    change(caller, engine, id, |connection| {
        let directory = connection.parts.get_mut(DIRECTORY.name);
        let directory = directory.and_then(Value::as_object_mut);
        let directory = directory.ok_or(Error::Missing(&DIRECTORY.missing))?;
        let before = match directory.remove(GROUPS) {
            Some(Value::Array(groups)) => groups,
            _ => Vec::new(),
        };
        directory.insert(GROUPS.to_owned(), becomes(before).into());
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_groups(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let groups = given_groups(body)?;
    change_groups(&caller, &engine, &id, |_| groups).await
}

/// One that is there already is what is given from now on.
async fn add_groups(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let groups = given_groups(body)?;
    change_groups(&caller, &engine, &id, |before| {
        let mut all = without(before, &groups);
        all.extend(groups);
        all
    })
    .await
}

async fn remove_groups(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let groups = given_groups(body)?;
    change_groups(&caller, &engine, &id, |before| without(before, &groups)).await
}
