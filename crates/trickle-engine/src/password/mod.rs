//! New passwords and proven addresses.

mod by_ticket;
mod outcome;
mod request;
mod send_verification;
mod set;
mod stragglers;
mod verify;

pub use outcome::PasswordOutcome;
pub use request::{ForgotPassword, LinkHost, TicketOrder};
pub use send_verification::{SendVerification, VerificationSent};
pub use stragglers::{StragglerBatch, StragglerOrder, StragglerTicket};
pub use verify::VerifyOutcome;
