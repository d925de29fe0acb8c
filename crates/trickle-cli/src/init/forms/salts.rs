//! What a salt beside a hash may stand for.

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// A salt as it goes into the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt {
    /// For people: `salt`, or `the salt's bytes`.
    pub name: &'static str,
    /// In JavaScript, of the text `salt`.
    pub value: &'static str,
    /// Whether bytes were made of the text.
    pub is_bytes: bool,
}

const TEXT: Salt = Salt {
    name: "salt",
    value: "salt",
    is_bytes: false,
};

const fn bytes(value: &'static str) -> Salt {
    Salt {
        name: "the salt's bytes",
        value,
        is_bytes: true,
    }
}

const HEX: Salt = bytes("Buffer.from(salt, 'hex')");
const BASE64: Salt = bytes("Buffer.from(salt, 'base64')");

/// Shorter texts are of hexadecimal digits, or of Base64, by chance.
const LEAST_CHARS: usize = 8;

/// What salts such as these may stand for, the likeliest first; `are_bytes` where the column has bytes, which come as hexadecimal digits.
pub fn salts(samples: &[&str], are_bytes: bool) -> Vec<Salt> {
    let all = |fits: &dyn Fn(&str) -> bool| {
        let mut texts = samples.iter().filter(|text| !text.is_empty()).peekable();
        texts.peek().is_some() && texts.all(|text| text.len() >= LEAST_CHARS && fits(text))
    };
    let is_hex =
        |text: &str| text.len().is_multiple_of(2) && text.bytes().all(|it| it.is_ascii_hexdigit());
    if are_bytes {
        return vec![Salt {
            name: "salt",
            ..HEX
        }];
    }
    if all(&is_hex) {
        return vec![TEXT, HEX];
    }
    if all(&|text| BASE64_STANDARD.decode(text).is_ok()) {
        return vec![TEXT, BASE64];
    }
    vec![TEXT]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_may_stand_for_bytes() {
        assert_eq!(salts(&["pepper"], false), [TEXT]);
        assert_eq!(salts(&["cafe"], false), [TEXT]);
        assert_eq!(salts(&["00ff00ff00ff00ff", ""], false), [TEXT, HEX]);
        assert_eq!(salts(&["AQIDBAUGBwgJCgsMDQ4PEA=="], false), [TEXT, BASE64]);
        assert_eq!(salts(&["00ff"], true)[0].value, HEX.value);
        assert_eq!(salts(&[], false), [TEXT]);
    }
}
