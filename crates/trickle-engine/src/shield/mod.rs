//! The front door: what is refused before a script runs or a password is compared.

mod admission;
mod blocks;
mod guesses;
mod settings;

pub(crate) use admission::Pass;
pub use blocks::Block;
pub(crate) use guesses::Guesses;
pub use settings::{BruteForce, SettingsError, SuspiciousIp};
