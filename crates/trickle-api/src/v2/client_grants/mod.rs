//! `/client-grants`: which clients get tokens for which APIs.

mod change;
mod create;
mod list;
mod schema;
mod view;

use self::schema::{changed, created};
pub(super) use self::{
    schema::CLIENT_GRANT,
    view::{stored_audience, view},
};
use super::{
    error::Kind,
    operation::{CURSOR, Operation, PAGES, Shape},
    organizations::ORGANIZATION,
};

pub(super) const GRANT: Kind = Kind {
    code: "inexistent_client_grant",
    name: "client grant",
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/client-grants", &["read:client_grants"], list::handler)
            .says("Lists the grants of clients")
            .query(&[
                PAGES,
                CURSOR,
                &[
                    "client_id",
                    "audience",
                    "allow_any_organization",
                    "subject_type",
                    "default_for",
                ],
            ])
            .gives(Shape::Listed("client_grants", &CLIENT_GRANT)),
        Operation::post("/client-grants", &["create:client_grants"], create::handler)
            .says("Lets a client, or all that others run, get tokens for an API")
            .takes(Shape::Schema(created))
            .gives(Shape::One(&CLIENT_GRANT)),
        Operation::get("/client-grants/{id}", &["read:client_grants"], change::show)
            .says("Shows the grant of a client")
            .gives(Shape::One(&CLIENT_GRANT)),
        Operation::get(
            "/client-grants/{id}/organizations",
            &["read:organization_client_grants"],
            list::of_organizations,
        )
        .says("Lists the organizations for which the grant of a client counts")
        .query(&[PAGES, CURSOR])
        .gives(Shape::Listed("organizations", &ORGANIZATION)),
        Operation::patch(
            "/client-grants/{id}",
            &["update:client_grants"],
            change::change,
        )
        .says("Changes the scopes that a client gets")
        .takes(Shape::Schema(changed))
        .gives(Shape::One(&CLIENT_GRANT)),
        Operation::delete(
            "/client-grants/{id}",
            &["delete:client_grants"],
            change::delete,
        )
        .says("Takes a grant from a client"),
    ]
}
