//! End-to-end tests of the programs, from outside: what several test programs share.

pub mod expectation;
mod places;
pub mod servers;

pub use places::{REPOSITORY, program, repository};
