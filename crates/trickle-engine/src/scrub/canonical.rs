//! One spelling for all the ways in which JSON, URLs, JavaScript and HTML spell a text.
//!
//! Secrets and the texts in which they are looked for go through the same mill, so that it need not be exact: it may take
//! different texts for one, and must not take two spellings of one text for different. Backslashes are left out (how many
//! there are tells only how often something was escaped), line ends and tabs become the letter of their escape, and a plus
//! sign becomes the blank that it may stand for; quotes in a row are one.

use zeroize::Zeroizing;

/// How often something may have been encoded.
const DEPTH_MAX: usize = 4;

/// A text in its one spelling.
pub(super) struct Canonical {
    pub(super) text: Zeroizing<String>,
    /// For each byte, from where to where in the original its character was spelled; nothing where that is the byte itself.
    places: Option<Vec<(usize, usize)>>,
}

/// Whether a text is its own spelling: nothing in it spells anything else.
fn is_plain(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let is_quote = matches!(byte, b'\'' | b'"' | b'`');
        let is_doubled = is_quote && byte == before;
        before = byte;
        let spells = matches!(byte, b'\\' | b'%' | b'&' | b'+' | 0 | 8..=13);
        !spells && !is_doubled
    })
}

impl Canonical {
    /// Until there is nothing left to decode: a spelling may spell another.
    pub(super) fn of(original: &str) -> Self {
        let mut canonical = Self {
            text: Zeroizing::new(original.to_owned()),
            places: None,
        };
        for _ in 0..=DEPTH_MAX {
            if is_plain(&canonical.text) {
                break;
            }
            let mut next = Self::once(&canonical.text);
            if *next.text == *canonical.text {
                break;
            }
            for place in next.places.iter_mut().flatten() {
                *place = canonical.original(place.0, place.1);
            }
            canonical = next;
        }
        canonical
    }

    fn once(original: &str) -> Self {
        let mut canonical = Self {
            text: Zeroizing::new(String::with_capacity(original.len())),
            places: None,
        };
        let mut places = Vec::with_capacity(original.len());
        let mut at = 0;
        while at < original.len() {
            let rest = &original[at..];
            let (c, length) = read(rest);
            canonical.push(c, (at, at + length), &mut places);
            at += length;
        }
        canonical.places = Some(places);
        canonical
    }

    fn push(&mut self, c: Option<char>, place: (usize, usize), places: &mut Vec<(usize, usize)>) {
        let Some(c) = c else {
            return;
        };
        let c = match c {
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\u{b}' => 'v',
            '\0' => '0',
            '+' => ' ',
            '\\' => return,
            c => c,
        };
        // SQL and CSV double quotes that are within quotes.
        if "'\"`".contains(c) && self.text.ends_with(c) {
            let last = places.len() - 1;
            places[last].1 = place.1;
            return;
        }
        self.text.push(c);
        places.extend(std::iter::repeat_n(place, c.len_utf8()));
    }

    /// Where these bytes were spelled in the original; there is one at least.
    pub(super) fn original(&self, from: usize, to: usize) -> (usize, usize) {
        match &self.places {
            Some(places) => (places[from].0, places[to - 1].1),
            None => (from, to),
        }
    }
}

/// The first character, and the bytes that it takes. None for a backslash, which is left out.
fn read(rest: &str) -> (Option<char>, usize) {
    let (c, length) = match rest.as_bytes()[0] {
        b'\\' => (None, 1),
        b'%' => percent(rest).map_or((Some('%'), 1), |(c, length)| (Some(c), length)),
        b'&' => entity(rest).map_or((Some('&'), 1), |(c, length)| (Some(c), length)),
        _ => {
            let c = rest.chars().next().unwrap_or_default();
            return (Some(c), c.len_utf8());
        }
    };
    if c.is_none()
        && let Some((c, behind)) = escaped(&rest[1..])
    {
        return (Some(c), 1 + behind);
    }
    (c, length)
}

/// `u00e9`, `u{e9}`, `xe9`, behind a backslash.
fn escaped(rest: &str) -> Option<(char, usize)> {
    if let Some(digits) = rest.strip_prefix('x') {
        let byte = u8::try_from(hex(digits, 2)?).ok()?;
        return Some((char::from(byte), 3));
    }
    let rest = rest.strip_prefix('u')?;
    if let Some(inner) = rest.strip_prefix('{') {
        let length = inner.bytes().take(7).position(|byte| byte == b'}')?;
        return Some((char::from_u32(hex(inner, length)?)?, length + 3));
    }
    let unit = hex(rest, 4)?;
    if let Some(c) = char::from_u32(unit) {
        return Some((c, 5));
    }
    // The first half of a pair; the second one is escaped as often.
    let low = rest[4..].trim_start_matches('\\');
    let slashes = rest.len() - 4 - low.len();
    let low = hex(low.strip_prefix('u')?, 4)?;
    let pair = [u16::try_from(unit).ok()?, u16::try_from(low).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    (slashes <= 1 << DEPTH_MAX).then_some((c, 5 + slashes + 5))
}

/// `%C3%A9`, also encoded again: `%25C3%25A9`; and `%u00e9`, `%E9`.
fn percent(rest: &str) -> Option<(char, usize)> {
    if let Some(digits) = rest.strip_prefix("%u") {
        return Some((char::from_u32(hex(digits, 4)?)?, 6));
    }
    let mut bytes = [0; 4];
    let mut at = 0;
    let first = percent_byte(rest)?;
    for count in 0..bytes.len() {
        let Some((byte, length)) = percent_byte(&rest[at..]) else {
            break;
        };
        bytes[count] = byte;
        at += length;
        if let Ok(text) = std::str::from_utf8(&bytes[..=count]) {
            return Some((text.chars().next()?, at));
        }
    }
    // Not UTF-8, so Latin-1, as `escape` has it.
    Some((char::from(first.0), first.1))
}

fn percent_byte(rest: &str) -> Option<(u8, usize)> {
    let mut digits = rest.strip_prefix('%')?;
    for _ in 0..DEPTH_MAX {
        match digits.strip_prefix("25") {
            Some(inner) if hex(inner, 2).is_some() => digits = inner,
            _ => break,
        }
    }
    let byte = u8::try_from(hex(digits, 2)?).ok()?;
    Some((byte, rest.len() - digits.len() + 2))
}

/// `&quot;`, `&#34;`, `&#x22;`
fn entity(rest: &str) -> Option<(char, usize)> {
    let end = rest.bytes().take(10).position(|byte| byte == b';')?;
    let c = match &rest[1..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, end + 1))
}

/// The number that these many hexadecimal digits are.
fn hex(text: &str, digits: usize) -> Option<u32> {
    let digits = text.get(..digits)?;
    let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        Canonical::of(text).text.to_string()
    }

    #[test]
    fn all_spellings_of_a_text_are_one() {
        let plain = canonical("p\"ä s&\n/😀");
        for text in [
            r#"p\"ä s&\n/😀"#,
            r#"p\\\"ä s&\\n\/😀"#,
            r"p\u0022\u00e4 s\u0026\n/\ud83d\ude00",
            r"p\\u0022\\u00E4 s&\\n/\\ud83d\\ude00",
            r"p\x22\xE4\x20s&\n/\u{1f600}",
            "p%22%C3%A4%20s%26%0A%2F%F0%9F%98%80",
            "p%22%c3%a4+s%26%0a/%f0%9f%98%80",
            "p%2522%25C3%25A4%2520s%2526%250A%252F%25F0%259F%2598%2580",
            "p%22%u00e4 s&\n/😀",
            "p&quot;&#228; s&amp;&#xA;/😀",
        ] {
            assert_eq!(canonical(text), plain, "{text}");
        }
    }

    #[test]
    fn a_spelling_of_a_spelling_is_one_too() {
        assert_eq!(canonical(r"\u0025\u0032\u0066"), canonical("%2f"));
        let canonical = Canonical::of(r"a\u0025\u0032\u0066b");
        assert_eq!(&**canonical.text, "a/b");
        assert_eq!(canonical.original(1, 2), (1, 19));
    }

    #[test]
    fn what_is_no_spelling_stays() {
        for text in ["100%", "%zz", "&nosuch;", "&", "a&b;c", "%2"] {
            assert_eq!(canonical(text), text);
        }
        assert_eq!(canonical("100%25"), "100%");
        assert_eq!(canonical("%DF%41%E4%C3%A4%C3"), "ßAääÃ");
        assert_eq!(canonical(r"\u12"), "u12");
    }

    #[test]
    fn places_are_those_of_the_original() {
        let canonical = Canonical::of(r"a\u00e4%20b");
        assert_eq!(&**canonical.text, "aä b");
        assert_eq!(canonical.original(0, 1), (0, 1));
        assert_eq!(canonical.original(1, 4), (1, 10));
    }
}
