//! Clients of the APIs and their public keys.

mod change;
mod credentials;
mod read;
mod row;

pub use change::ClientChange;
