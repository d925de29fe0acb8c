//! Who has which role, and which permissions without one. Roles themselves are in [`kept`](super::kept).

mod input;
mod of_member;
mod of_user;
mod permissions;
mod schema;
mod users;

use self::schema::{PERMISSION, ROLE, USER};
use super::operation::{CURSOR, Operation, PAGES, Shape};

pub(super) fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    all.extend(of_user());
    all.extend(of_member());
    all.extend(users());
    all.extend(permissions());
    all
}

fn of_user() -> [Operation; 3] {
    const PATH: &str = "/users/{id}/roles";
    let ids = Shape::Schema(schema::roles);
    [
        Operation::get(PATH, &["read:users", "read:roles"], of_user::list)
            .says("Lists the roles of a user")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed("roles", &ROLE)),
        Operation::post(PATH, &["update:users", "create:role_members"], of_user::add)
            .says("Gives a user roles")
            .takes(ids)
            .status(204),
        Operation::delete(
            PATH,
            &["update:users", "delete:role_members"],
            of_user::remove,
        )
        .says("Takes roles from a user")
        .takes(ids),
    ]
}

fn of_member() -> [Operation; 3] {
    const PATH: &str = "/organizations/{id}/members/{user}/roles";
    let ids = Shape::Schema(schema::roles);
    [
        Operation::get(PATH, &["read:organization_member_roles"], of_member::list)
            .says("Lists the roles that a member has when logging in for the organization")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed("roles", &ROLE)),
        Operation::post(PATH, &["create:organization_member_roles"], of_member::add)
            .says("Gives a member roles that count when logging in for the organization")
            .takes(ids)
            .status(204),
        Operation::delete(
            PATH,
            &["delete:organization_member_roles"],
            of_member::remove,
        )
        .says("Takes such roles from a member")
        .takes(ids),
    ]
}

fn users() -> [Operation; 2] {
    const PATH: &str = "/roles/{id}/users";
    [
        Operation::get(PATH, &["read:role_members", "read:users"], users::list)
            .says("Lists the users who have a role")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed("users", &USER)),
        Operation::post(PATH, &["create:role_members", "update:users"], users::add)
            .says("Gives users a role")
            .takes(Shape::Schema(schema::users))
            .status(200),
    ]
}

fn permissions() -> [Operation; 3] {
    const PATH: &str = "/users/{id}/permissions";
    const UPDATE: &[&str] = &["update:users"];
    let some = Shape::Schema(schema::permissions);
    [
        Operation::get(PATH, &["read:users"], permissions::list)
            .says("Lists what a user may do at APIs, by roles and without")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed("permissions", &PERMISSION)),
        Operation::post(PATH, UPDATE, permissions::add)
            .says("Lets a user do things at APIs without a role")
            .takes(some),
        Operation::delete(PATH, UPDATE, permissions::remove)
            .says("Takes what a user may do without a role away")
            .takes(some),
    ]
}
