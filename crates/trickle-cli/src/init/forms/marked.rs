//! Forms that say themselves what they are, by the names that `trickle-password` gives them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Evidence, Form, Pace, Pattern, Reading, keycloak};

/// One way to compare hashes of some schemes.
struct Row {
    name: &'static str,
    schemes: &'static [&'static str],
    pattern: &'static str,
    any_case: bool,
    pace: Pace,
    code: &'static str,
}

const fn row(
    name: &'static str,
    schemes: &'static [&'static str],
    pattern: &'static str,
    pace: Pace,
    code: &'static str,
) -> Row {
    Row {
        name,
        schemes,
        pattern,
        any_case: false,
        pace,
        code,
    }
}

impl Row {
    const fn of_any_case(mut self) -> Self {
        self.any_case = true;
        self
    }
}

/// What [`super::recognise()`] calls accounts that nobody can log in to.
pub const NO_PASSWORD: &str = "no password";

/// `sha1:64000:18:salt:key` and `1000:salt:key`, which no product writes, and many copies of one sample do.
pub const ROUNDS: &str = "pbkdf2 behind its rounds";

/// Key and salt of Keycloak, with the algorithm in the column that a salt has elsewhere.
pub const KEYCLOAK_PARTS: &str = "keycloak in two columns";
const PHPBB: &str = "phpBB 2";
const PHPBB_PHPASS: &str = "phpBB 2 as phpass";
const DJANGO_CRYPT: &str = "django-crypt";
const XENFORO: &str = "XenForo";

/// Schemes that `trickle-password` does not name, by names of our own.
pub const UNNAMED: &[&str] = &[
    ROUNDS,
    KEYCLOAK_PARTS,
    PHPBB,
    PHPBB_PHPASS,
    DJANGO_CRYPT,
    XENFORO,
];

const ROWS: &[Row] = &[
    row(
        "bcrypt",
        &["bcrypt", "django-bcrypt"],
        r"^(?:\d\||\{[\w-]+\}|bcrypt\$)?\$2[abxy]?\$",
        Pace::Slow,
        include_str!("../compare/bcrypt.js"),
    ),
    row(
        "Argon2",
        &["argon2id", "argon2i", "argon2d"],
        r"\$argon2(?:id|i|d)\$",
        Pace::Slow,
        include_str!("../compare/argon2.js"),
    ),
    row(
        "phpass",
        &["phpass"],
        r"^\$[PH]\$",
        Pace::Rounds,
        include_str!("../compare/phpass.js"),
    ),
    row(
        // A site that was updated has hashes of both kinds.
        "WordPress",
        &["wordpress-bcrypt", "phpass"],
        r"^\$(?:wp|[PH])\$",
        Pace::Slow,
        include_str!("../compare/wordpress.js"),
    ),
    row(
        "Django",
        &["django-pbkdf2", "django-bcrypt-sha256", "django-scrypt"],
        r"^(?:pbkdf2_\w+|bcrypt_sha256|scrypt)\$",
        Pace::Slow,
        include_str!("../compare/django.js"),
    ),
    row(
        "salted digest",
        &["django-digest", "werkzeug-hmac"],
        r"^(?:md5|sha\d+)\$",
        Pace::Digest,
        include_str!("../compare/salted.js"),
    ),
    row(
        "DES crypt of Django",
        &[DJANGO_CRYPT],
        r"^crypt\$[./\dA-Za-z]{0,2}\$[./\dA-Za-z]{13}$",
        Pace::Digest,
        include_str!("../compare/djangocrypt.js"),
    ),
    row(
        "Werkzeug",
        &["werkzeug-pbkdf2", "werkzeug-scrypt"],
        r"^(?:pbkdf2:\w+:\d+|scrypt:\d+:\d+:\d+)\$",
        Pace::Slow,
        include_str!("../compare/werkzeug.js"),
    ),
    row(
        "PBKDF2 with its parameters",
        &["passlib-pbkdf2", "pbkdf2"],
        r"^\$pbkdf2(?:-sha\d+)?\$(?:i=)?\d",
        Pace::Slow,
        include_str!("../compare/passlib.js"),
    ),
    row(
        "bcrypt of passlib",
        &["passlib-bcrypt-sha256"],
        r"^\$bcrypt-sha256\$",
        Pace::Slow,
        include_str!("../compare/passlibbcrypt.js"),
    ),
    row(
        "scrypt",
        &["scrypt"],
        r"^\$scrypt\$",
        Pace::Slow,
        include_str!("../compare/scrypt.js"),
    ),
    row(
        "phpBB 2",
        &[PHPBB],
        r"^\$CP\$[\da-f]{32}$",
        Pace::Digest,
        include_str!("../compare/phpbb.js"),
    )
    .of_any_case(),
    row(
        "phpBB 2 as phpass",
        &[PHPBB_PHPASS],
        r"^\$CP\$\$[HP]\$",
        Pace::Rounds,
        include_str!("../compare/phpbbphpass.js"),
    ),
    row(
        "Keycloak",
        &["keycloak", KEYCLOAK_PARTS],
        r#"^\{[\s\S]*"(?:credentialData|salt)""#,
        Pace::Slow,
        include_str!("../compare/keycloak.js"),
    ),
    row(
        "XenForo",
        &[XENFORO],
        r#"^a:\d:\{s:4:"hash";s:(?:60:"\$2[abxy]?\$|(?:40|64):"[\da-f]+";s:4:"salt";s:\d+:"[^"]*";s:8:"hashFunc")"#,
        Pace::Slow,
        include_str!("../compare/xenforo.js"),
    ),
    row(
        "Drupal 7",
        &["drupal7"],
        r"^U?\$S\$",
        Pace::Rounds,
        include_str!("../compare/drupal.js"),
    ),
    row(
        "Atlassian",
        &["atlassian-pkcs5s2"],
        r"^\{PKCS5S2\}",
        Pace::Slow,
        include_str!("../compare/atlassian.js"),
    )
    .of_any_case(),
    row(
        // Before LDAP's, which have the same names in front and Base64 behind them.
        "digest of Spring",
        &["spring-digest"],
        r"^\{(?:MD5|SHA(?:-?\d+)?)\}(?:\{[^}]*\})?(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128})$",
        Pace::Digest,
        include_str!("../compare/springdigest.js"),
    )
    .of_any_case(),
    row(
        "PBKDF2 of Spring",
        &["spring-pbkdf2"],
        r"^\{pbkdf2(?:@SpringSecurity_v5_8)?\}(?:[\da-f]{80}|[\da-f]{96})$",
        Pace::Slow,
        include_str!("../compare/springpbkdf2.js"),
    )
    .of_any_case(),
    row(
        "scrypt of Spring",
        &["spring-scrypt", "lambdaworks-scrypt"],
        r"^(?:\{scrypt(?:@SpringSecurity_v5_8)?\}|\$s0)?\$[\da-f]{5,6}\$[\w+/]+={0,2}\$[\w+/]+={0,2}$",
        Pace::Slow,
        include_str!("../compare/springscrypt.js"),
    )
    .of_any_case(),
    row(
        "plain text",
        &["plain"],
        r"^\{(?:noop|cleartext|plain|plaintext)\}",
        Pace::Digest,
        include_str!("../compare/plain.js"),
    )
    .of_any_case(),
    row(
        "LDAP digest",
        &["ldap"],
        r"^\{S?(?:SHA|SHA256|SHA384|SHA512|MD5)\}",
        Pace::Digest,
        include_str!("../compare/ldap.js"),
    )
    .of_any_case(),
    row(
        "ASP.NET Identity",
        &["aspnet-identity-v2", "aspnet-identity-v3"],
        r"^A[\w+/]{57,}={0,2}$",
        Pace::Slow,
        include_str!("../compare/aspnet.js"),
    ),
    row(
        "md5-crypt",
        &["md5-crypt", "apr1"],
        r"^(?:\{[\w-]+\})?\$(?:1|apr1)\$",
        Pace::Rounds,
        include_str!("../compare/md5crypt.js"),
    ),
    row(
        "SHA-crypt",
        &["sha256-crypt", "sha512-crypt"],
        r"^(?:\{[\w-]+\})?\$[56]\$",
        Pace::Rounds,
        include_str!("../compare/shacrypt.js"),
    ),
    row(
        "DES crypt",
        &["des-crypt"],
        r"^(?:\{CRYPT\})?[./\dA-Za-z]{13}$",
        Pace::Digest,
        include_str!("../compare/crypt.js"),
    )
    .of_any_case(),
    row(
        "Magento 2",
        &["magento"],
        r"^[\da-f]+:[^:]+:(?:[0-2]|3(?:_\d+){3})(?::|$)",
        Pace::Slow,
        include_str!("../compare/magento.js"),
    )
    .of_any_case(),
    row(
        "PBKDF2 behind its rounds",
        &[ROUNDS],
        r"^(?:sha(?:1|256|512):)?\d+:(?:\d+:)?[\w+/]+={0,2}:[\w+/]{22,}={0,2}$",
        Pace::Slow,
        include_str!("../compare/rounds.js"),
    )
    .of_any_case(),
    row(
        "PASSWORD() of MySQL",
        &["mysql"],
        r"^\*[\da-f]{40}$",
        Pace::Digest,
        include_str!("../compare/mysql.js"),
    )
    .of_any_case(),
    row(
        "PWDENCRYPT() of SQL Server",
        &["mssql"],
        r"^(?:0x)?0(?:100[\da-f]{48}(?:[\da-f]{40})?|200[\da-f]{136})$",
        Pace::Digest,
        include_str!("../compare/sqlserver.js"),
    )
    .of_any_case(),
    row(
        NO_PASSWORD,
        &[NO_PASSWORD],
        r"^[!*]",
        Pace::Digest,
        include_str!("../compare/locked.js"),
    ),
];

/// What was found of a scheme.
pub struct Found<'a> {
    /// Such hashes.
    pub hashes: Vec<&'a str>,
    /// What stands beside some of them.
    pub salts: Vec<&'a str>,
    /// How many there are of them.
    pub count: usize,
}

/// Forms for schemes that scripts compare, with what else the `evidence` says.
pub fn forms(schemes: &BTreeMap<&str, Found<'_>>, evidence: &Evidence) -> Vec<Form> {
    let mut left: BTreeSet<&str> = schemes.keys().copied().collect();
    let mut forms = Vec::new();
    // A row that takes several of the schemes wins over an earlier one.
    while let Some(row) = best(&left) {
        let (taken, rest): (BTreeSet<&str>, _) = left
            .into_iter()
            .partition(|scheme| row.schemes.contains(scheme));
        left = rest;
        let found: Vec<&Found<'_>> = taken.iter().filter_map(|it| schemes.get(it)).collect();
        forms.push((row, form(row, &found, evidence)));
    }
    // In the order of the table: `!` and `*` are the last to be looked for.
    forms.sort_by_key(|(row, _)| ROWS.iter().position(|it| it.name == row.name));
    forms.into_iter().map(|(_, form)| form).collect()
}

/// Whether a script compares hashes of this scheme that look so.
pub fn is_compared(scheme: &str, hash: &str) -> bool {
    let mut rows = ROWS.iter();
    rows.any(|row| row.schemes.contains(&scheme) && row.pattern().matches(hash))
}

fn best(schemes: &BTreeSet<&str>) -> Option<&'static Row> {
    let takes = |row: &Row| {
        let taken = schemes.iter().filter(|scheme| row.schemes.contains(scheme));
        taken.count()
    };
    let most = ROWS.iter().map(takes).max().filter(|most| *most > 0)?;
    ROWS.iter().find(|row| takes(row) == most)
}

fn form(row: &Row, found: &[&Found<'_>], evidence: &Evidence) -> Form {
    let hashes: Vec<&str> = found.iter().flat_map(|it| it.hashes.clone()).collect();
    let has_argon2 = hashes.iter().any(|hash| {
        let mut versions = hash.split(':').skip(2);
        versions.any(|version| !matches!(version, "0" | "1"))
    });
    let pace = match row.name {
        "Magento 2" if !has_argon2 => Pace::Digest,
        _ => row.pace,
    };
    let salts: Vec<&str> = found.iter().flat_map(|it| it.salts.clone()).collect();
    let (credential, bytes) = keycloak::commonest(&hashes, &salts);
    let version = if has_argon2 { "3_32_2_67108864" } else { "1" };
    let is_old = prefix(&hashes).is_some_and(|prefix| !prefix.contains('@'));
    let (spring, digits) = if is_old {
        ("{pbkdf2}", "80")
    } else {
        ("{pbkdf2@SpringSecurity_v5_8}", "96")
    };
    let code = row
        .code
        .replace("{{cost}}", &format!("{:02}", cost(&hashes)))
        .replace("{{version}}", version)
        .replace("{{credential}}", &credential)
        .replace("{{bytes}}", &bytes.to_string())
        .replace("{{spring}}", spring)
        .replace("{{digits}}", digits)
        .replace("{{costs}}", &costs(&hashes));
    let plain = Reading::new(row.name, &code, pace);
    let mut readings = vec![plain.clone()];
    if matches!(row.name, "bcrypt" | "Argon2") {
        let place = usize::from(!evidence.is_meteor);
        readings.insert(place, plain.over_sha256());
    }
    // What the store or its owner says of the hashes is likelier than what they look like.
    if row.name == "bcrypt" && evidence.is_smf {
        readings.insert(0, plain.over_name());
    }
    if row.name == "bcrypt" && evidence.has_pepper {
        readings.insert(0, plain.over_pepper());
    }
    Form {
        name: row.name.to_owned(),
        pattern: row.pattern(),
        count: found.iter().map(|it| it.count).sum(),
        unproven: readings.first().cloned(),
        readings,
    }
}

impl Row {
    fn pattern(&self) -> Pattern {
        Pattern::new(self.pattern, self.any_case)
    }
}

/// What most hashes begin with in braces.
fn prefix<'a>(hashes: &[&'a str]) -> Option<&'a str> {
    let prefixes = hashes.iter().filter_map(|hash| hash.split_once('}'));
    keycloak::most(prefixes.map(|(prefix, _)| prefix))
}

/// The commonest costs of Spring's scrypt, N 16384 where there are none.
fn costs(hashes: &[&str]) -> String {
    let bare = hashes.iter().copied();
    let bare = bare.map(|hash| hash.strip_prefix("$s0").unwrap_or(hash));
    let costs = bare.filter_map(|hash| hash.split('$').nth(1));
    let is_number = |text: &&str| u32::from_str_radix(text, 16).is_ok();
    let costs = keycloak::most(costs.filter(is_number));
    costs.unwrap_or("e0801").to_owned()
}

/// The commonest cost of hashes that have bcrypt in them, so that unknown users cost what most others do.
fn cost(hashes: &[&str]) -> u8 {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for hash in hashes {
        let mut parts = hash.split('$');
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_whole() {
        for row in ROWS {
            let reading = Reading::new(row.name, row.code, row.pace);
            assert!(reading.comment.starts_with("  // "), "{}", row.name);
            assert!(reading.function.ends_with("  }\n"), "{}", row.name);
            assert!(!reading.function.contains("UNKNOWN"), "{}", row.name);
            assert!(!row.pattern().matches("no hash at all"), "{}", row.name);
        }
    }
}
