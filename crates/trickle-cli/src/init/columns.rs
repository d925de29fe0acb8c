//! Which table has the users, and what its columns mean.

use std::collections::BTreeMap;

use super::{
    bans::{self, Ban},
    joins::joined,
    names::{
        ALGORITHM, EMAIL, FIELDS, FLAG, HASH, LOGIN, ROUNDS, SALT, SINCE, STATES, TABLES, is_known,
        is_of_staff, leaf, own, plain,
    },
    store::{Column, Kind},
};

/// Users, and where what belongs to them is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that was seen"
)]
pub struct Users {
    /// Schema and name.
    pub table: [String; 2],
    /// Tables that the address or the hash is in, where the users' own lacks it.
    pub joins: Vec<Join>,
    /// The permanent key.
    pub id: Place,
    /// The address.
    pub email: Place,
    /// The password's hash.
    pub hash: Place,
    /// A salt beside the hash.
    pub salt: Option<Place>,
    /// How often the hash was computed.
    pub rounds: Option<Place>,
    /// How the hash was computed, in words of the store.
    pub algorithm: Option<Place>,
    /// What most rows have there.
    pub usual: Usual,
    /// Whether the address is verified, or since when.
    pub verified: Option<Verified>,
    /// Fields of the profile with their columns.
    pub fields: BTreeMap<&'static str, Place>,
    /// Columns that may shut a user out, by what they tell.
    pub states: BTreeMap<&'static str, Place>,
    /// Tables that may shut a user out.
    pub bans: Vec<Ban>,
    /// Whether addresses are stored with capitals.
    pub capitals: bool,
    /// Whether the address is in a column of user names, for want of another.
    pub is_login: bool,
    /// Whether the store tells addresses apart by capitals when it compares them.
    pub is_exact: bool,
    /// Whether it knows collations, by which it would not.
    pub has_collations: bool,
}

/// What users that there are not are given, so that they cost what others do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usual {
    /// The commonest number of rounds.
    pub rounds: Option<u32>,
    /// The commonest algorithm.
    pub algorithm: Option<String>,
}

/// A column, or a path in documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its table: 0 is the users' own, 1 the first that is joined to it.
    pub table: usize,
    /// Its name.
    pub column: String,
    /// How it has its text.
    pub text: Text,
}

/// How a column has a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// As it is.
    Plain,
    /// Filled up with blanks: `char(64)`.
    Padded,
    /// As bytes, which are no text; scripts take their hexadecimal digits.
    Bytes,
    /// As the bytes of a text, perhaps filled up with zeros.
    Encoded,
}

/// A table with something of the users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// Schema and name.
    pub table: [String; 2],
    /// Its column that has the users' id.
    pub on: String,
    /// A column that is true for the one row of several.
    pub primary: Option<Flag>,
    /// Columns, each with the text that it has where a row is meant.
    pub only: Vec<[String; 2]>,
    /// Its own key, by which a later row comes after an earlier one.
    pub key: Option<String>,
}

/// A column of truth values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its name.
    pub column: String,
    /// Whether the store has a type for truth values, and not numbers.
    pub boolean: bool,
}

/// How a column tells that an address is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is true.
    Flag(Place),
    /// It has a time.
    Since(Place),
}

impl Users {
    /// Schema and name of a table by its number, and the columns by which its rows have an order.
    pub fn table(&self, number: usize) -> (&[String; 2], &str) {
        match number.checked_sub(1).and_then(|at| self.joins.get(at)) {
            Some(join) => (&join.table, join.key.as_ref().unwrap_or(&join.on)),
            None => (&self.table, &self.id.column),
        }
    }

    /// Columns by which rows that stand for nobody any more come behind the others: what has a time or is true there.
    pub fn deleted(&self) -> impl Iterator<Item = &Place> {
        ["deleted", "discarded"]
            .iter()
            .filter_map(move |state| self.states.get(state))
    }

    /// Whether one of the tables is called so.
    pub fn has_table(&self, name: &str) -> bool {
        let is_named = |table: &[String; 2]| table[1] == name || table.join(".") == name;
        is_named(&self.table) || self.joins.iter().any(|join| is_named(&join.table))
    }
}

/// SMF's column of names: `member_name`, `memberName` in old versions.
pub const NAME_OF_SMF: &str = "membername";

/// A table as the store describes it.
pub struct Table<'a> {
    /// Schema and name.
    pub name: [&'a str; 2],
    /// Its columns, in order.
    pub columns: Vec<&'a Column>,
}

impl<'a> Table<'a> {
    /// The column that the first of these names fits. The earlier name wins over the earlier column, and a field over one inside of another.
    pub fn named(&self, names: &[&str]) -> Option<&'a Column> {
        let first = |of: &dyn Fn(&str) -> String| {
            names.iter().find_map(|name| {
                let mut columns = self.columns.iter();
                columns.find(|column| of(&column.name) == *name).copied()
            })
        };
        let own_name = |path: &str| {
            let name = plain(leaf(path));
            if is_known(&name) {
                name
            } else {
                own(self.name[1], &name)
            }
        };
        first(&plain)
            .or_else(|| first(&|path| plain(leaf(path))))
            .or_else(|| first(&own_name))
    }

    /// [`Self::named`] outside of lists.
    pub fn single(&self, names: &[&str]) -> Option<&'a Column> {
        let columns = self.columns.iter().copied();
        let table = Table {
            name: self.name,
            columns: columns
                .filter(|column| !column.name.contains("[]"))
                .collect(),
        };
        table.named(names)
    }

    /// The key, where it is one column.
    pub fn key(&self) -> Option<&'a Column> {
        let mut keys = self.columns.iter().filter(|column| column.key);
        match (keys.next(), keys.next()) {
            (Some(key), None) => Some(key),
            _ => None,
        }
    }

    /// What users are told apart by.
    pub fn id(&self) -> Option<&'a Column> {
        self.key()
            .or_else(|| self.single(&["id", "userid", "uid", "uuid"]))
    }

    /// What goes into the hash beside the password. SMF's are over the name; its column of salts is for cookies.
    pub fn salt(&self) -> Option<&'a Column> {
        let column = |name: &str| {
            let mut columns = self.columns.iter().copied();
            columns.find(|column| plain(&column.name) == name)
        };
        let has_smf = column("idmember").is_some() && column("passwd").is_some();
        let name = column(NAME_OF_SMF).filter(|_| has_smf);
        name.or_else(|| self.single(SALT))
    }

    /// How it says that an address in it is verified.
    pub fn verified(&self, table: usize) -> Option<Verified> {
        let since = self
            .named(SINCE)
            .map(|column| Verified::Since(column.at(table)));
        since.or_else(|| Some(Verified::Flag(self.named(FLAG)?.at(table))))
    }

    /// Fields of the profile with their columns, which have texts: `login` may be the time of the last one.
    pub fn fields(&self) -> BTreeMap<&'static str, Place> {
        let columns = self.columns.iter().copied();
        let texts = Table {
            name: self.name,
            columns: columns.filter(|column| column.has_text()).collect(),
        };
        FIELDS
            .iter()
            .filter_map(|(name, names)| Some((*name, texts.single(names)?.at(0))))
            .collect()
    }

    /// States of an account with their columns.
    pub fn states(&self) -> BTreeMap<&'static str, Place> {
        let found = STATES.iter().filter_map(|(name, names)| {
            let column = self.single(names)?;
            let name = match *name {
                "status" if !column.has_text() => "status_number",
                name => name,
            };
            Some((name, column.at(0)))
        });
        found.collect()
    }

    /// Schema and name of its own.
    pub fn owned_name(&self) -> [String; 2] {
        self.name.map(str::to_owned)
    }
}

impl Column {
    /// Whether its type is one of texts, and none of numbers, times or truth values.
    fn has_text(&self) -> bool {
        const OTHERS: &[&str] = &[
            "bigint",
            "bit",
            "bool",
            "boolean",
            "date",
            "datetime",
            "datetime2",
            "decimal",
            "double",
            "float",
            "int",
            "integer",
            "mediumint",
            "number",
            "numeric",
            "real",
            "smallint",
            "time",
            "timestamp",
            "tinyint",
            "year",
            "Long",
            "Double",
            "Int32",
            "Decimal128",
        ];
        // `timestamp without time zone`, `double precision`.
        let first = self.kind.split(' ').next().unwrap_or_default();
        !OTHERS.contains(&first)
    }

    /// It as a place in the table of this number.
    pub fn at(&self, table: usize) -> Place {
        let text = match self.kind.as_str() {
            "bytea" | "binary" | "varbinary" | "blob" | "tinyblob" | "mediumblob" | "longblob"
            | "image" | "Binary" => Text::Bytes,
            "character" | "char" | "nchar" => Text::Padded,
            _ => Text::Plain,
        };
        Place {
            table,
            column: self.name.clone(),
            text,
        }
    }
}

/// All tables that may be of users, the likeliest first.
pub fn proposals(kind: Kind, columns: &[Column]) -> Vec<Users> {
    let mut tables: BTreeMap<[&str; 2], Vec<&Column>> = BTreeMap::new();
    for column in columns {
        tables
            .entry([&column.schema, &column.table])
            .or_default()
            .push(column);
    }
    let tables: Vec<Table> = tables
        .into_iter()
        .map(|(name, columns)| Table { name, columns })
        .collect();
    let mut found: Vec<Users> = tables.iter().filter_map(users).collect();
    if kind != Kind::MongoDb {
        found.extend(joined(&tables));
        for users in &mut found {
            users.bans = bans::of(users, &tables);
        }
    }
    found.sort_by_key(rank);
    found
}

fn rank(users: &Users) -> usize {
    let name = plain(&users.table[1]);
    let known = TABLES
        .iter()
        .position(|table| *table == name)
        .unwrap_or_else(|| {
            if name.contains("user") && !is_of_staff(&users.table[1]) {
                TABLES.len()
            } else {
                TABLES.len() + 1
            }
        });
    let column = plain(leaf(&users.hash.column));
    let (table, _) = users.table(users.hash.table);
    let position = |name: &str| HASH.iter().position(|hash| *hash == name);
    let hash = position(&column)
        .or_else(|| position(&own(&table[1], &column)))
        .unwrap_or(HASH.len());
    // A column of addresses is likelier than one that may have some.
    let known = known + if users.is_login { TABLES.len() + 2 } else { 0 };
    // One table that has everything is likelier than several.
    known * 4 * HASH.len() + users.joins.len() * HASH.len() + hash
}

fn users(table: &Table<'_>) -> Option<Users> {
    let address = table.named(EMAIL);
    let login = || table.single(LOGIN).filter(|column| column.has_text());
    let email = address.or_else(login)?;
    let hash = table.single(HASH)?;
    let mut fields = table.fields();
    if address.is_none() {
        fields.remove("username");
    }
    Some(Users {
        table: table.owned_name(),
        joins: Vec::new(),
        id: table.id()?.at(0),
        email: email.at(0),
        hash: hash.at(0),
        salt: table.salt().map(|column| column.at(0)),
        rounds: table.single(ROUNDS).map(|column| column.at(0)),
        algorithm: table.single(ALGORITHM).map(|column| column.at(0)),
        usual: Usual::default(),
        verified: table.verified(0),
        fields,
        states: table.states(),
        bans: Vec::new(),
        capitals: false,
        is_login: address.is_none(),
        is_exact: email.exact,
        has_collations: true,
    })
}

#[cfg(test)]
pub(super) mod tests;
