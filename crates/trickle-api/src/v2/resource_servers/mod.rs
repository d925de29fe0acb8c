//! `/resource-servers`: the APIs that clients get tokens for.

mod change;
mod create;
mod list;
mod schema;
mod view;

use self::schema::{RESOURCE_SERVER_SCHEMA, changed, created};
use super::{
    error::Kind,
    operation::{CURSOR, FIELDS, Operation, PAGES, Shape},
};

pub(super) const RESOURCE_SERVER: Kind = Kind {
    code: "inexistent_resource_server",
    name: "resource server",
};

pub(super) fn operations() -> Vec<Operation> {
    const ONE: &str = "/resource-servers/{id}";
    vec![
        Operation::get(
            "/resource-servers",
            &["read:resource_servers"],
            list::handler,
        )
        .says("Lists the tenant's APIs, the Management API first")
        .query(&[PAGES, CURSOR, FIELDS, &["identifiers"]])
        .gives(Shape::Listed("resource_servers", &RESOURCE_SERVER_SCHEMA)),
        Operation::post(
            "/resource-servers",
            &["create:resource_servers"],
            create::handler,
        )
        .says("Adds an API")
        .takes(Shape::Schema(created))
        .gives(Shape::One(&RESOURCE_SERVER_SCHEMA)),
        Operation::get(ONE, &["read:resource_servers"], change::show)
            .says("Shows an API, by its id or its identifier")
            .query(&[FIELDS])
            .gives(Shape::One(&RESOURCE_SERVER_SCHEMA)),
        Operation::patch(ONE, &["update:resource_servers"], change::change)
            .says("Changes an API")
            .takes(Shape::Schema(changed))
            .gives(Shape::One(&RESOURCE_SERVER_SCHEMA)),
        Operation::delete(ONE, &["delete:resource_servers"], change::delete)
            .says("Removes an API and the clients' grants for it"),
    ]
}
