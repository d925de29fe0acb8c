//! `trickle connection migration` and `rehearsal`: a tenant runs a migration from the command line.

use serde_json::{Value, json};
use tokio::task::block_in_place;
use trickle_testkit::http::LegacyService;

use crate::harness::{Done, Install, Server, legacy_connection, run, user};

/// Asks the legacy store.
const COUNT: &str = "function count(callback) {
  fetch(configuration.baseUrl).then(() => callback(null, 1), callback);
}";

struct Shell {
    server: Server,
    ca: String,
}

impl Shell {
    /// `trickle connection …` on the server's connection.
    fn call(&self, args: &[&str]) -> Done {
        let client = self.server.first_client();
        let url = format!("https://{}", self.server.domain());
        let place = [
            "--server",
            &url,
            "--client-id",
            &client.client_id,
            "--client-secret",
            &client.client_secret,
            "--ca",
            &self.ca,
            "--connection",
            "customers",
        ];
        let args = [&["connection"], args, &place[..]].concat();
        block_in_place(|| run(&args))
    }

    fn json(&self, args: &[&str]) -> Value {
        self.call(&[args, &["--json"]].concat()).with_code(0).json()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_is_followed_ended_and_reopened() {
    let names = ["ada", "bob", "cleo"];
    let users = names.iter().map(|name| user(name, name)).collect();
    let service = LegacyService::with_users(users);
    let install = Install::new().with_local_net();
    let server = block_in_place(|| install.start());
    let site = server.site();
    let manager = site.manager().await;
    let made = legacy_connection("customers", &service);
    manager.add_connection(made).await;
    let answer = site
        .login("customers", "ada@example.com", "ada's password")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shell = Shell {
        server,
        ca: install.ca_out().to_str().unwrap().to_owned(),
    };

    let roll = install.data_dir().join("roll.csv");
    let lines = "identifier,last_seen\nada@example.com,2024-05-01T00:00:00Z\nbob@example.com\nnobody@example.com\n";
    std::fs::write(&roll, lines).unwrap();
    let shown = shell.json(&["migration", "roll", roll.to_str().unwrap()]);
    assert_eq!(
        [&shown["total"], &shown["listed"], &shown["stragglers"]],
        [&json!(3), &json!(3), &json!(2)]
    );
    shell.json(&["migration", "total", "7"]);
    assert_eq!(shell.json(&["migration", "show"])["remaining"], 6);
    let text = shell.call(&["migration", "show"]).with_code(0).stdout;
    assert!(text.contains("stragglers  2\n"), "{text}");
    let list = shell.call(&["migration", "stragglers"]).with_code(0).stdout;
    let expected = "identifier,last_seen\r\nbob@example.com,\r\nnobody@example.com,\r\n";
    assert_eq!(list, expected);

    let links = shell
        .call(&["migration", "tickets", "--format", "ndjson"])
        .with_code(0)
        .stdout;
    let links: Vec<Value> = links
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(links.len(), 2);
    let link = links[0]["ticket"].as_str().unwrap();
    assert!(link.contains("/u/reset-password?ticket="), "{link}");
    assert!(links[1]["ticket"].is_null() && links[1]["reason"].is_string());

    // Ended, Ada gets in and Bob does not; reopened, he does.
    let ended = shell.json(&["migration", "end", "--ending", "native"]);
    assert_eq!(ended["ended"]["ending"], "native");
    let again = shell.call(&["migration", "end", "--ending", "native"]);
    assert!(again.with_code(6).stderr.contains("has ended already"));
    let login = async |name: &str| {
        let (email, password) = (format!("{name}@example.com"), format!("{name}'s password"));
        site.login("customers", &email, &password).await.status
    };
    assert_eq!([login("ada").await, login("bob").await], [200, 403]);
    let archive = shell.call(&["migration", "archive"]).with_code(0).json();
    let kept = archive["options"]["customScripts"]["login"]
        .as_str()
        .unwrap();
    assert!(kept.contains("function login"), "{kept}");
    assert!(archive["options"].get("configuration").is_none());
    shell.call(&["migration", "reopen"]).with_code(0);
    assert_eq!(login("bob").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_legacy_stores_users_are_counted_by_a_script_of_which_versions_are_kept() {
    let service = LegacyService::with_users(vec![user("bob", "bob")]);
    let install = Install::new().with_local_net();
    let server = block_in_place(|| install.start());
    let manager = server.site().manager().await;
    let made = legacy_connection("customers", &service);
    let connection = manager.add_connection(made).await;
    let id = connection["id"].as_str().unwrap().to_owned();
    let shell = Shell {
        server,
        ca: install.ca_out().to_str().unwrap().to_owned(),
    };
    let none = shell.call(&["migration", "count"]).with_code(6);
    assert!(none.stderr.contains("options.trickle.scripts.count"));

    let save = async |script: &str| {
        let mut options = connection["options"].clone();
        options["trickle"]["scripts"]["count"] = json!(script);
        let path = format!("/connections/{id}");
        let changed = manager.patch(&path, &json!({"options": options})).await;
        changed.with_status(200)
    };
    let shown =
        save("async function count(callback) { callback(null, await Promise.resolve(480)); }")
            .await;
    assert_eq!(
        shown["options"]["customScripts"],
        connection["options"]["customScripts"]
    );
    let counted = shell.json(&["migration", "count"]);
    assert_eq!(
        [&counted["total"], &counted["total_from"]],
        [&json!(480), &json!("script")]
    );
    let text = shell.call(&["migration", "show"]).with_code(0).stdout;
    assert!(text.contains("counted      480 ("), "{text}");

    // One that does not compile is kept, and the one before it goes on counting.
    save("function count(callback) {").await;
    assert_eq!(shell.json(&["migration", "count"])["total"], 480);
    save("function count(callback) { callback(null, 'many'); }").await;
    let failed = shell.call(&["migration", "count"]).with_code(6);
    assert!(failed.stderr.contains("no whole number"), "{failed:?}");
    let shown = shell.json(&["migration", "show"]);
    assert_eq!(shown["total"], 480);
    assert!(shown["count_failed"]["reason"].is_string(), "{shown}");

    let versions = manager
        .get(&format!("/connections/{id}/scripts?action=count"))
        .await
        .with_status(200);
    let versions: Vec<(Value, Value)> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|version| (version["version"].clone(), version["live"].clone()))
        .collect();
    let expected = [(3, true), (2, false), (1, false)];
    assert_eq!(
        versions,
        expected.map(|(version, live)| (json!(version), json!(live)))
    );
    manager
        .post(
            &format!("/connections/{id}/scripts/count/1/activate"),
            &json!({}),
        )
        .await
        .with_status(200);
    assert_eq!(
        shell.json(&["migration", "count"])["count_failed"],
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_legacy_store_that_goes_down_ends_the_links_with_a_status_of_its_own() {
    let service = LegacyService::with_users(vec![user("bob", "bob")]);
    let install = Install::new().with_local_net();
    let server = block_in_place(|| install.start());
    let manager = server.site().manager().await;
    let mut made = legacy_connection("customers", &service);
    made["options"]["trickle"]["scripts"]["count"] = json!(COUNT);
    manager.add_connection(made).await;
    drop(service);
    let shell = Shell {
        server,
        ca: install.ca_out().to_str().unwrap().to_owned(),
    };
    let roll = install.data_dir().join("roll.csv");
    std::fs::write(&roll, "bob@example.com\n").unwrap();
    shell.json(&["migration", "roll", roll.to_str().unwrap()]);
    let done = shell.call(&["migration", "tickets"]).with_code(5);
    assert_eq!(done.stdout, "identifier,last_seen,email,ticket,reason\r\n");
    assert!(done.stderr.contains("the legacy store is down"), "{done:?}");
    let shown = shell.json(&["migration", "roll", "--clear"]);
    assert_eq!(shown["listed"], 0);
    let counted = shell.call(&["migration", "count"]).with_code(5);
    assert!(counted.stderr.contains("503"), "{counted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_set_watched_and_turned_off() {
    let service = LegacyService::with_users(vec![user("ada", "ada")]);
    let install = Install::new().with_local_net();
    let server = block_in_place(|| install.start());
    let site = server.site();
    let manager = site.manager().await;
    let made = legacy_connection("customers", &service);
    manager.add_connection(made).await;
    let shell = Shell {
        server,
        ca: install.ca_out().to_str().unwrap().to_owned(),
    };
    let set = ["rehearsal", "set", "--dry-run", "--shadow", "login=1"];
    let shown = shell.json(&set);
    assert_eq!(shown, json!({"dry_run": true, "shadow": {"login": 1}}));
    let login = async || {
        let answer = site.login("customers", "ada@example.com", "ada's password");
        answer.await.status
    };
    assert_eq!(login().await, 200);
    assert_eq!(manager.users().await.len(), 0);
    let shown = shell.json(&["rehearsal", "show"]);
    let kinds: Vec<&str> = shown["counts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| count["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"import"), "{shown}");
    assert_eq!(shown["rehearsal"]["dry_run"], true);
    let text = shell.call(&["rehearsal", "show"]).with_code(0).stdout;
    assert!(text.starts_with("rehearses {"), "{text}");

    for odd in [
        &["rehearsal", "set"][..],
        &["rehearsal", "set", "--shadow", "login"],
        &["rehearsal", "set", "--rollout", "login=1"],
        &["rehearsal", "set", "--dry-run", "--import-percent", "3"],
    ] {
        shell.call(odd).with_code(2);
    }
    let shown = shell.call(&["rehearsal", "off"]).with_code(0);
    assert_eq!(shown.stdout, "rehearses nothing\n");
    assert_eq!(login().await, 200);
    assert_eq!(manager.users().await.len(), 1);
}
