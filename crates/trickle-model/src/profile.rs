//! What scripts say of a user.

use serde_json::{Map, Value};

use crate::{SecondFactor, SecondFactorsError};

/// Largest profile, serialised; the same as the limit of an answer.
pub const PROFILE_MAX_BYTES: usize = 1 << 20;
/// Values in a profile, those within others among them.
const VALUES_MAX: usize = 20_000;

/// RFC 5321 §4.5.3.1: an address that can be used in a mail path.
const EMAIL_MAX_BYTES: usize = 254;
const ID_MAX_BYTES: usize = 255;
/// `Number.MAX_SAFE_INTEGER`: beyond it two numbers of a legacy store become one (ECMA-262 §21.1.2.6).
const ID_MAX_NUMBER: u64 = (1 << 53) - 1;
/// Users are found by an index, and PostgreSQL's take 2 704 bytes.
const USERNAME_MAX_BYTES: usize = 1_000;

/// Root fields that the native store computes itself; a script cannot set them.
const RESERVED: [&str; 13] = [
    "identities",
    "created_at",
    "updated_at",
    "last_login",
    "last_ip",
    "logins_count",
    "last_password_reset",
    "password",
    "password_hash",
    "tenant",
    "_id",
    "__proto__",
    "blocked_for",
];

/// A profile as a script gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedProfile(Value);

/// Whether a profile needs an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailRule {
    /// E-mail is the identifier.
    Required,
    /// The connection has user names or phone numbers as identifiers.
    Optional,
}

/// Why a profile cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Not an object.
    #[error(
        "the script returned {0} instead of a profile; call callback(null, {{ user_id, email, … }})"
    )]
    NotAnObject(&'static str),
    /// No id.
    #[error(
        "the profile has neither user_id nor id; return the legacy store's permanent id of the user"
    )]
    MissingId,
    /// An id of another type, or empty, or too long.
    #[error("the profile's user_id must be a string of 1 to 255 bytes or a whole number")]
    BadId,
    /// A fraction, or a number that may have lost digits: it could be the id of several people.
    #[error(
        "the profile's user_id is a fraction, or beyond the whole numbers that JavaScript counts exactly; return it as a string"
    )]
    InexactId,
    /// No e-mail address.
    #[error(
        "the profile has no email; return the user's address, it is the identifier of this connection"
    )]
    MissingEmail,
    /// An address that cannot be one.
    #[error(
        "the profile's email must be an address of at most 254 bytes with one part before and one after the @"
    )]
    BadEmail,
    /// A field of the wrong type.
    #[error("the profile's {field} must be {expected}")]
    BadField {
        /// Its name.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Second factors that are none.
    #[error("the profile's {0}")]
    BadSecondFactors(SecondFactorsError),
    /// Too large.
    #[error(
        "the profile takes {bytes} bytes and may take 1048576; return only what the application needs"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Each value takes up to forty times the memory of its text, and is looked at again and again.
    #[error(
        "the profile has more than {VALUES_MAX} values; return only what the application needs"
    )]
    TooManyValues,
}

/// A checked profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Id in the legacy store, without `auth0|`; empty for a user who never was there.
    pub id: String,
    /// As given.
    pub email: Option<String>,
    /// False unless the script said true.
    pub email_verified: bool,
    /// As given.
    pub username: Option<String>,
    /// Whether the user is shut out.
    pub blocked: bool,
    /// All other root fields.
    pub attributes: Map<String, Value>,
    /// Editable by the user.
    pub user_metadata: Map<String, Value>,
    /// Editable by administrators; scripts may call it `metadata`.
    pub app_metadata: Map<String, Value>,
    /// From `mfa_factors`; kept apart from everything else.
    pub second_factors: Vec<SecondFactor>,
}

impl UnverifiedProfile {
    /// Takes over what a script answered.
    pub const fn new(value: Value) -> Self {
        Self(value)
    }

    /// The answer as it came, to be shown to its author.
    pub const fn as_value(&self) -> &Value {
        &self.0
    }

    /// Checks the answer.
    ///
    /// # Errors
    /// A [`ProfileError`] that names the field and what it should be.
    pub fn verify(self, email: EmailRule) -> Result<Profile, ProfileError> {
        let size = self.0.to_string().len();
        if size > PROFILE_MAX_BYTES {
            return Err(ProfileError::TooLarge { bytes: size });
        }
        if !has_at_most(&self.0, &mut { VALUES_MAX }) {
            return Err(ProfileError::TooManyValues);
        }
        let mut fields = match self.0 {
            Value::Object(fields) => fields,
            Value::Array(_) => return Err(ProfileError::NotAnObject("an array")),
            Value::String(_) => return Err(ProfileError::NotAnObject("a string")),
            Value::Number(_) => return Err(ProfileError::NotAnObject("a number")),
            Value::Bool(_) => return Err(ProfileError::NotAnObject("a boolean")),
            Value::Null => return Err(ProfileError::NotAnObject("nothing")),
        };
        let id = take_id(&mut fields)?;
        let address = match take_text(&mut fields, "email")? {
            Some(address) => Some(checked_email(&address)?),
            None if email == EmailRule::Required => return Err(ProfileError::MissingEmail),
            None => None,
        };
        let metadata = take_map(&mut fields, "metadata")?;
        let app_metadata = take_map(&mut fields, "app_metadata")?;
        let profile = Profile {
            id,
            email: address,
            email_verified: take_bool(&mut fields, "email_verified")?,
            username: take_username(&mut fields)?,
            blocked: take_bool(&mut fields, "blocked")?,
            user_metadata: take_map(&mut fields, "user_metadata")?.unwrap_or_default(),
            app_metadata: app_metadata.or(metadata).unwrap_or_default(),
            second_factors: take_factors(&mut fields)?,
            attributes: {
                fields.retain(|key, _| !RESERVED.contains(&key.as_str()));
                fields
            },
        };
        Ok(profile)
    }
}

/// Whether a value, with all that is in it, is no more values than are left.
fn has_at_most(value: &Value, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter().all(|item| has_at_most(item, left)),
        Value::Object(fields) => fields.values().all(|item| has_at_most(item, left)),
        _ => true,
    }
}

fn take_id(fields: &mut Map<String, Value>) -> Result<String, ProfileError> {
    let user_id = fields.remove("user_id").filter(|value| !value.is_null());
    let id = fields.remove("id").filter(|value| !value.is_null());
    match user_id.or(id) {
        None => Err(ProfileError::MissingId),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(whole) if whole.unsigned_abs() <= ID_MAX_NUMBER => Ok(whole.to_string()),
            _ => Err(ProfileError::InexactId),
        },
        Some(Value::String(text)) if (1..=ID_MAX_BYTES).contains(&text.len()) => Ok(text),
        Some(_) => Err(ProfileError::BadId),
    }
}

/// Whether a text can be an address that mail goes to (RFC 5321 §4.5.3.1: of at most 254 bytes), and is the same address in lower case.
pub fn is_address(text: &str) -> bool {
    // With angle brackets it would be somebody's name and another's address.
    let is_foreign = |c: char| {
        c.is_control() || c.is_whitespace() || "<>".contains(c) || is_ascii_in_lower_case(c)
    };
    text.len() <= EMAIL_MAX_BYTES
        && !text.chars().any(is_foreign)
        && text
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// The sign of the kelvin: addresses are kept in lower case, and with a `k` it would be somebody else's, whose proof it has not got.
fn is_ascii_in_lower_case(c: char) -> bool {
    !c.is_ascii() && c.to_lowercase().all(|lower| lower.is_ascii())
}

fn checked_email(address: &str) -> Result<String, ProfileError> {
    // Columns of a fixed width are filled up with spaces.
    let address = address.trim();
    if is_address(address) {
        Ok(address.to_owned())
    } else {
        Err(ProfileError::BadEmail)
    }
}

fn take_username(fields: &mut Map<String, Value>) -> Result<Option<String>, ProfileError> {
    // Nobody is found by the spaces that fill a column up: what people type comes without.
    let name = take_text(fields, "username")?.map(|name| name.trim().to_owned());
    match name.filter(|name| !name.is_empty()) {
        Some(name) if name.len() > USERNAME_MAX_BYTES => Err(ProfileError::BadField {
            field: "username",
            expected: "a string of at most 1000 bytes",
        }),
        name => Ok(name),
    }
}

fn take_text(
    fields: &mut Map<String, Value>,
    field: &'static str,
) -> Result<Option<String>, ProfileError> {
    match fields.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(ProfileError::BadField {
            field,
            expected: "a string",
        }),
    }
}

/// Databases return 0 and 1, words or bits for booleans; scripts pass them on.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_u64().filter(|n| *n < 2).map(|n| n == 1),
        Value::String(word) => match word.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" | "" => Some(false),
            _ => None,
        },
        // `BIT(1)` of MySQL: a buffer as JSON carries it.
        Value::Object(fields) if fields.get("type").is_some_and(|kind| kind == "Buffer") => {
            let [byte] = fields.get("data")?.as_array()?.as_slice() else {
                return None;
            };
            truth(byte)
        }
        _ => None,
    }
}

fn take_bool(fields: &mut Map<String, Value>, field: &'static str) -> Result<bool, ProfileError> {
    let value = fields.remove(field).unwrap_or_default();
    truth(&value).ok_or(ProfileError::BadField {
        field,
        expected: "true or false",
    })
}

fn take_factors(fields: &mut Map<String, Value>) -> Result<Vec<SecondFactor>, ProfileError> {
    match fields.remove("mfa_factors") {
        None | Some(Value::Null) => Ok(Vec::new()),
        // A user without any; a bulk import is stricter.
        Some(Value::Array(none)) if none.is_empty() => Ok(Vec::new()),
        Some(list) => SecondFactor::read_list(&list).map_err(ProfileError::BadSecondFactors),
    }
}

fn take_map(
    fields: &mut Map<String, Value>,
    field: &'static str,
) -> Result<Option<Map<String, Value>>, ProfileError> {
    match fields.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(_) => Err(ProfileError::BadField {
            field,
            expected: "an object",
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verify(value: Value) -> Result<Profile, ProfileError> {
        UnverifiedProfile::new(value).verify(EmailRule::Required)
    }

    #[test]
    fn numbers_are_ids_and_database_flags_are_booleans() {
        let most = json!({"id": 9_007_199_254_740_991_u64, "email": "a@b.c"});
        assert_eq!(verify(most).unwrap().id, "9007199254740991");
        let profile = verify(json!({"id": 42, "email": "a@b.c", "email_verified": 1})).unwrap();
        assert_eq!(profile.id, "42");
        assert!(profile.email_verified);
        for (given, expected) in [
            (json!("true"), true),
            (json!("N"), false),
            (json!({"type": "Buffer", "data": [1]}), true),
            (json!({"type": "Buffer", "data": [0]}), false),
        ] {
            let profile = json!({"id": 1, "email": "a@b.c", "email_verified": given});
            assert_eq!(verify(profile).unwrap().email_verified, expected);
        }
    }

    #[test]
    fn columns_of_a_fixed_width_and_numbers_as_names_are_taken() {
        for (name, expected) in [
            (json!(7), Some("7")),
            (json!("ada   "), Some("ada")),
            (json!("   "), None),
        ] {
            let profile = json!({"id": 1, "email": "a@b.c   ", "username": name});
            let profile = verify(profile).unwrap();
            assert_eq!(profile.email.as_deref(), Some("a@b.c"));
            assert_eq!(profile.username.as_deref(), expected);
        }
    }

    #[test]
    fn an_address_is_nobody_elses_in_lower_case() {
        for (address, is_one) in [
            ("Kay@example.com", true),
            ("\u{212a}ay@example.com", false),
            ("kay@example.\u{212a}r", false),
            ("\u{130}lke@example.com", true),
            ("\u{c5}sa@example.com", true),
            ("kay<eve@example.com", false),
        ] {
            assert_eq!(is_address(address), is_one, "{address}");
            let profile = verify(json!({"id": 1, "email": address}));
            assert_eq!(profile.is_ok(), is_one, "{address}");
        }
    }

    #[test]
    fn unknown_fields_stay_and_reserved_ones_go() {
        let profile = verify(json!({
            "user_id": "1", "email": "a@b.c", "roles": ["x"], "password": "p",
            "metadata": {"plan": "old"}, "user_metadata": null,
        }))
        .unwrap();
        assert_eq!(Value::Object(profile.attributes), json!({"roles": ["x"]}));
        assert_eq!(Value::Object(profile.app_metadata), json!({"plan": "old"}));
    }

    #[test]
    fn second_factors_are_no_attributes() {
        let factors = json!([{"totp": {"secret": "JBSWY3DPEHPK3PXP"}}]);
        let profile = verify(json!({"id": 1, "email": "a@b.c", "mfa_factors": factors})).unwrap();
        assert_eq!(profile.second_factors.len(), 1);
        assert!(profile.attributes.is_empty());
        let wrong = verify(json!({"id": 1, "email": "a@b.c", "mfa_factors": [{}]}));
        assert_eq!(
            wrong,
            Err(ProfileError::BadSecondFactors(SecondFactorsError))
        );
    }

    #[test]
    fn every_defect_has_its_own_error() {
        let cases = [
            (json!(true), ProfileError::NotAnObject("a boolean")),
            (json!({"email": "a@b.c"}), ProfileError::MissingId),
            (
                json!({"user_id": {}, "email": "a@b.c"}),
                ProfileError::BadId,
            ),
            (
                json!({"user_id": "", "email": "a@b.c"}),
                ProfileError::BadId,
            ),
            (
                json!({"user_id": 9_007_199_254_740_992_u64, "email": "a@b.c"}),
                ProfileError::InexactId,
            ),
            (
                json!({"user_id": 1.5, "email": "a@b.c"}),
                ProfileError::InexactId,
            ),
            (json!({"user_id": "1"}), ProfileError::MissingEmail),
            (
                json!({"user_id": "1", "email": "nobody"}),
                ProfileError::BadEmail,
            ),
            (
                json!({"user_id": "1", "email": "a@b.c", "email_verified": "maybe"}),
                ProfileError::BadField {
                    field: "email_verified",
                    expected: "true or false",
                },
            ),
            (
                json!({"user_id": "1", "email": "a@b.c", "username": "u".repeat(1_001)}),
                ProfileError::BadField {
                    field: "username",
                    expected: "a string of at most 1000 bytes",
                },
            ),
        ];
        for (value, error) in cases {
            assert_eq!(verify(value), Err(error));
        }
        let large = verify(json!({"user_id": "1", "email": "a@b.c", "x": "y".repeat(5 << 20)}));
        assert!(matches!(large, Err(ProfileError::TooLarge { .. })));
        let list = |items| json!({"user_id": "1", "email": "a@b.c", "x": vec![0; items]});
        assert_eq!(verify(list(VALUES_MAX)), Err(ProfileError::TooManyValues));
        assert!(verify(list(VALUES_MAX - 4)).is_ok());
    }
}
