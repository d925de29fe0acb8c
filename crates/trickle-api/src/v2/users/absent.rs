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
    operation::{CURSOR, Named, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

const ACCOUNTS: &str = "connected_accounts";

static NONE: Named = Named {
    name: "Nothing",
    schema: || Value::Bool(false),
};

pub(super) fn operations() -> [Operation; 11] {
    const TOKENSETS: &str = "/users/{id}/federated-connections-tokensets";
    const TOKENSET: &str = "/users/{id}/federated-connections-tokensets/{tokenset}";
    [
        Operation::get("/users/{id}/connected-accounts", &["read:users"], accounts)
            .says("There are none: these are not listed here")
            .query(&[CURSOR])
            .gives(Shape::Listed(ACCOUNTS, &NONE)),
        Operation::get(
            TOKENSETS,
            &["read:federated_connections_tokens", "read:users"],
            tokensets,
        )
        .says("There are none: no tokens of other providers are kept")
        .gives(Shape::Array(&NONE)),
        Operation::delete(
            TOKENSET,
            &["delete:federated_connections_tokens", "update:users"],
            nothing,
        )
        .says("Takes tokens of another provider away; there are none"),
        Operation::delete(
            "/users/{id}/multifactor/{provider}",
            &["update:users"],
            remove_factor,
        )
        .says("Takes what a user brought for a provider of second factors away"),
        Operation::post(
            "/users/{id}/multifactor/actions/invalidate-remember-browser",
            &["update:users"],
            forget_browsers,
        )
        .says("Forgets browsers that need no second factor; there are none")
        .status(204),
        Operation::post(
            "/users/{id}/risk-assessments/clear",
            &["update:users"],
            forget_browsers,
        )
        .says("Forgets what was assessed of a user's devices; nothing is")
        .status(204),
        Operation::get("/grants", &["read:grants"], consents)
            .says("There are none: people are not asked for consent")
            .query(&[PAGES, &["user_id", "client_id", "audience"]])
            .gives(Shape::Listed("grants", &NONE)),
        Operation::delete("/grants", &["delete:grants"], nothing)
            .says("Takes a user's consents back; there are none")
            .query(&[&["user_id"]]),
        Operation::delete("/grants/{id}", &["delete:grants"], nothing)
            .says("Takes a consent back; there is none"),
        Operation::get("/device-credentials", &["read:device_credentials"], devices)
            .says("There are none: refresh tokens are listed by user")
            .query(&[PAGES, &["user_id", "client_id", "type"]])
            .gives(Shape::Listed("device_credentials", &NONE)),
        Operation::delete(
            "/device-credentials/{id}",
            &["delete:device_credentials"],
            nothing,
        )
        .says("Takes a credential of a device away; there is none"),
    ]
}

async fn consents(_: Bearer, query: Query) -> Result<Json<Value>, Error> {
    let paging = Paging::parse_offset(&query)?;
    Ok(paging.render_none("grants"))
}

async fn devices(_: Bearer, query: Query) -> Result<Json<Value>, Error> {
    let paging = Paging::parse_offset(&query)?;
    Ok(paging.render_none("device_credentials"))
}

/// Of what is not there the same is true afterwards.
async fn nothing(_: Bearer) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn forget_browsers(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    check(&caller, &store, &id).await?;
    Ok(StatusCode::NO_CONTENT)
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
    Ok(paging.render_none(ACCOUNTS))
}

async fn tokensets(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    check(&caller, &store, &id).await?;
    Ok(Json(Value::Array(Vec::new())))
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
