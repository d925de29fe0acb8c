//! Users whose address or hash is in a table of its own.

use super::{
    columns::{Flag, Join, Table, Users, Usual},
    keycloak,
    names::{
        ALGORITHM, EMAIL, HASH, PRIMARY, ROUNDS, SALT, TABLES, is_address, last_word, plain,
        singular,
    },
    store::Column,
};

/// Words of tables that have hashes or addresses of something else, or of former times.
const OTHERS: &[&str] = &[
    "archive",
    "audit",
    "backup",
    "history",
    "invitation",
    "invitations",
    "invite",
    "invites",
    "old",
    "queue",
    "reset",
    "resets",
    "session",
    "sessions",
    "template",
    "templates",
    "token",
    "tokens",
    "log",
    "logs",
];

/// All users that two or three tables have together.
pub fn joined(tables: &[Table<'_>]) -> Vec<Users> {
    tables
        .iter()
        .filter(|table| is_of_people(table.name[1]))
        .filter_map(|table| users(table, tables))
        .collect()
}

fn is_of_people(name: &str) -> bool {
    let name = plain(name);
    TABLES.contains(&&*name)
        || ["user", "member", "customer", "person", "people", "profile"]
            .iter()
            .any(|word| name.contains(word))
}

fn is_other(name: &str) -> bool {
    let words = name.to_lowercase();
    let mut words = words.split(['_', '-', ' ', '.']);
    words.any(|word| OTHERS.contains(&word))
}

fn users(table: &Table<'_>, tables: &[Table<'_>]) -> Option<Users> {
    let id = table.id()?;
    let mut joins = Vec::new();
    let mut look = |of: &dyn Fn(&Table<'_>) -> Option<String>| {
        let (other, on, name) = tables
            .iter()
            .filter(|other| other.name != table.name && !is_other(other.name[1]))
            .filter_map(|other| Some((other, link(other, table, id)?, of(other)?)))
            // Of equals the first.
            .min_by_key(|(other, ..)| {
                (
                    setting(other).is_none(),
                    distance(other.name[1], table.name[1]),
                )
            })?;
        joins.push(join(other, on));
        let column = other.columns.iter().find(|column| column.name == name)?;
        Some((other, column.at(joins.len())))
    };
    let (of_email, email) = match table.named(EMAIL) {
        Some(column) => (table, column.at(0)),
        None => look(&address)?,
    };
    let own = [table, of_email].into_iter().find_map(|beside| {
        let number = usize::from(beside.name != table.name);
        Some((beside, beside.single(HASH)?.at(number)))
    });
    let (of_hash, hash) = match own {
        Some(found) => found,
        None => look(&|other| {
            let of_keycloak = keycloak::credentials(other).map(|it| it.hash);
            let found = of_keycloak.or_else(|| of_xenforo(other));
            Some(found.or_else(|| other.single(HASH))?.name.clone())
        })?,
    };
    if joins.is_empty() {
        return None;
    }
    let credentials = keycloak::credentials(of_hash).filter(|it| it.hash.name == hash.column);
    let (salt, rounds) = match &credentials {
        Some(it) => (Some(it.salt), it.rounds),
        None => (of_hash.single(SALT), of_hash.single(ROUNDS)),
    };
    let beside = |column: Option<&Column>| column.map(|column| column.at(hash.table));
    let join = hash.table.checked_sub(1).and_then(|at| joins.get_mut(at));
    if let (Some(join), Some(it)) = (join, &credentials) {
        join.only = vec![[it.kind.name.clone(), keycloak::PASSWORD.to_owned()]];
    }
    let join = email.table.checked_sub(1).and_then(|at| joins.get_mut(at));
    if let Some(join) = join.filter(|_| setting(of_email).is_some()) {
        join.only = Vec::from(SETTINGS.map(|pair| pair.map(str::to_owned)));
    }
    let verified = of_email.verified(email.table).or_else(|| table.verified(0));
    let mut columns = of_email.columns.iter();
    let is_exact = columns.any(|column| column.name == email.column && column.exact);
    Some(Users {
        table: table.owned_name(),
        id: id.at(0),
        salt: beside(salt),
        rounds: beside(rounds),
        algorithm: beside(of_hash.single(ALGORITHM)),
        usual: Usual::default(),
        verified,
        fields: table.fields(),
        states: table.states(),
        bans: Vec::new(),
        capitals: false,
        is_login: false,
        is_exact,
        has_collations: true,
        joins,
        email,
        hash,
    })
}

/// XenForo's hashes, each beside the class that made it.
fn of_xenforo<'a>(table: &Table<'a>) -> Option<&'a Column> {
    let column = |name: &str| {
        let mut columns = table.columns.iter().copied();
        columns.find(|column| column.name == name)
    };
    column("scheme_class")?;
    column("data")
}

/// How little a table's name says of what is looked for: what is called after it or after the users comes before what is not.
fn distance(name: &str, of: &str) -> usize {
    let (name, of) = (plain(name), singular(&plain(last_word(of))));
    let says = ["mail", "credential", "password", "passwd", "auth"];
    let is_said = says.iter().any(|word| name.contains(word));
    let is_theirs = name.contains(&of);
    2 - usize::from(is_said) - usize::from(is_theirs)
}

/// Which rows have addresses in Nextcloud's and ownCloud's table of settings.
const SETTINGS: [[&str; 2]; 2] = [["appid", "settings"], ["configkey", "email"]];

/// The column with the values of such settings.
fn setting<'a>(table: &Table<'a>) -> Option<&'a Column> {
    let column = |name: &str| {
        let mut columns = table.columns.iter().copied();
        columns.find(|column| column.name == name)
    };
    let is_whole = SETTINGS.iter().all(|[name, _]| column(name).is_some());
    column("configvalue").filter(|_| is_whole)
}

/// The column with addresses, in a table that is called after them.
fn address(table: &Table<'_>) -> Option<String> {
    let column = setting(table).or_else(|| table.named(EMAIL));
    let column = column.or_else(|| {
        let has_mail = plain(table.name[1]).contains("mail");
        let mut columns = table.columns.iter();
        columns
            .find(|column| has_mail && is_address(&column.name))
            .copied()
    });
    Some(column?.name.clone())
}

/// The column of `other` that has ids of `table`: by a foreign key, else by its name.
fn link(other: &Table<'_>, table: &Table<'_>, id: &Column) -> Option<String> {
    let target = [table.name[0], table.name[1], &id.name];
    let references = |column: &&&Column| {
        let to = column.references.as_ref();
        to.is_some_and(|to| to.each_ref().map(String::as_str) == target)
    };
    let (whole, last) = (plain(table.name[1]), plain(last_word(table.name[1])));
    let names = [
        format!("{}id", singular(&whole)),
        format!("{whole}id"),
        format!("{}id", singular(&last)),
        // Keycloak's `user_entity`.
        format!("{}id", whole.strip_suffix("entity").unwrap_or(&whole)),
    ];
    let named =
        |column: &&&Column| other.name[0] == table.name[0] && names.contains(&plain(&column.name));
    let mut columns = other.columns.iter();
    let found = columns.clone().find(references);
    let found = found.or_else(|| columns.find(named))?;
    Some(found.name.clone())
}

fn join(table: &Table<'_>, on: String) -> Join {
    let primary = table.single(PRIMARY).map(|column| Flag {
        column: column.name.clone(),
        boolean: column.kind == "boolean",
    });
    let key = table.key().map(|key| key.name.clone());
    Join {
        table: table.owned_name(),
        primary,
        only: Vec::new(),
        key: key.filter(|key| *key != on),
        on,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        columns::{Verified, proposals, tests::table},
        store::Kind,
    };

    #[test]
    fn hash_and_address_are_found_by_the_users_id() {
        let columns = [
            table("users", &["*id", "full_name", "is_active"]),
            table(
                "user_emails",
                &[
                    "*id",
                    "user_id",
                    "address",
                    "is_primary:boolean",
                    "verified_at",
                ],
            ),
            table("password_resets", &["*id", "user_id", "hash", "email"]),
            table("password_history", &["*id", "user_id", "password_hash"]),
            table(
                "user_credentials",
                &["*user_id", "password_hash", "salt", "iterations"],
            ),
        ]
        .concat();
        let found = proposals(Kind::Postgres, &columns);
        let users = &found[0];
        assert_eq!(users.table[1], "users");
        let joins: Vec<(&str, &str)> = users
            .joins
            .iter()
            .map(|join| (join.table[1].as_str(), join.on.as_str()))
            .collect();
        assert_eq!(
            joins,
            [("user_emails", "user_id"), ("user_credentials", "user_id")]
        );
        assert_eq!((users.email.table, users.hash.table), (1, 2));
        assert_eq!(users.salt.as_ref().unwrap().table, 2);
        assert_eq!(users.rounds.as_ref().unwrap().column, "iterations");
        assert!(users.joins[0].primary.as_ref().unwrap().boolean);
        assert_eq!(users.joins[0].key.as_deref(), Some("id"));
        assert_eq!(users.joins[1].key, None);
        assert!(
            matches!(&users.verified, Some(Verified::Since(place)) if place.table == 1),
            "{users:?}"
        );
        assert_eq!(users.fields["name"].table, 0);
    }

    #[test]
    fn data_has_hashes_beside_the_class_that_made_them() {
        let of = |second: &str| {
            let columns = [
                table("xf_user", &["*user_id", "username", "email"]),
                table(
                    "xf_user_authenticate",
                    &["*user_id", second, "data:mediumblob"],
                ),
            ];
            proposals(Kind::Mysql, &columns.concat())
        };
        let users = of("scheme_class").remove(0);
        assert_eq!((users.hash.table, users.hash.column.as_str()), (1, "data"));
        assert!(of("name").is_empty());
    }

    #[test]
    fn an_address_may_be_a_setting() {
        let columns = [
            table("oc_users", &["*uid", "displayname", "password"]),
            table(
                "oc_preferences",
                &["*userid", "*appid", "*configkey", "configvalue"],
            ),
            table("oc_mail_accounts", &["*id", "user_id", "email"]),
        ];
        let users = proposals(Kind::Mysql, &columns.concat()).remove(0);
        assert_eq!(users.joins.len(), 1);
        assert_eq!(users.joins[0].table[1], "oc_preferences");
        assert_eq!(users.email.column, "configvalue");
        let only = users.joins[0].only.iter().map(|pair| pair.join("="));
        let only: Vec<String> = only.collect();
        assert_eq!(only, ["appid=settings", "configkey=email"]);
        assert!(!users.is_login);
    }

    #[test]
    fn of_several_tables_the_one_that_is_called_so_is_taken() {
        let columns = [
            table("users", &["*id", "username", "salt"]),
            table("digests", &["*id", "user_id", "email"]),
            table("invites", &["*id", "user_id", "email"]),
            table("user_emails", &["*id", "user_id", "email"]),
            table("shares", &["*id", "user_id", "password"]),
            table("user_passwords", &["*id", "user_id", "password_hash"]),
        ]
        .concat();
        let users = proposals(Kind::Postgres, &columns)
            .into_iter()
            .find(|users| users.joins.len() == 2)
            .unwrap();
        let names: Vec<&str> = users.joins.iter().map(|it| it.table[1].as_str()).collect();
        assert_eq!(names, ["user_emails", "user_passwords"]);
    }

    #[test]
    fn a_foreign_key_tells_more_than_a_name() {
        let mut columns = [
            table("people", &["*nr", "email"]),
            table("secrets", &["*id", "owner", "password"]),
        ]
        .concat();
        assert!(proposals(Kind::Postgres, &columns).is_empty());
        let owner = columns.iter_mut().find(|column| column.name == "owner");
        owner.unwrap().references = Some(["public".into(), "people".into(), "nr".into()]);
        let found = proposals(Kind::Postgres, &columns);
        assert_eq!(found[0].joins[0].on, "owner");
        assert!(proposals(Kind::MongoDb, &columns).is_empty());
    }

    #[test]
    fn one_table_with_everything_is_taken_alone() {
        let columns = [
            table("users", &["*id", "email", "password"]),
            table("user_credentials", &["*user_id", "password_hash"]),
        ]
        .concat();
        let found = proposals(Kind::Mysql, &columns);
        assert_eq!(found.len(), 1);
        assert!(found[0].joins.is_empty());
    }
}
