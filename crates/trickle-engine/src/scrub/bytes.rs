//! Secrets that a console shows as lists of bytes: `<Buffer 70 34 73 73>`, `Uint8Array(4) [ 112, 52, 115, 115 ]`,
//! `{"type":"Buffer","data":[112,52,115,115]}`.

use std::ops::Range;

use zeroize::Zeroizing;

/// Fewer bytes in a row are numbers like any others.
const BYTES_MIN: usize = 4;

/// So many bytes of a longer secret are taken for it: consoles break lists into lines, each of which is looked at alone.
const BYTES_ENOUGH: usize = 6;

/// All parts of secrets that a list is looked through for, as numbers, sorted: there may be long secrets and long lists.
pub(super) struct Parts(Zeroizing<Vec<u64>>);

impl Parts {
    pub(super) fn of<S: AsRef<[u8]>>(secrets: &[S]) -> Self {
        let mut parts = Zeroizing::new(Vec::new());
        for secret in secrets.iter().map(AsRef::as_ref) {
            let length = secret.len().min(BYTES_ENOUGH);
            if length >= BYTES_MIN {
                parts.extend(secret.windows(length).map(number));
            }
        }
        parts.sort_unstable();
        parts.dedup();
        Self(parts)
    }

    fn has(&self, part: &[u8]) -> bool {
        self.0.binary_search(&number(part)).is_ok()
    }
}

/// A few bytes as one number; as many zeroes are none of them.
fn number(part: &[u8]) -> u64 {
    let length = part.len() as u64;
    part.iter()
        .fold(length, |number, byte| number << 8 | u64::from(*byte))
}

/// Where in `text` lists stand that have a secret, or a part of one, in them.
pub(super) fn lists(text: &str, secrets: &Parts) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for read in [decimal, hexadecimal] {
        for run in runs(text, read) {
            let bytes: Vec<u8> = run.iter().map(|item| item.1).collect();
            for length in BYTES_MIN..=BYTES_ENOUGH {
                for (at, part) in bytes.windows(length).enumerate() {
                    if secrets.has(part) {
                        found.push(run[at].0.start..run[at + length - 1].0.end);
                    }
                }
            }
        }
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

type Item = (Range<usize>, u8);

/// Numbers with nothing but commas and white space between them.
fn runs(text: &str, read: fn(&str) -> Option<u8>) -> Vec<Vec<Item>> {
    let mut runs = Vec::new();
    let mut run: Vec<Item> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric());
        let word = &rest[..word.unwrap_or(rest.len())];
        let gap = &rest[word.len()..];
        let next = gap.find(|c: char| c.is_ascii_alphanumeric());
        let gap = &gap[..next.unwrap_or(gap.len())];
        match read(word) {
            Some(byte) => run.push((at..at + word.len(), byte)),
            None => runs.push(std::mem::take(&mut run)),
        }
        if !gap.chars().all(|c| c == ',' || c.is_ascii_whitespace()) {
            runs.push(std::mem::take(&mut run));
        }
        at += word.len() + gap.len();
    }
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    runs
}

fn decimal(word: &str) -> Option<u8> {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| is_number)
}

fn hexadecimal(word: &str) -> Option<u8> {
    u8::from_str_radix(word, 16)
        .ok()
        .filter(|_| word.len() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let places = lists(text, &Parts::of(&["p4ssword"]));
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
        assert!(lists("1 2 3", &Parts::of(&["123"])).is_empty());
    }
}
