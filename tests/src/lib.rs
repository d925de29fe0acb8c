//! End-to-end tests of the programs, from outside: what several test programs share.

pub mod expectation;
mod places;

pub use places::{program, repository};
