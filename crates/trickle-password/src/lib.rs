#![doc = include_str!("../README.md")]

mod hash;
mod memory;
mod params;
mod phc;
mod pool;
mod scheme;
mod secret;
mod verify;

pub mod ceiling;

pub use hash::hash;
pub use params::{Argon2Params, ParamsError};
pub use pool::{HashingPool, Overloaded, PoolOptions, PoolVerifyError};
pub use secret::{Password, PasswordHash};
pub use verify::{Identified, Verdict, VerifyError, identify, verify, verify_against};
