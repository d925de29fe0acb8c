//! Tokens that say nothing by themselves.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngCore as _;
use sha2::{Digest, Sha256};
use trickle_model::Secret;

use crate::engine::entropy;

/// 256 bits: more than anybody can guess (NIST SP 800-63B §3.1.2.2 asks for 112 of links; RFC 6749 §10.10 for 128 of codes).
const TOKEN_BYTES: usize = 32;

/// A new token, 43 characters of base64url.
pub(crate) fn new_token() -> Secret {
    let mut bytes = [0; TOKEN_BYTES];
    entropy().fill_bytes(&mut bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a token.
pub(crate) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
