//! Hash formats that scripts can be written for, by the names that `trickle-password` gives them.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use trickle_password::guess;

/// A comparison in JavaScript: `matches(typed, stored, salt)` and `UNKNOWN`, a hash for users that there are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Its name for people.
    pub name: String,
    /// The code.
    pub code: String,
    /// Whether it needs the column with the salt.
    pub salted: bool,
}

/// What samples turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The schemes with the number of samples, the most frequent first: `bcrypt (48), sha1 (2)`.
    pub summary: String,
    /// How scripts can compare all of them, the likeliest first; a known password tells which of several.
    pub ways: Vec<Comparison>,
}

/// Name, schemes, code.
type Row = (&'static str, &'static [&'static str], &'static str);

/// Forms that say themselves what they are. A later row is asked where an earlier one does not take all samples.
const MARKED: &[Row] = &[
    ("bcrypt", &["bcrypt"], include_str!("compare/bcrypt.js")),
    (
        "Argon2",
        &["argon2id", "argon2i", "argon2d"],
        include_str!("compare/argon2.js"),
    ),
    ("phpass", &["phpass"], include_str!("compare/phpass.js")),
    (
        // A site that was updated has hashes of both kinds.
        "WordPress",
        &["wordpress-bcrypt", "phpass"],
        include_str!("compare/wordpress.js"),
    ),
    (
        "Django",
        &["django-pbkdf2", "django-bcrypt-sha256", "django-scrypt"],
        include_str!("compare/django.js"),
    ),
    (
        "Werkzeug",
        &["werkzeug-pbkdf2", "werkzeug-scrypt"],
        include_str!("compare/werkzeug.js"),
    ),
    (
        "PBKDF2 of passlib",
        &["passlib-pbkdf2"],
        include_str!("compare/passlib.js"),
    ),
    ("scrypt", &["scrypt"], include_str!("compare/scrypt.js")),
    ("Drupal 7", &["drupal7"], include_str!("compare/drupal.js")),
    (
        "Atlassian",
        &["atlassian-pkcs5s2"],
        include_str!("compare/atlassian.js"),
    ),
    ("LDAP digest", &["ldap"], include_str!("compare/ldap.js")),
    (
        "ASP.NET Identity",
        &["aspnet-identity-v2", "aspnet-identity-v3"],
        include_str!("compare/aspnet.js"),
    ),
    (
        "DES crypt",
        &["des-crypt"],
        include_str!("compare/crypt.js"),
    ),
];

/// Digests without a mark, with their size in bytes.
const DIGESTS: &[(&str, usize)] = &[
    ("md5", 16),
    ("sha1", 20),
    ("sha256", 32),
    ("sha384", 48),
    ("sha512", 64),
];

/// Recognises samples of one column; `has_salt` where another column looks like one of salts.
pub fn recognise(samples: &[String], has_salt: bool) -> Recognised {
    let guesses: Vec<Vec<String>> = samples.iter().map(|sample| names(sample)).collect();
    Recognised {
        summary: summary(&guesses),
        ways: ways(samples, &guesses, has_salt),
    }
}

/// What a sample may be, the likeliest first.
fn names(sample: &str) -> Vec<String> {
    guess(sample)
        .into_iter()
        .map(|guess| match guess.error {
            None => guess.scheme,
            Some(_) => format!("damaged {}", guess.scheme),
        })
        .collect()
}

fn summary(guesses: &[Vec<String>]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for names in guesses {
        let name = names.first().map_or("nothing known", String::as_str);
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let list: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    list.join(", ")
}

fn ways(samples: &[String], guesses: &[Vec<String>], has_salt: bool) -> Vec<Comparison> {
    if samples.is_empty() {
        return Vec::new();
    }
    let all = |fits: &dyn Fn(&str) -> bool| {
        guesses
            .iter()
            .all(|names| names.iter().any(|name| fits(name)))
    };
    if let Some((name, _, code)) = MARKED
        .iter()
        .find(|(_, schemes, _)| all(&|name| schemes.contains(&name)))
    {
        return vec![Comparison {
            name: (*name).to_owned(),
            code: code.replace("{{cost}}", &format!("{:02}", cost(samples))),
            salted: false,
        }];
    }
    for (name, size) in DIGESTS {
        let parted = format!("{name}, salt as ");
        let digest = |place| Digest {
            name,
            size: *size,
            encoding: encoding(samples, place),
        };
        if all(&|guess| guess == *name) {
            return bare(&digest(Place::Whole), has_salt);
        }
        if all(&|guess| guess.starts_with(&parted)) {
            let place = place(samples, *size);
            return pairs(&digest(place), place);
        }
    }
    Vec::new()
}

/// The commonest cost of samples that have bcrypt in them, so that unknown users cost what most others do.
fn cost(samples: &[String]) -> u8 {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for sample in samples {
        let mut parts = sample.split('$');
        let cost = parts
            .find(|part| matches!(*part, "2" | "2a" | "2b" | "2x" | "2y"))
            .and_then(|_| parts.next()?.parse().ok());
        if let Some(cost) = cost {
            *counts.entry(cost).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(10, |(cost, _)| cost)
}

/// Where the digest stands in what is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Whole,
    /// `hash:salt`
    First,
    /// `salt:hash`
    Second,
}

struct Digest {
    name: &'static str,
    size: usize,
    encoding: &'static str,
}

fn part(sample: &str, place: Place) -> &str {
    match (place, sample.split_once(':')) {
        (Place::First, Some((first, _))) => first,
        (Place::Second, Some((_, second))) => second,
        _ => sample,
    }
}

fn is_digest(text: &str, size: usize) -> bool {
    let is_hex = text.len() == size * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex
        || BASE64_STANDARD
            .decode(text)
            .is_ok_and(|bytes| bytes.len() == size)
}

fn place(samples: &[String], size: usize) -> Place {
    let is_first = samples
        .iter()
        .all(|sample| is_digest(part(sample, Place::First), size));
    if is_first {
        Place::First
    } else {
        Place::Second
    }
}

fn encoding(samples: &[String], place: Place) -> &'static str {
    let is_hex = samples.iter().all(|sample| {
        part(sample, place)
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
    });
    if is_hex { "hex" } else { "base64" }
}

/// How salt and password are joined: for people, and in JavaScript.
const JOINED: &[(&str, &str)] = &[
    ("over salt and password", "salt + typed"),
    ("over password and salt", "typed + salt"),
];

/// Those of forums: vBulletin, MyBB and their kin.
const NESTED: &[(&str, &str)] = &[
    (
        "over the password's MD5 and salt",
        "digest(typed).toString('hex') + salt",
    ),
    (
        "over the MD5 of salt and of password",
        "digest(salt).toString('hex') + digest(typed).toString('hex')",
    ),
];

fn bare(digest: &Digest, has_salt: bool) -> Vec<Comparison> {
    let plain = digest.comparison("", "typed", "const hash = stored;", false);
    if !has_salt {
        return vec![plain];
    }
    let mut ways = Vec::new();
    if digest.encoding == "base64" {
        let text = "Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(typed, 'utf16le')])";
        let how = "of ASP.NET membership";
        ways.push(digest.comparison(how, text, "const hash = stored;", true));
        if digest.name == "sha256" {
            ways.push(Comparison {
                name: "HMAC-SHA-256 of ASP.NET Universal Providers".to_owned(),
                code: include_str!("compare/membership.js").to_owned(),
                salted: true,
            });
        }
    }
    ways.extend(
        joined(digest)
            .map(|(how, text)| digest.comparison(how, text, "const hash = stored;", true)),
    );
    ways.push(plain);
    ways
}

fn pairs(digest: &Digest, place: Place) -> Vec<Comparison> {
    let parts = if place == Place::First {
        "const [hash, salt = ''] = stored.split(':');"
    } else {
        "const [salt, hash = salt] = stored.split(':');"
    };
    joined(digest)
        .map(|(how, text)| digest.comparison(how, text, parts, false))
        .collect()
}

fn joined(digest: &Digest) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let nested = if digest.name == "md5" { NESTED } else { &[] };
    JOINED.iter().chain(nested)
}

impl Digest {
    fn comparison(&self, how: &str, text: &str, parts: &str, salted: bool) -> Comparison {
        let name = format!("{} {how}", self.name).trim_end().to_owned();
        let parameter = if salted { ", salt" } else { "" };
        let code = include_str!("compare/digest.js")
            .replace("{{name}}", &name)
            .replace("{{digest}}", self.name)
            .replace("{{size}}", &self.size.to_string())
            .replace("{{encoding}}", self.encoding)
            .replace("{{parameter}}", parameter)
            .replace("{{parts}}", parts)
            .replace("{{text}}", text);
        Comparison { name, code, salted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(samples: &[&str], has_salt: bool) -> Vec<String> {
        let samples: Vec<String> = samples.iter().map(|text| (*text).to_owned()).collect();
        recognise(&samples, has_salt)
            .ways
            .into_iter()
            .map(|it| it.name)
            .collect()
    }

    const BCRYPT: &str = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
    const WORDPRESS: &str = "$wp$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
    const PHPASS: &str = "$P$BabcdefghiBRYRDxKmzNpPzJJYcVFj0";

    #[test]
    fn samples_tell_their_form() {
        for (samples, name) in [
            (&[BCRYPT, &BCRYPT.replace("$2a", "$2y")][..], "bcrypt"),
            (&[PHPASS, WORDPRESS], "WordPress"),
            (&[PHPASS], "phpass"),
            (
                &["pbkdf2_sha256$1000$saltSALT$TMqu3y6Lp1lww1lDANJBvJMr4kgattkIpiL9tllypso="],
                "Django",
            ),
            (&["{SSHA}pqAIAgLHYQzsRqgdaTe6U+fhdxEXwnjv"], "LDAP digest"),
            (&["5f4dcc3b5aa765d61d8327deb882cf99"], "md5"),
        ] {
            assert_eq!(names(samples, false), [name]);
        }
        assert_eq!(
            names(&["5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"], true),
            [
                "sha1 over salt and password",
                "sha1 over password and salt",
                "sha1"
            ]
        );
        assert_eq!(
            names(&["5f4dcc3b5aa765d61d8327deb882cf99:pepper"], false),
            [
                "md5 over salt and password",
                "md5 over password and salt",
                "md5 over the password's MD5 and salt",
                "md5 over the MD5 of salt and of password"
            ]
        );
        assert_eq!(
            names(&["W6ph5Mm5Pz8GgiULbPgzG37mj9g="], true)[0],
            "sha1 of ASP.NET membership"
        );
    }

    #[test]
    fn unknown_users_cost_what_most_do() {
        let twelve = BCRYPT.replace("$10$", "$12$");
        let code = |samples: &[&str]| {
            let samples: Vec<String> = samples.iter().map(|text| (*text).to_owned()).collect();
            recognise(&samples, false).ways[0].code.clone()
        };
        let found = code(&[BCRYPT, &twelve, &format!("{{bcrypt}}{twelve}")]);
        assert!(found.contains("UNKNOWN = '$2b$12$70v"), "{found}");
        let cheap = code(&[&BCRYPT.replace("$10$", "$04$")]);
        assert!(cheap.contains("UNKNOWN = '$2b$04$70v"), "{cheap}");
        let found = code(&[PHPASS, &WORDPRESS.replace("$10$", "$11$")]);
        assert!(found.contains("UNKNOWN = '$wp$2y$11$70v"), "{found}");
    }

    #[test]
    fn what_is_mixed_or_unknown_has_no_way_and_is_told() {
        let both = [
            BCRYPT.to_owned(),
            "5f4dcc3b5aa765d61d8327deb882cf99".into(),
            BCRYPT.into(),
        ];
        let found = recognise(&both, false);
        assert_eq!(found.summary, "bcrypt (2), md5 (1)");
        assert!(found.ways.is_empty());
        assert_eq!(
            recognise(&["secret".into()], false).summary,
            "nothing known (1)"
        );
        assert!(names(&[], false).is_empty());
    }
}
