//! Public keys of clients.

use aws_lc_rs::rsa::PublicKey;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::signing::thumbprint;

/// An RSA public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl RsaPublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----` (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7); nothing where it is no RSA key.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let body = pem
            .trim()
            .strip_prefix("-----BEGIN PUBLIC KEY-----")?
            .strip_suffix("-----END PUBLIC KEY-----")?;
        let compact: String = body.split_whitespace().collect();
        let key = PublicKey::from_der(&STANDARD.decode(compact).ok()?).ok()?;
        Some(Self {
            modulus: key.modulus().big_endian_without_leading_zero().to_vec(),
            exponent: key.exponent().big_endian_without_leading_zero().to_vec(),
        })
    }

    /// Modulus, big endian.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// Public exponent, big endian.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    /// The key's name by RFC 7638.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.modulus, &self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo
4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u
+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyeh
kd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ
0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIkdg
cKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbc
mwIDAQAB
-----END PUBLIC KEY-----
";

    #[test]
    fn a_key_is_a_key() {
        let key = RsaPublicKey::from_pem(PEM).unwrap();
        assert_eq!((key.modulus().len(), key.exponent()), (256, &[1, 0, 1][..]));
        assert_eq!(key.thumbprint().len(), 43);
        for pem in ["", "x", &PEM.replace("MIIB", "MIIC"), &PEM[..100]] {
            assert_eq!(RsaPublicKey::from_pem(pem), None, "{pem}");
        }
    }
}
