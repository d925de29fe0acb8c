//! The hash functions that old password formats are made of, behind one enum.

use hmac::{Hmac, KeyInit as _, Mac as _, SimpleHmac};
use sha2::Digest as _;
use zeroize::Zeroizing;

use crate::mdc2::Mdc2;

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    Md4,
    Md5,
    Mdc2,
    Ripemd160,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Whirlpool,
}

macro_rules! with {
    ($digest:expr, $D:ident => $work:expr) => {
        match $digest {
            Digest::Md4 => {
                type $D = md4::Md4;
                $work
            }
            Digest::Md5 => {
                type $D = md5::Md5;
                $work
            }
            Digest::Mdc2 => {
                type $D = Mdc2;
                $work
            }
            Digest::Ripemd160 => {
                type $D = ripemd::Ripemd160;
                $work
            }
            Digest::Sha1 => {
                type $D = sha1::Sha1;
                $work
            }
            Digest::Sha224 => {
                type $D = sha2::Sha224;
                $work
            }
            Digest::Sha256 => {
                type $D = sha2::Sha256;
                $work
            }
            Digest::Sha384 => {
                type $D = sha2::Sha384;
                $work
            }
            Digest::Sha512 => {
                type $D = sha2::Sha512;
                $work
            }
            Digest::Whirlpool => {
                type $D = whirlpool::Whirlpool;
                $work
            }
        }
    };
}

impl Digest {
    pub(crate) const ALL: [Self; 10] = [
        Self::Md4,
        Self::Md5,
        Self::Mdc2,
        Self::Ripemd160,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Whirlpool,
    ];

    /// The name that OpenSSL and Node.js use.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Md4 => "md4",
            Self::Md5 => "md5",
            Self::Mdc2 => "mdc2",
            Self::Ripemd160 => "ripemd160",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Whirlpool => "whirlpool",
        }
    }

    /// By a name of OpenSSL's list, aliases such as `RSA-SHA256` and `sha256WithRSAEncryption` included, of any case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let bare = lower
            .trim_start_matches("rsa-")
            .trim_start_matches("ssl3-")
            .trim_end_matches("withrsaencryption")
            .trim_end_matches("withrsa");
        let bare = match bare {
            "ripemd" | "rmd160" | "ripemd-160" => "ripemd160",
            "sha1-2" | "sha-1" | "sha" => "sha1",
            "sha-224" => "sha224",
            "sha-256" => "sha256",
            "sha-384" => "sha384",
            "sha-512" => "sha512",
            bare => bare,
        };
        Self::ALL.into_iter().find(|digest| digest.name() == bare)
    }

    /// Length of its output in bytes.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::Md4 | Self::Md5 | Self::Mdc2 => 16,
            Self::Ripemd160 | Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 | Self::Whirlpool => 64,
        }
    }

    /// How many times as long as the others it takes for as many bytes; ceilings count in their time.
    pub(crate) const fn weight(self) -> u32 {
        match self {
            // DES bit by bit, with new keys for every 8 bytes.
            Self::Mdc2 => 64,
            Self::Whirlpool => 4,
            _ => 1,
        }
    }

    /// The digest of all parts, one after the other.
    pub(crate) fn hash(self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        with!(self, D => {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            Zeroizing::new(digest.finalize().to_vec())
        })
    }

    /// HMAC (RFC 2104) of all parts, one after the other.
    pub(crate) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        with!(self, D => {
            let mut mac = SimpleHmac::<D>::new_from_slice(key).expect("HMAC takes keys of any length");
            for part in parts {
                mac.update(part);
            }
            Zeroizing::new(mac.finalize().into_bytes().to_vec())
        })
    }

    /// PBKDF2 (RFC 8018) of `bytes` bytes.
    pub(crate) fn pbkdf2(
        self,
        password: &[u8],
        salt: &[u8],
        iterations: u32,
        bytes: usize,
    ) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; bytes]);
        macro_rules! run {
            ($prf:ty) => {
                pbkdf2::pbkdf2::<$prf>(password, salt, iterations, &mut key)
            };
        }
        let done = match self {
            Self::Md4 => run!(Hmac<md4::Md4>),
            Self::Md5 => run!(Hmac<md5::Md5>),
            Self::Mdc2 => run!(SimpleHmac<Mdc2>),
            Self::Ripemd160 => run!(Hmac<ripemd::Ripemd160>),
            Self::Sha1 => run!(Hmac<sha1::Sha1>),
            Self::Sha224 => run!(Hmac<sha2::Sha224>),
            Self::Sha256 => run!(Hmac<sha2::Sha256>),
            Self::Sha384 => run!(Hmac<sha2::Sha384>),
            Self::Sha512 => run!(Hmac<sha2::Sha512>),
            Self::Whirlpool => run!(Hmac<whirlpool::Whirlpool>),
        };
        done.expect("HMAC takes keys of any length");
        key
    }
}
