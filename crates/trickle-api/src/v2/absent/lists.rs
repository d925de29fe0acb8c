//! Lists of what Auth0 has or had and nothing here makes.

use axum::Json;
use serde_json::{Value, json};

use crate::v2::{
    Bearer, Error,
    operation::{CURSOR, Named, Operation, Shape},
    paging::Paging,
    query::Query,
};

static NONE: Named = Named {
    name: "Nothing",
    schema: || Value::Bool(false),
};

pub(super) fn operations() -> Vec<Operation> {
    const NO_EXPERIMENTS: &str = "There are none: no experiments are made";
    let mut all = vec![
        Operation::get("/blacklists/tokens", &["blacklist:tokens"], tokens)
            .says("There are none: access tokens count until they expire")
            .query(&[&["aud"]])
            .gives(Shape::Array(&NONE)),
    ];
    for (path, key) in [
        ("/experimentation/experiments", "experiments"),
        ("/experimentation/feature-flags", "feature_flags"),
        ("/experimentation/segments", "segments"),
    ] {
        let list = Operation::get(
            path,
            &["read:experiments"],
            move |_: Bearer, query: Query| async move { none(&query, key) },
        );
        all.push(
            list.says(NO_EXPERIMENTS)
                .query(&[CURSOR])
                .gives(Shape::Listed(key, &NONE)),
        );
    }
    all
}

async fn tokens(_: Bearer) -> Json<Value> {
    Json(json!([]))
}

/// Always with a cursor.
fn none(query: &Query, key: &str) -> Result<Json<Value>, Error> {
    Ok(Paging::parse(query)?.always_checkpoint().render_none(key))
}
