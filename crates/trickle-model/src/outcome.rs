//! How a run ended.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Action, Answer, SourceLine, UnverifiedProfile, failed_tls_check, source_lines};

/// What a script threw or gave to its callback as error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptError {
    /// Class of the error, `Error` where it has none.
    pub name: String,
    /// Its message.
    pub message: String,
    /// `code`, for example `ECONNREFUSED` or the first argument of a `ValidationError`.
    pub code: Option<String>,
    /// `errno` of a driver's or a system error, for example `1045` of MySQL or `-111`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errno: Option<String>,
    /// `sqlState` of a driver's error, for example `28000`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql_state: Option<String>,
    /// First argument of a `WrongUsernameOrPasswordError`.
    pub user_id: Option<String>,
    /// Second argument of a `ValidationError`.
    pub description: Option<String>,
    /// Line in the tenant's own text, from 1.
    pub line: Option<u32>,
    /// Column in that line, from 1.
    pub column: Option<u32>,
    /// The script's line with the one before and the one after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<SourceLine>,
    /// The stack, with the tenant's own lines.
    pub stack: Option<String>,
}

impl ScriptError {
    /// Takes the lines around the error from the script's own text, whatever the worker said of them.
    pub fn show_source(&mut self, script: &str) {
        self.source = self
            .line
            .map_or_else(Vec::new, |line| source_lines(script, line, self.column));
    }
}

impl std::fmt::Display for ScriptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.message)?;
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, " (line {line}, column {column})"),
            (Some(line), None) => write!(f, " (line {line})"),
            _ => Ok(()),
        }
    }
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// Wall time, milliseconds.
    Wall,
    /// CPU time, milliseconds.
    Cpu,
    /// V8 heap, bytes.
    Heap,
    /// Array buffers, bytes.
    Buffers,
    /// Private memory of the whole process, bytes.
    Memory,
    /// The serialised answer, bytes.
    Answer,
    /// Console lines.
    Console,
    /// Open connections of the whole worker.
    Sockets,
    /// Connections opened.
    Connects,
    /// Name look-ups.
    DnsQueries,
}

impl LimitKind {
    /// The limit's name in messages, and its unit.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Wall => ("wall time", "ms"),
            Self::Cpu => ("CPU time", "ms"),
            Self::Heap => ("heap", "bytes"),
            Self::Buffers => ("array buffer", "bytes"),
            Self::Memory => ("process memory", "bytes"),
            Self::Answer => ("answer", "bytes"),
            Self::Console => ("console", "lines"),
            Self::Sockets => ("open connection", "connections"),
            Self::Connects => ("connection", "connections"),
            Self::DnsQueries => ("name look-up", "look-ups"),
        }
    }
}

/// A limit that a run went beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitBreach {
    /// Which limit.
    pub kind: LimitKind,
    /// Its value, in the unit of its kind.
    pub limit: u64,
    /// What was used when it was noticed, in the same unit.
    pub used: Option<u64>,
}

impl std::fmt::Display for LimitBreach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, unit) = self.kind.words();
        write!(f, "{name} limit of {} {unit} exceeded", self.limit)?;
        if let Some(used) = self.used {
            write!(f, ", {used} {unit} used")?;
        }
        write!(f, "; see docs/reference/limits.md")
    }
}

/// Why the legacy store could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// Nothing listens there.
    Refused,
    /// The name does not resolve.
    Dns,
    /// The certificate or the handshake is wrong.
    Tls,
    /// No answer in the driver's own time.
    Timeout,
    /// The connection broke.
    Lost,
    /// It was not asked: it failed too often just now, and the circuit breaker is open.
    BreakerOpen,
}

impl Outage {
    /// Reads the `code` of a Node.js or driver error.
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "ECONNREFUSED" | "EHOSTUNREACH" | "ENETUNREACH" | "EHOSTDOWN" => Self::Refused,
            "ENOTFOUND" | "EAI_AGAIN" | "EAI_FAIL" | "EAI_NODATA" | "ENODATA" => Self::Dns,
            "ETIMEDOUT"
            | "ESOCKETTIMEDOUT"
            | "ECONNABORTED"
            | "ETIMEOUT"
            | "PROTOCOL_SEQUENCE_TIMEOUT" => Self::Timeout,
            "ECONNRESET"
            | "EPIPE"
            | "ESOCKET"
            | "PROTOCOL_CONNECTION_LOST"
            | "57P01"
            | "57P02"
            | "57P03" => Self::Lost,
            "EPROTO"
            | "DEPTH_ZERO_SELF_SIGNED_CERT"
            | "SELF_SIGNED_CERT_IN_CHAIN"
            | "CERT_HAS_EXPIRED"
            | "HANDSHAKE_SSL_ERROR"
            | "HANDSHAKE_NO_SSL_SUPPORT"
            | "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
            | "UNABLE_TO_GET_ISSUER_CERT"
            | "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" => Self::Tls,
            _ if code.starts_with("ERR_TLS_") || code.starts_with("ERR_SSL_") => Self::Tls,
            _ => return None,
        })
    }

    /// Reads a driver's error: its `code`, else the class or the text of drivers that give no code.
    pub fn from_error(error: &ScriptError) -> Option<Self> {
        let from_code = error.code.as_deref().and_then(Self::from_code);
        if from_code == Some(Self::Refused) || from_code == Some(Self::Dns) {
            return from_code;
        }
        // tedious and mongodb tell of it as a lost connection, or as no answer in time.
        if failed_tls_check(error).is_some() {
            return Some(Self::Tls);
        }
        if from_code.is_some() {
            return from_code;
        }
        match (error.name.as_str(), error.message.as_str()) {
            ("MongoServerSelectionError" | "MongoNetworkTimeoutError", _)
            | (_, "timeout expired" | "timeout exceeded when trying to connect") => {
                Some(Self::Timeout)
            }
            ("MongoNetworkError", _)
            | (_, "Connection terminated unexpectedly" | "Connection terminated") => {
                Some(Self::Lost)
            }
            _ => None,
        }
    }
}

const NO_NUMBER: &str =
    "the count script gave no whole number of 0 or more; call callback(null, number)";

/// Drivers give large numbers as text.
fn whole_number(value: &Value) -> Option<u64> {
    // As far as JavaScript counts exactly.
    const MOST: u64 = (1 << 53) - 1;
    let number = match value {
        Value::String(text) => text.trim().parse().ok()?,
        number => number.as_u64()?,
    };
    (number <= MOST).then_some(number)
}

/// How a run ended. An outage is never a wrong password.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// `login` or `get_user` gave a profile, not yet checked.
    Profile(UnverifiedProfile),
    /// Another script succeeded with this second argument.
    Done(Value),
    /// `get_user` knows no such user.
    NoSuchUser,
    /// `login` does not accept the credentials; with the error, if the script gave one.
    WrongCredentials(Option<ScriptError>),
    /// A `ValidationError` or an `UnauthorizedError`.
    Refused(ScriptError),
    /// Any other error, one of compilation included.
    ScriptError(ScriptError),
    /// The answer cannot be used, and why.
    BadAnswer(String),
    /// Nothing was left to run and the callback had not been called.
    DidNotAnswer,
    /// The wall time limit.
    TooSlow(LimitBreach),
    /// The CPU time limit.
    TooMuchCpu(LimitBreach),
    /// The limit of the heap, of array buffers, or of the process.
    TooMuchMemory(LimitBreach),
    /// Another limit: the answer, the console, connections, name look-ups.
    OverLimit(LimitBreach),
    /// The script wanted to reach an address that it may not, `HOST:PORT`.
    EgressDenied(String),
    /// The worker ended, and how.
    Crashed(String),
    /// No worker was free in time.
    Busy,
    /// The legacy store could not be asked.
    LegacyStoreDown(Outage, ScriptError),
}

impl Outcome {
    /// Reads an answer as the documented contract of the action says.
    pub fn from_answer(action: Action, answer: Answer) -> Self {
        if let Some(error) = answer.error {
            return Self::from_error(action, error);
        }
        let truthy = match &answer.value {
            Value::Null | Value::Bool(false) => false,
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::String(text) => !text.is_empty(),
            _ => true,
        };
        match action {
            Action::Login if !truthy => Self::WrongCredentials(None),
            Action::GetUser if !truthy => Self::NoSuchUser,
            Action::Login | Action::GetUser => Self::Profile(UnverifiedProfile::new(answer.value)),
            Action::Count => match whole_number(&answer.value) {
                Some(users) => Self::Done(users.into()),
                None => Self::BadAnswer(NO_NUMBER.to_owned()),
            },
            _ => Self::Done(answer.value),
        }
    }

    fn from_error(action: Action, error: ScriptError) -> Self {
        let outage = Outage::from_error(&error);
        match (error.name.as_str(), error.code.as_deref()) {
            ("WrongUsernameOrPasswordError", _) | (_, Some("wrongusernameorpassword")) => {
                if action == Action::GetUser {
                    Self::NoSuchUser
                } else {
                    Self::WrongCredentials(Some(error))
                }
            }
            ("ValidationError" | "UnauthorizedError", Some(_)) | (_, Some("unauthorized")) => {
                Self::Refused(error)
            }
            _ => match outage {
                Some(outage) => Self::LegacyStoreDown(outage, error),
                None => Self::ScriptError(error),
            },
        }
    }

    /// The outcome that a breach of a limit is.
    pub const fn over(breach: LimitBreach) -> Self {
        match breach.kind {
            LimitKind::Wall => Self::TooSlow(breach),
            LimitKind::Cpu => Self::TooMuchCpu(breach),
            LimitKind::Heap | LimitKind::Buffers | LimitKind::Memory => Self::TooMuchMemory(breach),
            LimitKind::Answer
            | LimitKind::Console
            | LimitKind::Sockets
            | LimitKind::Connects
            | LimitKind::DnsQueries => Self::OverLimit(breach),
        }
    }

    /// The outcome's name in JSON, logs and documents.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Profile(_) => "profile",
            Self::Done(_) => "done",
            Self::NoSuchUser => "no_such_user",
            Self::WrongCredentials(_) => "wrong_credentials",
            Self::Refused(_) => "refused",
            Self::ScriptError(_) => "script_error",
            Self::BadAnswer(_) => "bad_answer",
            Self::DidNotAnswer => "did_not_answer",
            Self::TooSlow(_) => "too_slow",
            Self::TooMuchCpu(_) => "too_much_cpu",
            Self::TooMuchMemory(_) => "too_much_memory",
            Self::OverLimit(_) => "over_limit",
            Self::EgressDenied(_) => "egress_denied",
            Self::Crashed(_) => "crashed",
            Self::Busy => "busy",
            Self::LegacyStoreDown(..) => "legacy_store_down",
        }
    }

    /// The script's error, to be completed.
    pub const fn error_mut(&mut self) -> Option<&mut ScriptError> {
        match self {
            Self::WrongCredentials(Some(error))
            | Self::Refused(error)
            | Self::ScriptError(error)
            | Self::LegacyStoreDown(_, error) => Some(error),
            _ => None,
        }
    }

    /// The script's error, where it gave one.
    pub const fn error(&self) -> Option<&ScriptError> {
        match self {
            Self::WrongCredentials(Some(error))
            | Self::Refused(error)
            | Self::ScriptError(error)
            | Self::LegacyStoreDown(_, error) => Some(error),
            _ => None,
        }
    }
}

impl std::fmt::Display for Outcome {
    /// One sentence for operators and script authors; never for end users.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Profile(_) => f.write_str("the script gave a profile"),
            Self::Done(_) => f.write_str("the script succeeded"),
            Self::NoSuchUser => f.write_str("the legacy store knows no such user"),
            Self::WrongCredentials(None) => f.write_str("the script did not accept the credentials"),
            Self::WrongCredentials(Some(error))
            | Self::Refused(error)
            | Self::ScriptError(error) => error.fmt(f),
            Self::BadAnswer(reason) => f.write_str(reason),
            Self::DidNotAnswer => f.write_str(
                "the script finished without calling its callback; call callback(error) or callback(null, result) on every path",
            ),
            Self::TooSlow(breach)
            | Self::TooMuchCpu(breach)
            | Self::TooMuchMemory(breach)
            | Self::OverLimit(breach) => breach.fmt(f),
            Self::EgressDenied(target) => write!(
                f,
                "connecting to {target} is not allowed; allow it with --allow-net {target}"
            ),
            Self::Crashed(how) => write!(f, "the worker ended before the script answered: {how}"),
            Self::Busy => f.write_str("no worker was free in time"),
            Self::LegacyStoreDown(_, error) => {
                write!(f, "the legacy store cannot be reached: {error}")?;
                match failed_tls_check(error) {
                    Some(check) => write!(f, "; TLS: {check}"),
                    None => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(value: Value) -> Answer {
        Answer { error: None, value }
    }

    fn failed(name: &str, code: Option<&str>) -> Answer {
        Answer {
            error: Some(ScriptError {
                name: name.into(),
                code: code.map(Into::into),
                ..ScriptError::default()
            }),
            value: Value::Null,
        }
    }

    #[test]
    fn an_empty_login_answer_is_wrong_credentials_and_an_empty_get_user_answer_no_user() {
        for empty in [Value::Null, json!(false), json!(0), json!("")] {
            let login = Outcome::from_answer(Action::Login, answered(empty.clone()));
            assert_eq!(login, Outcome::WrongCredentials(None));
            let get_user = Outcome::from_answer(Action::GetUser, answered(empty));
            assert_eq!(get_user, Outcome::NoSuchUser);
        }
    }

    #[test]
    fn a_count_is_a_whole_number() {
        for (given, users) in [(json!(0), 0), (json!(48_000), 48_000), (json!("12"), 12)] {
            let outcome = Outcome::from_answer(Action::Count, answered(given));
            assert_eq!(outcome, Outcome::Done(users.into()));
        }
        for given in [
            Value::Null,
            json!(-1),
            json!(1.5),
            json!("many"),
            json!("-1"),
            json!(1_u64 << 53),
            json!({"count": 1}),
        ] {
            let outcome = Outcome::from_answer(Action::Count, answered(given.clone()));
            assert_eq!(outcome.name(), "bad_answer", "{given}");
        }
    }

    #[test]
    fn an_outage_is_never_a_wrong_password() {
        for code in [
            "ECONNREFUSED",
            "ENOTFOUND",
            "ETIMEDOUT",
            "ECONNRESET",
            "CERT_HAS_EXPIRED",
        ] {
            let outcome = Outcome::from_answer(Action::Login, failed("Error", Some(code)));
            assert_eq!(outcome.name(), "legacy_store_down", "{code}");
        }
    }

    #[test]
    fn drivers_that_give_no_code_are_known_by_class_or_text() {
        let of = |name: &str, message: &str| {
            Outage::from_error(&ScriptError {
                name: name.into(),
                message: message.into(),
                ..ScriptError::default()
            })
        };
        let mongodb = of(
            "MongoServerSelectionError",
            "connect ECONNREFUSED 127.0.0.1:1",
        );
        assert_eq!(mongodb, Some(Outage::Timeout));
        let pg = of("Error", "Connection terminated unexpectedly");
        assert_eq!(pg, Some(Outage::Lost));
        assert_eq!(of("Error", "timeout expired"), Some(Outage::Timeout));
        assert_eq!(of("Error", "the password is wrong"), None);
    }

    #[test]
    fn a_tls_failure_says_which_check_failed() {
        for (code, message, check) in [
            (
                "ESOCKET",
                "Failed to connect to db:1433 - unable to verify the first certificate",
                "authority is not known",
            ),
            ("DEPTH_ZERO_SELF_SIGNED_CERT", "", "signed itself"),
            ("CERT_HAS_EXPIRED", "certificate has expired", "expired"),
            ("ERR_TLS_CERT_ALTNAME_INVALID", "", "another name"),
            (
                "HANDSHAKE_SSL_ERROR",
                "invalid peer certificate: UnknownIssuer",
                "authority is not known",
            ),
            (
                "",
                "invalid peer certificate: UnknownIssuer",
                "authority is not known",
            ),
            (
                "",
                "invalid peer certificate: BadEncoding",
                "needs another one",
            ),
            ("INVALID_PURPOSE", "", "needs another one"),
        ] {
            let error = ScriptError {
                name: "Error".into(),
                code: Some(code.into()),
                message: message.into(),
                ..ScriptError::default()
            };
            let answer = Answer {
                error: Some(error),
                value: Value::Null,
            };
            let outcome = Outcome::from_answer(Action::Login, answer);
            assert!(matches!(outcome, Outcome::LegacyStoreDown(Outage::Tls, _)));
            assert!(outcome.to_string().contains(check), "{outcome}");
        }
    }

    #[test]
    fn error_classes_decide_the_outcome() {
        let of = |name, code| Outcome::from_answer(Action::Login, failed(name, code)).name();
        assert_eq!(
            of(
                "WrongUsernameOrPasswordError",
                Some("wrongusernameorpassword")
            ),
            "wrong_credentials"
        );
        assert_eq!(of("ValidationError", Some("user_exists")), "refused");
        assert_eq!(of("UnauthorizedError", Some("unauthorized")), "refused");
        assert_eq!(of("ValidationError", None), "script_error");
        assert_eq!(of("TypeError", None), "script_error");
    }
}
