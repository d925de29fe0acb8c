//! Who has which role, and what people may do at APIs.

mod give;
mod holder;
mod list;
mod permission;
mod rights;
mod user_permissions;

pub use give::GiveRoles;
pub use holder::RoleHolder;
pub use permission::{Permission, ROLE};

pub(crate) use give::give_what_is_there;
pub(crate) use permission::forget_api;
