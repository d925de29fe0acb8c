//! The rules there are.

use serde::Serialize;

use crate::rules;
use crate::rules::Check;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Works, and is unwise.
    Warning,
    /// Fails, or is dangerous.
    Error,
}

/// A rule; its page is `docs/reference/lints/<id>.md`.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name in findings and in comments that silence it.
    pub id: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Its page in Markdown: why it is wrong, and scripts in which it is found and not found.
    pub page: &'static str,
    pub(crate) check: Option<Check>,
}

macro_rules! rule {
    ($id:literal, $severity:expr, $summary:literal, $check:expr $(,)?) => {
        Rule {
            id: $id,
            severity: $severity,
            summary: $summary,
            page: include_str!(concat!("../../../docs/reference/lints/", $id, ".md")),
            check: $check,
        }
    };
}

use Severity::{Error, Warning};

/// All rules, by name. Those without a check of their own come from reading the script, or from its comments.
pub const RULES: &[Rule] = &[
    rule!(
        "bad-ignore",
        Warning,
        "a comment silences nothing, no known rule, or gives no reason",
        None,
    ),
    rule!(
        "callback-twice",
        Error,
        "a path calls the callback and goes on to call it again",
        Some(rules::answers::callback_twice),
    ),
    rule!(
        "connection-not-closed",
        Warning,
        "a connection is opened and neither closed nor kept in global",
        Some(rules::connections::not_closed),
    ),
    rule!(
        "email-verified-constant",
        Warning,
        "every user's address counts as verified",
        Some(rules::profiles::email_verified),
    ),
    rule!(
        "environment-read",
        Error,
        "a variable of the environment is read, of which a script has none",
        Some(rules::environment::read),
    ),
    rule!(
        "hard-coded-secret",
        Error,
        "a password, key or token stands in the text",
        Some(rules::secrets::hard_coded),
    ),
    rule!(
        "hash-compare",
        Warning,
        "a hash or password is compared with an operator",
        Some(rules::hashes::compared),
    ),
    rule!(
        "implicit-global",
        Error,
        "a variable without declaration is shared by all logins",
        Some(rules::undeclared::implicit_global),
    ),
    rule!(
        "ldap-injection",
        Error,
        "an LDAP filter is put together from what was typed",
        Some(rules::queries::ldap),
    ),
    rule!(
        "leftover-code",
        Warning,
        "code outside of the function runs when the worker starts",
        Some(rules::shape::leftover),
    ),
    rule!(
        "like-pattern",
        Error,
        "a user is looked up by LIKE, in which `_` and `%` fit any letters",
        Some(rules::patterns::like),
    ),
    rule!(
        "missing-callback",
        Error,
        "a path ends without calling the callback",
        Some(rules::answers::missing_callback),
    ),
    rule!(
        "outage-as-wrong-password",
        Error,
        "a failure of the legacy store is passed on as a wrong password",
        Some(rules::answers::outage),
    ),
    rule!(
        "parameters",
        Error,
        "the function's parameters are not those that it is called with",
        Some(rules::shape::parameters),
    ),
    rule!(
        "password-logged",
        Error,
        "a password is written to the log",
        Some(rules::logged::password),
    ),
    rule!(
        "password-stored",
        Error,
        "a password is stored as it was typed",
        Some(rules::stored::in_clear),
    ),
    rule!(
        "password-unchecked",
        Error,
        "a login lets people in without a look at the password",
        Some(rules::checked::password_unchecked),
    ),
    rule!(
        "profile-incomplete",
        Error,
        "a profile has no id or no address",
        Some(rules::incomplete::incomplete),
    ),
    rule!(
        "promise-tested",
        Error,
        "a promise is tested that nobody has waited for",
        Some(rules::checked::promise_tested),
    ),
    rule!(
        "removed-api",
        Error,
        "a call that the loaded version of a package no longer has",
        Some(rules::removed::removed),
    ),
    rule!(
        "row-in-profile",
        Warning,
        "a whole row becomes the profile, the hash among it",
        Some(rules::profiles::whole_row),
    ),
    rule!(
        "sql-injection",
        Error,
        "SQL is put together from what was typed",
        Some(rules::queries::sql),
    ),
    rule!(
        "status-unread",
        Error,
        "an answer of a service is taken for a user whatever its status",
        Some(rules::statuses::unread),
    ),
    rule!("syntax", Error, "the text is no JavaScript function", None),
    rule!(
        "tls-unverified",
        Error,
        "certificates are not checked",
        Some(rules::tls::unverified),
    ),
    rule!(
        "token-logged",
        Error,
        "a token, or all that a token endpoint answers, is written to the log",
        Some(rules::tokens::logged_tokens),
    ),
    rule!(
        "undefined-name",
        Error,
        "a name that is declared nowhere is used",
        Some(rules::undeclared::undefined),
    ),
    rule!(
        "unknown-module",
        Error,
        "a package that is not there is required",
        Some(rules::packages::unknown),
    ),
    rule!(
        "unstable-id",
        Error,
        "the user's id is another one at each login",
        Some(rules::profiles::unstable_id),
    ),
    rule!(
        "user-logged",
        Warning,
        "a whole user is written to the log",
        Some(rules::logged::user),
    ),
    rule!(
        "version-mismatch",
        Warning,
        "another major version is loaded than the one that is asked for",
        Some(rules::packages::mismatch),
    ),
];

/// The rule with a name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
