use rand::CryptoRng;

use crate::codec::{CRYPT64, to_ab64, to_base64, to_base64_bare, utf16le};
use crate::digest::Digest;
use crate::{Argon2Params, Password, PasswordHash, hash, scheme};

/// No hash of this scheme can be made here.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("make a hash: {0} is not among the schemes that can be made")]
pub struct UnknownMaker(String);

type Make = fn(&[u8], &mut (dyn CryptoRng + Send)) -> String;

/// In the forms of the products, at their usual costs: for tests of scripts and imports, not for new users.
static MAKERS: &[(&str, Make)] = &[
    ("apr1", |p, rng| md5_crypt(p, "$apr1$", rng)),
    ("argon2id", |_, _| String::new()),
    ("aspnet-identity-v2", |p, rng| {
        let salt = bytes::<16>(rng);
        let key = Digest::Sha1.pbkdf2(p, &salt, 1000, 32);
        to_base64(&[&[0], &salt[..], &key].concat())
    }),
    ("aspnet-identity-v3", aspnet_v3),
    ("aspnet-membership", |p, rng| {
        let salt = bytes::<16>(rng);
        let hash = Digest::Sha256.hmac(&salt.repeat(4), &[&utf16le(p)]);
        format!(
            "$aspnet-membership${}${}",
            to_base64(&salt),
            to_base64(&hash)
        )
    }),
    ("atlassian-pkcs5s2", |p, rng| {
        let salt = bytes::<16>(rng);
        let key = Digest::Sha1.pbkdf2(p, &salt, 10_000, 32);
        format!("{{PKCS5S2}}{}", to_base64(&[&salt[..], &key].concat()))
    }),
    ("bcrypt", |p, rng| scheme::make_bcrypt(p, 10, bytes(rng))),
    ("des-crypt", |p, rng| {
        let salt = text(2, rng);
        scheme::make_des(p, salt.as_bytes().try_into().expect("two characters"))
    }),
    ("django-bcrypt-sha256", |p, rng| {
        let hex = hex::encode(&*Digest::Sha256.hash(&[p]));
        format!(
            "bcrypt_sha256${}",
            scheme::make_bcrypt(hex.as_bytes(), 10, bytes(rng))
        )
    }),
    ("django-pbkdf2", |p, rng| {
        let salt = word(22, rng);
        let key = Digest::Sha256.pbkdf2(p, salt.as_bytes(), 600_000, 32);
        format!("pbkdf2_sha256$600000${salt}${}", to_base64(&key))
    }),
    ("django-scrypt", |p, rng| {
        let salt = word(22, rng);
        let key = scrypt_of(p, salt.as_bytes(), 14, 64);
        format!("scrypt$16384${salt}$8$1${}", to_base64(&key))
    }),
    ("drupal7", |p, rng| {
        let salt = text(8, rng);
        let mut hash = scheme::make_phpass(Digest::Sha512, p, salt.as_bytes(), 15);
        hash.truncate(43);
        format!("$S$D{salt}{hash}")
    }),
    ("ldap-ssha", |p, rng| ldap(Digest::Sha1, "SSHA", p, rng)),
    ("ldap-ssha256", |p, rng| {
        ldap(Digest::Sha256, "SSHA256", p, rng)
    }),
    ("ldap-ssha512", |p, rng| {
        ldap(Digest::Sha512, "SSHA512", p, rng)
    }),
    ("md5", |p, _| hex::encode(&*Digest::Md5.hash(&[p]))),
    ("md5-crypt", |p, rng| md5_crypt(p, "$1$", rng)),
    ("nt", |p, _| {
        format!("$NT${}", hex::encode(&*Digest::Md4.hash(&[&utf16le(p)])))
    }),
    ("passlib-pbkdf2", |p, rng| {
        let salt = bytes::<16>(rng);
        let key = Digest::Sha512.pbkdf2(p, &salt, 25_000, 64);
        format!("$pbkdf2-sha512$25000${}${}", to_ab64(&salt), to_ab64(&key))
    }),
    ("pbkdf2-sha256", |p, rng| pbkdf2_phc(Digest::Sha256, p, rng)),
    ("pbkdf2-sha512", |p, rng| pbkdf2_phc(Digest::Sha512, p, rng)),
    ("phpass", |p, rng| {
        let salt = text(8, rng);
        format!(
            "$P$B{salt}{}",
            scheme::make_phpass(Digest::Md5, p, salt.as_bytes(), 13)
        )
    }),
    ("scrypt", |p, rng| {
        let salt = bytes::<16>(rng);
        let key = scrypt_of(p, &salt, 15, 32);
        format!(
            "$scrypt$ln=15,r=8,p=1${}${}",
            to_base64_bare(&salt),
            to_base64_bare(&key)
        )
    }),
    ("sha1", |p, _| hex::encode(&*Digest::Sha1.hash(&[p]))),
    ("sha256", |p, _| hex::encode(&*Digest::Sha256.hash(&[p]))),
    ("sha256-crypt", |p, rng| sha_crypt(false, p, rng)),
    ("sha512", |p, _| hex::encode(&*Digest::Sha512.hash(&[p]))),
    ("sha512-crypt", |p, rng| sha_crypt(true, p, rng)),
    ("spring-bcrypt", |p, rng| {
        format!("{{bcrypt}}{}", scheme::make_bcrypt(p, 10, bytes(rng)))
    }),
    ("werkzeug-scrypt", |p, rng| {
        let salt = word(16, rng);
        let key = scrypt_of(p, salt.as_bytes(), 15, 64);
        format!("scrypt:32768:8:1${salt}${}", hex::encode(&*key))
    }),
    ("wordpress-bcrypt", |p, rng| {
        let mac = Digest::Sha384.hmac(b"wp-sha384", &[p]);
        let hash = scheme::make_bcrypt(to_base64(&mac).as_bytes(), 10, bytes(rng));
        format!("$wp{}", hash.replacen("$2b$", "$2y$", 1))
    }),
];

/// The names that [`make`] knows, in alphabetical order.
pub fn makers() -> impl Iterator<Item = &'static str> {
    MAKERS.iter().map(|(name, _)| *name)
}

/// A hash in the form of another product, to try scripts and imports with. `argon2id` is [`hash()`] at the default cost.
///
/// # Errors
/// When no such scheme can be made; [`makers`] lists them.
pub fn make(
    scheme: &str,
    password: &Password,
    rng: &mut (dyn CryptoRng + Send),
) -> Result<PasswordHash, UnknownMaker> {
    if scheme == "argon2id" {
        return Ok(hash(password, &Argon2Params::default(), rng));
    }
    let (_, make) = MAKERS
        .iter()
        .find(|(name, _)| *name == scheme)
        .ok_or_else(|| UnknownMaker(scheme.to_owned()))?;
    Ok(PasswordHash::from(make(password.expose().as_bytes(), rng)))
}

fn bytes<const N: usize>(rng: &mut (dyn CryptoRng + Send)) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// Characters of `crypt(3)`'s alphabet.
fn text(chars: usize, rng: &mut (dyn CryptoRng + Send)) -> String {
    (0..chars)
        .map(|_| char::from(CRYPT64[usize::from(bytes::<1>(rng)[0] & 63)]))
        .collect()
}

/// Letters and digits: `.` becomes `x` and `/` becomes `y`.
fn word(chars: usize, rng: &mut (dyn CryptoRng + Send)) -> String {
    text(chars, rng).replace('.', "x").replace('/', "y")
}

fn md5_crypt(password: &[u8], magic: &str, rng: &mut (dyn CryptoRng + Send)) -> String {
    let salt = text(8, rng);
    let hash = scheme::make_md5_crypt(password, salt.as_bytes(), magic.as_bytes());
    format!("{magic}{salt}${hash}")
}

fn sha_crypt(wide: bool, password: &[u8], rng: &mut (dyn CryptoRng + Send)) -> String {
    let salt = text(16, rng);
    let hash = scheme::make_sha_crypt(
        wide,
        password,
        salt.as_bytes(),
        sha_crypt::Params::RECOMMENDED,
    );
    format!("${}${salt}${hash}", if wide { 6 } else { 5 })
}

fn ldap(digest: Digest, id: &str, password: &[u8], rng: &mut (dyn CryptoRng + Send)) -> String {
    let salt = bytes::<8>(rng);
    let hash = digest.hash(&[password, &salt]);
    format!("{{{id}}}{}", to_base64(&[&hash, &salt[..]].concat()))
}

fn pbkdf2_phc(digest: Digest, password: &[u8], rng: &mut (dyn CryptoRng + Send)) -> String {
    let salt = bytes::<16>(rng);
    let key = digest.pbkdf2(password, &salt, 100_000, digest.bytes());
    format!(
        "$pbkdf2-{}$i=100000,l={}${}${}",
        digest.name(),
        digest.bytes(),
        to_base64_bare(&salt),
        to_base64_bare(&key)
    )
}

fn scrypt_of(password: &[u8], salt: &[u8], log_n: u8, bytes: usize) -> zeroize::Zeroizing<Vec<u8>> {
    let params = ::scrypt::Params::new(log_n, 8, 1).expect("sound costs");
    scheme::make_scrypt(password, salt, &params, bytes)
}

fn aspnet_v3(password: &[u8], rng: &mut (dyn CryptoRng + Send)) -> String {
    let salt = bytes::<16>(rng);
    let key = Digest::Sha512.pbkdf2(password, &salt, 100_000, 32);
    let numbers = [2_u32, 100_000, 16].map(u32::to_be_bytes).concat();
    to_base64(&[&[1], &numbers[..], &salt, &key].concat())
}

#[cfg(test)]
mod tests {

    #[test]
    fn crypt64_has_both_directions() {
        let text = crate::codec::to_crypt64(&[1, 2, 3, 4, 250]);
        assert_eq!(
            crate::codec::from_crypt64(&text).as_deref(),
            Some(&[1, 2, 3, 4, 250][..])
        );
    }
}
