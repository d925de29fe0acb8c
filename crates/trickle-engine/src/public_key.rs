//! Public keys of clients.

use aws_lc_rs::rsa::PublicKey;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use crate::{certificate::pem_of, signing::thumbprint};

/// `rsaEncryption` without parameters (RFC 3279 §2.3.1), DER.
const RSA_ENCRYPTION: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
const VERSION: u8 = 0xa0;

/// An RSA public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    /// SubjectPublicKeyInfo.
    info: Vec<u8>,
    expires_at: Option<Timestamp>,
}

impl RsaPublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----` (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7), `-----BEGIN RSA PUBLIC KEY-----` (RFC 8017 §A.1.1)
    /// or the key of `-----BEGIN CERTIFICATE-----`, whose signature nobody looks at; nothing where it is no RSA key.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let (label, rest) = pem
            .trim()
            .strip_prefix("-----BEGIN ")?
            .split_once("-----")?;
        let body = rest.strip_suffix(&format!("-----END {label}-----"))?;
        let compact: String = body.split_whitespace().collect();
        let der = STANDARD.decode(compact).ok()?;
        let (info, expires_at) = match label {
            "PUBLIC KEY" => (der, None),
            "RSA PUBLIC KEY" => (wrapped(&der), None),
            "CERTIFICATE" => {
                let (info, expires_at) = certified(&der)?;
                (info, Some(expires_at))
            }
            _ => return None,
        };
        let key = PublicKey::from_der(&info).ok()?;
        Some(Self {
            modulus: key.modulus().big_endian_without_leading_zero().to_vec(),
            exponent: key.exponent().big_endian_without_leading_zero().to_vec(),
            info,
            expires_at,
        })
    }

    /// The key as `-----BEGIN PUBLIC KEY-----`.
    pub fn to_pem(&self) -> String {
        pem_of("PUBLIC KEY", &self.info)
    }

    /// Until when the certificate holds, where there was one.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
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

/// PKCS #1 as SubjectPublicKeyInfo.
fn wrapped(key: &[u8]) -> Vec<u8> {
    let mut bits = vec![0];
    bits.extend_from_slice(key);
    let mut content = RSA_ENCRYPTION.to_vec();
    content.extend(element(BIT_STRING, &bits));
    element(SEQUENCE, &content)
}

/// SubjectPublicKeyInfo and `notAfter` of a certificate (RFC 5280 §4.1).
fn certified(der: &[u8]) -> Option<(Vec<u8>, Timestamp)> {
    let mut rest = der;
    let mut certificate = take(&mut rest, SEQUENCE)?;
    let mut fields = take(&mut certificate, SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        take(&mut fields, VERSION)?;
    }
    take(&mut fields, INTEGER)?;
    let _algorithm = take(&mut fields, SEQUENCE)?;
    let _issuer = take(&mut fields, SEQUENCE)?;
    let mut validity = take(&mut fields, SEQUENCE)?;
    let _subject = take(&mut fields, SEQUENCE)?;
    let info = element(SEQUENCE, take(&mut fields, SEQUENCE)?);
    let _from = time(&mut validity)?;
    Some((info, time(&mut validity)?))
}

/// RFC 5280 §4.1.2.5: years of two digits are those from 1950 to 2049.
fn time(rest: &mut &[u8]) -> Option<Timestamp> {
    let is_short = rest.first() == Some(&UTC_TIME);
    let tag = if is_short { UTC_TIME } else { GENERALIZED_TIME };
    let text = std::str::from_utf8(take(rest, tag)?).ok()?;
    let text = match is_short {
        true if text < "5" => format!("20{text}"),
        true => format!("19{text}"),
        false => text.to_owned(),
    };
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
    let (hour, minute, rest) = (text.get(8..10)?, text.get(10..12)?, text.get(12..)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{rest}")
        .parse()
        .ok()
}

/// Takes the next element and gives its content; nothing where it has another tag.
fn take<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (&found, after) = rest.split_first()?;
    let (&short, mut after) = after.split_first()?;
    let mut length = usize::from(short);
    if short >= 0x80 {
        let count = usize::from(short & 0x7f);
        let (bytes, behind) = after.split_at_checked(count)?;
        if !(1..=3).contains(&count) {
            return None;
        }
        length = bytes
            .iter()
            .fold(0, |sum, &byte| (sum << 8) | usize::from(byte));
        after = behind;
    }
    let (content, behind) = after.split_at_checked(length)?;
    *rest = behind;
    (found == tag).then_some(content)
}

/// An element; its length has as few bytes as it needs.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|&&byte| byte == 0).count();
    let length = &length[zeros..];
    let mut made = vec![tag];
    match (length, u8::try_from(length.len())) {
        ([], _) => made.push(0),
        ([short], _) if *short < 0x80 => made.push(*short),
        (_, count) => {
            made.push(0x80 | count.unwrap_or_default());
            made.extend_from_slice(length);
        }
    }
    made.extend_from_slice(content);
    made
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
        assert_eq!(key.to_pem(), PEM);
        for pem in ["", "x", &PEM.replace("MIIB", "MIIC"), &PEM[..100]] {
            assert_eq!(RsaPublicKey::from_pem(pem), None, "{pem}");
        }
    }

    #[test]
    fn a_key_without_its_algorithm_is_the_same_key() {
        let whole = RsaPublicKey::from_pem(PEM).unwrap();
        // 24 bytes say what it is.
        let inner = pem_of("RSA PUBLIC KEY", &whole.info[24..]);
        assert_eq!(RsaPublicKey::from_pem(&inner), Some(whole));
    }
}
