use zeroize::Zeroizing;

use crate::Argon2Params;
use crate::codec::{latin1, utf16le};
use crate::digest::Digest;
use crate::memory::Memory;
use crate::scheme::Check;

/// How the product turned characters into bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasswordEncoding {
    Utf8,
    Utf16le,
    Latin1,
}

impl PasswordEncoding {
    fn apply(self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Utf8 => password.to_vec(),
            Self::Utf16le => utf16le(password),
            Self::Latin1 => latin1(password),
        })
    }
}

/// What happens to a typed password before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prepared {
    pub encoding: PasswordEncoding,
    /// Whose hexadecimal text is hashed in the password's place.
    pub digest: Option<Digest>,
}

impl Prepared {
    pub(super) const NOT: Self = Self {
        encoding: PasswordEncoding::Utf8,
        digest: None,
    };

    /// A hash that takes the password so.
    pub(super) fn before(self, hash: Box<dyn Check>) -> Box<dyn Check> {
        if self == Self::NOT {
            hash
        } else {
            Box::new(OfPrepared {
                prepared: self,
                hash,
            })
        }
    }

    fn apply(self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        let encoded = self.encoding.apply(password);
        match self.digest {
            Some(digest) => Zeroizing::new(hex::encode(&*digest.hash(&[&encoded])).into_bytes()),
            None => encoded,
        }
    }
}

struct OfPrepared {
    prepared: Prepared,
    hash: Box<dyn Check>,
}

impl Check for OfPrepared {
    fn scheme(&self) -> &'static str {
        self.hash.scheme()
    }

    fn cost(&self) -> String {
        self.hash.cost()
    }

    fn matches(&self, password: &[u8], memory: &mut Memory) -> bool {
        self.hash.matches(&self.prepared.apply(password), memory)
    }

    /// Never: a hash made now is of the password itself.
    fn is_as_good_as(&self, _: &Argon2Params) -> bool {
        false
    }
}
