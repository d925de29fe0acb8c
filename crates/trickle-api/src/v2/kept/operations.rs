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
    Bearer, Error,
    body::Body,
    operation::{CURSOR, FIELDS, Named, Operation, PAGES, Shape},
    organizations,
    query::Query,
};

/// Anything that is kept.
pub(super) static KEPT: Named = Named {
    name: "Kept",
    schema: || json!({"type": "object"}),
};
const ONE: Shape = Shape::One(&KEPT);

/// Ids in a path, in their order: of the organization where things of the kind are parts of one, then of the thing where it is about one.
type Ids = Path<Vec<String>>;

/// The organization of the path of a list, which is there; empty where things of the kind stand alone.
async fn parent<'a>(caller: &Bearer, store: &Store, ids: &'a [String]) -> Result<&'a str, Error> {
    let Some(id) = ids.first() else {
        return Ok("");
    };
    organizations::find(store, caller, id).await?;
    Ok(id)
}

/// Parent and id of the thing of a path.
fn place(ids: &[String]) -> (&str, &str) {
    let (id, before) = ids
        .split_last()
        .expect("the path of one thing ends with its id");
    (before.first().map_or("", String::as_str), id)
}

/// To list, add, show, change and remove.
pub(super) fn operations(kind: &'static Kind) -> Vec<Operation> {
    let mut all = without_removal(kind);
    let [_, _, _, delete] = kind.scopes;
    all.push(
        Operation::delete(
            kind.one,
            delete,
            move |caller: Bearer, State(store): State<Store>, Path(ids): Ids| async move {
                handlers::remove(kind, &caller, &store, place(&ids)).await
            },
        )
        .says("Removes what was written"),
    );
    all
}

/// To list, add, show and change.
pub(super) fn without_removal(kind: &'static Kind) -> Vec<Operation> {
    let [read, create, update, _] = kind.scopes;
    let mut all = vec![
        listing(
            Operation::get(
                kind.path,
                read,
                move |caller: Bearer, State(store): State<Store>, Path(ids): Ids, query: Query| async move {
                    let parent = parent(&caller, &store, &ids).await?;
                    handlers::list(kind, &caller, &store, parent, &query).await
                },
            ),
            kind,
        ),
        Operation::post(
            kind.path,
            create,
            move |caller: Bearer, State(engine): State<Engine>, Path(ids): Ids, body: Body| async move {
                let parent = parent(&caller, engine.store(), &ids).await?;
                handlers::create(kind, &caller, &engine, parent, body).await
            },
        )
        .says("Keeps what is written: it has no effect here")
        .takes(ONE)
        .gives(ONE),
        Operation::get(
            kind.one,
            read,
            move |caller: Bearer, State(store): State<Store>, Path(ids): Ids, query: Query| async move {
                handlers::show(kind, &caller, &store, place(&ids), &query).await
            },
        )
        .says("Shows what was written: it has no effect here")
        .query(&[FIELDS])
        .gives(ONE),
        changing(Operation::patch(
            kind.one,
            update,
            move |caller: Bearer, State(engine): State<Engine>, Path(ids): Ids, body: Body| async move {
                handlers::change(kind, &caller, &engine, place(&ids), (How::Over, body)).await
            },
        )),
    ];
    if kind.writes == Writes::PatchOrPut {
        all.push(changing(Operation::put(
            kind.one,
            update,
            move |caller: Bearer, State(engine): State<Engine>, Path(ids): Ids, body: Body| async move {
                handlers::change(kind, &caller, &engine, place(&ids), (How::Whole, body)).await
            },
        )));
    }
    all
}

fn listing(operation: Operation, kind: &Kind) -> Operation {
    let operation = operation.says("Lists what was written: it has no effect here");
    let (usual, gives): (&'static [&'static [&'static str]], Shape) = match kind.lists {
        Lists::Pages => (&[PAGES, CURSOR, FIELDS], Shape::Listed(kind.key, &KEPT)),
        Lists::Cursor => (&[CURSOR, FIELDS], Shape::Listed(kind.key, &KEPT)),
        Lists::Array => (&[FIELDS], Shape::Array(&KEPT)),
        Lists::Object => (&[FIELDS], ONE),
        Lists::Numbered => (&[PAGES, FIELDS], ONE),
    };
    let query = kind.narrows.map_or(usual, |(names, _)| names);
    operation.query(query).gives(gives)
}

fn changing(operation: Operation) -> Operation {
    let says = "Changes what was written: it has no effect here";
    operation.says(says).takes(ONE).gives(ONE)
}
