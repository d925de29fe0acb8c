//! What people hold after they have proven who they are: codes, refresh tokens, sessions of the login page.

mod authorization;
mod code;
mod login_ticket;
mod refresh;
mod session;

pub use authorization::{Authorization, OrganizationClaim};
pub(crate) use authorization::{from_map, to_map};
pub use code::{CodeOrder, RedeemCode, Redemption};
pub use login_ticket::{LoginTicket, NewLoginTicket};
pub use refresh::{ExchangeRefresh, NewRefresh, RefreshRules};
pub use session::{Session, session_id};
