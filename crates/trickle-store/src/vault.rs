//! Secrets at rest.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    AeadCore, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, OsRng, Payload},
};
use zeroize::Zeroizing;

use crate::MasterKey;

/// Begins every sealed text; the version is that of cipher and layout.
pub(crate) const PREFIX: &str = "trickle.v1.";
const NONCE_BYTES: usize = 24;

/// Seals and opens texts with the master key.
///
/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): its 24 byte nonce may be random for every text under one key.
/// Layout: `trickle.v1.<base64url(nonce || ciphertext || tag)>`.
pub(crate) struct Vault(XChaCha20Poly1305);

/// Why a sealed text cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnsealError {
    #[error("it does not look like sealed text")]
    Layout,
    #[error("it was sealed with another key or for another place")]
    Forged,
    #[error("the clear text is not UTF-8")]
    NotText,
}

impl Vault {
    pub(crate) fn new(key: &MasterKey) -> Self {
        Self(XChaCha20Poly1305::new(key.bytes().into()))
    }

    /// `place` is bound to the text: it opens there and nowhere else.
    pub(crate) fn seal(&self, clear: &[u8], place: &[&str]) -> String {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload {
            msg: clear,
            aad: &associated_data(place),
        };
        let ciphertext = self
            .0
            .encrypt(&nonce, payload)
            .expect("texts are far shorter than the cipher's 256 GiB");
        let bytes = [nonce.as_slice(), &ciphertext].concat();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn unseal(
        &self,
        sealed: &str,
        place: &[&str],
    ) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
        let text = sealed.strip_prefix(PREFIX).ok_or(UnsealError::Layout)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| UnsealError::Layout)?;
        let (nonce, ciphertext) = bytes
            .split_at_checked(NONCE_BYTES)
            .ok_or(UnsealError::Layout)?;
        let payload = Payload {
            msg: ciphertext,
            aad: &associated_data(place),
        };
        self.0
            .decrypt(XNonce::from_slice(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| UnsealError::Forged)
    }

    pub(crate) fn unseal_text(
        &self,
        sealed: &str,
        place: &[&str],
    ) -> Result<Zeroizing<String>, UnsealError> {
        let bytes = self.unseal(sealed, place)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| UnsealError::NotText)?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

/// Each part after its length, so that no two places have the same data.
fn associated_data(place: &[&str]) -> Vec<u8> {
    let mut data = Vec::new();
    for part in place {
        data.extend_from_slice(&(part.len() as u64).to_le_bytes());
        data.extend_from_slice(part.as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&MasterKey::from_bytes([byte; 32]))
    }

    #[test]
    fn opens_with_the_same_key_at_the_same_place_only() {
        let sealed = vault(1).seal(b"hunter2", &["a", "bc"]);
        assert!(!sealed.contains("hunter2"));
        let opened = vault(1).unseal_text(&sealed, &["a", "bc"]).unwrap();
        assert_eq!(*opened, "hunter2");
        for (key, place) in [
            (2, ["a", "bc"]),
            (1, ["ab", "c"]),
            (1, ["a", "bd"]),
            (1, ["bc", "a"]),
        ] {
            assert!(matches!(
                vault(key).unseal(&sealed, &place),
                Err(UnsealError::Forged)
            ));
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let vault = vault(1);
        assert_ne!(vault.seal(b"x", &[]), vault.seal(b"x", &[]));
    }

    #[test]
    fn refuses_what_is_no_sealed_text() {
        for text in ["", "x", "trickle.v1.", "trickle.v1.!!", "trickle.v1.AAAA"] {
            assert!(matches!(
                vault(1).unseal(text, &[]),
                Err(UnsealError::Layout)
            ));
        }
    }
}
