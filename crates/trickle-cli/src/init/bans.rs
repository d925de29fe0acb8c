//! Bans in tables of their own, of users and of their groups, as forums have them.

use super::{
    columns::{Flag, Table, Users},
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
    "expiretime",
    "liftdate",
    "lifted",
    "suspendedtill",
    "suspendeduntil",
    "until",
];
/// What is true where the row is the opposite of a ban.
const EXCEPT: &[&str] = &["banexclude"];
/// Words of tables that have groups of users or of bans.
const GROUPS: &[&str] = &[
    "group",
    "groups",
    "role",
    "roles",
    "usergroup",
    "usergroups",
];
/// What is true where a group bans who is in it.
const BANNING: &[&str] = &[
    "isbannedgroup",
    "isbanned",
    "banned",
    "cannotaccess",
    "cannotlogin",
];
/// More tables of bans than a script reads.
const MOST: usize = 3;

/// A table with bans of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Schema and name.
    pub table: [String; 2],
    /// Its column with ids of users, or its key where it has groups.
    pub on: String,
    /// The column of the users' own table that has the same: their id, or their group.
    pub own: String,
    /// Its column that is true where the row is a ban.
    pub flag: Option<Flag>,
    /// Its column that says when the ban ends.
    pub until: Option<Until>,
    /// Its column of numbers that is 0 where the row is a ban.
    pub except: Option<String>,
    /// The table of the groups that its rows put users into.
    pub group: Option<Group>,
}

/// A table with groups of which some are banned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Schema and name.
    pub table: [String; 2],
    /// Its key.
    pub key: String,
    /// The column that has its key in the table with ids of users.
    pub on: String,
    /// Its column that is true where the group is banned.
    pub flag: Flag,
    /// Its column that says when the ban ends.
    pub until: Option<Until>,
}

impl std::fmt::Display for Ban {
    /// Where the ban is said: `user_bans.user_id`, `roles.is_banned by user_roles.user_id`, `usergroups.isbannedgroup`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(group) = &self.group {
            write!(f, "{}.{} by ", group.table[1], group.flag.column)?;
        }
        let column = self.flag.as_ref().map_or(&self.on, |flag| &flag.column);
        write!(f, "{}.{column}", self.table[1])
    }
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
    let is_own = |table: &&Table<'_>| table.owned_name() == users.table;
    let Some(own) = tables.iter().find(is_own) else {
        return Vec::new();
    };
    let mut columns = own.columns.iter().copied();
    let Some(id) = columns.find(|column| column.name == users.id.column) else {
        return Vec::new();
    };
    let near = tables
        .iter()
        .filter(|table| table.name[0] == own.name[0] && table.name[1] != own.name[1]);
    let groups: Vec<Banning<'_>> = near.clone().filter_map(banning).collect();
    let direct = near.filter_map(|table| ban(table, own.name[1], id, &groups));
    let by_group = groups.iter().filter_map(|group| {
        let (member, key) = (link(own, group)?, &group.key.name);
        Some(Ban {
            table: group.table.owned_name(),
            on: key.clone(),
            own: member.name.clone(),
            flag: Some(group.flag()),
            until: until(group.table),
            except: None,
            group: None,
        })
    });
    direct.chain(by_group).take(MOST).collect()
}

fn has_word(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    let mut parts = name.split(['_', '-', ' ', '.']);
    parts.any(|part| words.contains(&part))
}

/// The first column that one of these names fits.
fn named<'a>(table: &Table<'a>, names: &[&str]) -> Option<&'a Column> {
    names.iter().find_map(|name| {
        let mut columns = table.columns.iter().copied();
        columns.find(|column| plain(&column.name) == *name)
    })
}

/// A table of groups that says which of them are banned.
struct Banning<'a> {
    table: &'a Table<'a>,
    key: &'a Column,
    flag: &'a Column,
}

impl Banning<'_> {
    fn flag(&self) -> Flag {
        Flag {
            column: self.flag.name.clone(),
            boolean: self.flag.kind == "boolean",
        }
    }
}

fn banning<'a>(table: &'a Table<'a>) -> Option<Banning<'a>> {
    let flag = named(table, BANNING)?;
    let is_flag = sort(flag) == Sort::Number || matches!(&*flag.kind, "bit" | "boolean");
    (is_flag && has_word(table.name[1], GROUPS)).then_some(Banning {
        table,
        key: table.key()?,
        flag,
    })
}

/// The column that has a group's key: by a foreign key, else by its name.
fn link<'a>(table: &Table<'a>, group: &Banning<'_>) -> Option<&'a Column> {
    let of = group.table.name;
    let target = [of[0], of[1], &group.key.name];
    let mut columns = table.columns.iter().copied();
    let references = columns.find(|column| {
        let to = column.references.as_ref();
        to.is_some_and(|to| to.each_ref().map(String::as_str) == target)
    });
    // `gid` is called so in both; another table's `id` is its own.
    let same = Some(plain(&group.key.name)).filter(|name| name != "id");
    let name = singular(&plain(last_word(of[1])));
    let names = [same, Some(format!("{name}id")), Some(name)];
    let names: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
    references
        .or_else(|| named(table, &names))
        .filter(|column| sort(column) == sort(group.key))
}

/// The bans in a table of them, or of users in groups that may be banned.
fn ban(table: &Table<'_>, of: &str, id: &Column, groups: &[Banning<'_>]) -> Option<Ban> {
    let own = format!("{}id", singular(&plain(last_word(of))));
    // MyBB's `uid` is called so in both; another table's `id` is its own.
    let same = Some(plain(&id.name)).filter(|name| name != "id");
    let on = named(table, &[&own])
        .or_else(|| named(table, &[&*same?]))
        .or_else(|| named(table, BANNED))?;
    if sort(on) != sort(id) {
        return None;
    }
    let mut groups = groups.iter().filter(|group| group.table.name != table.name);
    let group = groups.find_map(|group| {
        Some(Group {
            table: group.table.owned_name(),
            key: group.key.name.clone(),
            on: link(table, group)?.name.clone(),
            flag: group.flag(),
            until: until(group.table),
        })
    });
    if group.is_none() && !has_word(table.name[1], TABLES) {
        return None;
    }
    let except = named(table, EXCEPT).filter(|column| sort(column) == Sort::Number);
    Some(Ban {
        table: table.owned_name(),
        on: on.name.clone(),
        own: id.name.clone(),
        flag: None,
        until: until(table),
        except: except.map(|column| column.name.clone()),
        group,
    })
}

fn until(table: &Table<'_>) -> Option<Until> {
    let column = named(table, UNTIL)?;
    match sort(column) {
        Sort::Number => Some(Until::Seconds(column.name.clone())),
        Sort::Time => Some(Until::Time(column.name.clone())),
        Sort::Text | Sort::Other(_) => None,
    }
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

    #[test]
    fn banned_groups_ban_who_is_in_them() {
        let columns = [
            table(
                "smf_members",
                &["*id_member:mediumint", "email_address", "passwd"],
            ),
            table(
                "smf_ban_groups",
                &[
                    "*id_ban_group:mediumint",
                    "cannot_access:tinyint",
                    "expire_time:int",
                ],
            ),
            table(
                "smf_ban_items",
                &[
                    "*id_ban:mediumint",
                    "id_ban_group:smallint",
                    "id_member:mediumint",
                ],
            ),
        ];
        let found = proposals(Kind::Mysql, &columns.concat()).remove(0).bans;
        let names: Vec<String> = found.iter().map(Ban::to_string).collect();
        assert_eq!(
            names,
            ["smf_ban_groups.cannot_access by smf_ban_items.id_member"]
        );
        let group = found[0].group.as_ref().unwrap();
        assert_eq!(group.until, Some(Until::Seconds("expire_time".into())));

        let users = table(
            "mybb_users",
            &["*uid:int", "email", "password", "usergroup:smallint"],
        );
        let of = |name: &str, flag: &str| {
            let groups = table(name, &["*gid:smallint", "title", flag]);
            let found = proposals(Kind::Mysql, &[users.clone(), groups].concat());
            let bans = &found[0].bans;
            bans.iter().map(Ban::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            of("mybb_usergroups", "isbannedgroup:tinyint"),
            ["mybb_usergroups.isbannedgroup"]
        );
        // Moderators may ban; a text says what is meant by itself alone.
        for flag in ["canban:tinyint", "isbannedgroup"] {
            assert!(of("mybb_usergroups", flag).is_empty(), "{flag}");
        }
        assert!(of("mybb_themes", "banned:tinyint").is_empty());
    }

    #[test]
    fn roles_ban_by_a_table_in_between() {
        let of = |role: &str| {
            let columns = [
                table("users", &["*id:uuid", "email", "password"]),
                table("roles", &["*id:integer", "name", "is_banned:boolean"]),
                table("user_roles", &["user_id:uuid", role]),
            ];
            proposals(Kind::Postgres, &columns.concat()).remove(0).bans
        };
        let found = of("role_id:integer");
        assert_eq!(
            found[0].to_string(),
            "roles.is_banned by user_roles.user_id"
        );
        assert!(found[0].group.as_ref().unwrap().flag.boolean);
        assert!(of("role_id:uuid").is_empty() && of("name").is_empty());
    }
}
