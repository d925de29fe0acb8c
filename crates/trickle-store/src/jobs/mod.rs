//! Work that goes on after its order was answered, and what was uploaded for it.

mod chunks;
mod errors;
mod link;
mod order;
mod read;
mod turns;

use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_model::{ConnectionId, JobId, TenantId};

pub use chunks::{Chunk, NewChunk};
pub use errors::JobError;
pub(crate) use errors::insert as insert_errors;
pub use order::OrderJob;
pub(crate) use turns::{Progress, advance};

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Takes users over from a file.
    UsersImport,
    /// Writes users into a file.
    UsersExport,
    /// Sends one mail.
    VerificationEmail,
}

impl JobKind {
    const ALL: [Self; 3] = [
        Self::UsersImport,
        Self::UsersExport,
        Self::VerificationEmail,
    ];

    /// Its name in the Management API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UsersImport => "users_import",
            Self::UsersExport => "users_export",
            Self::VerificationEmail => "verification_email",
        }
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// Its file is being uploaded; nobody sees it yet.
    Receiving,
    /// Waits or works.
    Pending,
    /// Done.
    Completed,
    /// Given up.
    Failed,
}

impl JobStatus {
    const ALL: [Self; 4] = [
        Self::Receiving,
        Self::Pending,
        Self::Completed,
        Self::Failed,
    ];

    /// Its name in the Management API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// Rows of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// In the file.
    pub total: u64,
    /// Users added.
    pub inserted: u64,
    /// Users changed.
    pub updated: u64,
    /// Rows that were not taken over.
    pub failed: u64,
}

impl JobCounts {
    /// Rows that are dealt with.
    pub const fn done(&self) -> u64 {
        self.inserted + self.updated + self.failed
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The tenant.
    pub tenant: TenantId,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub status: JobStatus,
    /// The connection, where one is known.
    pub connection: Option<ConnectionId>,
    /// What was ordered.
    pub details: Map<String, Value>,
    /// Why it failed.
    pub reason: Option<String>,
    /// Its rows.
    pub counts: JobCounts,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When its first turn began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// The right of one node to receive a job or to work on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The node.
    pub holder: String,
    /// Until then nobody else takes it.
    pub until: Timestamp,
}
