//! In which other forms a secret must not be told either.

use base64::{Engine as _, alphabet, engine::GeneralPurpose, engine::general_purpose::NO_PAD};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// A line of a key, or a part of an address, that is shorter tells nothing and stands in many texts.
const PART_MIN_CHARS: usize = 8;
/// A password within an address or a connection string.
const INNER_MIN_CHARS: usize = 4;
/// Base64 of less is found where nothing was encoded.
const BASE64_MIN_CHARS: usize = 6;

/// Lines and inner passwords of one configuration: some keys and certificates have no more, and each has dozens of spellings.
const PARTS: usize = 256;

type Clear = Zeroizing<String>;

/// Bytes of spellings of one configuration beside its clear texts: most of what 64 KiB of ASCII have. Non-ASCII texts would have
/// ten times as much, and the automaton takes dozens of bytes for each.
pub(super) const SPELLED_MAX_BYTES: usize = 2 << 20;

/// How much of one configuration may still be looked for.
pub(super) struct Room {
    /// Lines and inner passwords.
    parts: usize,
    /// Of spellings.
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            parts: PARTS,
            bytes: SPELLED_MAX_BYTES,
        }
    }
}

impl Room {
    /// Those for which there is room; none after the first for which there is not.
    fn take(&mut self, spellings: impl IntoIterator<Item = Clear>, into: &mut Vec<Clear>) {
        for spelling in spellings {
            match self.bytes.checked_sub(spelling.len()) {
                Some(left) => self.bytes = left,
                None => self.bytes = 0,
            }
            if self.bytes == 0 {
                return;
            }
            into.push(spelling);
        }
    }
}

/// The secret, what is in it, and all of that in base64 and hexadecimal. Where `room` is used up, the secret and what is in it only.
pub(super) fn of(secret: &str, room: &mut Room) -> Vec<Clear> {
    let mut inner: Vec<_> = password_in_address(secret).into_iter().collect();
    inner.extend(password_in_pairs(secret));
    inner.extend(secrets_in_json(secret));
    inner.extend(lines(secret));
    inner.truncate(room.parts);
    room.parts -= inner.len();
    let mut clear = vec![Zeroizing::new(secret.to_owned())];
    clear.push(Zeroizing::new(secret.trim().to_owned()));
    clear.append(&mut inner);
    sort(&mut clear);
    let mut spelled = Vec::new();
    for text in &clear {
        if room.bytes == 0 {
            break;
        }
        let mut forms = respelled(text);
        forms.push(text.clone());
        let filters: Vec<_> = forms.iter().filter_map(|form| in_filter(form)).collect();
        forms.extend(filters);
        sort(&mut forms);
        room.take(
            forms.iter().filter(|form| *form != text).cloned(),
            &mut spelled,
        );
        for form in &forms {
            // Making them costs as much as keeping them.
            if room.bytes == 0 {
                break;
            }
            room.take(encodings(form.as_bytes()), &mut spelled);
            if let Some(wide) = wide(form) {
                room.take(encodings(&wide), &mut spelled);
            }
            room.take(misread(form), &mut spelled);
        }
    }
    clear.append(&mut spelled);
    clear
}

fn sort(texts: &mut Vec<Clear>) {
    texts.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    texts.dedup();
}

/// Longer secrets are keys and certificates, which nobody writes in UTF-16.
const WIDE_MAX_BYTES: usize = 128;

/// In UTF-16, as Windows and Active Directory (`unicodePwd`) have passwords.
pub(super) fn wide(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    (text.len() <= WIDE_MAX_BYTES).then(|| Zeroizing::new(units.collect()))
}

/// Its bytes as characters: `Buffer.from(secret).toString("latin1")`, and `"ascii"`, which has seven bits
fn misread(text: &str) -> impl Iterator<Item = Clear> {
    let read =
        |bits: u8| Zeroizing::new(text.bytes().map(|byte| char::from(byte & bits)).collect());
    [0xff, 0x7f]
        .into_iter()
        .filter(|_| !text.is_ascii())
        .map(read)
}

/// What people type is shorter, and each spelling has its cost.
const RESPELLED_MAX_BYTES: usize = 256;

/// In other cases and forms (Unicode Annex 15), as drivers prepare passwords (SASLprep, RFC 4013); of ASCII there are no others.
fn respelled(text: &str) -> Vec<Clear> {
    if text.is_ascii() || text.len() > RESPELLED_MAX_BYTES {
        return Vec::new();
    }
    vec![
        Zeroizing::new(text.to_lowercase()),
        Zeroizing::new(text.to_uppercase()),
        Zeroizing::new(text.nfc().collect()),
        Zeroizing::new(text.nfd().collect()),
        Zeroizing::new(text.nfkc().collect()),
        Zeroizing::new(text.nfkd().collect()),
    ]
}

/// As LDAP filters have it (RFC 4515 §3), and names of entries that spell bytes (RFC 4514 §2.4): `p\28ss\c3\a9`.
fn in_filter(text: &str) -> Option<Clear> {
    let is_escaped = |byte: u8| b"*()\\\0".contains(&byte) || !byte.is_ascii();
    if text.len() > RESPELLED_MAX_BYTES || !text.bytes().any(is_escaped) {
        return None;
    }
    let mut filter = Zeroizing::new(String::new());
    for byte in text.bytes() {
        if is_escaped(byte) {
            filter.push_str(&format!("\\{byte:02x}"));
        } else {
            filter.push(char::from(byte));
        }
    }
    Some(filter)
}

/// Consoles take a text of several lines apart.
fn lines(secret: &str) -> impl Iterator<Item = Clear> {
    let lines = secret.lines().filter(|_| secret.contains('\n'));
    lines
        .map(str::trim)
        .filter(|line| line.chars().count() >= PART_MIN_CHARS)
        .map(clear)
}

/// `pass` of `postgres://user:pass@host/db`
fn password_in_address(secret: &str) -> Option<Clear> {
    let (_, rest) = secret.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    is_inner(password).then(|| clear(password))
}

/// `pass` of `Server=host;Password=pass;`
fn password_in_pairs(secret: &str) -> impl Iterator<Item = Clear> {
    let pairs = secret.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(key, value)| is_secret(key) && is_inner(value.trim()))
        .map(|(_, value)| clear(value.trim()))
}

/// Passwords and keys of a configuration that is JSON itself, as service accounts are.
fn secrets_in_json(secret: &str) -> Vec<Clear> {
    let mut found = Vec::new();
    if secret.trim_start().starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(secret)
    {
        collect(&value, false, &mut found);
    }
    found
}

fn collect(value: &Value, is_wanted: bool, found: &mut Vec<Clear>) {
    match value {
        Value::String(text) if is_wanted && is_inner(text) => {
            found.push(clear(text));
            found.extend(lines(text));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, is_wanted, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(value, is_wanted || is_secret(key), found);
            }
        }
        _ => {}
    }
}

/// Whether what is called so is nobody's business.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.trim().to_ascii_lowercase();
    ["pass", "pwd", "secret", "key", "token", "credential"]
        .iter()
        .any(|word| key.contains(word))
}

fn is_inner(text: &str) -> bool {
    text.chars().count() >= INNER_MIN_CHARS
}

/// Base64 of the text itself, and what any text has in base64 that contains it; hexadecimal.
fn encodings(text: &[u8]) -> Vec<Clear> {
    let alphabets =
        [&alphabet::STANDARD, &alphabet::URL_SAFE].map(|name| GeneralPurpose::new(name, NO_PAD));
    let mut encoded = Vec::new();
    for alphabet in &alphabets {
        for before in 0..3_usize {
            let mut bytes = Zeroizing::new(vec![0; before]);
            bytes.extend_from_slice(text);
            let whole = Zeroizing::new(alphabet.encode(&*bytes));
            // What the bytes before and behind it have a part in is not known.
            let first = (before * 8).div_ceil(6);
            let last = bytes.len() * 8 / 6;
            if let Some(inner) = whole.get(first..last) {
                encoded.push(clear(inner));
            }
        }
    }
    encoded.retain(|text| text.len() >= BASE64_MIN_CHARS);
    if text.len() >= INNER_MIN_CHARS {
        encoded.push(Zeroizing::new(
            text.iter().map(|byte| format!("{byte:02x}")).collect(),
        ));
        encoded.push(Zeroizing::new(
            text.iter().map(|byte| format!("{byte:02X}")).collect(),
        ));
    }
    encoded
}

fn clear(text: &str) -> Clear {
    Zeroizing::new(text.to_owned())
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    fn tells(secret: &str, text: &str) -> bool {
        of(secret, &mut Room::default())
            .iter()
            .any(|spelling| text.contains(spelling.as_str()))
    }

    #[test]
    fn base64_tells_it_wherever_it_stands_in_what_was_encoded() {
        for around in ["", "a", "ab", "abc"] {
            let text = BASE64_STANDARD.encode(format!("{around}s3cret-value{around}"));
            assert!(tells("s3cret-value", &text), "{text}");
        }
    }

    #[test]
    fn all_spellings_of_a_configuration_have_a_bound() {
        let mut room = Room::default();
        let (mut clear, mut bytes) = (0, 0);
        for number in 0..500 {
            let secret = format!("{number}{}", "Äö".repeat(32));
            let spellings = of(&secret, &mut room);
            assert!(spellings.iter().any(|text| text.as_str() == secret));
            clear += secret.len();
            bytes += spellings.iter().map(|text| text.len()).sum::<usize>();
        }
        assert_eq!(room.bytes, 0);
        assert!(bytes <= SPELLED_MAX_BYTES + clear, "{bytes}");
    }

    #[test]
    fn other_cases_and_forms_tell_it() {
        for text in [
            "geheimnisäöü1",
            "GEHEIMNISÄÖÜ1",
            "GeheimnisA\u{308}O\u{308}U\u{308}1",
        ] {
            assert!(tells("GeheimnisÄÖÜ1", text), "{text}");
        }
        assert!(tells("secret7\n", "it is secret7"));
    }

    #[test]
    fn filters_tell_it() {
        assert!(tells(r"p(ss*\\é", r"(userPassword=p\28ss\2a\5c\5c\c3\a9)"));
        assert!(!tells("plain", r"(userPassword=p\6cain)"));
    }

    #[test]
    fn what_is_in_it_is_a_secret_as_well() {
        assert!(tells(
            "postgres://app:p4ss@db:5432/users",
            "password p4ss was wrong"
        ));
        assert!(tells(
            "Server=db;User Id=sa;Password=p4ss;",
            "password p4ss was wrong"
        ));
        assert!(tells(
            r#"{"client_email":"a@b.c","private_key":"-----BEGIN\nMIIEvQIBADAN\n"}"#,
            "MIIEvQIBADAN"
        ));
        assert!(!tells(r#"{"client_email":"a@b.c"}"#, "a@b.c"));
        assert!(!tells("https://db.example.com:8443/users", "8443"));
    }
}
