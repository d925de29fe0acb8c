//! `/api/v2/connections` over https.

use serde_json::{Value, json};
use trickle_testkit::http::LegacyService;

use crate::harness::{Install, LOGIN, Manager, connection, legacy_connection};

const CONFIGURED: &str = "function login(email, password, callback) {\r\n\
    \tcallback(null, { id: 1, email, app_metadata: { configuration } });\r\n}\r\n// Ende: ä ✓ \u{1f600}";

fn path(connection: &Value) -> String {
    format!("/connections/{}", connection["id"].as_str().unwrap())
}

async fn change(manager: &Manager, connection: &Value, options: Value) -> Value {
    let body = json!({"options": options});
    manager
        .patch(&path(connection), &body)
        .await
        .with_status(200)
}

#[tokio::test]
async fn a_connection_is_made_read_changed_and_removed() {
    let install = Install::new().with_local_net();
    let server = install.start();
    let (site, service) = (server.site(), LegacyService::start());
    let manager = site.manager().await;
    let made = manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    assert_eq!(made["name"], "customers");
    assert_eq!(made["strategy"], "auth0");
    assert_eq!(made["enabled_clients"], json!([site.credentials.client_id]));
    assert_eq!(manager.get(&path(&made)).await.with_status(200), made);

    let again = manager
        .post("/connections", &legacy_connection("customers", &service))
        .await;
    assert_eq!(again.with_status(409)["errorCode"], "conflict");
    manager
        .patch(&path(&made), &json!({"name": "other"}))
        .await
        .with_status(400);
    let renamed = manager
        .patch(&path(&made), &json!({"display_name": "Customers"}))
        .await;
    let renamed = renamed.with_status(200);
    assert_eq!(renamed["display_name"], "Customers");
    assert_eq!(
        renamed["options"], made["options"],
        "options that are not named stay"
    );

    site.login("customers", "jane@example.com", "legacy password")
        .await
        .with_status(200);
    manager.delete(&path(&made)).await.with_status(202);
    let gone = manager.get(&path(&made)).await.with_status(404);
    assert_eq!(gone["errorCode"], "inexistent_connection");
    manager.delete(&path(&made)).await.with_status(404);
    assert_eq!(
        manager.users().await,
        Vec::<Value>::new(),
        "its users go with it"
    );
    let login = site
        .login("customers", "jane@example.com", "legacy password")
        .await;
    login.with_status(400);
}

#[tokio::test]
async fn scripts_come_back_byte_for_byte() {
    let install = Install::new();
    let server = install.start();
    let manager = server.site().manager().await;
    let scripts = [
        CONFIGURED,
        "\u{feff}// mark\nfunction f(a, b, c) { c('\u{2028}\u{0}\\u0000'); }",
        "  \r\n\t\n",
        "not even JavaScript \r \r\n \n",
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        let name = format!("c{number}");
        let made = manager
            .add_connection(connection(&name, script, script, &json!({})))
            .await;
        let read = manager.get(&path(&made)).await.with_status(200);
        for shown in [made, read] {
            for key in ["login", "get_user"] {
                assert_eq!(shown["options"]["customScripts"][key], script);
            }
        }
    }
    let large = connection("large", &"x".repeat((100 << 10) + 1), LOGIN, &json!({}));
    let refused = manager.post("/connections", &large).await.with_status(400);
    assert_eq!(refused["errorCode"], "invalid_body");
}

#[tokio::test]
async fn configuration_goes_round_as_ciphertext_and_stays_what_it_was() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let configuration = json!({"url": "postgres://legacy", "key": "ä\u{1f600}\n"});
    let made = connection("customers", CONFIGURED, CONFIGURED, &configuration);
    let made = manager.add_connection(made).await;
    let shown = &made["options"]["configuration"];
    for key in ["url", "key"] {
        assert!(shown[key].is_string());
        assert_ne!(shown[key], configuration[key]);
    }
    // As the deploy tool does it: read, add to it, write all of it back.
    let mut options = manager.get(&path(&made)).await.with_status(200)["options"].clone();
    options["passwordPolicy"] = "good".into();
    let changed = change(&manager, &made, options.clone()).await;
    assert_eq!(changed["options"]["passwordPolicy"], "good");

    site.login("customers", "a@example.com", "x")
        .await
        .with_status(200);
    let seen = async || {
        let users = manager.users().await;
        users.last().unwrap()["app_metadata"]["configuration"].clone()
    };
    assert_eq!(seen().await, configuration);

    options["configuration"]["key"] = "new".into();
    change(&manager, &made, options.clone()).await;
    options["configuration"]
        .as_object_mut()
        .unwrap()
        .remove("url");
    let changed = change(&manager, &made, options.clone()).await;
    let keys: Vec<&String> = changed["options"]["configuration"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(keys, ["key"]);

    let stolen = connection("other", LOGIN, LOGIN, &changed["options"]["configuration"]);
    manager.post("/connections", &stolen).await.with_status(400);
    let number = connection("other", LOGIN, LOGIN, &json!({"port": 5432}));
    manager.post("/connections", &number).await.with_status(400);
}

#[tokio::test]
async fn a_new_script_is_used_from_the_next_login_on() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let script = |id: u32| {
        format!(
            "function login(email, password, callback) {{ global.runs = (global.runs || 0) + 1; \
                 callback(null, {{ id: email + ':{id}:' + global.runs, email }}); }}"
        )
    };
    let made = manager
        .add_connection(connection("customers", &script(1), LOGIN, &json!({})))
        .await;
    let mut options = made["options"].clone();
    for (email, number) in [
        ("a@example.com", 1),
        ("b@example.com", 2),
        ("c@example.com", 3),
    ] {
        options["customScripts"]["login"] = script(number).into();
        change(&manager, &made, options.clone()).await;
        site.login("customers", email, "x").await.with_status(200);
        let id = format!("auth0%7C{email}:{number}:1");
        manager.get(&format!("/users/{id}")).await.with_status(200);
    }
}

#[tokio::test]
async fn lists_come_in_three_shapes() {
    let install = Install::new();
    let server = install.start();
    let manager = server.site().manager().await;
    for number in 0..5 {
        let body = json!({"name": format!("c{number}"), "strategy": "auth0"});
        manager.post("/connections", &body).await.with_status(201);
    }
    let get = async |query: &str| {
        manager
            .get(&format!("/connections{query}"))
            .await
            .with_status(200)
    };
    let names = |list: &Value| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    // Those of one millisecond come in any order, and always in the same.
    let all = names(&get("").await);
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(sorted, ["c0", "c1", "c2", "c3", "c4"]);
    assert_eq!(names(&get("?page=1&per_page=2").await), all[2..4]);

    let totals = get("?include_totals=true&page=2&per_page=2").await;
    assert_eq!(names(&totals["connections"]), all[4..]);
    let counts = ["start", "limit", "length", "total"].map(|key| totals[key].as_u64().unwrap());
    assert_eq!(counts, [4, 2, 1, 5]);

    let mut seen = Vec::new();
    let mut query = "?include_totals=true&take=2&strategy=auth0".to_owned();
    loop {
        let page = get(&query).await;
        assert!(page.get("total").is_none(), "{page}");
        seen.extend(names(&page["connections"]));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        query = format!("?take=2&from={next}");
    }
    assert_eq!(seen, all);
    assert_eq!(names(&get("?name=c3").await), ["c3"]);
    assert_eq!(get("?strategy=google-oauth2").await, json!([]));
    assert_eq!(get("?fields=name&name=c1").await, json!([{"name": "c1"}]));
}
