//! HTTP Basic (RFC 7617).

use std::borrow::Cow;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use trickle_model::{ClientId, Secret};

/// Who it is, and what the secret may be. Inside the base64 both are encoded as in a form (RFC 6749 §2.3.1); many programs encode
/// nothing, and some leave a `+` as it is.
pub(super) fn credentials(headers: &HeaderMap) -> Option<(ClientId, Vec<Secret>)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(text).ok()?;
    let (id, secret) = text.split_once(':')?;
    let id = decode(id).unwrap_or_else(|| id.to_owned());
    let readings = [
        Some(secret.to_owned()),
        decode(secret),
        decode(&secret.replace('+', " ")),
    ];
    let secrets = readings.into_iter().flatten().map(Secret::new);
    Some((ClientId::from_text(id), secrets.collect()))
}

fn decode(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(credentials: &str) -> Option<(String, Vec<String>)> {
        let mut headers = HeaderMap::new();
        let value = format!("bAsIc {}", STANDARD.encode(credentials));
        headers.insert(AUTHORIZATION, value.parse().unwrap());
        let (id, secrets) = super::credentials(&headers)?;
        let secrets = secrets.iter().map(|secret| secret.expose().to_owned());
        Some((id.as_str().to_owned(), secrets.collect()))
    }

    #[test]
    fn secrets_are_taken_however_they_are_encoded() {
        for (sent, secret) in [
            ("a%2Db:s+%2B%25", "s +%"),
            ("a-b:s+/=", "s+/="),
            ("a-b:s%2B%2F+", "s+/+"),
            ("a-b:100%25 of it", "100%25 of it"),
            ("a-b:%ff", "%ff"),
            ("a-b:x:y", "x:y"),
        ] {
            let (id, secrets) = read(sent).unwrap();
            assert_eq!(id, "a-b", "{sent}");
            assert!(
                secrets.iter().any(|one| one == secret),
                "{sent}: {secrets:?}"
            );
        }
        assert_eq!(read("nothing"), None);
    }
}
