#![doc = include_str!("../README.md")]

mod clients;
mod consequence;
mod create_user;
mod engine;
mod execution;
mod flight;
mod journal;
mod login;
mod profile;
mod provision;
mod runner;
mod scrub;
mod signing;

pub use clients::secret_matches;
pub use consequence::{ExitCode, Severity, exit_code, severity};
pub use create_user::{CreateUser, CreateUserOutcome};
pub use engine::{Engine, EngineError, EngineParts, EngineSettings};
pub use execution::Execution;
pub use journal::{Caller, ExchangeSubject};
pub use login::{How, LoginOutcome, LoginRequest, normalise_identifier};
pub use provision::{
    Bootstrapped, MANAGEMENT_AUDIENCE, MANAGEMENT_SCOPES, NewClient, ProvisionError,
    bootstrap_default_tenant, create_client, create_tenant,
};
pub use runner::ScriptRunner;
pub use scrub::Scrubber;
pub use signing::{KeyError, SigningKeyPair};
