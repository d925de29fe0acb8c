//! `/users` and `/users-by-email`.

mod absent;
mod add_method;
pub(super) mod answer;
mod authentication_methods;
mod by_email;
mod change_methods;
mod create;
mod delete;
mod get;
mod identities;
mod list;
mod logs;
mod schema;
mod update;
pub(super) mod view;
mod written;

pub(super) use self::delete::deleted;
pub(super) use self::identities::{chosen, refusal};
use self::{
    authentication_methods::{ENROLLMENT_SCHEMA, METHOD_SCHEMA},
    identities::IDENTITY,
    schema::USER,
};
use super::cached::Cached;
use super::logs::ENTRY;
use super::operation::{CURSOR, FIELDS, Operation, PAGES, Shape};

pub(super) fn operations() -> Vec<Operation> {
    const READ: &[&str] = &["read:users"];
    const ONE: &str = "/users/{id}";
    const METHODS: &str = "/users/{id}/authentication-methods";
    const METHOD: &str = "/users/{id}/authentication-methods/{method}";
    const METHODS_READ: &[&str] = &["read:users", "read:authentication_methods"];
    const METHODS_UPDATE: &[&str] = &["update:users", "update:authentication_methods"];
    const METHODS_DELETE: &[&str] = &["update:users", "delete:authentication_methods"];
    const ENROLLMENT: &str = "/guardian/enrollments/{id}";
    const SEARCH: &[&str] = &["q", "search_engine", "primary_order", "sort", "connection"];
    vec![
        Operation::get("/users", READ, Cached(list::handler))
            .says("Lists and searches users")
            .query(&[PAGES, CURSOR, FIELDS, SEARCH])
            .gives(Shape::Listed("users", &USER)),
        Operation::post("/users", &["create:users"], create::handler)
            .says("Adds a user")
            .takes(Shape::Schema(schema::created))
            .gives(Shape::One(&USER)),
        Operation::get(ONE, READ, Cached(get::handler))
            .says("Shows a user")
            .query(&[FIELDS])
            .gives(Shape::One(&USER)),
        Operation::patch(ONE, &["update:users"], update::handler)
            .says("Changes a user; metadata is merged at its first level")
            .takes(Shape::Schema(schema::changed))
            .gives(Shape::One(&USER)),
        Operation::delete(ONE, &["delete:users"], delete::handler).says("Deletes a user"),
        Operation::get(
            "/users/{id}/logs",
            &["read:logs", "read:logs_users"],
            logs::handler,
        )
        .says("Lists the entries of the log about a user, newest first")
        .query(&[PAGES, &["sort"]])
        .gives(Shape::Listed("logs", &ENTRY)),
        Operation::post(
            "/users/{id}/identities",
            &["update:users"],
            identities::link,
        )
        .says("Makes another user a way in of this one; lists all of its identities")
        .takes(Shape::Schema(identities::linked))
        .gives(Shape::Array(&IDENTITY)),
        Operation::delete(
            "/users/{id}/identities/{provider}/{user_id}",
            &["update:users"],
            identities::unlink,
        )
        .says("Makes a linked user a user of its own again; lists the identities that are left")
        .status(200)
        .gives(Shape::Array(&IDENTITY)),
        Operation::get(METHODS, METHODS_READ, authentication_methods::list)
            .says("Lists the second factors of a user")
            .query(&[PAGES, CURSOR])
            .gives(Shape::Listed("authenticators", &METHOD_SCHEMA)),
        Operation::post(
            METHODS,
            &["update:users", "create:authentication_methods"],
            add_method::handler,
        )
        .says("Gives a user a second factor that the user has elsewhere; only totp is asked for")
        .takes(Shape::Schema(add_method::added))
        .gives(Shape::One(&METHOD_SCHEMA)),
        Operation::put(METHODS, METHODS_UPDATE, change_methods::replace)
            .says("Gives a user these second factors in the place of all others")
            .takes(Shape::Schema(add_method::replaced))
            .gives(Shape::Array(&METHOD_SCHEMA)),
        Operation::delete(METHODS, METHODS_DELETE, authentication_methods::delete_all)
            .says("Takes all second factors of a user away"),
        Operation::delete(
            "/users/{id}/authenticators",
            METHODS_DELETE,
            authentication_methods::delete_all,
        )
        .says("The same under an older name"),
        Operation::get(METHOD, METHODS_READ, authentication_methods::show)
            .says("Shows a second factor of a user")
            .gives(Shape::One(&METHOD_SCHEMA)),
        Operation::patch(METHOD, METHODS_UPDATE, change_methods::rename)
            .says("Changes the name of a second factor of a user")
            .takes(Shape::Schema(add_method::changed))
            .gives(Shape::One(&METHOD_SCHEMA)),
        Operation::delete(METHOD, METHODS_DELETE, authentication_methods::delete_one)
            .says("Takes a second factor of a user away"),
        Operation::get(
            "/users/{id}/enrollments",
            &["read:users", "read:guardian_enrollments"],
            authentication_methods::enrollments,
        )
        .says("Lists the second factors of a user in an older form")
        .gives(Shape::Array(&ENROLLMENT_SCHEMA)),
        Operation::get(
            ENROLLMENT,
            &["read:guardian_enrollments"],
            authentication_methods::show_enrollment,
        )
        .says("Shows a second factor of anybody in an older form")
        .gives(Shape::One(&ENROLLMENT_SCHEMA)),
        Operation::delete(
            ENROLLMENT,
            &["delete:guardian_enrollments"],
            authentication_methods::delete_enrollment,
        )
        .says("Takes a second factor of anybody away"),
        Operation::get("/users-by-email", READ, Cached(by_email::handler))
            .says("Lists users with exactly this address")
            .query(&[FIELDS, &["email"]])
            .gives(Shape::Array(&USER)),
    ]
    .into_iter()
    .chain(absent::operations())
    .collect()
}
