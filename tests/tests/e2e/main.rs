//! The programs from outside: started as processes, spoken to as their users do.

mod commands;
mod connections;
mod deaths;
mod demo;
mod deploy_cli;
mod harness;
mod init;
mod lint;
mod logins;
mod mariadb;
mod node_sdk;
mod outage;
mod proving;
mod secrets;
mod shutdown;
mod start;
mod storm;
mod templates;
mod tenants;
mod timing;
mod tokens;
mod try_profiles;
mod try_script;
mod tutorial;
mod users;
mod versions;
