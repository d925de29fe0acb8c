//! Organizations, through which connections people log in for them, and who may.

mod connections;
mod grants;
mod invitations;
mod members;
mod organization;

pub use connections::OrganizationConnection;
pub use invitations::{AcceptInvitation, Invitation, InvitationOrder, NewInvitation};
pub(crate) use members::MEMBERS;
pub use organization::{ChangeOrganization, Organization, OrganizationField, OrganizationSort};
