#![doc = include_str!("../README.md")]

mod codec;
mod des;
mod digest;
mod families;
mod guess;
mod hash;
mod make;
mod mdc2;
mod memory;
mod params;
mod phc;
mod pool;
mod scheme;
mod secret;
mod verify;

pub mod ceiling;

pub use families::{FAMILIES, Family};
pub use guess::{Guess, guess};
pub use hash::hash;
pub use make::{UnknownMaker, make, makers};
pub use params::{Argon2Params, ParamsError};
pub use pool::{HashingPool, Overloaded, PoolOptions, PoolVerifyError};
pub use scheme::{CustomHashError, custom_hash};
pub use secret::{Password, PasswordHash};
pub use verify::{Identified, Verdict, VerifyError, identify, verify, verify_against};
