//! What users of other products have and users here have not: lists of nothing.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_model::{SecondFactor, UserId};
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    operation::{CURSOR, Named, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

const READ: &[&str] = &["read:users"];
/// Path and key of lists in three shapes.
const PAGED: [(&str, &str); 2] = [
    ("/users/{id}/roles", "roles"),
    ("/users/{id}/permissions", "permissions"),
];
/// Path and key of lists that always have a cursor.
const CURSORS: [(&str, &str); 3] = [
    ("/users/{id}/sessions", "sessions"),
    ("/users/{id}/refresh-tokens", "tokens"),
    ("/users/{id}/connected-accounts", "connected_accounts"),
];

static NONE: Named = Named {
    name: "Nothing",
    schema: || Value::Bool(false),
};

pub(super) fn operations() -> Vec<Operation> {
    let paged = PAGED.into_iter().map(|(path, key)| {
        Operation::get(
            path,
            READ,
            async move |caller: Bearer, store: State<Store>, id: Path<String>, query: Query| {
                check(&caller, &store, &id).await?;
                Ok::<_, Error>(Paging::parse(&query)?.render(key, Vec::new(), 0))
            },
        )
        .query(&[PAGES, CURSOR])
        .gives(Shape::Listed(key, &NONE))
    });
    let cursors = CURSORS.into_iter().map(|(path, key)| {
        Operation::get(
            path,
            READ,
            async move |caller: Bearer, store: State<Store>, id: Path<String>, query: Query| {
                check(&caller, &store, &id).await?;
                let paging = Paging::parse(&query)?.always_checkpoint();
                Ok::<_, Error>(paging.render(key, Vec::new(), 0))
            },
        )
        .query(&[CURSOR])
        .gives(Shape::Listed(key, &NONE))
    });
    let lists = paged.chain(cursors);
    lists
        .map(|operation| operation.says("There are none: these are not listed here"))
        .chain([Operation::delete(
            "/users/{id}/multifactor/{provider}",
            &["update:users"],
            remove_factor,
        )
        .says("Takes what a user brought for a provider of second factors away")])
        .collect()
}

/// `google-authenticator` is every one-time password; of `duo` there is none.
async fn remove_factor(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, provider)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    if !["duo", "google-authenticator"].contains(&provider.as_str()) {
        return Err(Error::NotFound);
    }
    check(&caller, &store, &id).await?;
    let user = UserId::from_text(id);
    if provider == "google-authenticator" {
        for stored in store.second_factors(caller.tenant(), &user).await? {
            if matches!(stored.factor, SecondFactor::Totp(_)) {
                let tenant = caller.tenant();
                store
                    .remove_factors(tenant, &user, Some(&stored.id))
                    .await?;
            }
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Whether there is such a user.
async fn check(caller: &Bearer, store: &Store, id: &str) -> Result<(), Error> {
    let user = store.user(caller.tenant(), &UserId::from_text(id)).await?;
    user.map(drop).ok_or(Error::NoUser)
}
