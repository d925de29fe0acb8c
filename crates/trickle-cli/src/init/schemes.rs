//! Hash formats that scripts can be written for.

use std::sync::LazyLock;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use regex::Regex;

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

type Row = (&'static str, &'static str, &'static str);

/// Name, form, code.
const MARKED: &[Row] = &[
    (
        "bcrypt",
        r"^\$2[abxy]?\$\d\d\$.{53}$",
        include_str!("compare/bcrypt.js"),
    ),
    (
        "Argon2",
        r"^\$argon2(?:id|i|d)\$",
        include_str!("compare/argon2.js"),
    ),
    (
        "WordPress",
        r"^\$wp\$2y\$",
        include_str!("compare/wordpress.js"),
    ),
    (
        "phpass",
        r"^\$[PH]\$.{31}$",
        include_str!("compare/phpass.js"),
    ),
    (
        "PBKDF2 as Django writes it",
        r"^pbkdf2_(?:sha1|sha256|sha512)\$\d+\$[^$]+\$",
        include_str!("compare/django.js"),
    ),
    (
        "Werkzeug",
        r"^(?:pbkdf2:\w+:\d+|scrypt:\d+:\d+:\d+)\$[^$]+\$[0-9a-f]+$",
        include_str!("compare/werkzeug.js"),
    ),
    (
        "LDAP digest",
        r"^\{S?(?:SHA|SHA256|SHA384|SHA512|MD5)\}",
        include_str!("compare/ldap.js"),
    ),
];

static FORMS: LazyLock<Vec<(Regex, Row)>> = LazyLock::new(|| {
    MARKED
        .iter()
        .map(|row| (Regex::new(row.1).expect("the patterns are valid"), *row))
        .collect()
});

const DIGESTS: &[(&str, usize)] = &[("md5", 16), ("sha1", 20), ("sha256", 32), ("sha512", 64)];

/// What all samples may be, the likeliest first; a known password tells which of several. Nothing where they are of no known form, or of
/// several.
pub fn comparisons(samples: &[String], has_salt: bool) -> Vec<Comparison> {
    let all = |is: &dyn Fn(&str) -> bool| !samples.is_empty() && samples.iter().all(|it| is(it));
    for (form, (name, _, code)) in FORMS.iter() {
        // A site that was updated has hashes of both kinds.
        let fits =
            |text: &str| form.is_match(text) || (*name == "WordPress" && text.starts_with("$P$"));
        if all(&fits) && samples.iter().any(|text| form.is_match(text)) {
            return vec![marked(name, code)];
        }
    }
    if all(&is_aspnet) {
        return vec![marked(
            "ASP.NET Identity",
            include_str!("compare/aspnet.js"),
        )];
    }
    let digest = DIGESTS.iter().find(|(_, size)| {
        all(&|text| text.len() == size * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    digest.map_or_else(Vec::new, |(name, size)| digests(name, *size, has_salt))
}

fn marked(name: &str, code: &str) -> Comparison {
    Comparison {
        name: name.to_owned(),
        code: code.to_owned(),
        salted: false,
    }
}

fn is_aspnet(text: &str) -> bool {
    let Ok(bytes) = BASE64_STANDARD.decode(text) else {
        return false;
    };
    match bytes.first() {
        Some(0) => bytes.len() == 49,
        Some(1) => bytes.len() >= 45,
        _ => false,
    }
}

fn digests(name: &str, size: usize, has_salt: bool) -> Vec<Comparison> {
    let plain = ("typed", "", "");
    let ways: &[(&str, &str, &str)] = if has_salt {
        &[
            ("salt + typed", ", salt", " over salt and password"),
            ("typed + salt", ", salt", " over password and salt"),
            plain,
        ]
    } else {
        &[plain]
    };
    ways.iter()
        .map(|(text, parameter, how)| Comparison {
            name: format!("{name}{how}"),
            code: include_str!("compare/digest.js")
                .replace("{{digest}}", name)
                .replace("{{size}}", &size.to_string())
                .replace("{{how}}", how)
                .replace("{{parameter}}", parameter)
                .replace("{{text}}", text),
            salted: !parameter.is_empty(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(samples: &[&str], has_salt: bool) -> Vec<String> {
        let samples: Vec<String> = samples.iter().map(|text| (*text).to_owned()).collect();
        comparisons(&samples, has_salt)
            .into_iter()
            .map(|it| it.name)
            .collect()
    }

    #[test]
    fn samples_tell_their_form() {
        let bcrypt = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
        assert_eq!(
            names(&[bcrypt, &bcrypt.replace("$2a", "$2y")], false),
            ["bcrypt"]
        );
        assert_eq!(
            names(
                &["$P$BabcdefghiBRYRDxKmzNpPzJJYcVFj0", "$wp$2y$10$x"],
                false
            ),
            ["WordPress"]
        );
        assert_eq!(
            names(&["$P$BabcdefghiBRYRDxKmzNpPzJJYcVFj0"], false),
            ["phpass"]
        );
        assert_eq!(
            names(&["pbkdf2_sha256$260000$salt$aGFzaA=="], false),
            ["PBKDF2 as Django writes it"]
        );
        assert_eq!(names(&["{SSHA}AAAA"], false), ["LDAP digest"]);
        assert_eq!(names(&["5f4dcc3b5aa765d61d8327deb882cf99"], false), ["md5"]);
        assert_eq!(
            names(&["5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"], true),
            [
                "sha1 over salt and password",
                "sha1 over password and salt",
                "sha1"
            ]
        );
        assert!(names(&[bcrypt, "5f4dcc3b5aa765d61d8327deb882cf99"], false).is_empty());
        assert!(names(&["secret"], false).is_empty());
        assert!(names(&[], false).is_empty());
    }
}
