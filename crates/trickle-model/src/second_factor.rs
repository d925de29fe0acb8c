//! Second factors that people bring from elsewhere.

use serde_json::Value;

use crate::Secret;

/// Factors that a person can bring.
pub const SECOND_FACTORS_MAX: usize = 10;

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// One-time passwords by time (RFC 6238); the shared secret in base32.
    Totp(Secret),
    /// A telephone, E.164.
    Phone(Secret),
    /// An e-mail address.
    Email(Secret),
}

/// The list is none, too long, or has something else in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "mfa_factors must be 1 to 10 objects, each with one of totp.secret in base32 of 16 to 512 letters, phone.value in E.164, email.value"
)]
pub struct SecondFactorsError;

impl SecondFactor {
    /// Reads `mfa_factors` of scripts and imports: `[{"totp":{"secret":"…"}},{"phone":{"value":"+1…"}},{"email":{"value":"…"}}]`.
    ///
    /// # Errors
    /// The value is no such list.
    pub fn read_list(value: &Value) -> Result<Vec<Self>, SecondFactorsError> {
        let items = value.as_array().ok_or(SecondFactorsError)?;
        if !(1..=SECOND_FACTORS_MAX).contains(&items.len()) {
            return Err(SecondFactorsError);
        }
        items.iter().map(Self::read).collect()
    }

    fn read(value: &Value) -> Result<Self, SecondFactorsError> {
        let fields = value.as_object().filter(|fields| fields.len() == 1);
        let (kind, inner) = fields
            .and_then(|fields| fields.iter().next())
            .ok_or(SecondFactorsError)?;
        let key = if kind == "totp" { "secret" } else { "value" };
        let text = inner.get(key).and_then(Value::as_str);
        let text = text.ok_or(SecondFactorsError)?;
        Self::new(kind, Secret::new(text)).ok_or(SecondFactorsError)
    }

    /// The factor of a kind (`totp`, `phone`, `email`), if the value can be one.
    pub fn new(kind: &str, value: Secret) -> Option<Self> {
        let text = value.expose();
        match kind {
            "totp" if is_base32(text) => Some(Self::Totp(value)),
            "phone" if is_phone(text) => Some(Self::Phone(value)),
            "email" if is_email(text) => Some(Self::Email(value)),
            _ => None,
        }
    }

    /// `totp`, `phone` or `email`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Totp(_) => "totp",
            Self::Phone(_) => "phone",
            Self::Email(_) => "email",
        }
    }

    /// Secret, number or address.
    pub const fn value(&self) -> &Secret {
        match self {
            Self::Totp(value) | Self::Phone(value) | Self::Email(value) => value,
        }
    }
}

/// RFC 4648 §6, without padding. Of 80 bits at least, as the first authenticator applications made them: from a shorter key anybody computes its
/// passwords, and RFC 4226 §4 asks for 128.
fn is_base32(text: &str) -> bool {
    let sound = |c: u8| c.is_ascii_uppercase() || (b'2'..=b'7').contains(&c);
    (16..=512).contains(&text.len()) && text.bytes().all(sound)
}

/// Whether it is a telephone number as E.164 writes it: a plus and up to 15 digits.
pub fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (1..=15).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit())
}

fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    text.len() <= 254
        && parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_property_each() {
        let list = json!([
            {"totp": {"secret": "JBSWY3DPEHPK3PXP"}}, {"phone": {"value": "+15551234567"}}, {"email": {"value": "a@b.c"}},
        ]);
        let factors = SecondFactor::read_list(&list).unwrap();
        let kinds: Vec<_> = factors.iter().map(SecondFactor::kind).collect();
        assert_eq!(kinds, ["totp", "phone", "email"]);
        for wrong in [
            json!(null),
            json!([]),
            json!([{"totp": {"secret": "jbsw"}}]),
            json!([{"totp": {"secret": ""}}]),
            json!([{"totp": {"secret": "JBSWY3DPEHPK3PX"}}]),
            json!([{"phone": {"value": "5551234567"}}]),
            json!([{"email": {"value": "nobody"}}]),
            json!([{"email": {"value": "a@b.c"}, "phone": {"value": "+1"}}]),
            json!([{"push": {"value": "x"}}]),
            json!(vec![json!({"email": {"value": "a@b.c"}}); 11]),
        ] {
            assert_eq!(SecondFactor::read_list(&wrong), Err(SecondFactorsError));
        }
    }
}
