#![doc = include_str!("../README.md")]

mod argon2_ops;
mod bcrypt_ops;
mod cipher_ops;
mod compile;
mod extension;
mod host;
mod names;
mod names_ops;
mod surface;

pub use extension::{extension, snapshot_extension};
pub use host::{Host, Outbox};
pub use names::Names;
pub use surface::{LAYERS_OFF, Surface, refused_modules, surface};
