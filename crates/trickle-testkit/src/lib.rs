#![doc = include_str!("../README.md")]

mod account;
mod keeper;
mod program;
mod template;
mod wait;

pub mod ca;
pub mod chromium;
pub mod http;
pub mod ldap;
pub mod mariadb;
pub mod postgres;
pub mod redis;
pub mod rest;
pub mod server;
pub mod tcp;
pub mod tds;

pub use program::installed;
pub use wait::{wait_for, wait_for_async};
