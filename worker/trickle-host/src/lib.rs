#![doc = include_str!("../README.md")]

mod argon2_ops;
mod bcrypt_ops;
mod cipher_ops;
mod compile;
mod extension;
mod host;

pub use extension::{extension, snapshot_extension};
pub use host::{Host, Outbox};
