//! New passwords and proven addresses.

mod by_ticket;
mod outcome;
mod request;
mod set;
mod verify;

pub use outcome::PasswordOutcome;
pub use request::{ForgotPassword, LinkHost, TicketOrder};
pub use verify::VerifyOutcome;
