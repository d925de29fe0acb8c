#![doc = include_str!("../README.md")]

mod bindings;
mod bulk;
mod certificate;
mod clients;
mod comparison;
mod compile;
mod consequence;
mod create_user;
mod edit_user;
mod engine;
mod event_ids;
mod execution;
mod flight;
mod forms;
mod grants;
mod html;
mod identifiers;
mod invitations;
mod journal;
mod ledger;
mod legacy;
mod login;
mod look_up;
mod mail;
mod opaque;
mod own_options;
mod password;
mod policy;
mod profile;
mod provision;
mod public_key;
mod recorder;
mod rehearsal;
mod runner;
mod scopes;
mod scrub;
mod second_factor;
mod shield;
mod signing;
mod signing_keys;
mod tickets;
mod title;
mod under_way;
mod unserved;

pub use bulk::{
    FileError, FileReader, ImportOrder, RowDefect, RowRules, RowWarning, SoundRow, Upload,
    UploadError, check_row, warnings,
};
pub use certificate::Certificate;
pub use clients::{secret_hash, secret_matches};
pub use comparison::Comparison;
pub use compile::Undecided;
pub use consequence::{ExitCode, Severity, exit_code, severity};
pub use create_user::{CreateUser, CreateUserOutcome, asked_at_sign_up};
pub use edit_user::{DeleteUserOutcome, EditUser, EditUserOutcome, OBJECT_MAX_BYTES};
pub use engine::{Engine, EngineError, EngineParts, EngineSettings};
pub use execution::Execution;
pub use grants::{
    Authorization, CodeOrder, ExchangeRefresh, LoginTicket, NewLoginTicket, NewRefresh,
    OrganizationClaim, RedeemCode, Redemption, RefreshRules, Session, session_id,
};
pub use html::escape_html;
pub use identifiers::{identifier_of, normalise_identifier};
pub use invitations::SendInvitation;
pub use journal::{Caller, ExchangeSubject};
pub use ledger::{
    Kept, LegacyCount, Migration, MigrationDay, MigrationEnd, MigrationSettings, TotalSource,
    ending_json,
};
pub use login::{How, LoginOutcome, LoginRequest};
pub use look_up::LookUp;
pub use mail::{Mail, MailError, MailTemplate, Mailer, TemplateError, TemplateKind};
pub use own_options::check_own_options;
pub use password::{
    ForgotPassword, LinkHost, PasswordOutcome, SendVerification, StragglerBatch, StragglerOrder,
    StragglerTicket, TicketOrder, VerificationSent, VerifyOutcome,
};
pub use policy::{Item, PasswordPolicy, PolicyBreach, Report, Rule};
pub use provision::{
    Bootstrapped, MANAGEMENT_AUDIENCE, NewClient, ProvisionError, bootstrap_default_tenant,
    create_client, create_tenant, generate_client_secret,
};
pub use public_key::RsaPublicKey;
pub use runner::ScriptRunner;
pub use scopes::MANAGEMENT_SCOPES;
pub use scrub::Scrubber;
pub use second_factor::{MfaChallenge, OtpOutcome};
pub use shield::{Block, BruteForce, SettingsError, SuspiciousIp};
pub use signing::{KeyError, SigningKeyPair};
pub use signing_keys::{
    KeyState, LONGEST_ACCESS_TOKEN_SECONDS, ListedKey, PREVIOUS_KEYS_MOST, RevokeKey, RotateKeys,
};
pub use tickets::OpenTicket;
pub use title::tenant_title;
pub use unserved::{KEEP_UNSERVED, OWN_SETTINGS, keep_unserved, keeps_unserved, unserved_notice};
