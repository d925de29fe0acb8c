//! HTTP Basic (RFC 7617).

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use trickle_model::{ClientId, Secret};

use super::Credentials;

/// Id and secret are percent-encoded inside the base64 (RFC 6749 §2.3.1).
pub(super) fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let id = percent_decode_str(id).decode_utf8().ok()?;
    let secret = percent_decode_str(secret).decode_utf8().ok()?;
    Some((ClientId::from_text(id), Secret::new(secret)))
}
