//! Bytes as text, in the alphabets that hash formats use. Decoders are lenient where products differ, never in length.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const PADDED: GeneralPurpose = base64::engine::general_purpose::STANDARD;

/// The alphabet of `crypt(3)`.
pub(crate) const CRYPT64: &[u8; 64] =
    b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Base64 of the standard, the URL-safe or passlib's alphabet (`.` for `+`), with or without padding.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let standard: String = text
        .chars()
        .map(|c| match c {
            '-' | '.' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    STANDARD.decode(standard).ok()
}

/// Base64 with padding.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    PADDED.encode(bytes)
}

/// Base64 without padding.
pub(crate) fn to_base64_bare(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Passlib's "adapted" base64: no padding, `.` for `+`.
pub(crate) fn to_ab64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).replace('+', ".")
}

/// Hexadecimal of either case.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok()
}

/// The value of one character of [`CRYPT64`].
pub(crate) fn crypt64_value(byte: u8) -> Option<u32> {
    let at = CRYPT64.iter().position(|c| *c == byte)?;
    u32::try_from(at).ok()
}

/// A little-endian number of [`CRYPT64`] characters.
pub(crate) fn crypt64_number(text: &str) -> Option<u32> {
    let mut number = 0;
    for (at, byte) in text.bytes().enumerate() {
        number |= crypt64_value(byte)?.checked_shl(6 * u32::try_from(at).ok()?)?;
    }
    Some(number)
}

/// `chars` characters of a number, lowest six bits first.
pub(crate) fn push_crypt64(text: &mut String, mut value: u32, chars: usize) {
    for _ in 0..chars {
        text.push(char::from(CRYPT64[(value & 63) as usize]));
        value >>= 6;
    }
}

/// Three bytes at a time, the first one lowest: phpass, `$7$` and `$y$`.
pub(crate) fn to_crypt64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let value = chunk
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u32::from(*byte));
        push_crypt64(&mut text, value, chunk.len() + 1);
    }
    text
}

/// The reverse of [`to_crypt64`].
pub(crate) fn from_crypt64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let value = crypt64_number(std::str::from_utf8(chunk).ok()?)?;
        match chunk.len() {
            1 => return None,
            chars => bytes.extend_from_slice(&value.to_le_bytes()[..chars - 1]),
        }
    }
    Some(bytes)
}

/// UTF-16, little end first: what Windows hashes.
pub(crate) fn utf16le(password: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(password)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// The low byte of each UTF-16 unit, as Node.js writes `latin1`, `binary` and `ascii`.
pub(crate) fn latin1(password: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(password)
        .encode_utf16()
        .map(|unit| unit.to_le_bytes()[0])
        .collect()
}
