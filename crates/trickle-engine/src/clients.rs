//! Secrets of API clients.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use trickle_model::{ApiClient, Secret};

/// SHA-256 of a client secret. A fast hash will do: the secret is random and long, so it cannot be guessed.
pub fn secret_hash(secret: &Secret) -> [u8; 32] {
    Sha256::digest(secret.expose().as_bytes()).into()
}

/// Whether this is the client's secret, in constant time.
pub fn secret_matches(client: &ApiClient, secret: &Secret) -> bool {
    secret_hash(secret).ct_eq(&client.secret_sha256).into()
}
