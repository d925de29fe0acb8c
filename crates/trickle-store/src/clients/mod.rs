//! Clients of the APIs and their public keys.

mod change;
mod credentials;
mod origins;
mod read;
mod row;
mod secret;

pub use change::ClientChange;
