//! `/clients`: applications and tools that ask for tokens.

mod cimd;
mod create;
mod credentials;
mod delete;
mod get;
mod global;
mod grant_query;
mod input;
mod list;
mod rotate_secret;
mod schema;
mod update;
mod view;

use self::schema::{
    CLIENT_SCHEMA, CREDENTIAL_SCHEMA, changed, created, credential_changed, credential_created,
    registered, registering,
};
use super::{
    error::Kind,
    operation::{CURSOR, FIELDS, Operation, PAGES, Shape},
};

pub(super) const CLIENT: Kind = Kind {
    code: "inexistent_client",
    name: "client",
};

pub(super) fn operations() -> Vec<Operation> {
    const ONE: &str = "/clients/{id}";
    const FILTER: &[&str] = &[
        "app_type",
        "is_first_party",
        "is_global",
        "external_client_id",
        "q",
    ];
    vec![
        Operation::get("/clients", &["read:clients"], list::handler)
            .says("Lists applications and tools, without their secrets")
            .query(&[PAGES, CURSOR, FIELDS, FILTER])
            .gives(Shape::Listed("clients", &CLIENT_SCHEMA)),
        Operation::post("/clients", &["create:clients"], create::handler)
            .says("Adds a client and tells its secret, once")
            .takes(Shape::Schema(created))
            .gives(Shape::One(&CLIENT_SCHEMA)),
        Operation::post(
            "/clients/cimd/register",
            &["create:clients"],
            cimd::register,
        )
        .says("Keeps a client that a document on the web describes, by its address: nobody logs in with it")
        .takes(Shape::Schema(registering))
        .gives(Shape::Schema(registered)),
        Operation::get(ONE, &["read:clients"], get::handler)
            .says("Shows a client")
            .query(&[FIELDS])
            .gives(Shape::One(&CLIENT_SCHEMA)),
        Operation::patch(ONE, &["update:clients"], update::handler)
            .says("Changes a client; a new secret needs update:client_keys too")
            .takes(Shape::Schema(changed))
            .gives(Shape::One(&CLIENT_SCHEMA)),
        Operation::delete(ONE, &["delete:clients"], delete::handler).says("Removes a client"),
        Operation::post(
            "/clients/{id}/rotate-secret",
            &["update:client_keys"],
            rotate_secret::handler,
        )
        .status(200)
        .says("Gives a client a new secret and tells it, once")
        .gives(Shape::One(&CLIENT_SCHEMA)),
    ]
    .into_iter()
    .chain(credential_operations())
    .collect()
}

fn credential_operations() -> Vec<Operation> {
    const ALL: &str = "/clients/{id}/credentials";
    const ONE: &str = "/clients/{id}/credentials/{credential}";
    vec![
        Operation::get(ALL, &["read:client_credentials"], credentials::list)
            .says("Lists the public keys of a client")
            .gives(Shape::Array(&CREDENTIAL_SCHEMA)),
        Operation::post(ALL, &["create:client_credentials"], credentials::create)
            .says("Gives a client a public key")
            .takes(Shape::Schema(credential_created))
            .gives(Shape::One(&CREDENTIAL_SCHEMA)),
        Operation::get(ONE, &["read:client_credentials"], credentials::show)
            .says("Shows a public key of a client")
            .gives(Shape::One(&CREDENTIAL_SCHEMA)),
        Operation::patch(ONE, &["update:client_credentials"], credentials::change)
            .says("Sets until when a public key counts")
            .takes(Shape::Schema(credential_changed))
            .gives(Shape::One(&CREDENTIAL_SCHEMA)),
        Operation::delete(ONE, &["delete:client_credentials"], credentials::delete)
            .says("Takes a public key from a client"),
    ]
}
