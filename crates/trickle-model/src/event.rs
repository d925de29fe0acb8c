//! Entries of a tenant's log.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{ClientId, ConnectionId, EventId, TenantId, UserId};

/// What kind of thing happened; codes as existing log consumers know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventCode {
    /// `s`: login succeeded.
    Login,
    /// `f`: login failed for another reason than the credentials.
    LoginFailed,
    /// `fp`: wrong password.
    WrongPassword,
    /// `fu`: unknown identifier.
    UnknownUser,
    /// `w`: warning during login.
    Warning,
    /// `sepft`: password exchanged for tokens.
    PasswordExchanged,
    /// `fepft`: that exchange failed.
    PasswordExchangeFailed,
    /// `seccft`: client credentials exchanged for a token.
    ClientCredentialsExchanged,
    /// `feccft`: that exchange failed.
    ClientCredentialsExchangeFailed,
    /// `ss`: user created.
    SignUp,
    /// `fs`: user creation failed.
    SignUpFailed,
    /// `sapi`: Management API call succeeded.
    ManagementCall,
    /// `limit_wc`: an identifier is shut out after too many failures.
    AccountBlocked,
    /// `limit_mu`: an address is slowed down after too many failures.
    AddressBlocked,
    /// `ublkdu`: a block was lifted.
    Unblocked,
    /// `svr`: a verification mail was asked for.
    VerificationRequested,
    /// `fvr`: that request failed.
    VerificationRequestFailed,
    /// `sv`: an e-mail address was verified.
    Verified,
    /// `fv`: that failed.
    VerificationFailed,
    /// `scpr`: a mail to choose a new password was asked for.
    PasswordChangeRequested,
    /// `fcpr`: that request failed.
    PasswordChangeRequestFailed,
    /// `scp`: a password changed.
    PasswordChanged,
    /// `fcp`: that failed.
    PasswordChangeFailed,
    /// `sce`: an e-mail address changed.
    EmailChanged,
    /// `fce`: that failed.
    EmailChangeFailed,
    /// `scu`: a user name changed.
    UsernameChanged,
    /// `fcu`: that failed.
    UsernameChangeFailed,
    /// `scpn`: a telephone number changed.
    PhoneNumberChanged,
    /// `fcpn`: that failed.
    PhoneNumberChangeFailed,
    /// `sdu`: a user was deleted.
    UserDeleted,
    /// `fdu`: that failed.
    UserDeletionFailed,
    /// `sui`: users were imported from a file.
    UsersImported,
    /// `fui`: that failed.
    UsersImportFailed,
    /// `sertft`: a refresh token exchanged for an access token.
    RefreshTokenExchanged,
    /// `fertft`: that exchange failed.
    RefreshTokenExchangeFailed,
    /// `ferrt`: a refresh token came twice: its family works no more.
    RefreshTokenReused,
    /// `srrt`: a refresh token was revoked.
    RefreshTokenRevoked,
    /// `seacft`: an authorization code exchanged for tokens.
    CodeExchanged,
    /// `feacft`: that exchange failed.
    CodeExchangeFailed,
    /// `scoa`: a login from another origin succeeded.
    CrossOriginLogin,
    /// `fcoa`: that failed.
    CrossOriginLoginFailed,
    /// `ssa`: a login without a page succeeded.
    SilentLogin,
    /// `fsa`: that failed.
    SilentLoginFailed,
    /// `slo`: a person logged out.
    Logout,
    /// `flo`: that failed.
    LogoutFailed,
    /// `mfar`: a second factor was asked for.
    SecondFactorRequired,
    /// `gd_auth_succeed`: the second factor was right.
    SecondFactorPassed,
    /// `gd_auth_failed`: the second factor was wrong.
    SecondFactorFailed,
    /// `gd_otp_rate_limit_exceed`: too many wrong second factors.
    SecondFactorThrottled,
    /// `sepotpft`: password and one-time password exchanged for tokens.
    PasswordAndOtpExchanged,
    /// `fepotpft`: that exchange failed.
    PasswordAndOtpExchangeFailed,
}

impl EventCode {
    /// Every code.
    pub const ALL: [Self; 51] = [
        Self::Login,
        Self::LoginFailed,
        Self::WrongPassword,
        Self::UnknownUser,
        Self::Warning,
        Self::PasswordExchanged,
        Self::PasswordExchangeFailed,
        Self::ClientCredentialsExchanged,
        Self::ClientCredentialsExchangeFailed,
        Self::SignUp,
        Self::SignUpFailed,
        Self::ManagementCall,
        Self::AccountBlocked,
        Self::AddressBlocked,
        Self::Unblocked,
        Self::VerificationRequested,
        Self::VerificationRequestFailed,
        Self::Verified,
        Self::VerificationFailed,
        Self::PasswordChangeRequested,
        Self::PasswordChangeRequestFailed,
        Self::PasswordChanged,
        Self::PasswordChangeFailed,
        Self::EmailChanged,
        Self::EmailChangeFailed,
        Self::UsernameChanged,
        Self::UsernameChangeFailed,
        Self::PhoneNumberChanged,
        Self::PhoneNumberChangeFailed,
        Self::UserDeleted,
        Self::UserDeletionFailed,
        Self::UsersImported,
        Self::UsersImportFailed,
        Self::RefreshTokenExchanged,
        Self::RefreshTokenExchangeFailed,
        Self::RefreshTokenReused,
        Self::RefreshTokenRevoked,
        Self::CodeExchanged,
        Self::CodeExchangeFailed,
        Self::CrossOriginLogin,
        Self::CrossOriginLoginFailed,
        Self::SilentLogin,
        Self::SilentLoginFailed,
        Self::Logout,
        Self::LogoutFailed,
        Self::SecondFactorRequired,
        Self::SecondFactorPassed,
        Self::SecondFactorFailed,
        Self::SecondFactorThrottled,
        Self::PasswordAndOtpExchanged,
        Self::PasswordAndOtpExchangeFailed,
    ];

    /// The `type` of the log entry.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "s",
            Self::LoginFailed => "f",
            Self::WrongPassword => "fp",
            Self::UnknownUser => "fu",
            Self::Warning => "w",
            Self::PasswordExchanged => "sepft",
            Self::PasswordExchangeFailed => "fepft",
            Self::ClientCredentialsExchanged => "seccft",
            Self::ClientCredentialsExchangeFailed => "feccft",
            Self::SignUp => "ss",
            Self::SignUpFailed => "fs",
            Self::ManagementCall => "sapi",
            Self::AccountBlocked => "limit_wc",
            Self::AddressBlocked => "limit_mu",
            Self::Unblocked => "ublkdu",
            Self::VerificationRequested => "svr",
            Self::VerificationRequestFailed => "fvr",
            Self::Verified => "sv",
            Self::VerificationFailed => "fv",
            Self::PasswordChangeRequested => "scpr",
            Self::PasswordChangeRequestFailed => "fcpr",
            Self::PasswordChanged => "scp",
            Self::PasswordChangeFailed => "fcp",
            Self::EmailChanged => "sce",
            Self::EmailChangeFailed => "fce",
            Self::UsernameChanged => "scu",
            Self::UsernameChangeFailed => "fcu",
            Self::PhoneNumberChanged => "scpn",
            Self::PhoneNumberChangeFailed => "fcpn",
            Self::UserDeleted => "sdu",
            Self::UserDeletionFailed => "fdu",
            Self::UsersImported => "sui",
            Self::UsersImportFailed => "fui",
            Self::RefreshTokenExchanged => "sertft",
            Self::RefreshTokenExchangeFailed => "fertft",
            Self::RefreshTokenReused => "ferrt",
            Self::RefreshTokenRevoked => "srrt",
            Self::CodeExchanged => "seacft",
            Self::CodeExchangeFailed => "feacft",
            Self::CrossOriginLogin => "scoa",
            Self::CrossOriginLoginFailed => "fcoa",
            Self::SilentLogin => "ssa",
            Self::SilentLoginFailed => "fsa",
            Self::Logout => "slo",
            Self::LogoutFailed => "flo",
            Self::SecondFactorRequired => "mfar",
            Self::SecondFactorPassed => "gd_auth_succeed",
            Self::SecondFactorFailed => "gd_auth_failed",
            Self::SecondFactorThrottled => "gd_otp_rate_limit_exceed",
            Self::PasswordAndOtpExchanged => "sepotpft",
            Self::PasswordAndOtpExchangeFailed => "fepotpft",
        }
    }
}

/// One log entry.
#[derive(Clone, Debug)]
pub struct Event {
    /// Sorts by time.
    pub id: EventId,
    /// Whose log it is in.
    pub tenant: TenantId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub code: EventCode,
    /// For people.
    pub description: String,
    /// The connection, where one was involved.
    pub connection: Option<ConnectionId>,
    /// The client, where one was involved.
    pub client: Option<ClientId>,
    /// The user, where one is known.
    pub user: Option<UserId>,
    /// What was typed as identifier.
    pub user_name: Option<String>,
    /// Address of the caller.
    pub ip: Option<String>,
    /// The caller's `User-Agent`.
    pub user_agent: Option<String>,
    /// Everything else, for example outcome, limit, script line, console.
    pub details: Map<String, Value>,
}
