//! How much an expression works at most, before it works.

use super::{Change, Form, Node};
use crate::ceiling::LEGACY_PASSWORD_BYTES;
use crate::digest::Digest;

/// Of what a hash brings along, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Lengths {
    pub salt: usize,
    pub user: usize,
}

/// What a part of an expression comes to.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Bytes of its text.
    length: u64,
    /// Bytes that are hashed and written until it is there; those of a slow digest count several times.
    work: u64,
}

impl Size {
    fn of_text(bytes: usize) -> Self {
        let length = bytes as u64;
        Self {
            length,
            work: length,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            length: self.length.saturating_add(other.length),
            work: self.work.saturating_add(other.work),
        }
    }

    /// Of `times` digests of this text, which becomes the last one's.
    fn hashed(self, digest: Digest, form: Form, times: u32) -> Self {
        let weight = u64::from(digest.weight()) * u64::from(times);
        Self {
            length: form.bytes(digest),
            work: self.work.saturating_add(self.length.saturating_mul(weight)),
        }
    }
}

impl Form {
    const fn bytes(self, digest: Digest) -> u64 {
        let raw = digest.bytes() as u64;
        match self {
            Self::Hex => 2 * raw,
            Self::Raw => raw,
        }
    }
}

impl Change {
    /// How many bytes one can become.
    const fn growth(self) -> u64 {
        match self {
            Self::Hex | Self::Utf16le => 2,
            // What is no text becomes U+FFFD, and some letters are longer in the other case.
            Self::Upper | Self::Lower => 3,
            Self::Base64 => 4,
        }
    }
}

impl Node {
    /// With a password of [`LEGACY_PASSWORD_BYTES`].
    pub(super) fn work(&self, lengths: Lengths) -> u32 {
        u32::try_from(self.size(lengths).work).unwrap_or(u32::MAX)
    }

    fn size(&self, lengths: Lengths) -> Size {
        match self {
            Self::Password => Size::of_text(LEGACY_PASSWORD_BYTES),
            Self::Salt => Size::of_text(lengths.salt),
            Self::User => Size::of_text(lengths.user),
            Self::Text(text) => Size::of_text(text.len()),
            Self::Join(parts) => {
                let parts = parts.iter().map(|part| part.size(lengths));
                parts.fold(Size::default(), Size::and)
            }
            Self::Digest(digest, form, of) => of.size(lengths).hashed(*digest, *form, 1),
            Self::Hmac(digest, form, of) => {
                let both = of.0.size(lengths).and(of.1.size(lengths));
                both.hashed(*digest, *form, 1)
            }
            Self::Change(change, of) => {
                let of = of.size(lengths);
                let length = of.length.saturating_mul(change.growth());
                let work = of.work.saturating_add(length);
                Size { length, work }
            }
            Self::Repeat(times, digest, form, of) => {
                let first = of.size(lengths).hashed(*digest, *form, 1);
                first.hashed(*digest, *form, times - 1)
            }
            Self::Symfony(times, digest, of) => {
                let before = Size {
                    length: Form::Raw.bytes(*digest),
                    work: 0,
                };
                let joined = of.size(lengths).and(before);
                joined.hashed(*digest, Form::Raw, *times)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::VerifyError;
    use crate::scheme::template::Template;

    fn refused(template: &str, salt: usize) -> Option<&'static str> {
        match Template::parse("template", template, (salt, 0)) {
            Ok(read) => {
                assert!(read.is_some(), "{template}");
                None
            }
            Err(VerifyError::CostTooHigh { parameter, .. }) => Some(parameter),
            Err(error) => panic!("{template}: {error}"),
        }
    }

    #[test]
    fn what_products_do_is_within_the_ceiling() {
        for template in [
            "md5(md5($p).$s)",
            "repeat(1000000, sha512, $p)",
            "symfony(50000, sha512, $p . \"{\" . $s . \"}\")",
            "repeat(24000, sha256_raw, hmac_sha1_raw($s, utf16le($p)))",
            "repeat(10000, mdc2_raw, $p)",
        ] {
            assert_eq!(refused(template, 64), None, "{template}");
        }
    }

    #[test]
    fn texts_that_grow_and_rounds_over_long_texts_are_refused_unworked() {
        let grows = format!("md5($p.{}$s{})", "hex(".repeat(14), ")".repeat(14));
        assert_eq!(refused(&grows, 64), None);
        let many = [grows.as_str(); 6].join(".");
        for (template, salt) in [
            (grows.as_str(), 8_000),
            (many.as_str(), 2_000),
            ("symfony(1000000, sha512, $p)", 0),
            ("symfony(100000, sha512, $p.$s.$s.$s.$s.$s.$s)", 1_000),
            ("repeat(1000000, mdc2_raw, $p)", 0),
        ] {
            assert_eq!(refused(template, salt), Some("work in bytes"), "{template}");
        }
    }
}
