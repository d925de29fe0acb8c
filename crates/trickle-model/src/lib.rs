#![doc = include_str!("../README.md")]

mod action;
mod client;
mod clock;
mod connection;
mod event;
mod execution;
mod ids;
mod limits;
mod options;
mod outcome;
mod profile;
mod secret;
mod user;

pub use action::{Action, UnknownAction};
pub use client::{ApiClient, ClientGrant, Grant, UnknownGrant};
pub use clock::{Clock, SystemClock, iso_millis};
pub use connection::{ConfigurationValue, Connection, ImportMode};
pub use event::{Event, EventCode};
pub use execution::{
    Answer, Binding, ConsoleLine, ExecutionReport, ExecutionRequest, LoadedModule, Timings,
};
pub use ids::{ClientId, ConnectionId, EventId, ExecutionId, TenantId, UserId};
pub use limits::Limits;
pub use options::{ConnectionOptions, OptionsError, SCRIPT_MAX_BYTES};
pub use outcome::{LimitBreach, LimitKind, Outage, Outcome, ScriptError};
pub use profile::{EmailRule, PROFILE_MAX_BYTES, Profile, ProfileError, UnverifiedProfile};
pub use secret::Secret;
pub use user::{NewUser, User};
