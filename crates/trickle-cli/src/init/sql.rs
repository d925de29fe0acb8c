//! Reading users out of tables.

use super::{
    bans::{Ban, Until},
    columns::{Flag, Place, Text, Users},
    scripts::{can_stand, literal},
    store::Kind,
};

/// The connection to the store, `userOf(address)` and `users()`.
const fn skeletons(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::Mysql => [
            include_str!("skeleton/mysql.js"),
            include_str!("skeleton/mysql.user.js"),
            include_str!("skeleton/mysql.count.js"),
        ],
        Kind::SqlServer => [
            include_str!("skeleton/sqlserver.js"),
            include_str!("skeleton/sqlserver.user.js"),
            include_str!("skeleton/sqlserver.count.js"),
        ],
        Kind::Postgres | Kind::MongoDb => [
            include_str!("skeleton/postgres.js"),
            include_str!("skeleton/postgres.user.js"),
            include_str!("skeleton/postgres.count.js"),
        ],
    }
}

/// `userOf(address)`, with what it needs.
pub fn store(kind: Kind, users: &Users, columns: &[(&str, Place)]) -> String {
    let [connection, user, _] = skeletons(kind);
    let used = used(users, columns.iter().map(|(_, place)| place));
    let mut list: Vec<String> = columns
        .iter()
        .map(|(name, place)| selected(kind, users, &used, name, place))
        .collect();
    list.extend(bans(kind, users));
    let email = column(kind, users, &used, &users.email);
    let condition = match kind {
        // Other stores compare text without regard to case, unless they were told otherwise.
        Kind::Postgres | Kind::MongoDb => format!("lower({email}) = lower($1)"),
        Kind::Mysql if users.is_exact => format!("lower({email}) = lower(?)"),
        Kind::SqlServer if users.is_exact => format!("lower({email}) = lower(@address)"),
        Kind::Mysql => format!("{email} = ?"),
        Kind::SqlServer => format!("{email} = @address"),
    };
    // Of somebody who left and came back the row that stayed counts; other stores have NULL before everything else by themselves.
    let last = if kind == Kind::Postgres {
        " NULLS FIRST"
    } else {
        ""
    };
    let mut order: Vec<String> = users
        .deleted()
        .map(|place| format!("{}{last}", column(kind, users, &used, place)))
        .collect();
    order.push(column(kind, users, &used, &users.id));
    // Of several rows the newest counts.
    order.extend(used.iter().filter_map(|number| {
        let key = users.joins[number - 1].key.as_ref()?;
        Some(format!("{} DESC", qualified(kind, users, *number, key)))
    }));
    let lines = [
        vec![format!("SELECT {}", list.join(", "))],
        vec![format!("FROM {}", table(kind, &users.table))],
        joins(kind, users, &used),
        vec![format!("WHERE {condition}")],
        vec![format!("ORDER BY {}", order.join(", "))],
    ];
    let sql = statement(&lines.concat(), !used.is_empty());
    format!("{connection}\n{}", user.replace("{{sql}}", &sql))
}

/// `users()`: how many rows have an address, with what it needs.
pub fn count(kind: Kind, users: &Users) -> String {
    let [connection, _, count] = skeletons(kind);
    let used = used(users, [&users.email]);
    let lines = [
        vec![format!(
            // Accounts without an address have an empty one in many stores.
            "SELECT count(nullif({}, '')) AS {}",
            column(kind, users, &used, &users.email),
            quoted(kind, "users")
        )],
        vec![format!("FROM {}", table(kind, &users.table))],
        joins(kind, users, &used),
    ];
    let sql = statement(&lines.concat(), !used.is_empty());
    format!("{connection}\n{}", count.replace("{{sql}}", &sql))
}

/// In how many rows of other tables the user is banned, as `bans`.
fn bans(kind: Kind, users: &Users) -> Option<String> {
    let each = users.bans.iter();
    let counts: Vec<String> = each.map(|ban| bans_of(kind, users, ban)).collect();
    let counts = Some(counts.join(" + ")).filter(|counts| !counts.is_empty())?;
    Some(format!("{counts} AS {}", quoted(kind, "bans")))
}

fn bans_of(kind: Kind, users: &Users, ban: &Ban) -> String {
    let column = |name: &str| of_table(kind, &ban.table, name);
    let own = qualified(kind, users, 0, &ban.own);
    let mut from = table(kind, &ban.table);
    let mut conditions = vec![format!("{} = {own}", column(&ban.on))];
    conditions.extend(ban.flag.as_ref().map(|it| is_set(kind, &ban.table, it)));
    conditions.extend(ban.until.as_ref().map(|it| lasts(kind, &ban.table, it)));
    let except = ban.except.as_ref();
    conditions.extend(except.map(|name| format!("{} = 0", column(name))));
    if let Some(group) = &ban.group {
        from.push_str(&format!(
            " JOIN {} ON {} = {}",
            table(kind, &group.table),
            of_table(kind, &group.table, &group.key),
            column(&group.on)
        ));
        conditions.push(is_set(kind, &group.table, &group.flag));
        conditions.extend(group.until.as_ref().map(|it| lasts(kind, &group.table, it)));
    }
    format!(
        "(SELECT count(*) FROM {from} WHERE {})",
        conditions.join(" AND ")
    )
}

/// Whether a ban lasts.
fn lasts(kind: Kind, table: &[String; 2], until: &Until) -> String {
    match until {
        Until::Seconds(name) => {
            let now = match kind {
                Kind::Mysql => "unix_timestamp()",
                Kind::SqlServer => "DATEDIFF_BIG(second, '1970-01-01', SYSUTCDATETIME())",
                Kind::Postgres | Kind::MongoDb => "extract(epoch FROM now())",
            };
            let until = of_table(kind, table, name);
            format!("(coalesce({until}, 0) = 0 OR {until} > {now})")
        }
        Until::Time(name) => {
            let until = of_table(kind, table, name);
            format!("({until} IS NULL OR {until} > CURRENT_TIMESTAMP)")
        }
    }
}

/// Whether a column of truth values, or of numbers in their place, is true.
fn is_set(kind: Kind, table: &[String; 2], flag: &Flag) -> String {
    let column = of_table(kind, table, &flag.column);
    if flag.boolean {
        column
    } else {
        format!("{column} <> 0")
    }
}

fn of_table(kind: Kind, table: &[String; 2], column: &str) -> String {
    format!("{}.{}", quoted(kind, &table[1]), quoted(kind, column))
}

/// The index that [`store`]'s comparison of addresses can use, or why there is none; for people.
pub fn index(kind: Kind, users: &Users, has_expressions: bool) -> String {
    let ([schema, name], _) = users.table(users.email.table);
    let table = table(kind, &[schema.clone(), name.clone()]);
    let email = quoted(kind, &users.email.column);
    let lower = format!("{}_lower", users.email.column);
    let lower = quoted(kind, &lower);
    let created = quoted(kind, &format!("{name}_{}", users.email.column));
    match kind {
        Kind::Postgres | Kind::MongoDb => {
            format!("CREATE INDEX CONCURRENTLY ON {table} (lower({email}))")
        }
        Kind::Mysql | Kind::SqlServer if !users.is_exact => {
            format!("CREATE INDEX {created} ON {table} ({email})")
        }
        Kind::Mysql if has_expressions => {
            format!("CREATE INDEX {created} ON {table} ((lower({email})))")
        }
        Kind::Mysql => format!(
            "no expression can have one in MariaDB; give {email} a collation that ends in _ci and an index, and run this again"
        ),
        Kind::SqlServer => format!(
            "ALTER TABLE {table} ADD {lower} AS lower({email}); CREATE INDEX {created} ON {table} ({lower})"
        ),
    }
}

/// One line of JavaScript, or one for each part where tables are joined.
fn statement(parts: &[String], is_long: bool) -> String {
    if !is_long {
        return quoted_text(&parts.join(" "));
    }
    let lines: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let end = if at + 1 < parts.len() { " " } else { "" };
            quoted_text(&format!("{part}{end}"))
        })
        .collect();
    lines.join(" +\n          ")
}

/// A text in JavaScript; with both kinds of quotes in it between backticks, where no quote needs a stroke before it.
fn quoted_text(text: &str) -> String {
    let has_both = text.contains('\'') && text.contains('"');
    if has_both && !text.contains(['`', '\\', '$']) && can_stand(text) {
        format!("`{text}`")
    } else {
        literal(text)
    }
}

/// The numbers of the joined tables that are needed, in order; without one, columns stand alone.
fn used<'a>(users: &Users, places: impl IntoIterator<Item = &'a Place>) -> Vec<usize> {
    let mut numbers: Vec<usize> = places
        .into_iter()
        .map(|place| place.table)
        .chain([users.email.table])
        .filter(|number| *number > 0)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn joins(kind: Kind, users: &Users, used: &[usize]) -> Vec<String> {
    let id = qualified(kind, users, 0, &users.id.column);
    used.iter()
        .map(|number| {
            let join = &users.joins[number - 1];
            let mut on = format!("{} = {id}", qualified(kind, users, *number, &join.on));
            if let Some(primary) = &join.primary {
                let flag = qualified(kind, users, *number, &primary.column);
                let is_true = if primary.boolean { "" } else { " = 1" };
                on.push_str(&format!(" AND {flag}{is_true}"));
            }
            for [column, text] in &join.only {
                let column = qualified(kind, users, *number, column);
                on.push_str(&format!(" AND {column} = '{text}'"));
            }
            // Accounts without a password have no row, or one without a hash.
            let outer = if *number == users.email.table {
                ""
            } else {
                let hash = qualified(kind, users, *number, &users.hash.column);
                on.push_str(&format!(" AND {hash} IS NOT NULL"));
                "LEFT "
            };
            format!("{outer}JOIN {} ON {on}", table(kind, &join.table))
        })
        .collect()
}

fn selected(kind: Kind, users: &Users, used: &[usize], name: &str, place: &Place) -> String {
    let column = column(kind, users, used, place);
    match place.text {
        Text::Padded => format!("rtrim({column}) AS {}", quoted(kind, name)),
        _ if name == place.column => column,
        _ => format!("{column} AS {}", quoted(kind, name)),
    }
}

fn column(kind: Kind, users: &Users, used: &[usize], place: &Place) -> String {
    if used.is_empty() {
        quoted(kind, &place.column)
    } else {
        qualified(kind, users, place.table, &place.column)
    }
}

fn qualified(kind: Kind, users: &Users, number: usize, column: &str) -> String {
    let (table, _) = users.table(number);
    format!("{}.{}", quoted(kind, &table[1]), quoted(kind, column))
}

fn table(kind: Kind, [schema, table]: &[String; 2]) -> String {
    match kind {
        // A schema in MySQL is the database that the connection names.
        Kind::Mysql => quoted(kind, table),
        _ => format!("{}.{}", quoted(kind, schema), quoted(kind, table)),
    }
}

fn quoted(kind: Kind, name: &str) -> String {
    let (open, close) = match kind {
        Kind::Mysql => ('`', '`'),
        Kind::SqlServer => ('[', ']'),
        Kind::Postgres | Kind::MongoDb => ('"', '"'),
    };
    let inner = name.replace(close, &format!("{close}{close}"));
    format!("{open}{inner}{close}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::columns::{proposals, tests::table as columns_of};

    #[test]
    fn names_cannot_end_their_quotes() {
        assert_eq!(quoted(Kind::SqlServer, "a]b[c"), "[a]]b[c]");
        assert_eq!(quoted(Kind::Mysql, "a`b"), "`a``b`");
        assert_eq!(quoted(Kind::Postgres, "a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn a_text_with_both_quotes_has_no_keyword_either() {
        assert_eq!(quoted_text(r#"'"a"#), r#"`'"a`"#);
        for odd in ["##KEY##", "@@KEY@@", "\u{202e}", "\r"] {
            let text = quoted_text(&format!("'\"{odd}"));
            assert!(text.starts_with('"') && !text.contains(odd), "{text}");
        }
    }

    #[test]
    fn tables_are_joined_where_something_of_them_is_read() {
        let columns = [
            columns_of("users", &["*id", "name"]),
            columns_of("emails", &["*id", "user_id", "address", "primary:boolean"]),
            columns_of("credentials", &["*user_id", "password_hash:character"]),
        ]
        .concat();
        let users = proposals(Kind::Postgres, &columns).remove(0);
        let profile = [("id", users.id.clone()), ("email", users.email.clone())];
        let script = store(Kind::Postgres, &users, &profile);
        let from = r#"'FROM "public"."users" ' +
          'JOIN "public"."emails" ON "emails"."user_id" = "users"."id" AND "emails"."primary" ' +
          'WHERE lower("emails"."address") = lower($1) '"#;
        assert!(script.contains(from), "{script}");
        let hash = ("hash", users.hash.clone());
        let script = store(Kind::Mysql, &users, &[&profile[..], &[hash]].concat());
        for part in [
            "rtrim(`credentials`.`password_hash`) AS `hash`",
            "'LEFT JOIN `credentials` ON `credentials`.`user_id` = `users`.`id` AND `credentials`.`password_hash` IS NOT NULL '",
            "'ORDER BY `users`.`id`, `emails`.`id` DESC'",
        ] {
            assert!(script.contains(part), "{part}: {script}");
        }
        assert!(count(Kind::SqlServer, &users).contains("count(nullif([emails].[address], ''))"));
    }

    #[test]
    fn a_setting_is_joined_by_its_name() {
        let columns = [
            columns_of("oc_users", &["*uid", "displayname", "password"]),
            columns_of(
                "oc_preferences",
                &["*userid", "*appid", "*configkey", "configvalue"],
            ),
        ];
        let users = proposals(Kind::Postgres, &columns.concat()).remove(0);
        let script = store(Kind::Postgres, &users, &[("id", users.id.clone())]);
        let join = r#"JOIN "public"."oc_preferences" ON "oc_preferences"."userid" = "oc_users"."uid" AND "oc_preferences"."appid" = 'settings' AND "oc_preferences"."configkey" = 'email'"#;
        assert!(script.contains(join), "{script}");
    }

    #[test]
    fn capitals_make_no_difference_where_the_store_makes_one() {
        let mut columns = columns_of("users", &["*id", "email", "password"]);
        columns[1].exact = true;
        for (kind, condition) in [
            (Kind::Mysql, "WHERE lower(`email`) = lower(?)"),
            (Kind::SqlServer, "WHERE lower([email]) = lower(@address)"),
        ] {
            let users = proposals(kind, &columns).remove(0);
            let script = store(kind, &users, &[("email", users.email.clone())]);
            assert!(script.contains(condition), "{condition}: {script}");
            assert!(script.contains("plain(row.email) === plain(address)"));
        }
    }

    #[test]
    fn bans_are_counted_beside_the_user() {
        let columns = [
            columns_of("users", &["*user_id:int", "email", "password"]),
            columns_of(
                "banlist",
                &["ban_userid:int", "ban_end:int", "ban_exclude:tinyint"],
            ),
            columns_of("suspensions", &["user_id:int", "until:datetime"]),
        ]
        .concat();
        let users = proposals(Kind::Mysql, &columns).remove(0);
        let script = store(Kind::Mysql, &users, &[("id", users.id.clone())]);
        let sql = "(SELECT count(*) FROM `banlist` WHERE `banlist`.`ban_userid` = `users`.`user_id` AND (coalesce(`banlist`.`ban_end`, 0) = 0 OR `banlist`.`ban_end` > unix_timestamp()) AND `banlist`.`ban_exclude` = 0) + (SELECT count(*) FROM `suspensions` WHERE `suspensions`.`user_id` = `users`.`user_id` AND (`suspensions`.`until` IS NULL OR `suspensions`.`until` > CURRENT_TIMESTAMP)) AS `bans` FROM `users`";
        assert!(script.contains(sql), "{script}");
    }

    #[test]
    fn groups_that_are_banned_are_joined() {
        let columns = [
            columns_of(
                "users",
                &["*id:integer", "email", "password", "tier:integer"],
            ),
            columns_of(
                "roles",
                &["*id:integer", "is_banned:boolean", "ends_at:timestamp"],
            ),
            columns_of("user_roles", &["user_id:integer", "role_id:integer"]),
        ];
        let users = proposals(Kind::Postgres, &columns.concat()).remove(0);
        let script = store(Kind::Postgres, &users, &[("id", users.id.clone())]);
        let sql = r#"(SELECT count(*) FROM "public"."user_roles" JOIN "public"."roles" ON "roles"."id" = "user_roles"."role_id" WHERE "user_roles"."user_id" = "users"."id" AND "roles"."is_banned" AND ("roles"."ends_at" IS NULL OR "roles"."ends_at" > CURRENT_TIMESTAMP)) AS "bans""#;
        assert!(script.contains(sql), "{script}");
        let columns = [
            columns_of("users", &["*id:int", "email", "password", "usergroup:int"]),
            columns_of("usergroups", &["*gid:int", "isbannedgroup:tinyint"]),
        ];
        let users = proposals(Kind::Mysql, &columns.concat()).remove(0);
        let script = store(Kind::Mysql, &users, &[("id", users.id.clone())]);
        let sql = "(SELECT count(*) FROM `usergroups` WHERE `usergroups`.`gid` = `users`.`usergroup` AND `usergroups`.`isbannedgroup` <> 0) AS `bans` FROM";
        assert!(script.contains(sql), "{script}");
    }

    #[test]
    fn an_index_suits_the_comparison() {
        let mut columns = columns_of("users", &["*id", "email", "password"]);
        let told = |kind, columns: &[crate::init::store::Column], has_expressions| {
            let users = proposals(kind, columns).remove(0);
            index(kind, &users, has_expressions)
        };
        for (kind, statement) in [
            (
                Kind::Postgres,
                r#"CREATE INDEX CONCURRENTLY ON "public"."users" (lower("email"))"#,
            ),
            (
                Kind::Mysql,
                "CREATE INDEX `users_email` ON `users` (`email`)",
            ),
            (
                Kind::SqlServer,
                "CREATE INDEX [users_email] ON [public].[users] ([email])",
            ),
        ] {
            assert_eq!(told(kind, &columns, true), statement);
        }
        columns[1].exact = true;
        for (kind, has_expressions, part) in [
            (Kind::Mysql, true, "ON `users` ((lower(`email`)))"),
            (Kind::Mysql, false, "collation that ends in _ci"),
            (
                Kind::SqlServer,
                true,
                "ADD [email_lower] AS lower([email]); ",
            ),
        ] {
            let told = told(kind, &columns, has_expressions);
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn rows_that_were_deleted_come_last() {
        let columns = columns_of("users", &["*id", "email", "password", "deleted_at"]);
        for (kind, order) in [
            (
                Kind::Postgres,
                r#"ORDER BY "deleted_at" NULLS FIRST, "id"'"#,
            ),
            (Kind::Mysql, "ORDER BY `deleted_at`, `id`'"),
            (Kind::SqlServer, "ORDER BY [deleted_at], [id]'"),
        ] {
            let users = proposals(kind, &columns).remove(0);
            let script = store(kind, &users, &[("email", users.email.clone())]);
            assert!(script.contains(order), "{order}: {script}");
        }
    }

    #[test]
    fn empty_addresses_are_not_counted() {
        let columns = columns_of("users", &["*id", "email", "password"]);
        let users = proposals(Kind::Postgres, &columns).remove(0);
        let sql = r#"`SELECT count(nullif("email", '')) AS "users" FROM "public"."users"`"#;
        let script = count(Kind::Postgres, &users);
        assert!(script.contains(sql), "{script}");
    }

    #[test]
    fn one_table_needs_no_names_of_tables() {
        let columns = columns_of("users", &["*id", "email:character", "password"]);
        let users = proposals(Kind::SqlServer, &columns).remove(0);
        let columns = [("id", users.id.clone()), ("email", users.email.clone())];
        let script = store(Kind::SqlServer, &users, &columns);
        let sql = "'SELECT [id], rtrim([email]) AS [email] FROM [public].[users] WHERE [email] = @address ORDER BY [id]'";
        assert!(script.contains(sql), "{script}");
    }
}
