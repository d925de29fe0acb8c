//! Certificates of signing keys.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SerialNumber};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use trickle_store::SigningKey;

use crate::KeyError;

/// Nobody looks at the end of these certificates; keys end by rotation.
const CERTIFIED_SECONDS: i64 = 13 * 365 * 86_400;

/// RFC 7468 §2.
pub(crate) fn pem_of(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = next;
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

/// An X.509 certificate for the public half of a signing key, which the key signed itself: some tools take keys in this form only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate(Vec<u8>);

impl Certificate {
    /// That of a stored key. The same key and name always give the same certificate.
    ///
    /// # Errors
    /// The stored bytes are no RSA key, or the name cannot be in a certificate.
    pub fn of(stored: &SigningKey, name: &str) -> Result<Self, KeyError> {
        let read = |_| KeyError::Read;
        let key = KeyPair::try_from(stored.private_pkcs8.expose()).map_err(read)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(|_| KeyError::Encode)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        let digest = Sha256::digest(stored.kid.as_bytes());
        // RFC 5280 §4.1.2.2: positive, at most 20 bytes.
        let mut serial = digest[..16].to_vec();
        serial[0] = (serial[0] & 0x7f) | 0x40;
        params.serial_number = Some(SerialNumber::from(serial));
        let made = stored.created_at.as_second();
        let at =
            |seconds| OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| KeyError::Encode);
        params.not_before = at(made)?;
        params.not_after = at(made + CERTIFIED_SECONDS)?;
        let signed = params.self_signed(&key).map_err(|_| KeyError::Encode)?;
        Ok(Self(signed.der().to_vec()))
    }

    /// The certificate, DER.
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    /// The certificate as text (RFC 7468 §5).
    pub fn pem(&self) -> String {
        pem_of("CERTIFICATE", &self.0)
    }

    /// 20 bytes of SHA-1 by which tools tell certificates apart (RFC 7515 §4.1.7); nothing rests on it.
    pub fn thumbprint(&self) -> Vec<u8> {
        digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.0).as_ref().to_vec()
    }
}
