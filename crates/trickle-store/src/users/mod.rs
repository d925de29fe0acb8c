//! Users, their identities and their password hashes.

use jiff::Timestamp;
use trickle_model::{ConnectionId, Event, NewUser, Profile, Secret, TenantId, User, UserId};

use crate::{Listed, Page, Store, StoreError};

/// A user with the password hash.
#[derive(Clone, Debug)]
pub struct StoredUser {
    /// The user.
    pub user: User,
    /// The hash as PHC string; none where the legacy store checks passwords.
    pub password: Option<Secret>,
}

/// What became of a user to be added.
#[derive(Clone, Debug)]
pub enum AddUser {
    /// Stored.
    Added(User),
    /// Nothing was stored: another user has a key of this one.
    Exists(ExistingUser),
}

/// What became of a profile to be refreshed.
#[derive(Clone, Debug)]
pub enum RefreshProfile {
    /// Stored.
    Refreshed(User),
    /// Nothing was stored: another user of the connection has the e-mail address or user name.
    Taken(ExistingUser),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenKey {
    /// The id, within the tenant: the same person of the legacy store.
    Id,
    /// The e-mail address, within the connection.
    Email,
    /// The user name, within the connection.
    Username,
}

/// Which users to list.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Of this connection.
    pub connection: Option<ConnectionId>,
    /// With this e-mail address, whatever its case.
    pub email: Option<String>,
}

/// Order of a list of users; those that have no value come first, ties are parted by id.
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
}

impl Store {
    /// The user of a connection with this e-mail address, else with this user name, whatever the case.
    ///
    /// # Errors
    /// The store fails.
    pub async fn find_by_identifier(
        &self,
        connection: &ConnectionId,
        identifier: &str,
    ) -> Result<Option<StoredUser>, StoreError> {
        todo!("{connection} {identifier}")
    }

    /// A user.
    ///
    /// # Errors
    /// The store fails.
    pub async fn user(&self, tenant: &TenantId, id: &UserId) -> Result<Option<User>, StoreError> {
        todo!("{tenant} {id}")
    }

    /// Users of a tenant.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list_users(
        &self,
        tenant: &TenantId,
        filter: &UserFilter,
        sort: &Sort,
        page: Page,
    ) -> Result<Listed<User>, StoreError> {
        todo!("{tenant} {filter:?} {sort:?} {page:?}")
    }

    /// Users of all connections with exactly this e-mail address, oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn users_by_email(
        &self,
        tenant: &TenantId,
        email: &str,
    ) -> Result<Vec<User>, StoreError> {
        todo!("{tenant} {email}")
    }

    /// Adds a user with identity, password hash and log entry, or nothing of it.
    ///
    /// # Errors
    /// The store fails. A taken key is no error.
    pub async fn add_user(
        &self,
        new: &NewUser,
        password: Option<&Secret>,
        event: Option<&Event>,
        now: Timestamp,
    ) -> Result<AddUser, StoreError> {
        todo!("{new:?} {password:?} {event:?} {now}")
    }

    /// Counts a login that succeeded; false without such a user.
    ///
    /// # Errors
    /// The store fails.
    pub async fn record_login(
        &self,
        tenant: &TenantId,
        id: &UserId,
        ip: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        todo!("{tenant} {id} {ip:?} {now}")
    }

    /// Replaces the password hash `old`; false when it is another one by now. The password stays the same.
    ///
    /// # Errors
    /// The store fails.
    pub async fn replace_password_hash(
        &self,
        tenant: &TenantId,
        id: &UserId,
        old: &Secret,
        new: &Secret,
    ) -> Result<bool, StoreError> {
        todo!("{tenant} {id} {old:?} {new:?}")
    }

    /// Overwrites the profile of a user by what the legacy store says now (import off).
    ///
    /// # Errors
    /// The store fails. A taken key is no error.
    pub async fn refresh_profile(
        &self,
        tenant: &TenantId,
        id: &UserId,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<RefreshProfile, StoreError> {
        todo!("{tenant} {id} {profile:?} {now}")
    }

    /// Removes a user with all that belongs to it; false without such a user.
    ///
    /// # Errors
    /// The store fails.
    pub async fn remove_user(&self, tenant: &TenantId, id: &UserId) -> Result<bool, StoreError> {
        todo!("{tenant} {id}")
    }
}
