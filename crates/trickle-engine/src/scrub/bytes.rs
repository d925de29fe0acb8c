//! Secrets that a console shows as lists of bytes: `<Buffer 70 34 73 73>`, `Uint8Array(4) [ 112, 52, 115, 115 ]`,
//! `{"type":"Buffer","data":[112,52,115,115]}`.

use std::ops::Range;

/// Fewer bytes in a row are numbers like any others.
const BYTES_MIN: usize = 4;

/// Where in `text` lists stand that have one of the `secrets` in them.
pub(super) fn lists<S: AsRef<[u8]>>(text: &str, secrets: &[S]) -> Vec<Range<usize>> {
    let secrets = || secrets.iter().map(AsRef::as_ref);
    let shortest = secrets().map(<[u8]>::len).filter(|len| *len >= BYTES_MIN);
    let Some(shortest) = shortest.min() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for read in [decimal, hexadecimal] {
        for run in runs(text, read) {
            if run.len() < shortest {
                continue;
            }
            let bytes: Vec<u8> = run.iter().map(|item| item.1).collect();
            for secret in secrets().filter(|secret| secret.len() >= BYTES_MIN) {
                let at = bytes.windows(secret.len()).position(|part| part == secret);
                if let Some(at) = at {
                    found.push(run[at].0.start..run[at + secret.len() - 1].0.end);
                }
            }
        }
    }
    found.sort_by_key(|place| place.start);
    // Of those that overlap the first one, and with it the others, as far as they go.
    found.dedup_by(|later, first| {
        let overlaps = later.start < first.end;
        if overlaps {
            first.end = first.end.max(later.end);
        }
        overlaps
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
        let places = lists(text, &["p4ssword"]);
        places.into_iter().map(|place| &text[place]).collect()
    }

    #[test]
    fn as_consoles_show_them() {
        let decimal = "112, 52, 115, 115, 119, 111, 114, 100";
        for around in [("[ ", " ]"), ("{\"data\":[1,2,", "]}"), ("", "")] {
            let text = format!("{}{decimal}{}", around.0, around.1);
            assert_eq!(found(&text), [decimal]);
        }
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
        assert!(lists("1 2 3", &["123"]).is_empty());
    }
}
