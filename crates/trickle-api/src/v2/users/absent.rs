//! What users of other products have and users here have not: lists of nothing.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_model::{SecondFactor, UserId};
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    operation::{CURSOR, Named, Operation, Shape},
    paging::Paging,
    query::Query,
};

const ACCOUNTS: &str = "connected_accounts";

static NONE: Named = Named {
    name: "Nothing",
    schema: || Value::Bool(false),
};

pub(super) fn operations() -> [Operation; 2] {
    [
        Operation::get("/users/{id}/connected-accounts", &["read:users"], accounts)
            .says("There are none: these are not listed here")
            .query(&[CURSOR])
            .gives(Shape::Listed(ACCOUNTS, &NONE)),
        Operation::delete(
            "/users/{id}/multifactor/{provider}",
            &["update:users"],
            remove_factor,
        )
        .says("Takes what a user brought for a provider of second factors away"),
    ]
}

/// The list always has a cursor.
async fn accounts(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    check(&caller, &store, &id).await?;
    let paging = Paging::parse(&query)?.always_checkpoint();
    Ok(paging.render(ACCOUNTS, Vec::new(), 0))
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
