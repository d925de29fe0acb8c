//! The operations of a kind.

use axum::extract::{Path, State};
use serde_json::json;
use trickle_engine::Engine;
use trickle_store::Store;

use super::{
    handlers::{self, How},
    kind::{Kind, Lists, Writes},
};
use crate::v2::{
    Bearer,
    body::Body,
    operation::{CURSOR, Named, Operation, PAGES, Shape},
    organizations,
    query::Query,
};

/// Anything that is kept.
pub(super) static KEPT: Named = Named {
    name: "Kept",
    schema: || json!({"type": "object"}),
};
const ONE: Shape = Shape::One(&KEPT);

/// To list, add, show, change and remove.
pub(super) fn operations(kind: &'static Kind) -> Vec<Operation> {
    let [read, create, update, delete] = kind.scopes;
    let mut all = vec![
        listing(
            Operation::get(
                kind.path,
                read,
                move |caller: Bearer, State(store): State<Store>, query: Query| async move {
                    handlers::list(kind, &caller, &store, "", &query).await
                },
            ),
            kind,
        ),
        adding(Operation::post(
            kind.path,
            create,
            move |caller: Bearer, State(engine): State<Engine>, body: Body| async move {
                handlers::create(kind, &caller, &engine, "", body).await
            },
        )),
        showing(Operation::get(
            kind.one,
            read,
            move |caller: Bearer, State(store): State<Store>, Path(id): Path<String>| async move {
                handlers::show(kind, &caller, &store, ("", &id)).await
            },
        )),
        changing(Operation::patch(
            kind.one,
            update,
            move |caller: Bearer,
                  State(engine): State<Engine>,
                  Path(id): Path<String>,
                  body: Body| async move {
                handlers::change(kind, &caller, &engine, ("", &id), (How::Over, body)).await
            },
        )),
        removing(Operation::delete(
            kind.one,
            delete,
            move |caller: Bearer, State(store): State<Store>, Path(id): Path<String>| async move {
                handlers::remove(kind, &caller, &store, ("", &id)).await
            },
        )),
    ];
    if kind.writes == Writes::PatchOrPut {
        all.push(changing(Operation::put(
            kind.one,
            update,
            move |caller: Bearer,
                  State(engine): State<Engine>,
                  Path(id): Path<String>,
                  body: Body| async move {
                handlers::change(kind, &caller, &engine, ("", &id), (How::Whole, body)).await
            },
        )));
    }
    all
}

/// The same for things of an organization.
pub(super) fn operations_within(kind: &'static Kind) -> Vec<Operation> {
    let [read, create, update, delete] = kind.scopes;
    vec![
        listing(
            Operation::get(
                kind.path,
                read,
                move |caller: Bearer,
                      State(store): State<Store>,
                      Path(parent): Path<String>,
                      query: Query| async move {
                    organizations::find(&store, &caller, &parent).await?;
                    handlers::list(kind, &caller, &store, &parent, &query).await
                },
            ),
            kind,
        ),
        adding(Operation::post(
            kind.path,
            create,
            move |caller: Bearer,
                  State(engine): State<Engine>,
                  Path(parent): Path<String>,
                  body: Body| async move {
                organizations::find(engine.store(), &caller, &parent).await?;
                handlers::create(kind, &caller, &engine, &parent, body).await
            },
        )),
        showing(Operation::get(
            kind.one,
            read,
            move |caller: Bearer,
                  State(store): State<Store>,
                  Path((parent, id)): Path<(String, String)>| async move {
                handlers::show(kind, &caller, &store, (&parent, &id)).await
            },
        )),
        changing(Operation::patch(
            kind.one,
            update,
            move |caller: Bearer,
                  State(engine): State<Engine>,
                  Path((parent, id)): Path<(String, String)>,
                  body: Body| async move {
                handlers::change(kind, &caller, &engine, (&parent, &id), (How::Over, body)).await
            },
        )),
        removing(Operation::delete(
            kind.one,
            delete,
            move |caller: Bearer,
                  State(store): State<Store>,
                  Path((parent, id)): Path<(String, String)>| async move {
                handlers::remove(kind, &caller, &store, (&parent, &id)).await
            },
        )),
    ]
}

fn listing(operation: Operation, kind: &Kind) -> Operation {
    let operation = operation.says("Lists what was written: it has no effect here");
    let (usual, gives): (&'static [&'static [&'static str]], Shape) = match kind.lists {
        Lists::Pages => (&[PAGES, CURSOR], Shape::Listed(kind.key, &KEPT)),
        Lists::Cursor => (&[CURSOR], Shape::Listed(kind.key, &KEPT)),
        Lists::Array => (&[], Shape::Array(&KEPT)),
        Lists::Object => (&[], ONE),
        Lists::Numbered => (&[PAGES], ONE),
    };
    let query = kind.narrows.map_or(usual, |(names, _)| names);
    operation.query(query).gives(gives)
}

fn adding(operation: Operation) -> Operation {
    let says = "Keeps what is written: it has no effect here";
    operation.says(says).takes(ONE).gives(ONE)
}

fn showing(operation: Operation) -> Operation {
    operation
        .says("Shows what was written: it has no effect here")
        .gives(ONE)
}

fn changing(operation: Operation) -> Operation {
    let says = "Changes what was written: it has no effect here";
    operation.says(says).takes(ONE).gives(ONE)
}

fn removing(operation: Operation) -> Operation {
    operation.says("Removes what was written")
}
