//! One-time passwords by time (RFC 6238): SHA-1, 30 seconds, six digits, as authenticator applications make them.

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;

const STEP_SECONDS: i64 = 30;
const DIGITS: u32 = 6;
/// Steps before and after the present one: clocks differ, and people type slowly (RFC 6238 §5.2).
const SKEW_STEPS: i64 = 1;

/// The time step of which this is the password, if it is one of the present steps.
pub(super) fn step_of(secret: &str, typed: &str, now_seconds: i64) -> Option<i64> {
    let key = base32(secret)?;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let present = now_seconds.div_euclid(STEP_SECONDS);
    let mut found = None;
    // All are looked at, so that the time does not tell which.
    for step in present - SKEW_STEPS..=present + SKEW_STEPS {
        let right = password(&key, step);
        if bool::from(right.as_bytes().ct_eq(typed.as_bytes())) {
            found = Some(step);
        }
    }
    found
}

/// RFC 4226 §5.3.
fn password(key: &hmac::Key, step: i64) -> String {
    let tag = hmac::sign(key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes[bytes.len() - 1] & 0x0f);
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[offset..offset + 4]);
    let number = (u32::from_be_bytes(word) & 0x7fff_ffff) % 10_u32.pow(DIGITS);
    format!("{number:06}")
}

/// RFC 4648 §6, without padding; bits at the end that make no byte are left out.
fn base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'2'..=b'7' => c - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5) | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `12345678901234567890`, the secret of RFC 6238 appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn passwords_are_those_of_the_rfc() {
        assert_eq!(base32(SECRET).unwrap(), b"12345678901234567890");
        // The last six of its eight digits.
        for (seconds, right) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                step_of(SECRET, right, seconds),
                Some(seconds / 30),
                "{seconds}"
            );
        }
    }

    #[test]
    fn one_step_off_is_taken_two_are_not() {
        assert_eq!(step_of(SECRET, "287082", 89), Some(1));
        assert_eq!(step_of(SECRET, "287082", 29), Some(1));
        assert_eq!(step_of(SECRET, "287082", 90), None);
        assert_eq!(step_of(SECRET, "287083", 59), None);
        assert_eq!(step_of(SECRET, "", 59), None);
    }
}
