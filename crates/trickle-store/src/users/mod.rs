//! Users, their identities and their password hashes.

mod add;
mod adopt;
mod change;
mod document;
mod due;
mod edit;
mod import;
mod linked;
mod list;
mod password;
mod phone;
mod read;
mod removal;
mod row;
mod search;
mod search_keys;
mod settle;
mod taken;
mod terms;

pub use document::{UserDocument, UserObjects};
pub use due::DueTerms;
pub use edit::UserEdit;
pub use import::{
    ImportBatch, ImportChange, ImportId, ImportPassword, ImportRow, ImportedBatch, OnBuried,
    OnExisting, ReadyRow, RowRefusal,
};
pub use linked::{LINKED_MOST, LinkUser, LinkedUser};
pub(crate) use phone::follow_options;
pub(crate) use removal::remove_some_of;
pub use search::UserSearch;
use trickle_model::{ConnectionId, Secret, User, UserId};

use crate::{LoginBasis, Total};

/// A user with the password hash.
#[derive(Clone, Debug)]
pub struct StoredUser {
    /// The user. One who is linked to another is not blocked: the other's block counts.
    pub user: User,
    /// The hash as PHC string; none where the legacy store checks passwords.
    pub password: Option<Secret>,
    /// Of whom it is a way in, where it is none of its own.
    pub linked_to: Option<UserId>,
    /// How often all that the user is logged in by has ended, counted from when the user was made.
    pub logins_ended: u64,
}

impl StoredUser {
    /// On what a login rests that begins now.
    pub fn basis(&self) -> LoginBasis {
        LoginBasis {
            user: self.user.id.clone(),
            logins_ended: self.logins_ended,
        }
    }
}

/// What became of a user to be added.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "the usual variant is the large one, and the value is taken apart at once"
)]
pub enum AddUser {
    /// Stored.
    Added(User),
    /// Nothing was stored: another user has a key of this one.
    Exists(ExistingUser),
}

/// What became of a profile to be refreshed.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "the usual variant is the large one, and the value is taken apart at once"
)]
pub enum RefreshProfile {
    /// Stored.
    Refreshed(User),
    /// Nothing was stored: another user of the connection has the e-mail address, user name or telephone number.
    Taken(ExistingUser),
    /// Nothing was stored: this object of the user would [take too much](UserEdit::too_large).
    TooLarge(&'static str),
    /// There is no such user.
    Gone,
}

/// What became of a cached user to be made native.
#[derive(Clone, Debug)]
pub enum AdoptUser {
    /// Stored; the user with all of it.
    Adopted(Box<StoredUser>),
    /// Nothing was stored: another user of the connection has the e-mail address, user name or telephone number.
    Taken(ExistingUser),
    /// Nothing was stored: the user has a password hash.
    HasPassword(Box<StoredUser>),
    /// There is no such user.
    Gone,
}

/// The user that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingUser {
    /// Its id.
    pub id: UserId,
    /// The key both have.
    pub by: TakenKey,
}

/// Which key is taken. Where several are, the first of them in this order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TakenKey {
    /// The id, within the tenant: the same person of the legacy store.
    Id,
    /// The e-mail address, within the connection.
    Email,
    /// The user name, within the connection.
    Username,
    /// The telephone number, within a connection whose users log in by it.
    PhoneNumber,
}

/// Which users to list.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// With an identity in this connection.
    pub connection: Option<ConnectionId>,
    /// With this e-mail address, whatever its case.
    pub email: Option<String>,
    /// What is to be known of the others.
    pub total: Total,
}

/// Order of a list of users; no value counts as the smallest, ties are parted by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// By which field.
    pub by: SortField,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// A field that orders users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortField {
    /// `created_at`.
    #[default]
    CreatedAt,
    /// `updated_at`.
    UpdatedAt,
    /// `last_login`.
    LastLogin,
    /// `logins_count`.
    LoginsCount,
    /// `email`, lower-cased.
    Email,
    /// `username`, lower-cased.
    Username,
    /// `user_id`.
    Id,
    /// `name`.
    Name,
    /// `nickname`.
    Nickname,
    /// `given_name`.
    GivenName,
    /// `family_name`.
    FamilyName,
}
