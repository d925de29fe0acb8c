//! `/organizations`: for which customers people log in.

mod change;
pub(super) mod connections;
mod grants;
mod input;
mod invitations;
mod list;
mod members;
mod schema;
mod within;

use axum::extract::State;
use trickle_store::Store;

use self::schema::{INVITATION, LINK, MEMBER, changed, created, link_changed, link_created};
pub(super) use self::{
    list::view,
    members::view as brief,
    schema::ORGANIZATION,
    within::{Within, find},
};
use super::{
    client_grants::CLIENT_GRANT,
    error::Kind,
    operation::{CURSOR, FIELDS, Operation, PAGES, Shape},
    query::Query,
};

static KIND: Kind = Kind {
    code: "inexistent_organization",
    name: "organization",
};

pub(super) fn operations() -> Vec<Operation> {
    const ALL: &str = "/organizations";
    const ONE: &str = "/organizations/{id}";
    const READ: &[&str] = &["read:organizations"];
    let one = Shape::One(&ORGANIZATION);
    let mut all = vec![
        Operation::get(ALL, READ, list::handler)
            .says("Lists the organizations")
            .query(&[PAGES, CURSOR, &["sort", list::ASSOCIATION]])
            .gives(Shape::Listed("organizations", &ORGANIZATION)),
        Operation::post(ALL, &["create:organizations"], change::create)
            .says("Adds an organization")
            .takes(Shape::Schema(created))
            .gives(one),
        Operation::get("/organizations/name/{name}", READ, change::show_named)
            .says("Shows the organization of a name")
            .gives(one),
        Operation::get(ONE, READ, change::show)
            .says("Shows an organization")
            .gives(one),
        Operation::patch(ONE, &["update:organizations"], change::change)
            .says("Changes an organization")
            .takes(Shape::Schema(changed))
            .gives(one),
        Operation::delete(ONE, &["delete:organizations"], change::delete)
            .says("Removes an organization; its members stay users"),
        Operation::get("/users/{id}/organizations", READ, list::of_user)
            .says("Lists the organizations of a user")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed("organizations", &ORGANIZATION)),
    ];
    all.extend(members());
    all.extend(invitations());
    all.extend(grants());
    // Old clients know them by the first name, new ones by the second.
    all.extend(links(
        "/organizations/{id}/enabled_connections",
        "/organizations/{id}/enabled_connections/{connection}",
        "enabled_connections",
    ));
    all.extend(links(
        "/organizations/{id}/connections",
        "/organizations/{id}/connections/{connection}",
        "connections",
    ));
    all
}

fn members() -> [Operation; 3] {
    const PATH: &str = "/organizations/{id}/members";
    let ids = Shape::Schema(schema::members);
    [
        Operation::get(PATH, &["read:organization_members"], members::list)
            .says("Lists the members of an organization")
            .query(&[PAGES, CURSOR, FIELDS])
            .gives(Shape::Listed("members", &MEMBER)),
        Operation::post(PATH, &["create:organization_members"], members::add)
            .says("Makes users members")
            .takes(ids)
            .status(204),
        Operation::delete(PATH, &["delete:organization_members"], members::remove)
            .says("Ends memberships")
            .takes(ids),
    ]
}

fn invitations() -> [Operation; 4] {
    const ALL: &str = "/organizations/{id}/invitations";
    const ONE: &str = "/organizations/{id}/invitations/{invitation}";
    const READ: &[&str] = &["read:organization_invitations"];
    let one = Shape::One(&INVITATION);
    [
        Operation::get(ALL, READ, invitations::list)
            .says("Lists whom an organization has invited, the newest first")
            .query(&[PAGES, CURSOR, FIELDS, &["sort"]])
            .gives(Shape::Listed("invitations", &INVITATION)),
        Operation::post(
            ALL,
            &["create:organization_invitations"],
            invitations::create,
        )
        .says("Invites somebody to an organization")
        .takes(Shape::Schema(schema::invitation_created))
        .gives(one),
        Operation::get(ONE, READ, invitations::show)
            .says("Shows an invitation")
            .query(&[FIELDS])
            .gives(one),
        Operation::delete(
            ONE,
            &["delete:organization_invitations"],
            invitations::remove,
        )
        .says("Takes an invitation back"),
    ]
}

fn grants() -> [Operation; 3] {
    const ALL: &str = "/organizations/{id}/client-grants";
    [
        Operation::get(
            ALL,
            &["read:organization_client_grants", "read:organizations"],
            grants::list,
        )
        .says("Lists the grants of clients that count for an organization")
        .query(&[PAGES, CURSOR, grants::NARROWS])
        .gives(Shape::Listed("client_grants", &CLIENT_GRANT)),
        Operation::post(ALL, &["create:organization_client_grants"], grants::add)
            .says("Lets a grant of a client count for an organization")
            .takes(Shape::Schema(schema::grant_added))
            .gives(Shape::One(&CLIENT_GRANT)),
        Operation::delete(
            "/organizations/{id}/client-grants/{grant}",
            &["delete:organization_client_grants"],
            grants::remove,
        )
        .says("Lets a grant of a client count no more for an organization"),
    ]
}

fn links(path: &'static str, one: &'static str, key: &'static str) -> [Operation; 5] {
    let shape = Shape::One(&LINK);
    [
        Operation::get(
            path,
            &["read:organization_connections"],
            move |within: Within, store: State<Store>, query: Query| {
                connections::list(within, store, query, key)
            },
        )
        .says("Lists through which connections people log in for an organization")
        .query(&[PAGES, CURSOR, &["is_enabled"]])
        .gives(Shape::Listed(key, &LINK)),
        Operation::post(path, &["create:organization_connections"], connections::add)
            .says("Lets people log in for an organization through a connection")
            .takes(Shape::Schema(link_created))
            .gives(shape),
        Operation::get(one, &["read:organization_connections"], connections::show)
            .says("Shows a connection of an organization")
            .gives(shape),
        Operation::patch(
            one,
            &["update:organization_connections"],
            connections::change,
        )
        .says("Changes a connection of an organization")
        .takes(Shape::Schema(link_changed))
        .gives(shape),
        Operation::delete(
            one,
            &["delete:organization_connections"],
            connections::remove,
        )
        .says("Takes a connection from an organization"),
    ]
}
