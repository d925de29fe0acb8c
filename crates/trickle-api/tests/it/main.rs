//! The APIs through their router, over a real store, with a fake in the place of the pool.

mod app;
mod authorisation;
mod clients;
mod connections;
mod discovery;
mod failures;
mod hosts;
mod logs;
mod outcomes;
mod request_log;
mod token_client_credentials;
mod token_password;
mod userinfo;
mod users;
