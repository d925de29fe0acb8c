//! The formats of `crypt(3)`, but bcrypt and yescrypt.

use zeroize::Zeroizing;

use super::check_ceiling;
use super::hashed::{Hashed, Parsed, marked};
use crate::codec::{crypt64_value, push_crypt64};
use crate::digest::Digest;
use crate::{ceiling, des};

/// Which byte goes where in md5-crypt's text; so too for the others below.
const MD5_ORDER: [[usize; 3]; 5] = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]];
const SHA256_ORDER: [[usize; 3]; 10] = [
    [0, 10, 20],
    [21, 1, 11],
    [12, 22, 2],
    [3, 13, 23],
    [24, 4, 14],
    [15, 25, 5],
    [6, 16, 26],
    [27, 7, 17],
    [18, 28, 8],
    [9, 19, 29],
];
const SHA512_ORDER: [[usize; 3]; 21] = [
    [0, 21, 42],
    [22, 43, 1],
    [44, 2, 23],
    [3, 24, 45],
    [25, 46, 4],
    [47, 5, 26],
    [6, 27, 48],
    [28, 49, 7],
    [50, 8, 29],
    [9, 30, 51],
    [31, 52, 10],
    [53, 11, 32],
    [12, 33, 54],
    [34, 55, 13],
    [56, 14, 35],
    [15, 36, 57],
    [37, 58, 16],
    [59, 17, 38],
    [18, 39, 60],
    [40, 61, 19],
    [62, 20, 41],
];

/// `$1$salt$hash` of old Unix systems and `$apr1$salt$hash` of Apache's htpasswd. Ory puts `$md5-crypt` in front.
pub(super) fn parse_md5(hash: &str) -> Parsed {
    let hash = hash
        .strip_prefix("$md5-crypt$")
        .map_or(hash, |rest| rest.trim_start_matches('$'));
    let (scheme, magic) = if hash.starts_with("$apr1$") {
        ("apr1", "$apr1$")
    } else if hash.starts_with("$1$") {
        ("md5-crypt", "$1$")
    } else {
        return None;
    };
    let rest = &hash[magic.len()..];
    marked(scheme, || {
        let Some((salt, digest)) = rest.split_once('$') else {
            return Ok(None);
        };
        if salt.len() > 8 || !is_crypt64(digest, 22) {
            return Ok(None);
        }
        let salt = salt.to_owned();
        Ok(Some(Hashed::new(
            scheme,
            "1000 rounds",
            digest,
            move |password| {
                Zeroizing::new(md5(password, salt.as_bytes(), magic.as_bytes()).into_bytes())
            },
        )))
    })
}

/// The 22 characters behind the salt.
pub(crate) fn md5(password: &[u8], salt: &[u8], magic: &[u8]) -> String {
    let inner = Digest::Md5.hash(&[password, salt, password]);
    let mut first = Zeroizing::new([password, magic, salt].concat());
    for at in (0..password.len()).step_by(16) {
        first.extend_from_slice(&inner[..(password.len() - at).min(16)]);
    }
    let mut length = password.len();
    while length > 0 {
        first.push(if length & 1 == 1 { 0 } else { password[0] });
        length >>= 1;
    }
    let mut digest = Digest::Md5.hash(&[&first]);
    for round in 0..1000 {
        let (head, tail): (&[u8], &[u8]) = if round & 1 == 1 {
            (password, &digest)
        } else {
            (&digest, password)
        };
        let salt = if round % 3 == 0 { &[] } else { salt };
        let again = if round % 7 == 0 { &[] } else { password };
        digest = Digest::Md5.hash(&[head, salt, again, tail]);
    }
    let mut text = ordered(&digest, &MD5_ORDER);
    push_crypt64(&mut text, u32::from(digest[11]), 2);
    text
}

fn ordered(digest: &[u8], order: &[[usize; 3]]) -> String {
    let mut text = String::new();
    for [high, middle, low] in order {
        let value = u32::from(digest[*high]) << 16
            | u32::from(digest[*middle]) << 8
            | u32::from(digest[*low]);
        push_crypt64(&mut text, value, 4);
    }
    text
}

fn is_crypt64(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| crypt64_value(byte).is_some())
}

/// `$5$rounds=535000$salt$hash` and `$6$…`. Ory puts `$sha256-crypt` or `$sha512-crypt` in front.
pub(super) fn parse_sha(hash: &str) -> Parsed {
    const MIN_ROUNDS: u32 = 1000;
    const DEFAULT_ROUNDS: u32 = 5000;

    let hash = ["$sha256-crypt$", "$sha512-crypt$"]
        .iter()
        .find_map(|mark| hash.strip_prefix(mark))
        .map_or(hash, |rest| {
            rest.trim_start_matches('$').trim_start_matches(['5', '6'])
        });
    let (scheme, wide, length) = if hash.starts_with("$5$") {
        ("sha256-crypt", false, 43)
    } else if hash.starts_with("$6$") {
        ("sha512-crypt", true, 86)
    } else {
        return None;
    };
    let rest = &hash[3..];
    marked(scheme, || {
        let (rounds, rest) = match rest.strip_prefix("rounds=").and_then(|r| r.split_once('$')) {
            Some((rounds, rest)) => match rounds.parse::<u32>() {
                Ok(rounds) => (rounds.max(MIN_ROUNDS), rest),
                Err(_) => return Ok(None),
            },
            None => (DEFAULT_ROUNDS, rest),
        };
        check_ceiling(scheme, "rounds", rounds, ceiling::SHA_CRYPT_ROUNDS)?;
        let Some((salt, digest)) = rest.split_once('$') else {
            return Ok(None);
        };
        let params = sha_crypt::Params::new(rounds).ok();
        let Some(params) = params.filter(|_| is_crypt64(digest, length) && salt.len() <= 16) else {
            return Ok(None);
        };
        let salt = salt.to_owned();
        Ok(Some(Hashed::new(
            scheme,
            format!("{rounds} rounds"),
            digest,
            move |password| {
                let text = sha(wide, password, salt.as_bytes(), params);
                Zeroizing::new(text.into_bytes())
            },
        )))
    })
}

/// The 43 or 86 characters behind the salt.
pub(crate) fn sha(wide: bool, password: &[u8], salt: &[u8], params: sha_crypt::Params) -> String {
    if wide {
        let digest = Zeroizing::new(sha_crypt::sha512_crypt(password, salt, params));
        let mut text = ordered(&*digest, &SHA512_ORDER);
        push_crypt64(&mut text, u32::from(digest[63]), 2);
        text
    } else {
        let digest = Zeroizing::new(sha_crypt::sha256_crypt(password, salt, params));
        let mut text = ordered(&*digest, &SHA256_ORDER);
        let rest = u32::from(digest[31]) << 8 | u32::from(digest[30]);
        push_crypt64(&mut text, rest, 3);
        text
    }
}

/// The first format of `crypt(3)`: 13 characters, two of salt; eight characters of a password count.
pub(super) fn parse_des(hash: &str) -> Parsed {
    if !is_crypt64(hash, 13) {
        return None;
    }
    // 64 bits in 11 characters leave two bits over.
    if crypt64_value(hash.as_bytes()[12])? & 3 != 0 {
        return None;
    }
    let salt: [u8; 2] = hash.as_bytes()[..2].try_into().ok()?;
    marked("des-crypt", || {
        Ok(Some(Hashed::new(
            "des-crypt",
            "8 characters, 25 rounds",
            hash,
            move |password| Zeroizing::new(des(password, salt).into_bytes()),
        )))
    })
}

pub(crate) fn des(password: &[u8], salt: [u8; 2]) -> String {
    let mut key = [0; 8];
    for (to, from) in key
        .iter_mut()
        .zip(password.iter().take_while(|byte| **byte != 0))
    {
        *to = from << 1;
    }
    let bits = salt.map(|byte| crypt64_value(byte).expect("a salt of the alphabet"));
    let block = des::repeat(u64::from_be_bytes(key), 0, bits[0] | bits[1] << 6, 25);
    let mut text: String = salt.map(char::from).iter().collect();
    for shift in (0..11).map(|at| 58 - 6 * at) {
        let six = if shift < 0 {
            block << 2 & 63
        } else {
            block >> shift & 63
        };
        push_crypt64(&mut text, u32::try_from(six).expect("six bits"), 1);
    }
    text
}
