//! The programs from outside: started as processes, spoken to as their users do.

mod commands;
mod connections;
mod demo;
mod harness;
mod logins;
mod mariadb;
mod node_sdk;
mod secrets;
mod shutdown;
mod start;
mod storm;
mod tenants;
mod tokens;
mod try_profiles;
mod try_script;
mod users;
