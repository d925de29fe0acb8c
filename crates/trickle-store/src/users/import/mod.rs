//! Many users at once, from a file.

mod batch;
mod existing;
mod insert;
mod ready;
mod upsert;

use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_model::{ConnectionId, JobId, Profile, Secret, TenantId, UserId};

pub use ready::ReadyRow;

use crate::{JobError, Lease};

/// A row that may become a user.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// In the file, from 1.
    pub position: u64,
    /// Whether it has the user name that a new user of the connection needs; without it a row only changes somebody.
    pub is_whole: bool,
    /// The user as it is to be; `profile.id` is not looked at.
    pub profile: Profile,
    /// The user's id.
    pub id: ImportId,
    /// The hash to log in with.
    pub password: Option<ImportPassword>,
    /// What is changed where the user is here already.
    pub change: ImportChange,
}

/// Where an id comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportId {
    /// The row names it.
    Given(UserId),
    /// The row names none.
    MadeUp(UserId),
}

impl ImportId {
    /// The id.
    pub const fn id(&self) -> &UserId {
        match self {
            Self::Given(id) | Self::MadeUp(id) => id,
        }
    }
}

/// A hash of a row.
#[derive(Clone, Debug)]
pub enum ImportPassword {
    /// For users who have none.
    First(Secret),
    /// For users who have not logged in with the one they have from another import, too.
    Replacing(Secret),
}

impl ImportPassword {
    pub(crate) const fn hash(&self) -> &Secret {
        match self {
            Self::First(hash) | Self::Replacing(hash) => hash,
        }
    }
}

/// What a row changes of a user who is here already; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportChange {
    /// Whether the address is proven.
    pub email_verified: Option<bool>,
    /// Root fields; each replaces the old one.
    pub attributes: Map<String, Value>,
    /// Replaces the whole object.
    pub user_metadata: Option<Map<String, Value>>,
    /// Replaces the whole object.
    pub app_metadata: Option<Map<String, Value>>,
}

/// What happens to users who are here already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExisting {
    /// The row is refused.
    Refuse,
    /// They are changed.
    Change,
}

/// Whether ids of users who were deleted here may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBuried {
    /// The row is refused.
    Refuse,
    /// The user is added.
    Add,
}

/// Rows that are taken over together or not at all.
#[derive(Clone, Copy, Debug)]
pub struct ImportBatch<'a> {
    /// The tenant.
    pub tenant: &'a TenantId,
    /// The connection.
    pub connection: &'a ConnectionId,
    /// The job.
    pub job: &'a JobId,
    /// The node's right to work on it.
    pub lease: &'a Lease,
    /// The part of the upload in which the rows are; it goes with them.
    pub chunk: u64,
    /// Rows to take over.
    pub rows: &'a [ReadyRow],
    /// Rows of the part that cannot be.
    pub unsound: &'a [JobError],
    /// See there.
    pub on_existing: OnExisting,
    /// See there.
    pub on_buried: OnBuried,
    /// When.
    pub now: Timestamp,
}

/// Why a sound row is not taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowRefusal {
    /// There is such a user, by address or id, or by the telephone number where the row has nothing else.
    Duplicated,
    /// The address belongs to a user with another id.
    ConflictEmail,
    /// The user name is taken.
    ConflictUsername,
    /// A new user needs a user name.
    NoUsername,
    /// The telephone number belongs to another user.
    ConflictPhoneNumber,
    /// The id belongs to a user with another address, or of another connection.
    ConflictId,
    /// The user was deleted here.
    Buried,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportedBatch {
    /// All rows are dealt with.
    Done {
        /// Users added.
        inserted: u64,
        /// Users changed.
        updated: u64,
        /// Rows that were not taken over, the unsound ones among them.
        failed: u64,
    },
    /// The job is gone or another node's; nothing was done.
    Lost,
}
