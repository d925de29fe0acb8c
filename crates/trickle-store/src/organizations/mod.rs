//! Organizations, through which connections people log in for them, and who may.

mod connections;
mod members;
mod organization;

pub use connections::OrganizationConnection;
pub use organization::{ChangeOrganization, Organization};
