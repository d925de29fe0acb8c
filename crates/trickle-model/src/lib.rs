#![doc = include_str!("../README.md")]

mod action;
mod client;
mod clock;
mod connection;
mod egress;
mod event;
mod execution;
mod identifiers;
mod ids;
mod limits;
mod node_version;
mod options;
mod outcome;
mod profile;
mod rehearsal;
mod script_version;
mod second_factor;
mod secret;
mod source_line;
mod tls_check;
mod user;

pub use action::{Action, UnknownAction};
pub use client::{
    ApiClient, ClientCredential, ClientGrant, ClientSettings, ClientSettingsError,
    CredentialAlgorithm, Grant, GrantHolder, GrantSubject, JsonKind, ORGANIZATION_MARK,
    OrganizationUsage, RefreshTokenPolicy, TokenEndpointAuth, UnknownAlgorithm, UnknownGrant,
    origin_of, origin_part, partial_mark,
};
pub use clock::{Clock, SystemClock, iso_millis};
pub use connection::{ConfigurationValue, Connection, ImportMode, REALMS, is_active, realms_of};
pub use egress::OperatorEgress;
pub use event::{Event, EventCode};
pub use execution::{
    Answer, Binding, ConsoleLine, EgressLine, ExecutionReport, ExecutionRequest, LoadedModule,
    Timings,
};
pub use identifiers::{
    IdentifierKind, PHONE_SEPARATORS, Precedence, phone_identifier, phone_identifier_of,
};
pub use ids::{ClientId, ConnectionId, EventId, ExecutionId, JobId, TenantId, UserId, prefixed_id};
pub use limits::{AskedLimits, HEAP_MIN_BYTES, Limits};
pub use node_version::{NodeVersion, NodeVersionError};
pub use options::{ConnectionOptions, OptionsError, SCRIPT_MAX_BYTES};
pub use outcome::{LimitBreach, LimitKind, Outage, Outcome, ScriptError};
pub use profile::{
    EmailRule, PROFILE_MAX_BYTES, Profile, ProfileError, UnverifiedProfile, is_address,
};
pub use rehearsal::{Rehearsal, WHOLE_SHARE};
pub use script_version::{LiveScript, ScriptSave, ScriptVersion};
pub use second_factor::{SECOND_FACTORS_MAX, SecondFactor, SecondFactorsError, is_phone};
pub use secret::Secret;
pub use source_line::{SourceLine, source_lines};
pub use tls_check::failed_tls_check;
pub use user::{NewUser, User};
