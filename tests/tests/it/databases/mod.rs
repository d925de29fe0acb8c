//! The database templates and old-style scripts against real servers, and against broken ones.

mod broken;
mod encrypted;
pub mod legacy;
mod life;
mod sloppy;
