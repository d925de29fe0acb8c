//! The APIs through their router, over a real store, with a fake in the place of the pool.

mod app;
mod authorisation;
mod client_grants;
mod clients;
mod connections;
mod contract;
mod discovery;
mod failures;
mod front_door;
mod hosts;
mod jobs;
mod ledger;
mod logs;
mod neighbours;
mod outcomes;
mod passwords;
mod rate;
mod request_log;
mod signup;
mod tenants;
mod token_client_credentials;
mod token_password;
mod user_changes;
mod userinfo;
mod users;
