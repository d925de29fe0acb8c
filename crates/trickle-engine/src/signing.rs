//! Keys that sign tokens.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use trickle_store::SecretBytes;

/// An RSA key of 2048 bits (NIST SP 800-57 part 1, until 2030), used for RS256 (RFC 7518 §3.3).
pub struct SigningKeyPair {
    pair: KeyPair,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    kid: String,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It could not be made.
    #[error("generate an RSA key")]
    Generate,
    /// It could not be written as PKCS #8.
    #[error("encode the RSA key")]
    Encode,
    /// The stored bytes are no RSA key.
    #[error("read the stored RSA key")]
    Read,
    /// It refused to sign.
    #[error("sign with the RSA key")]
    Sign,
}

impl SigningKeyPair {
    /// A new key. This takes about 100 ms: call it on a blocking thread.
    ///
    /// # Errors
    /// The library or its random source failed.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        Ok(Self::new(pair))
    }

    /// Reads a stored key.
    ///
    /// # Errors
    /// The bytes are no RSA key in PKCS #8.
    pub fn from_pkcs8(bytes: &SecretBytes) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(bytes.expose()).map_err(|_| KeyError::Read)?;
        Ok(Self::new(pair))
    }

    fn new(pair: KeyPair) -> Self {
        let public = pair.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
        let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
        let kid = thumbprint(&modulus, &exponent);
        Self {
            pair,
            modulus,
            exponent,
            kid,
        }
    }

    /// The private key in PKCS #8, to be sealed and stored.
    ///
    /// # Errors
    /// The library failed.
    pub fn to_pkcs8(&self) -> Result<SecretBytes, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyError::Encode)?;
        Ok(SecretBytes::new(der.as_ref()))
    }

    /// The key's name: its thumbprint by RFC 7638.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Modulus, big endian.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// Public exponent, big endian.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    /// The RS256 signature of a message.
    ///
    /// # Errors
    /// The library failed.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_with(&RSA_PKCS1_SHA256, message)
    }

    /// The RS512 signature of a message.
    ///
    /// # Errors
    /// The library failed.
    pub fn sign_sha512(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_with(&RSA_PKCS1_SHA512, message)
    }

    /// The PS256 signature of a message (RFC 7518 §3.5).
    ///
    /// # Errors
    /// The library failed.
    pub fn sign_pss(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_with(&RSA_PSS_SHA256, message)
    }

    fn sign_with(
        &self,
        padding: &'static dyn RsaEncoding,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(padding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| KeyError::Sign)?;
        Ok(signature)
    }
}

/// RFC 7638 §3: SHA-256 over the required members in lexicographic order.
pub(crate) fn thumbprint(modulus: &[u8], exponent: &[u8]) -> String {
    let jwk = format!(
        r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#,
        URL_SAFE_NO_PAD.encode(exponent),
        URL_SAFE_NO_PAD.encode(modulus)
    );
    URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_the_rfc() {
        // RFC 7638 §3.1.
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let modulus = URL_SAFE_NO_PAD.decode(modulus).unwrap();
        assert_eq!(
            thumbprint(&modulus, &[1, 0, 1]),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn a_stored_key_is_the_same_key() {
        let key = SigningKeyPair::generate().unwrap();
        let read = SigningKeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
        assert_eq!(read.kid(), key.kid());
        assert_eq!(read.sign(b"x").unwrap(), key.sign(b"x").unwrap());
    }
}
