//! Adding a user: by sign-up or through the Management API.

mod identifiers;
mod legacy;
mod order;
mod outcome;
mod sign_up;
pub(crate) mod username;

pub use identifiers::asked_at_sign_up;
pub use order::CreateUser;
pub use outcome::CreateUserOutcome;
pub(crate) use outcome::objection;
