//! Which table has the users, and what its columns mean.

use std::collections::BTreeMap;

use super::store::Column;

/// A table of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Users {
    /// Schema and name.
    pub table: [String; 2],
    /// The permanent key.
    pub id: String,
    /// The address.
    pub email: String,
    /// The password's hash.
    pub hash: String,
    /// A salt beside the hash.
    pub salt: Option<String>,
    /// Whether the address is verified, or since when.
    pub verified: Option<Verified>,
    /// Fields of the profile with their columns.
    pub fields: BTreeMap<&'static str, String>,
    /// Columns that may shut a user out, by what they tell.
    pub states: BTreeMap<&'static str, String>,
    /// Whether addresses are stored with capitals.
    pub capitals: bool,
}

/// How a column tells that an address is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is true.
    Flag(String),
    /// It has a time.
    Since(String),
}

// Names without what separates their words, in lower case: `email_verified` and `EmailVerified` are one.
const EMAIL: &[&str] = &["email", "emailaddress", "mail", "useremail", "emails"];
const HASH: &[&str] = &[
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
];
const SALT: &[&str] = &["salt", "passwordsalt", "passsalt"];
const FLAG: &[&str] = &[
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
const SINCE: &[&str] = &[
    "emailverifiedat",
    "verifiedat",
    "confirmedat",
    "emailconfirmedat",
];
const FIELDS: &[(&str, &[&str])] = &[
    ("nickname", &["nickname", "nick", "displayname"]),
    ("username", &["username", "login", "userlogin"]),
    ("name", &["name", "fullname"]),
    ("given_name", &["firstname", "givenname"]),
    ("family_name", &["lastname", "surname", "familyname"]),
];
const STATES: &[(&str, &[&str])] = &[
    (
        "active",
        &["isactive", "active", "isenabled", "enabled", "activated"],
    ),
    (
        "blocked",
        &[
            "isblocked",
            "blocked",
            "isbanned",
            "banned",
            "islocked",
            "locked",
            "issuspended",
            "suspended",
            "blockedat",
            "bannedat",
            "lockedat",
            "suspendedat",
        ],
    ),
    ("deleted", &["deletedat", "isdeleted", "deleted"]),
    (
        "disabled",
        &[
            "isdisabled",
            "disabled",
            "disabledat",
            "deactivatedat",
            "isdeactivated",
        ],
    ),
    ("status", &["status", "accountstatus", "userstatus"]),
];
const TABLES: &[&str] = &[
    "users",
    "user",
    "accounts",
    "account",
    "members",
    "member",
    "customers",
    "customer",
    "wpusers",
    "aspnetusers",
    "aspnetmembership",
    "memberships",
];

/// A name as the lists above have it.
fn plain(name: &str) -> String {
    let mut name = name.to_lowercase();
    name.retain(|c| c != '_' && c != '-' && c != ' ');
    name
}

/// The last part of a document's path: `email` of `local.email`.
fn leaf(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// A column's name without its table's in front, in the plural or the singular: `emailaddress` of `customersemailaddress`.
fn own(table: &str, column: &str) -> String {
    let last = table.rsplit(['_', '-', ' ', '.']).next().unwrap_or(table);
    let (whole, last) = (plain(table), plain(last));
    let singular = |name: &str| match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    };
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
fn is_known(name: &str) -> bool {
    let fields = FIELDS.iter().flat_map(|(_, names)| *names);
    EMAIL
        .iter()
        .chain(HASH)
        .chain(fields)
        .any(|known| *known == name)
}

/// All tables that may be of users, the likeliest first.
pub fn proposals(columns: &[Column]) -> Vec<Users> {
    let mut tables: BTreeMap<[&str; 2], Vec<&Column>> = BTreeMap::new();
    for column in columns {
        tables
            .entry([&column.schema, &column.table])
            .or_default()
            .push(column);
    }
    let mut found: Vec<(usize, Users)> = tables
        .into_iter()
        .filter_map(|(table, columns)| users(table, &columns))
        .map(|users| (rank(&users), users))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, users)| users).collect()
}

fn rank(users: &Users) -> usize {
    let name = plain(&users.table[1]);
    let known = TABLES
        .iter()
        .position(|table| *table == name)
        .unwrap_or_else(|| {
            if name.contains("user") {
                TABLES.len()
            } else {
                TABLES.len() + 1
            }
        });
    let column = plain(leaf(&users.hash));
    let position = |name: &str| HASH.iter().position(|hash| *hash == name);
    known * HASH.len()
        + position(&column)
            .or_else(|| position(&own(&users.table[1], &column)))
            .unwrap_or(HASH.len())
}

fn users(table: [&str; 2], columns: &[&Column]) -> Option<Users> {
    // The earlier name wins over the earlier column, and a field over one inside of another.
    let first = |names: &[&str], of: &dyn Fn(&str) -> String| {
        names.iter().find_map(|name| {
            let mut columns = columns.iter();
            columns
                .find(|column| of(&column.name) == *name)
                .map(|column| column.name.clone())
        })
    };
    let own_name = |path: &str| {
        let name = plain(leaf(path));
        if is_known(&name) {
            name
        } else {
            own(table[1], &name)
        }
    };
    let named = |names: &[&str]| {
        first(names, &plain)
            .or_else(|| first(names, &|path| plain(leaf(path))))
            .or_else(|| first(names, &own_name))
    };
    let email = named(EMAIL)?;
    let hash = named(HASH)?;
    let mut keys = columns.iter().filter(|column| column.key);
    // A key of several columns is no id.
    let key = match (keys.next(), keys.next()) {
        (Some(key), None) => Some(key.name.clone()),
        _ => None,
    };
    let id = key.or_else(|| named(&["id", "userid", "uid", "uuid"]))?;
    let verified = named(SINCE)
        .map(Verified::Since)
        .or_else(|| named(FLAG).map(Verified::Flag));
    let fields = FIELDS
        .iter()
        .filter_map(|(field, names)| Some((*field, named(names)?)))
        .collect();
    let states = STATES
        .iter()
        .filter_map(|(state, names)| Some((*state, named(names)?)))
        .collect();
    Some(Users {
        states,
        table: table.map(str::to_owned),
        salt: named(SALT),
        id,
        email,
        hash,
        verified,
        fields,
        capitals: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[&str]) -> Vec<Column> {
        columns
            .iter()
            .map(|text| {
                let key = text.starts_with('*');
                Column {
                    schema: "public".into(),
                    table: name.into(),
                    name: text.trim_start_matches('*').into(),
                    kind: "text".into(),
                    key,
                }
            })
            .collect()
    }

    #[test]
    fn the_table_of_users_comes_first() {
        let columns = [
            table("newsletter", &["*id", "email", "hash"]),
            table("posts", &["*id", "title", "password"]),
            table(
                "Users",
                &[
                    "*uid",
                    "Email",
                    "password",
                    "encrypted_password",
                    "confirmed_at",
                    "first_name",
                ],
            ),
            table("user_audit", &["*id", "email", "password"]),
            table("memberships", &["*user", "*group", "email", "password"]),
        ]
        .concat();
        let found = proposals(&columns);
        let names: Vec<&str> = found.iter().map(|users| users.table[1].as_str()).collect();
        assert_eq!(names, ["Users", "user_audit", "newsletter"]);
        let users = &found[0];
        assert_eq!(
            [&users.id, &users.email, &users.hash],
            ["uid", "Email", "encrypted_password"]
        );
        assert_eq!(users.verified, Some(Verified::Since("confirmed_at".into())));
        assert_eq!(
            users.fields,
            BTreeMap::from([("given_name", "first_name".to_owned())])
        );
    }

    #[test]
    fn names_may_begin_with_their_tables() {
        for (name, columns) in [
            ("users", ["user_id", "user_mail", "user_password"]),
            ("tbl_user", ["id", "user_email", "user_pwd"]),
            ("user", ["user_id", "user_mail", "user_pass"]),
            (
                "customers",
                [
                    "customers_id",
                    "customers_email_address",
                    "customers_password",
                ],
            ),
            (
                "shop_customers",
                ["customer_id", "customer_email", "customer_password_hash"],
            ),
            ("companies", ["company_id", "company_email", "companyPwd"]),
        ] {
            let key = format!("*{}", columns[0]);
            let names = [
                &key,
                columns[1],
                columns[2],
                "user_name",
                &format!("{name}_firstname"),
            ];
            let found = proposals(&table(name, &names));
            let users = &found.first().expect(name);
            assert_eq!(
                [users.id.as_str(), users.email.as_str(), users.hash.as_str()],
                columns
            );
            assert_eq!(users.fields["username"], "user_name");
            assert!(!users.fields.contains_key("name"), "{users:?}");
            assert!(users.fields.contains_key("given_name"), "{users:?}");
        }
        assert_eq!(own("users", "username"), "name");
        assert_eq!(own("addresses", "city"), "city");
    }

    #[test]
    fn names_of_all_tongues_are_known() {
        let sql_server = table(
            "AspNetUsers",
            &["*Id", "Email", "PasswordHash", "EmailConfirmed", "UserName"],
        );
        let found = proposals(&sql_server);
        assert_eq!(found[0].hash, "PasswordHash");
        assert_eq!(
            found[0].verified,
            Some(Verified::Flag("EmailConfirmed".into()))
        );
        assert_eq!(found[0].fields["username"], "UserName");
        let columns = [
            "*id",
            "email",
            "password",
            "deleted_at",
            "isActive",
            "user_status",
        ];
        let found = proposals(&table("users", &columns));
        assert_eq!(
            found[0].states,
            BTreeMap::from([
                ("active", "isActive".to_owned()),
                ("deleted", "deleted_at".into()),
                ("status", "user_status".into()),
            ])
        );
        for flag in ["is_email_confirmed", "isEmailConfirmed", "confirmed"] {
            let found = proposals(&table("users", &["*id", "email", "password", flag]));
            assert_eq!(found[0].verified, Some(Verified::Flag(flag.into())));
        }

        let documents = table(
            "people",
            &[
                "*_id",
                "local.email",
                "local.password",
                "profile.firstName",
                "name",
            ],
        );
        let found = proposals(&documents);
        assert_eq!(
            [&found[0].id, &found[0].email, &found[0].hash],
            ["_id", "local.email", "local.password"]
        );
        assert_eq!(found[0].fields["given_name"], "profile.firstName");
    }
}
