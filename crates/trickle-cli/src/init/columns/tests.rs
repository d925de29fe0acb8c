use super::*;

/// Columns by their names; `*` marks a key, and `name:type` one that is no text.
pub fn table(name: &str, columns: &[&str]) -> Vec<Column> {
    columns
        .iter()
        .map(|text| {
            let (name_of_it, kind) = text.split_once(':').unwrap_or((*text, "text"));
            Column {
                schema: "public".into(),
                table: name.into(),
                name: name_of_it.trim_start_matches('*').into(),
                kind: kind.into(),
                key: text.starts_with('*'),
                exact: false,
                references: None,
            }
        })
        .collect()
}

fn first(columns: &[Column]) -> Users {
    proposals(Kind::Postgres, columns).remove(0)
}

fn columns_of(users: &Users) -> [&str; 3] {
    [&users.id, &users.email, &users.hash].map(|place| place.column.as_str())
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
    let found = proposals(Kind::Postgres, &columns);
    let names: Vec<&str> = found.iter().map(|users| users.table[1].as_str()).collect();
    assert_eq!(names, ["Users", "user_audit", "newsletter"]);
    let users = &found[0];
    assert_eq!(columns_of(users), ["uid", "Email", "encrypted_password"]);
    let Some(Verified::Since(since)) = &users.verified else {
        panic!("{users:?}");
    };
    assert_eq!(since.column, "confirmed_at");
    assert_eq!(users.fields["given_name"].column, "first_name");
    assert_eq!(users.fields.len(), 1);
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
        let users = first(&table(name, &names));
        assert_eq!(columns_of(&users), columns);
        assert_eq!(users.fields["username"].column, "user_name");
        assert!(!users.fields.contains_key("name"), "{users:?}");
        assert!(users.fields.contains_key("given_name"), "{users:?}");
    }
}

#[test]
fn names_of_all_tongues_are_known() {
    let users = first(&table(
        "AspNetUsers",
        &["*Id", "Email", "PasswordHash", "EmailConfirmed", "UserName"],
    ));
    assert_eq!(users.hash.column, "PasswordHash");
    let Some(Verified::Flag(flag)) = &users.verified else {
        panic!("{users:?}");
    };
    assert_eq!(flag.column, "EmailConfirmed");
    assert_eq!(users.fields["username"].column, "UserName");
    let users = first(&table(
        "users",
        &[
            "*id",
            "email",
            "password",
            "deleted_at",
            "isActive",
            "user_status",
        ],
    ));
    let states: Vec<(&str, &str)> = users
        .states
        .iter()
        .map(|(state, place)| (*state, place.column.as_str()))
        .collect();
    assert_eq!(
        states,
        [
            ("active", "isActive"),
            ("deleted", "deleted_at"),
            ("status", "user_status"),
        ]
    );
    for flag in ["is_email_confirmed", "isEmailConfirmed", "confirmed"] {
        let users = first(&table("users", &["*id", "email", "password", flag]));
        assert!(
            matches!(&users.verified, Some(Verified::Flag(place)) if place.column == flag),
            "{users:?}"
        );
    }
}

#[test]
fn nothing_that_shuts_a_user_out_is_overlooked() {
    for (table_name, columns, states) in [
        ("jos_users", &["block:tinyint"][..], &["blocked"][..]),
        (
            "users",
            &["banned_until:timestamp with time zone", "deleted_at"],
            &["banned_until", "deleted"],
        ),
        (
            "AspNetUsers",
            &["LockoutEnd", "LockoutEnabled"],
            &["locked_until"],
        ),
        (
            "phpbb_users",
            &["user_inactive_reason:tinyint"],
            &["inactive"],
        ),
        (
            "app_user",
            &["enabled", "account_non_locked"],
            &["active", "non_locked"],
        ),
        (
            "users",
            &["banned:boolean", "locked:boolean", "discarded_at"],
            &["banned", "discarded", "locked"],
        ),
        ("users", &["status:tinyint"], &["status_number"]),
        ("users", &["city", "state", "zip"], &[]),
    ] {
        let columns = [&["*id", "email", "password"][..], columns].concat();
        let users = first(&table(table_name, &columns));
        let found: Vec<&str> = users.states.keys().copied().collect();
        assert_eq!(found, states, "{table_name}");
    }
}

#[test]
fn a_time_is_no_user_name() {
    let users = first(&table(
        "users",
        &["*uid", "name", "pass", "mail", "login:int"],
    ));
    assert_eq!(users.fields["name"].column, "name");
    assert!(!users.fields.contains_key("username"), "{users:?}");
}

#[test]
fn people_may_log_in_with_an_address_as_their_name() {
    let spring = table("users", &["*username", "password", "enabled:boolean"]);
    let users = first(&spring);
    assert_eq!(columns_of(&users), ["username", "username", "password"]);
    assert!(users.is_login && users.fields.is_empty(), "{users:?}");
    let nextcloud = table("oc_users", &["*uid", "displayname", "password"]);
    assert_eq!(columns_of(&first(&nextcloud)), ["uid", "uid", "password"]);
    let columns = [
        table("users", &["*id", "username", "password"]),
        table("user_emails", &["*id", "user_id", "address"]),
        table("members", &["*id", "email", "login", "password"]),
    ]
    .concat();
    let found = proposals(Kind::Postgres, &columns);
    let names: Vec<(&str, bool)> = found
        .iter()
        .map(|users| (users.table[1].as_str(), users.is_login))
        .collect();
    assert_eq!(
        names,
        [("users", false), ("members", false), ("users", true)]
    );
    assert!(
        proposals(
            Kind::Postgres,
            &table("users", &["*id", "login:int", "pass"])
        )
        .is_empty()
    );
}

#[test]
fn customers_come_before_those_who_run_the_shop() {
    let columns = [
        table("admin_user", &["*user_id", "email", "password"]),
        table("customer_entity", &["*entity_id", "email", "password_hash"]),
    ]
    .concat();
    assert_eq!(first(&columns).table[1], "customer_entity");
}

#[test]
fn fields_of_documents_are_found_in_depth_and_in_lists() {
    let users = |columns: &[&str]| {
        let columns = table("people", columns);
        proposals(Kind::MongoDb, &columns).remove(0)
    };
    let local = users(&[
        "*_id",
        "local.email",
        "local.password",
        "profile.firstName",
        "name",
    ]);
    assert_eq!(columns_of(&local), ["_id", "local.email", "local.password"]);
    assert_eq!(local.fields["given_name"].column, "profile.firstName");
    let meteor = users(&[
        "*_id",
        "emails[].address",
        "emails[].verified",
        "services.password.bcrypt",
        "services.resume.loginTokens[].hash",
        "username",
    ]);
    assert_eq!(
        columns_of(&meteor),
        ["_id", "emails[].address", "services.password.bcrypt"]
    );
    assert!(
        matches!(&meteor.verified, Some(Verified::Flag(place)) if place.column == "emails[].verified"),
        "{meteor:?}"
    );
}

#[test]
fn what_stands_beside_the_hash_is_found_with_its_type() {
    let users = first(&table(
        "users",
        &[
            "*id",
            "email",
            "password_hash:bytea",
            "password_salt:character",
            "password_iterations:integer",
        ],
    ));
    assert_eq!(users.hash.text, Text::Bytes);
    assert_eq!(users.salt.unwrap().text, Text::Padded);
    assert_eq!(users.rounds.unwrap().column, "password_iterations");
}

#[test]
fn the_name_is_the_salt_of_smf() {
    let salt = |columns: &[&str]| {
        let users = first(&table("smf_members", columns));
        users.salt.map(|place| place.column)
    };
    let columns = [
        "*id_member:int",
        "member_name",
        "passwd",
        "email_address",
        "password_salt",
    ];
    assert_eq!(salt(&columns).as_deref(), Some("member_name"));
    let others = ["*id:int", "member_name", "passwd", "email", "password_salt"];
    assert_eq!(salt(&others).as_deref(), Some("password_salt"));
}
