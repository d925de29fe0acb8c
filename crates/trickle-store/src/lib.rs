#![doc = include_str!("../README.md")]

mod assertions;
mod bulk;
mod claims;
mod client_grants;
mod clients;
mod column;
mod connections;
mod dialect;
mod endings;
mod error;
mod events;
mod filter;
mod front_door;
mod jobs;
mod kept;
mod key_check;
mod ledger;
mod login_basis;
mod login_lists;
mod login_metadata;
mod login_sessions;
mod looked_up;
mod master_key;
mod nodelay;
mod one_time;
mod open;
mod organizations;
mod page;
mod place;
mod readers;
mod records;
mod refresh;
mod rehearsals;
mod resource_servers;
mod roles;
mod rolls;
mod rounds;
mod schema;
mod scripts;
mod sealing;
mod search;
mod searches;
mod second_factors;
mod settings;
mod signing_keys;
mod stats;
mod store;
mod stored;
mod tenants;
mod tickets;
mod users;
mod vault;
mod version;

pub use client_grants::ClientGrantFilter;
pub use clients::{ClientChange, ClientFilter, GrantedFor};
pub use connections::{
    AddConnectionError, CONNECTIONS_MOST, ChangeConnectionError, ConfigurationInput,
    ConnectionChange, ConnectionFilter, KEPT_CONNECTION, NewConnection, STRATEGY,
};
pub use endings::{Ending, Reopening};
pub use error::{DatabaseFailure, StoreError};
pub use events::EventSearch;
pub use front_door::{
    BRUTE_FORCE, FailureKey, Failures, FrontDoor, IdentifierFailures, SUSPICIOUS_IP, Stage,
    ThrottleKey,
};
pub use jobs::{Chunk, Job, JobCounts, JobError, JobKind, JobStatus, Lease, NewChunk, OrderJob};
pub use kept::{AddKept, ChangeKept, KEPT_MOST, KEPT_MOST_BYTES, Kept};
pub use ledger::{DayCount, IMPORTED, LOGIN, LedgerEntry};
pub use login_basis::LoginBasis;
pub use login_lists::LiveRefresh;
pub use login_metadata::LOGIN_METADATA;
pub use login_sessions::LoginSession;
pub use master_key::{MasterKey, MasterKeyError};
pub use one_time::{OneTimePurpose, OneTimeToken, TakeOneTime};
pub use open::{Database, OpenError};
pub use organizations::{
    AcceptInvitation, ChangeOrganization, Invitation, InvitationOrder, NewInvitation, Organization,
    OrganizationConnection, OrganizationField, OrganizationSort,
};
pub use page::{Listed, Page, Part, Total};
pub use place::{NotAPlace, Place, PlaceKey};
pub use records::{Record, Write};
pub use refresh::{RefreshFamily, RefreshToken, RefreshUse, UseRefresh};
pub use rehearsals::{RehearsalEntry, RehearsalGroup};
pub use resource_servers::ResourceServer;
pub use roles::{GiveRoles, Permission, ROLE, RoleHolder};
pub use rolls::{RollCounts, RollEntry};
pub use scripts::Activation;
pub use search::{SearchError, SearchQuery};
pub use searches::SearchFailed;
pub use second_factors::{AddFactor, AttemptPace, StoredFactor, new_factor_id};
pub use signing_keys::{SecretBytes, SigningKey};
pub use stats::DayOfLogins;
pub use store::Store;
pub use tenants::{AddTenantError, NewTenant, Site, Tenant};
pub use tickets::{Ticket, TicketPurpose};
pub use users::{
    AddUser, AdoptUser, DueTerms, ExistingUser, ImportBatch, ImportChange, ImportId,
    ImportPassword, ImportRow, ImportedBatch, LINKED_MOST, LinkUser, LinkedUser, OnBuried,
    OnExisting, ReadyRow, RefreshProfile, RowRefusal, Sort, SortField, StoredUser, TakenKey,
    UserDocument, UserEdit, UserFilter, UserObjects, UserSearch,
};
pub use version::{Cache, Version};
