//! The kit itself, against the real servers.

mod http;
mod leftovers;
mod mariadb;
mod postgres;
