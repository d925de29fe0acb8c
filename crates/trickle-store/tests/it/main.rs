//! Every case runs on SQLite and on a real PostgreSQL server.

mod clients;
mod connections;
mod db;
mod events;
mod failures;
mod first_logins;
mod front_door;
mod imports;
mod inconsistencies;
mod kept;
mod ledger;
mod logins;
mod opening;
mod opening_postgres;
mod organizations;
mod phones;
mod roles;
mod rolls;
mod scripts;
mod secrets;
mod silence;
mod slow_searches;
mod tenants;
mod user_lists;
mod user_search;
mod users;
