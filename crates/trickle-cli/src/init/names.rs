//! What columns and tables are called.

// Names without what separates their words, in lower case: `email_verified` and `EmailVerified` are one.
pub const EMAIL: &[&str] = &["email", "emailaddress", "mail", "useremail", "emails"];
/// What people log in with, which is an address in many stores that have no other column for it.
pub const LOGIN: &[&str] = &["username", "login", "userlogin", "loginname", "uid"];
pub const HASH: &[&str] = &[
    "passwordhash",
    "passworddigest",
    "encryptedpassword",
    "hashedpassword",
    "cryptedpassword",
    "userpass",
    "passhash",
    "pwdhash",
    "password",
    "passwd",
    "pwd",
    "hash",
    "pass",
    "bcrypt",
    "argon2",
];
pub const SALT: &[&str] = &["salt", "passwordsalt", "passsalt", "hashsalt", "pwdsalt"];
pub const ROUNDS: &[&str] = &[
    "rounds",
    "iterations",
    "passwordrounds",
    "passworditerations",
    "hashrounds",
    "hashiterations",
    "iterationcount",
    "workfactor",
];
/// What says how each hash was made: `pbkdf2-sha256`, `$pbkdf2-sha256$i=64000,l=32$`.
pub const ALGORITHM: &[&str] = &[
    "algorithm",
    "passwordalgorithm",
    "hashalgorithm",
    "hashingalgorithm",
    "passwordalgo",
    "hashalgo",
    "algo",
];
pub const FLAG: &[&str] = &[
    "emailverified",
    "isverified",
    "verified",
    "emailconfirmed",
    "isemailverified",
    "isemailconfirmed",
    "emailisverified",
    "emailisconfirmed",
    "isconfirmed",
    "confirmed",
];
pub const SINCE: &[&str] = &[
    "emailverifiedat",
    "verifiedat",
    "confirmedat",
    "emailconfirmedat",
];
/// Which of several addresses is the one.
pub const PRIMARY: &[&str] = &["isprimary", "primary", "isdefault", "default", "ismain"];
pub const FIELDS: &[(&str, &[&str])] = &[
    ("nickname", &["nickname", "nick", "displayname"]),
    ("username", &["username", "login", "userlogin"]),
    ("name", &["name", "fullname"]),
    ("given_name", &["firstname", "givenname"]),
    ("family_name", &["lastname", "surname", "familyname"]),
];
/// Each state on its own, so that a store with several of them has none overlooked.
pub const STATES: &[(&str, &[&str])] = &[
    (
        "active",
        &["isactive", "active", "isenabled", "enabled", "activated"],
    ),
    ("approved", &["isapproved", "approved"]),
    (
        "non_locked",
        &["accountnonlocked", "isaccountnonlocked", "nonlocked"],
    ),
    (
        "non_expired",
        &["accountnonexpired", "isaccountnonexpired", "nonexpired"],
    ),
    ("blocked", &["isblocked", "blocked", "blockedat", "block"]),
    ("banned", &["isbanned", "banned", "bannedat", "ban"]),
    (
        "locked",
        &["islocked", "locked", "lockedat", "islockedout", "lockedout"],
    ),
    ("suspended", &["issuspended", "suspended", "suspendedat"]),
    (
        "deleted",
        &["deletedat", "isdeleted", "deleted", "softdeletedat"],
    ),
    (
        "discarded",
        &["discardedat", "archivedat", "isarchived", "archived"],
    ),
    (
        "disabled",
        &[
            "isdisabled",
            "disabled",
            "disabledat",
            "deactivatedat",
            "isdeactivated",
            "deactivated",
        ],
    ),
    ("inactive", &["isinactive", "inactive", "inactivereason"]),
    ("banned_until", &["banneduntil", "bannedtill"]),
    (
        "locked_until",
        &[
            "lockeduntil",
            "lockedtill",
            "lockoutend",
            "lockoutenddateutc",
            "lockexpires",
        ],
    ),
    ("suspended_until", &["suspendeduntil", "suspendedtill"]),
    (
        "expired_at",
        &[
            "accountexpiresat",
            "accountexpires",
            "expiresat",
            "validuntil",
        ],
    ),
    ("status", &["status", "accountstatus", "userstatus"]),
    // Not `state` alone, which is a part of postal addresses.
    ("state", &["accountstate", "userstate"]),
];
pub const TABLES: &[&str] = &[
    "users",
    "user",
    "accounts",
    "account",
    "members",
    "member",
    "customers",
    "customer",
    "customerentity",
    "wpusers",
    "aspnetusers",
    "aspnetmembership",
    "memberships",
];
/// Who runs the store's application, and is not a user of it.
const STAFF: &[&str] = &[
    "admin",
    "admins",
    "administrator",
    "administrators",
    "staff",
    "backend",
];
/// What an address is called in a list of addresses, or in a table of them.
const ADDRESS: &[&str] = &["address", "value", "mail", "email", "emailaddress"];

/// A name as the lists above have it.
pub fn plain(name: &str) -> String {
    let mut name = name.to_lowercase();
    name.retain(|c| c != '_' && c != '-' && c != ' ');
    name
}

/// The last part of a document's path: `email` of `local.email`, and of `emails[].address`.
pub fn leaf(path: &str) -> &str {
    let last = |path: &'_ str| path.rfind('.').map_or(0, |at| at + 1);
    if let Some((list, field)) = path.split_once("[].") {
        let list = plain(&list[last(list)..]);
        if EMAIL.contains(&&*list) && is_address(field) {
            return "email";
        }
    }
    path[last(path)..].trim_end_matches("[]")
}

/// Whether a column of a table of addresses has them.
pub fn is_address(column: &str) -> bool {
    ADDRESS.contains(&&*plain(column))
}

/// Whether a table is of those who run the application: `admin_user`.
pub fn is_of_staff(table: &str) -> bool {
    let words = table.to_lowercase();
    words
        .split(['_', '-', ' ', '.'])
        .any(|word| STAFF.contains(&word))
}

/// A table's name as that of one of its rows: `user` of `users`.
pub fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}

/// The last word of a name: `users` of `shop_users`.
pub fn last_word(name: &str) -> &str {
    name.rsplit(['_', '-', ' ', '.']).next().unwrap_or(name)
}

/// A column's name without its table's in front, in the plural or the singular: `emailaddress` of `customersemailaddress`.
pub fn own(table: &str, column: &str) -> String {
    let (whole, last) = (plain(table), plain(last_word(table)));
    [
        singular(&whole),
        whole,
        singular(&last),
        last,
        "user".to_owned(),
    ]
    .iter()
    .filter(|prefix| !prefix.is_empty())
    .filter_map(|prefix| column.strip_prefix(prefix.as_str()))
    // The longer prefix leaves less: `s` of the plural is no part of the name.
    .min_by_key(|rest| rest.len())
    .unwrap_or(column)
    .to_owned()
}

/// Whether a name says what the column has, so that nothing is to be taken off.
pub fn is_known(name: &str) -> bool {
    let fields = FIELDS.iter().flat_map(|(_, names)| *names);
    EMAIL
        .iter()
        .chain(HASH)
        .chain(fields)
        .any(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tables_name_is_taken_off_its_columns() {
        assert_eq!(own("users", "username"), "name");
        assert_eq!(own("addresses", "city"), "city");
        assert_eq!(own("companies", "companyemail"), "email");
    }

    #[test]
    fn the_last_part_of_a_path_names_a_field() {
        for (path, name) in [
            ("email", "email"),
            ("local.email", "email"),
            ("emails[].address", "email"),
            ("profile.emails[].value", "email"),
            ("emails[].verified", "verified"),
            ("emails[]", "emails"),
            ("phones[].value", "value"),
        ] {
            assert_eq!(leaf(path), name, "{path}");
        }
    }
}
