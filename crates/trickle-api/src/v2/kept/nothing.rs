//! What kept things would have made elsewhere and have not made here: lists of nothing.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_model::ConnectionId;
use trickle_store::Store;

use super::{
    connections,
    handlers::find,
    kinds::{EVENT_STREAM, FLOW},
    operations::KEPT,
    self_service::PROFILE,
};
use crate::v2::{
    Bearer, Error, error,
    operation::{CURSOR, Operation, Shape},
    organizations::Within,
    paging::Paging,
    query::Query,
};

macro_rules! missing {
    ($name:ident, $code:literal, $words:literal) => {
        static $name: error::Kind = error::Kind {
            code: $code,
            name: $words,
        };
    };
}

missing!(
    NO_EXECUTION,
    "inexistent_execution",
    "execution of an action"
);
missing!(NO_RUN, "inexistent_flow_execution", "execution of a flow");
missing!(NO_DELIVERY, "inexistent_event", "delivery of an event");
missing!(NO_TEMPLATE, "inexistent_template", "template");
missing!(NO_TICKET, "inexistent_ticket", "ticket");

pub(super) fn operations() -> Vec<Operation> {
    let mut all = executions();
    all.extend(of_connections());
    all.extend(templates());
    all
}

fn executions() -> Vec<Operation> {
    const RUN: &str = "/flows/{id}/executions/{execution}";
    const READ_RUNS: &[&str] = &["read:flows_executions"];
    const READ_DELIVERIES: &[&str] = &["read:event_deliveries"];
    let one = Shape::One(&KEPT);
    vec![
        Operation::get("/actions/executions/{id}", &["read:actions"], no_execution)
            .says("There is none: no action runs here")
            .gives(one),
        Operation::get("/flows/{id}/executions", READ_RUNS, runs)
            .says("There are none: no flow runs here")
            .query(&[CURSOR])
            .gives(Shape::Listed("executions", &KEPT)),
        Operation::get(RUN, READ_RUNS, no_run)
            .says("There is none: no flow runs here")
            .gives(one),
        Operation::delete(RUN, &["delete:flows_executions"], removed)
            .says("Removes the execution of a flow; there is none"),
        Operation::get(
            "/event-streams/{id}/deliveries",
            READ_DELIVERIES,
            deliveries,
        )
        .says("There are none: no event goes out")
        .query(&[CURSOR])
        .gives(Shape::Listed("deliveries", &KEPT)),
        Operation::get(
            "/event-streams/{id}/deliveries/{event}",
            READ_DELIVERIES,
            no_delivery,
        )
        .says("There is none: no event goes out")
        .gives(one),
    ]
}

fn of_connections() -> Vec<Operation> {
    const TOKENS: &str = "/connections/{id}/scim-configuration/tokens";
    let list = Shape::Array(&KEPT);
    let mapping = Shape::Schema(|| {
        json!({
            "type": "object",
            "properties": {"mapping": {"type": "array", "maxItems": 0}},
            "required": ["mapping"],
        })
    });
    vec![
        Operation::get(
            "/connections/{id}/keys",
            &["read:connections_keys", "read:connections"],
            keys,
        )
        .says("There are none: nothing is signed for the provider of a connection")
        .gives(list),
        Operation::get(
            "/connections/{id}/scim-configuration/default-mapping",
            &["read:scim_config"],
            no_mapping,
        )
        .says("There is none: no users come by SCIM")
        .gives(mapping),
        Operation::get(TOKENS, &["read:scim_token"], tokens)
            .says("There are none: no users come by SCIM")
            .gives(list),
        Operation::delete(
            "/connections/{id}/scim-configuration/tokens/{token}",
            &["delete:scim_token"],
            removed,
        )
        .says("Takes a token of SCIM back; there is none"),
        Operation::get(
            "/connections/{id}/directory-provisioning/default-mapping",
            &["read:directory_provisionings"],
            no_mapping,
        )
        .says("There is none: no users come from directories")
        .gives(mapping),
    ]
}

fn templates() -> Vec<Operation> {
    const ASSIGNED: &str = "/organizations/{id}/organization-templates/{template}";
    let one = Shape::One(&KEPT);
    let says = "There is none: nothing is made by templates here";
    let mut all: Vec<Operation> = [
        (
            "/connection-profiles/templates",
            "/connection-profiles/templates/{id}",
            "connection_profile_templates",
            &["read:connection_profiles"],
        ),
        (
            "/user-attribute-profiles/templates",
            "/user-attribute-profiles/templates/{id}",
            "user_attribute_profile_templates",
            &["read:user_attribute_profiles"],
        ),
    ]
    .into_iter()
    .flat_map(|(path, template, key, read)| {
        [
            Operation::get(path, read, move |_: Bearer| async move {
                Json(json!({key: []}))
            })
            .says("There are none: nothing is made by templates here")
            .gives(one),
            Operation::get(template, read, no_template)
                .says(says)
                .gives(one),
        ]
    })
    .collect();
    all.extend([
        Operation::get(
            "/organizations/{id}/organization-templates",
            &["read:organizations"],
            no_template_of_organization,
        )
        .says(says)
        .gives(one),
        Operation::delete(ASSIGNED, &["update:organizations"], removed_within)
            .says("Takes a template from an organization; there is none"),
        Operation::post(
            "/self-service-profiles/{id}/sso-ticket/{ticket}/revoke",
            &["delete:sso_access_tickets"],
            no_ticket,
        )
        .says("There is none: nobody sets up connections by tickets here"),
    ]);
    all
}

/// Of what is not there the same is true afterwards.
async fn removed(_: Bearer) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn removed_within(_: Within) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn no_execution(_: Bearer) -> Result<StatusCode, Error> {
    Err(Error::Missing(&NO_EXECUTION))
}

async fn no_run(_: Bearer) -> Result<StatusCode, Error> {
    Err(Error::Missing(&NO_RUN))
}

async fn no_delivery(_: Bearer) -> Result<StatusCode, Error> {
    Err(Error::Missing(&NO_DELIVERY))
}

async fn no_template(_: Bearer) -> Result<StatusCode, Error> {
    Err(Error::Missing(&NO_TEMPLATE))
}

async fn no_template_of_organization(_: Within) -> Result<StatusCode, Error> {
    Err(Error::Missing(&NO_TEMPLATE))
}

async fn no_ticket(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, _)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    find(&PROFILE, &caller, &store, ("", &id)).await?;
    Err(Error::Missing(&NO_TICKET))
}

/// The list always has a cursor.
async fn runs(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    find(&FLOW, &caller, &store, ("", &id)).await?;
    Ok(paging.render_none("executions"))
}

/// Clients before version 6 take an array.
async fn deliveries(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    find(&EVENT_STREAM, &caller, &store, ("", &id)).await?;
    Ok(paging.render_none("deliveries"))
}

/// Of connections of any strategy.
async fn keys(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let id = ConnectionId::from_text(id);
    let database = store.connection(caller.tenant(), &id).await?;
    if database.is_none() {
        connections::one(&store, &caller, id.as_str()).await?;
    }
    Ok(Json(json!([])))
}

async fn tokens(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    connections::one(&store, &caller, &id).await?;
    Ok(Json(json!([])))
}

async fn no_mapping(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    connections::one(&store, &caller, &id).await?;
    Ok(Json(json!({"mapping": []})))
}
