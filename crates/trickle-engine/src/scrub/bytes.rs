//! Secrets that a console shows as lists of bytes: `<Buffer 70 34 73 73>`, `Uint8Array(4) [ 112, 52, 115, 115 ]`,
//! `{"type":"Buffer","data":[112,52,115,115]}`.

use std::ops::Range;

use zeroize::Zeroizing;

/// Fewer bytes in a row are numbers like any others.
const BYTES_MIN: usize = 4;

/// So many bytes of a longer secret are taken for it: consoles break lists into lines, each of which is looked at alone.
const BYTES_ENOUGH: usize = 6;

/// All parts of secrets that a list is looked through for: there may be long secrets and long lists.
#[derive(Default)]
pub(super) struct Parts {
    /// As numbers, sorted.
    numbers: Zeroizing<Vec<u64>>,
    /// A bit for each way in which one of them begins; most parts of lists begin in none. Empty where there are none.
    beginnings: Zeroizing<Vec<u64>>,
}

/// Bits of a beginning.
const BEGINNING_BITS: u32 = 16;

impl Parts {
    pub(super) fn of<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut parts = Self::default();
        for secret in secrets {
            let length = secret.len().min(BYTES_ENOUGH);
            if length < BYTES_MIN {
                continue;
            }
            parts.beginnings.resize(1 << (BEGINNING_BITS - 6), 0);
            for part in secret.windows(length) {
                let (word, bit) = beginning(part);
                parts.beginnings[word] |= bit;
                parts.numbers.push(number(part));
            }
        }
        parts.numbers.sort_unstable();
        parts.numbers.dedup();
        parts
    }

    /// The memory that they take.
    pub(super) fn bytes(&self) -> usize {
        (self.numbers.capacity() + self.beginnings.capacity()) * size_of::<u64>()
    }

    /// The longest of them that `bytes` begin with.
    fn at_start(&self, bytes: &[u8]) -> Option<usize> {
        let (word, bit) = beginning(bytes);
        if self.beginnings.get(word)? & bit == 0 {
            return None;
        }
        let longest = bytes.len().min(BYTES_ENOUGH);
        let has = |length: &usize| {
            self.numbers
                .binary_search(&number(&bytes[..*length]))
                .is_ok()
        };
        (BYTES_MIN..=longest).rev().find(has)
    }
}

/// Which bit stands for the first bytes; there are [`BYTES_MIN`].
fn beginning(bytes: &[u8]) -> (usize, u64) {
    let first = bytes.first_chunk::<BYTES_MIN>();
    let first = u32::from_le_bytes(*first.unwrap_or(&[0; BYTES_MIN]));
    // Knuth's multiplicative hash.
    let hash = first.wrapping_mul(2_654_435_761) >> (32 - BEGINNING_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

/// A few bytes as one number; as many zeroes are none of them.
fn number(part: &[u8]) -> u64 {
    let length = part.len() as u64;
    part.iter()
        .fold(length, |number, byte| number << 8 | u64::from(*byte))
}

/// Where in `text` lists stand that have a secret, or a part of one, in them.
pub(super) fn lists(text: &str, secrets: &[&Parts]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for read in [decimal, hexadecimal] {
        runs(text, read, |places, bytes| {
            for at in 0..=bytes.len() - BYTES_MIN {
                let longest = secrets
                    .iter()
                    .filter_map(|secrets| secrets.at_start(&bytes[at..]));
                if let Some(length) = longest.max() {
                    found.push(places[at].start..places[at + length - 1].end);
                }
            }
        });
    }
    found.sort_by_key(|place| place.start);
    found.dedup_by(|later, first| {
        let touches = later.start <= first.end;
        if touches {
            first.end = first.end.max(later.end);
        }
        touches
    });
    found
}

/// Gives `with` all rows of numbers, [`BYTES_MIN`] or more, with nothing between them but white space, commas, colons and dashes.
fn runs(text: &str, read: fn(&[u8]) -> Option<u8>, mut with: impl FnMut(&[Range<usize>], &[u8])) {
    let text = text.as_bytes();
    let (mut places, mut bytes) = (Vec::new(), Zeroizing::new(Vec::new()));
    let mut at = 0;
    while at < text.len() {
        let start = at;
        while at < text.len() && text[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let read = read(&text[start..at]);
        if let Some(byte) = read {
            places.push(start..at);
            bytes.push(byte);
        }
        let mut goes_on = read.is_some();
        while at < text.len() && !text[at].is_ascii_alphanumeric() {
            goes_on &= matches!(text[at], b',' | b':' | b'-') || text[at].is_ascii_whitespace();
            at += 1;
        }
        if !goes_on || at == text.len() {
            if bytes.len() >= BYTES_MIN {
                with(&places, &bytes);
            }
            places.clear();
            bytes.clear();
        }
    }
}

fn decimal(word: &[u8]) -> Option<u8> {
    if !matches!(word.len(), 1..=3) || !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = word.iter().map(|digit| u16::from(digit & 15));
    u8::try_from(digits.fold(0, |value, digit| value * 10 + digit)).ok()
}

/// `ff` and `0xff`
fn hexadecimal(word: &[u8]) -> Option<u8> {
    let digits = word.strip_prefix(b"0x").unwrap_or(word);
    let digits = digits.first_chunk::<2>().filter(|_| digits.len() == 2)?;
    let value = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(value(digits[0])? << 4 | value(digits[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let places = lists(text, &[&Parts::of([&b"p4ssword"[..]])]);
        places.into_iter().map(|place| &text[place]).collect()
    }

    #[test]
    fn as_consoles_show_them() {
        let decimal = "112, 52, 115, 115, 119, 111, 114, 100";
        for around in [("[ ", " ]"), ("{\"data\":[1,2,", "]}"), ("", "")] {
            let text = format!("{}{decimal}{}", around.0, around.1);
            assert_eq!(found(&text), [decimal]);
        }
        // A line of a list that goes on in others.
        assert_eq!(
            found("  52, 115, 115,  119, 111, 114,"),
            ["52, 115, 115,  119, 111, 114"]
        );
        let broken = "112,  52,\n  115, 115,\n  119, 111, 114, 100";
        assert_eq!(found(&format!("Uint8Array(8) [\n  {broken}\n]")), [broken]);
        let json = "112,52,115,115,119,111,114,100";
        assert_eq!(found(&format!("[{json}] and [{json}]")), [json, json]);
        let hex = "70 34 73 73 77 6f 72 64";
        assert_eq!(found(&format!("<Buffer 00 {hex} ff>")), [hex]);
        // `BitConverter` has dashes.
        for row in ["70:34:73:73:77:6f:72:64", "70-34-73-73-77-6F-72-64"] {
            assert_eq!(found(row), [row]);
        }
        let literals = "0x70, 0x34, 0x73, 0x73, 0x77, 0x6f, 0x72, 0x64";
        assert_eq!(found(&format!("[{literals}]")), [literals]);
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "112, 52",
            "112; 52; 115; 115; 119; 111; 114; 100",
            "ä 70 34",
            "",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        assert!(lists("1 2 3", &[&Parts::of([&b"123"[..]])]).is_empty());
    }
}
