//! `trickle import`, and what becomes of an import when its server dies.

use std::fmt::Write as _;

use rustix::process::Signal;
use serde_json::{Value, json};
use trickle_testkit::wait_for_async;

use crate::harness::{Done, Install, LIMIT, Server, run, run_with_input};

/// `correct horse`, by MD5.
const MD5: &str = "3cb4e732631f47e6eb961f34554b7cde";

fn options() -> Value {
    json!({
        "name": "customers", "strategy": "auth0",
        "options": {
            "enabledDatabaseCustomization": true, "import_mode": true,
            "customScripts": {"login": "function login(email, password, callback) { callback(); }"},
        },
    })
}

/// Writes a file and imports it by the command.
fn import(install: &Install, server: &Server, file: &str, more: &[&str]) -> Done {
    let path = install.data_dir().join("users.json");
    std::fs::write(&path, file).unwrap();
    import_from(path.to_str().unwrap(), "", server, more)
}

fn import_from(path: &str, input: &str, server: &Server, more: &[&str]) -> Done {
    let client = server.first_client();
    let url = format!("https://localhost:{}", server.https_port());
    let ca = server.ca_file().to_str().unwrap().to_owned();
    let mut args = vec!["import", path, "--json"];
    args.extend(["--server", &url, "--ca", &ca, "--connection", "customers"]);
    args.extend(["--client-id", &client.client_id]);
    args.extend(["--client-secret", &client.client_secret]);
    args.extend(more);
    run_with_input(&args, input)
}

#[test]
fn a_file_is_tried_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.json");
    let path = path.to_str().unwrap();
    std::fs::write(path, r#"[{"email":"jane@example.com"},{"email":"nobody"}]"#).unwrap();
    let tried = run(&["import", path, "--dry-run", "--json"]).with_code(1);
    assert_eq!(tried.json()["rows"], 2);
    let refused = run(&["import", path]).with_code(2);
    assert!(refused.stderr.contains("--dry-run"), "{refused:?}");
    let refused = run(&["import", path, "--dry-run", "--connection", "c"]).with_code(2);
    assert!(refused.stderr.contains("name --server"), "{refused:?}");
}

#[test]
fn files_of_other_products_are_told_how_to_become_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users");
    let told = |file: &str, parts: &[&str]| {
        std::fs::write(&path, file).unwrap();
        let tried = run(&["import", path.to_str().unwrap(), "--dry-run"]).with_code(1);
        for part in parts {
            assert!(tried.stdout.contains(part), "{part}: {tried:?}");
        }
    };
    let firebase = r#"{"users":[{"localId":"1","email":"jane@example.com"}]}"#;
    told(firebase, &["jq .users", "import-from-other-products.md"]);
    let auth0 = r#"{"_id":{"$oid":"5dea9f"},"email":"jane@example.com","passwordHash":"x"}"#;
    told(
        auth0,
        &[
            "its name is user_id here",
            "its name is password_hash here",
            "import-from-other-products.md",
        ],
    );
    let large = format!("{{\"users\":[\"{}\"]}}", "x".repeat(2 << 20));
    told(&large, &["row 1 takes more than", "jq .users"]);
    told(
        "1,jane@example.com,true,,\n",
        &["its first line has to name"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_tried_imported_and_imported_again() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    site.manager().await.add_connection(options()).await;
    let jane = json!({
        "email": "jane@example.com", "user_id": "1", "email_verified": true,
        "custom_password_hash": {"algorithm": "md5", "hash": {"value": MD5, "encoding": "hex"}},
    });
    let file = format!("{jane}\n{{\"email\":\"nobody\"}}\n{{\"email\":\"JANE@example.com\"}}\n");

    let tried = import(&install, &server, &file, &["--dry-run"])
        .with_code(1)
        .json();
    assert_eq!(tried["rows"], 3);
    let codes = |list: &Value| -> Vec<String> {
        let codes = list.as_array().unwrap().iter();
        codes
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes(&tried["errors"]), ["DUPLICATED_USER", "FORMAT"]);
    assert_eq!(tried["errors"][1]["first"], json!([2]));
    assert!(tried["warnings"].to_string().contains("a fast hash"));
    assert_eq!(site.manager().await.users().await.len(), 0);

    let done = import(&install, &server, &file, &[]).with_code(1).json();
    let counts =
        ["total", "imported", "updated", "skipped", "failed"].map(|name| done[name].clone());
    assert_eq!(counts, [3, 1, 0, 1, 1].map(Value::from));
    let errors = std::fs::read_to_string(done["errors"].as_str().unwrap()).unwrap();
    assert_eq!(errors.lines().count(), 2);
    let login = site
        .login("customers", "jane@example.com", "correct horse")
        .await;
    login.with_status(200);

    let again = import(&install, &server, &jane.to_string(), &[])
        .with_code(0)
        .json();
    assert_eq!(
        (&again["skipped"], &again["failed"]),
        (&json!(1), &json!(0))
    );
    let upsert = import(&install, &server, &jane.to_string(), &["--upsert"]);
    assert_eq!(upsert.with_code(0).json()["updated"], 1);
    let piped = import_from("/dev/stdin", r#"{"email":"joe@example.com"}"#, &server, &[]);
    assert_eq!(piped.with_code(0).json()["imported"], 1);
    let broken = import(&install, &server, "[{", &[]);
    assert!(broken.with_code(6).stderr.contains("is not valid JSON"));
    run(&["import", "users.json"]).with_code(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_survives_the_death_of_its_server() {
    const USERS: usize = 60_000;
    let install = Install::new();
    let mut server = install.start();
    let manager = server.site().manager().await;
    let connection = manager.add_connection(options()).await;
    let mut file = String::new();
    for number in 0..USERS {
        let shuffled = number * 7_919 % USERS;
        let secret = format!("hash-{number:032}");
        let _ = writeln!(
            file,
            "{{\"email\":\"u{shuffled:05}@example.com\",\"user_id\":\"{number}\",\"custom_password_hash\":\
             {{\"algorithm\":\"template\",\"template\":\"md5($p)\",\"hash\":{{\"value\":\"{secret}\"}}}}}}"
        );
    }
    let boundary = "a-boundary";
    let part = |name: &str, value: &str| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let id = connection["id"].as_str().unwrap();
    let body = format!(
        "{}{}--{boundary}--\r\n",
        part("connection_id", id),
        part("users", &file)
    );
    let kind = format!("multipart/form-data; boundary={boundary}");
    let made = manager.upload("/jobs/users-imports", &kind, body).await;
    let made = made.with_status(202);
    let path = format!("/jobs/{}", made["id"].as_str().unwrap());

    // Three times in the middle.
    let mut before = 0;
    for _ in 0..3 {
        let manager = server.site().manager().await;
        let mut inserted = before;
        wait_for_async(LIMIT, async || {
            let job = manager.get(&path).await.with_status(200);
            inserted = job["summary"]["inserted"].as_u64().unwrap();
            inserted > before || job["status"] == "completed"
        })
        .await;
        before = inserted;
        server.signal(Signal::KILL);
        tokio::task::block_in_place(|| server.wait());
        server = install.start();
    }
    let manager = server.site().manager().await;
    wait_for_async(LIMIT, async || {
        manager.get(&path).await.with_status(200)["status"] == "completed"
    })
    .await;
    let job = manager.get(&path).await.with_status(200);
    let summary = json!({"total": USERS, "inserted": USERS, "updated": 0, "failed": 0});
    assert_eq!(job["summary"], summary);
    let users = manager.get("/users?include_totals=true&per_page=1").await;
    assert_eq!(users.with_status(200)["total"], USERS);
    assert_eq!(manager.get(&format!("{path}/errors")).await.status, 204);
}
