//! `/connections`.

mod clients;
mod create;
mod delete;
mod finish;
mod foreign;
mod get;
mod input;
mod list;
pub(super) mod migration;
mod of_client;
mod rehearsal;
mod roll;
mod schema;
mod scripts;
mod status;
mod update;
mod users;
mod view;

use self::schema::{CONNECTION, ENABLED_CLIENT, SCRIPT_VERSION};
use super::cached::Cached;
use super::operation::{CURSOR, FIELDS, Operation, PAGES, Shape};

const READ: &[&str] = &["read:connections"];
const CHANGE: &[&str] = &["update:connections"];

pub(super) fn operations() -> Vec<Operation> {
    const ONE: &str = "/connections/{id}";
    const CLIENTS: &str = "/connections/{id}/clients";
    vec![
        Operation::get("/connections", READ, Cached(list::handler))
            .says("Lists connections; their options need read:connections_options or update:connections")
            .query(&[PAGES, CURSOR, FIELDS, &["strategy", "name", "domain_alias"]])
            .gives(Shape::Listed("connections", &CONNECTION)),
        Operation::post("/connections", &["create:connections"], create::handler)
            .says("Adds a connection")
            .takes(Shape::Schema(schema::created))
            .gives(Shape::One(&CONNECTION)),
        Operation::get(ONE, READ, Cached(get::handler))
            .says("Shows a connection")
            .query(&[FIELDS])
            .gives(Shape::One(&CONNECTION)),
        Operation::patch(ONE, CHANGE, update::handler)
            .says("Changes a connection; options are replaced as a whole")
            .takes(Shape::Schema(schema::changed))
            .gives(Shape::One(&CONNECTION)),
        Operation::delete(ONE, &["delete:connections"], delete::handler)
            .says("Removes a connection and its users")
            .status(202)
            .gives(Shape::Schema(schema::removed)),
        Operation::get(CLIENTS, READ, clients::list)
            .says("Lists the clients that log people in through a connection")
            .query(&[CURSOR])
            .gives(Shape::Listed("clients", &ENABLED_CLIENT)),
        Operation::patch(CLIENTS, CHANGE, clients::update)
            .says("Lets clients log people in through a connection, or not")
            .takes(Shape::Schema(schema::switches))
            .status(204),
        Operation::get("/clients/{id}/connections", READ, of_client::handler)
            .says("Lists the connections through which a client logs people in")
            .query(&[CURSOR, FIELDS, &["strategy"]])
            .gives(Shape::Listed("connections", &CONNECTION)),
        Operation::get("/connections/{id}/status", READ, status::handler)
            .says("Whether a connection is there"),
        Operation::delete("/connections/{id}/users", &["delete:users"], users::delete)
            .says("Deletes the user of an address")
            .query(&[&["email"]]),
    ]
    .into_iter()
    .chain(own_operations())
    .chain(roll_operations())
    .chain(script_operations())
    .collect()
}

/// What existing clients do not know.
fn own_operations() -> Vec<Operation> {
    const MIGRATION: &str = "/connections/{id}/migration";
    const END: &str = "/connections/{id}/migration/end";
    const REOPEN: &str = "/connections/{id}/migration/reopen";
    const ARCHIVE: &str = "/connections/{id}/migration/archive";
    const REHEARSAL: &str = "/connections/{id}/rehearsal";
    vec![
        Operation::post(END, CHANGE, finish::end)
            .says("Ends a migration")
            .takes(Shape::Schema(schema::end))
            .status(200)
            .gives(Shape::Schema(schema::migration)),
        Operation::post(REOPEN, CHANGE, finish::reopen)
            .says("Goes back to what was before a migration ended")
            .status(200)
            .gives(Shape::Schema(schema::migration)),
        Operation::get(ARCHIVE, &["read:connections_options"], finish::archive)
            .says("Shows how a migration ended, and the options before")
            .gives(Shape::Schema(schema::archive)),
        Operation::get(REHEARSAL, &["read:logs"], rehearsal::handler)
            .says("Lists what was found beside logins")
            .query(&[CURSOR])
            .gives(Shape::Schema(schema::rehearsal)),
        Operation::get(MIGRATION, READ, migration::show)
            .says("Shows how far a migration is")
            .gives(Shape::Schema(schema::migration)),
        Operation::patch(MIGRATION, CHANGE, migration::change)
            .says("Sets how many users the legacy store has")
            .takes(Shape::Schema(schema::total))
            .gives(Shape::Schema(schema::migration)),
        Operation::post(
            "/connections/{id}/migration/count",
            CHANGE,
            migration::count,
        )
        .says("Counts the legacy store's users by the count script")
        .status(200)
        .gives(Shape::Schema(schema::migration)),
        Operation::get(
            "/connections/{id}/ledger",
            &["read:logs"],
            migration::ledger,
        )
        .says("Lists attempts to log in")
        .query(&[CURSOR, &["format"]])
        .gives(Shape::Table(schema::ledger)),
    ]
}

/// Who has not moved.
fn roll_operations() -> Vec<Operation> {
    const ROLL: &str = "/connections/{id}/migration/roll";
    const STRAGGLERS: &str = "/connections/{id}/migration/stragglers";
    const TICKETS: &str = "/connections/{id}/migration/tickets";
    vec![
        Operation::post(ROLL, CHANGE, roll::add)
            .says("Puts people on the roll of the legacy store's users")
            .takes(Shape::Schema(schema::roll))
            .status(200)
            .gives(Shape::Schema(schema::migration)),
        Operation::delete(ROLL, CHANGE, roll::clear).says("Throws the roll away"),
        Operation::get(STRAGGLERS, &["read:users"], roll::stragglers)
            .says("Lists who is on the roll and has not moved")
            .query(&[CURSOR, &["format"]])
            .gives(Shape::Table(schema::stragglers)),
        Operation::post(TICKETS, &["create:user_tickets"], roll::tickets)
            .says("Makes links by which people who have not moved choose a password")
            .takes(Shape::Schema(schema::tickets))
            .gives(Shape::Table(schema::made_tickets)),
    ]
}

fn script_operations() -> Vec<Operation> {
    const SEEN: &[&str] = &["read:connections_options", "update:connections"];
    const ACTION: &str = "/connections/{id}/scripts/{action}";
    const VERSION: &str = "/connections/{id}/scripts/{action}/{version}";
    const ACTIVATE: &str = "/connections/{id}/scripts/{action}/{version}/activate";
    vec![
        Operation::get("/connections/{id}/scripts", SEEN, scripts::list)
            .says("Lists versions of scripts")
            .query(&[&["action"]])
            .gives(Shape::Array(&SCRIPT_VERSION)),
        Operation::post(ACTION, CHANGE, scripts::save)
            .says("Saves a version of a script that does not go live")
            .takes(Shape::Schema(schema::script))
            .gives(Shape::One(&SCRIPT_VERSION)),
        Operation::get(VERSION, SEEN, scripts::show)
            .says("Shows a version of a script, or what has changed since another")
            .query(&[&["diff"]])
            .gives(Shape::One(&SCRIPT_VERSION)),
        Operation::post(ACTIVATE, CHANGE, scripts::activate)
            .says("Puts a version of a script live")
            .status(200)
            .gives(Shape::One(&SCRIPT_VERSION)),
    ]
}
