/// A family of stored password hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name for people.
    pub name: &'static str,
    /// What it looks like, shortened.
    pub form: &'static str,
    /// Where it is found.
    pub source: &'static str,
    /// How Trickle takes it over.
    pub taken: Taken,
}

/// How hashes of a family come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// As they are.
    AsStored,
    /// As a `custom_password_hash`, which says what the text alone does not.
    Described,
    /// By asking the old system, in a `login` script.
    ByScript,
}

const fn row(name: &'static str, form: &'static str, source: &'static str, taken: Taken) -> Family {
    Family {
        name,
        form,
        source,
        taken,
    }
}

use Taken::{AsStored, ByScript, Described};

/// All families that are known, in the order of the reference page.
pub const FAMILIES: &[Family] = &[
    row(
        "Argon2id, Argon2i",
        "$argon2id$v=19$m=,t=,p=$…$…",
        "modern applications",
        AsStored,
    ),
    row("Argon2d", "$argon2d$…", "older applications", AsStored),
    row(
        "bcrypt",
        "$2a$, $2b$, $2y$, $2x$, $2$",
        "Rails, Laravel, PHP, Node.js, Auth0",
        AsStored,
    ),
    row(
        "bcrypt with a pepper",
        "$2a$… and a secret",
        "Rails Devise",
        Described,
    ),
    row(
        "bcrypt over SHA-256",
        "bcrypt_sha256$$2b$…, $bcrypt-sha256$…",
        "Django, passlib",
        AsStored,
    ),
    row(
        "bcrypt over HMAC-SHA-384",
        "$wp$2y$…",
        "WordPress 6.8 and later",
        AsStored,
    ),
    row(
        "scrypt",
        "$scrypt$ln=,r=,p=$…, $7$…, $s0$…",
        "Node.js, passlib, Java",
        AsStored,
    ),
    row(
        "Firebase scrypt",
        "$firescrypt$…, $fbscrypt$…",
        "Firebase",
        AsStored,
    ),
    row(
        "scrypt of web frameworks",
        "scrypt:N:r:p$…, scrypt$N$…",
        "Flask, Django",
        AsStored,
    ),
    row("PBKDF2", "$pbkdf2-sha256$i=,l=$…", "many", AsStored),
    row(
        "PBKDF2 of Django",
        "pbkdf2_sha256$…$…$…",
        "Django, authentik",
        AsStored,
    ),
    row(
        "PBKDF2 in parts",
        "salt and hash, hexadecimal or base64",
        "Node.js, Discourse",
        Described,
    ),
    row(
        "PBKDF2 of passlib",
        "$pbkdf2-sha512$25000$…$…",
        "Odoo, FastAPI",
        AsStored,
    ),
    row(
        "Keycloak",
        "{\"credentialData\":…,\"secretData\":…}",
        "Keycloak",
        AsStored,
    ),
    row(
        "ASP.NET Identity 2",
        "base64, first byte 0",
        "ASP.NET, SimpleMembership",
        AsStored,
    ),
    row(
        "ASP.NET Identity 3",
        "base64, first byte 1",
        "ASP.NET Core",
        AsStored,
    ),
    row(
        "ASP.NET Universal Providers",
        "$aspnet-membership$salt$hash",
        "ASP.NET MVC 3",
        AsStored,
    ),
    row(
        "ASP.NET SQL membership",
        "$aspnet-membership$salt$hash",
        "ASP.NET 2",
        AsStored,
    ),
    row(
        "Rfc2898DeriveBytes",
        "salt and key in base64",
        ".NET",
        Described,
    ),
    row("phpass", "$P$, $H$", "WordPress, phpBB 3, Joomla", AsStored),
    row("Drupal 7", "$S$, U$S$", "Drupal 7", AsStored),
    row(
        "md5-crypt, SHA-crypt",
        "$1$, $5$, $6$",
        "Linux, LDAP",
        AsStored,
    ),
    row(
        "apr1, DES crypt, yescrypt",
        "$apr1$, 13 characters, $y$",
        "htpasswd, old and new Unix",
        AsStored,
    ),
    row(
        "LDAP digests",
        "{SSHA}…, {SMD5}…, {SHA512}…",
        "OpenLDAP, 389-ds",
        AsStored,
    ),
    row(
        "LDAP of other schemes",
        "{PBKDF2-SHA256}, {ARGON2}, {CRYPT}",
        "OpenLDAP, 389-ds",
        AsStored,
    ),
    row(
        "NT hash",
        "$NT$, $3$$, {NT}",
        "Samba, FreeIPA, Active Directory",
        AsStored,
    ),
    row(
        "bare digest",
        "hexadecimal or base64",
        "home-made",
        Described,
    ),
    row(
        "salted digest",
        "hash and salt",
        "home-made, osCommerce",
        Described,
    ),
    row(
        "combined digests",
        "md5(md5($p).$s)",
        "vBulletin, MyBB, IPB, SMF, PrestaShop",
        Described,
    ),
    row(
        "iterated digest",
        "5000 rounds of SHA-512",
        "Symfony",
        Described,
    ),
    row("HMAC", "digest and key", "home-made", Described),
    row(
        "Spring Security",
        "{bcrypt}, {pbkdf2}, {scrypt}, {noop}, {MD5}",
        "Spring",
        AsStored,
    ),
    row(
        "Magento 2",
        "hash:salt:1, hash:salt:3_32_2_67108864",
        "Magento, Adobe Commerce",
        AsStored,
    ),
    row(
        "accounts of databases",
        "*HEX, SCRAM-SHA-256$…, 0x0200…, S:…;T:…",
        "MySQL, PostgreSQL, SQL Server, Oracle",
        AsStored,
    ),
    row(
        "MD5 with a role's name",
        "md5…",
        "PostgreSQL before 14",
        Described,
    ),
    row(
        "Atlassian",
        "{PKCS5S2}…",
        "Jira, Crowd, Confluence",
        AsStored,
    ),
    row(
        "wrappers",
        "3|$argon2id$…, argon2$argon2id$…, bcrypt of SHA-256",
        "Nextcloud, Django, Meteor",
        AsStored,
    ),
    row(
        "live check",
        "no hash at all",
        "Cognito, Okta, any login service",
        ByScript,
    ),
    row("plain text", "{noop}, {CLEARTEXT}", "very old", ByScript),
];
