//! `/users` and `/users-by-email`.

mod by_email;
mod create;
mod delete;
mod get;
mod list;
mod logs;
mod schema;
mod update;
pub(super) mod view;

pub(super) use self::delete::deleted;
use self::schema::USER;
use super::logs::ENTRY;
use super::operation::{CURSOR, FIELDS, Operation, PAGES, Shape};

pub(super) fn operations() -> Vec<Operation> {
    const READ: &[&str] = &["read:users"];
    const ONE: &str = "/users/{id}";
    const SEARCH: &[&str] = &["q", "search_engine", "primary_order", "sort", "connection"];
    vec![
        Operation::get("/users", READ, list::handler)
            .says("Lists and searches users")
            .query(&[PAGES, CURSOR, FIELDS, SEARCH])
            .gives(Shape::Listed("users", &USER)),
        Operation::post("/users", &["create:users"], create::handler)
            .says("Adds a user")
            .takes(Shape::Schema(schema::created))
            .gives(Shape::One(&USER)),
        Operation::get(ONE, READ, get::handler)
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
        Operation::get("/users-by-email", READ, by_email::handler)
            .says("Lists users with exactly this address")
            .query(&[FIELDS, &["email"]])
            .gives(Shape::Array(&USER)),
    ]
}
