//! Bans in tables of their own, as forums have them.

use super::{
    columns::{Table, Users},
    names::{last_word, plain, singular},
    store::Column,
};

/// Words of tables that have bans.
const TABLES: &[&str] = &[
    "ban",
    "banlist",
    "banned",
    "bans",
    "lockout",
    "lockouts",
    "suspension",
    "suspensions",
    "userban",
    "userbans",
];
/// Who is banned, where no name of the users' own table says it.
const BANNED: &[&str] = &[
    "userid",
    "memberid",
    "accountid",
    "banuserid",
    "banneduserid",
];
/// Until when; nothing or 0 is for ever.
const UNTIL: &[&str] = &[
    "banend",
    "banneduntil",
    "enddate",
    "endsat",
    "expires",
    "expiresat",
    "liftdate",
    "lifted",
    "suspendedtill",
    "suspendeduntil",
    "until",
];
/// What is true where the row is the opposite of a ban.
const EXCEPT: &[&str] = &["banexclude"];
/// More tables of bans than a script reads.
const MOST: usize = 3;

/// A table with bans of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Schema and name.
    pub table: [String; 2],
    /// Its column with ids of users.
    pub on: String,
    /// Its column that says when the ban ends.
    pub until: Option<Until>,
    /// Its column of numbers that is 0 where the row is a ban.
    pub except: Option<String>,
}

/// A column that says when something ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// In seconds since 1970, 0 for never.
    Seconds(String),
    /// As a time, nothing for never.
    Time(String),
}

/// Tables in which these users may be banned. Of a column of another type than that of their ids there is none, as it cannot be compared.
pub fn of(users: &Users, tables: &[Table<'_>]) -> Vec<Ban> {
    let own = |table: &&Table<'_>| table.owned_name() == users.table;
    let Some(id) = tables.iter().find(own).and_then(|table| {
        let mut columns = table.columns.iter();
        columns.find(|column| column.name == users.id.column)
    }) else {
        return Vec::new();
    };
    let others = tables.iter().filter(|table| {
        let is_near = table.name[0] == users.table[0] && table.name[1] != users.table[1];
        is_near && is_of_bans(table.name[1])
    });
    others
        .filter_map(|table| ban(table, &users.table[1], id))
        .take(MOST)
        .collect()
}

fn is_of_bans(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(['_', '-', ' ', '.']);
    words.any(|word| TABLES.contains(&word))
}

fn ban(table: &Table<'_>, of: &str, id: &Column) -> Option<Ban> {
    let named = |name: &str| {
        let mut columns = table.columns.iter().copied();
        columns.find(|column| plain(&column.name) == name)
    };
    let first = |names: &[&str]| names.iter().find_map(|name| named(name));
    let own = format!("{}id", singular(&plain(last_word(of))));
    // MyBB's `uid` is called so in both; another table's `id` is its own.
    let same = Some(plain(&id.name)).filter(|name| name != "id");
    let on = named(&own)
        .or_else(|| named(&same?))
        .or_else(|| first(BANNED))?;
    if sort(on) != sort(id) {
        return None;
    }
    let until = first(UNTIL).and_then(|column| match sort(column) {
        Sort::Number => Some(Until::Seconds(column.name.clone())),
        Sort::Time => Some(Until::Time(column.name.clone())),
        Sort::Text | Sort::Other(_) => None,
    });
    let except = first(EXCEPT).filter(|column| sort(column) == Sort::Number);
    Some(Ban {
        table: table.owned_name(),
        on: on.name.clone(),
        until,
        except: except.map(|column| column.name.clone()),
    })
}

/// Columns of one sort can be compared in all stores.
#[derive(PartialEq, Eq)]
enum Sort<'a> {
    Number,
    Text,
    Time,
    Other(&'a str),
}

fn sort(column: &Column) -> Sort<'_> {
    let first = column.kind.split([' ', '(']).next().unwrap_or_default();
    match first {
        "bigint" | "decimal" | "int" | "integer" | "mediumint" | "numeric" | "smallint"
        | "tinyint" => Sort::Number,
        "char" | "character" | "nchar" | "nvarchar" | "text" | "varchar" => Sort::Text,
        "date" | "datetime" | "datetime2" | "timestamp" => Sort::Time,
        other => Sort::Other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            columns::{proposals, tests::table},
            store::Kind,
        },
        *,
    };

    fn bans(users: &str, id: &str, of: &str, columns: &[&str]) -> Vec<Ban> {
        let columns = [table(users, &[id, "email", "password"]), table(of, columns)].concat();
        proposals(Kind::Mysql, &columns).remove(0).bans
    }

    #[test]
    fn forums_have_bans_in_tables_of_their_own() {
        for (found, on, until) in [
            (
                bans(
                    "phpbb_users",
                    "*user_id:int",
                    "phpbb_banlist",
                    &[
                        "*ban_id:int",
                        "ban_userid:int",
                        "ban_end:int",
                        "ban_exclude:tinyint",
                    ],
                ),
                "ban_userid",
                Some(Until::Seconds("ban_end".into())),
            ),
            (
                bans(
                    "mybb_users",
                    "*uid:int",
                    "mybb_banned",
                    &["uid:int", "lifted:bigint"],
                ),
                "uid",
                Some(Until::Seconds("lifted".into())),
            ),
            (
                bans(
                    "xf_user",
                    "*user_id:int",
                    "xf_user_ban",
                    &["ban_user_id:int", "user_id:int", "end_date:int"],
                ),
                "user_id",
                Some(Until::Seconds("end_date".into())),
            ),
            (
                bans(
                    "users",
                    "*id:uuid",
                    "user_suspensions",
                    &[
                        "*id:uuid",
                        "user_id:uuid",
                        "suspended_till:timestamp without time zone",
                    ],
                ),
                "user_id",
                Some(Until::Time("suspended_till".into())),
            ),
        ] {
            assert_eq!((found[0].on.as_str(), &found[0].until), (on, &until));
        }
    }

    #[test]
    fn what_cannot_be_compared_is_no_ban() {
        for (of, column) in [
            ("user_bans", "user_id:text"),
            ("user_bans", "banned_by:int"),
            ("urban_areas", "user_id:int"),
        ] {
            assert!(bans("users", "*id:int", of, &["*id:int", column]).is_empty());
        }
    }
}
