//! First and second start.

use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};

use serde_json::json;
use trickle_testkit::{http::LegacyService, postgres::Postgres};

use crate::harness::{Install, Site, legacy_connection};

#[tokio::test]
async fn a_first_start_makes_everything_and_a_second_keeps_it() {
    keeps_everything(Install::new()).await;
}

#[tokio::test]
async fn so_does_a_start_on_postgresql() {
    let postgres = Postgres::shared();
    let url = postgres.url(&postgres.fresh_database());
    let install = Install::new().in_database(&url);
    let data_dir = install.data_dir();
    keeps_everything(install).await;
    assert!(!data_dir.join("trickle.db").exists());
}

async fn keeps_everything(install: Install) {
    let install = install.with_local_net();
    let service = LegacyService::start();

    let server = install.start();
    let announced = &server.announced;
    for url in [&announced.http, &announced.https] {
        assert!(!url.ends_with(":0"), "{url}");
    }
    let (ca_file, client_file) = (announced.ca.clone(), announced.first_client.clone());
    let ca = std::fs::read_to_string(&ca_file).unwrap();
    assert_eq!(ca, std::fs::read_to_string(install.ca_out()).unwrap());
    let client = std::fs::read_to_string(&client_file).unwrap();
    for private in ["master.key", "ca.key", "first-client.json"] {
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(install.data_dir().join(private)), 0o600, "{private}");
        assert_eq!(mode(install.data_dir()), 0o700);
    }

    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let login = site
        .login("customers", "jane@example.com", "legacy password")
        .await;
    login.with_status(200);
    let users = manager.users().await;
    let connections = manager.get("/connections").await.with_status(200);
    server.stop();

    let server = install.start();
    let announced = &server.announced;
    assert_eq!(ca, std::fs::read_to_string(&announced.ca).unwrap());
    assert_eq!(
        client,
        std::fs::read_to_string(&announced.first_client).unwrap()
    );
    let site = server.site();
    let manager = site.manager().await;
    assert_eq!(manager.users().await, users);
    assert_eq!(
        manager.get("/connections").await.with_status(200),
        connections
    );
    site.login("customers", "jane@example.com", "legacy password")
        .await
        .with_status(200);
    assert_eq!(service.hits("/profile"), 1);
}

/// The key set of the first start verifies tokens of the second.
#[tokio::test]
async fn tokens_and_keys_outlive_a_restart() {
    let install = Install::new();
    let server = install.start();
    let keys = server.site().get("/.well-known/jwks.json").await;
    let keys = keys.with_status(200);
    assert_ne!(keys["keys"], json!([]));
    server.stop();

    let server = install.start();
    let again = server.site().get("/.well-known/jwks.json").await;
    assert_eq!(again.with_status(200), keys);
}

#[test]
fn the_announcement_names_files_and_holds_no_secret() {
    let install = Install::new();
    let server = install.start();
    let told = server.output();
    for part in [
        &server.announced.https,
        &server.announced.http,
        server.announced.ca.to_str().unwrap(),
        server.announced.first_client.to_str().unwrap(),
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert!(!told.contains(&server.first_client().client_secret));
}

#[test]
fn a_worker_that_is_none_is_named() {
    let install = Install::new();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let missing = format!("{}/missing", folder.path().display());
    let plain = file("plain", "", 0o644);
    let ending = file("ending", "#!/bin/sh\necho no engine >&2\nexit 3\n", 0o755);
    for (worker, parts) in [
        (
            &missing,
            ["find the worker program", "--worker (TRICKLE_WORKER)"],
        ),
        (&plain, ["use", "it is not an executable file"]),
        (
            &ending,
            ["as the first worker", "exit code 3; it said: no engine"],
        ),
    ] {
        let serve = ["serve", "--http", "127.0.0.1:0", "--worker", worker];
        let serve = install.run(&serve).with_code(6);
        let doctor = install.run(&["doctor", "--worker", worker]).with_code(1);
        for part in parts.iter().chain([&worker.as_str()]) {
            assert!(serve.stderr.contains(part), "{part}: {serve:?}");
            assert!(doctor.stdout.contains(part), "{part}: {doctor:?}");
        }
    }
    let modules = ["serve", "--http", "127.0.0.1:0", "--modules-dir", &missing];
    let serve = install.run(&modules).with_code(6);
    assert!(serve.stderr.contains("`make modules`"), "{serve:?}");
}

#[tokio::test]
async fn two_nodes_share_a_database() {
    let postgres = Postgres::shared();
    let url = postgres.url(&postgres.fresh_database());
    let service = LegacyService::start();
    let [first, second, stranger] =
        [(); 3].map(|()| Install::new().with_local_net().in_database(&url));
    let one = first.start();
    std::fs::create_dir(second.data_dir()).unwrap();
    for file in ["master.key", "first-client.json"] {
        std::fs::copy(first.data_dir().join(file), second.data_dir().join(file)).unwrap();
    }
    let two = second.start();
    let (one, two) = (one.site(), two.site());

    let (at_one, at_two) = (one.manager().await, two.manager().await);
    let made = legacy_connection("customers", &service);
    let made = at_one.add_connection(made).await;
    let login = async |site: &Site| {
        site.login("customers", "jane@example.com", "legacy password")
            .await
            .with_status(200)
    };
    login(&one).await;
    login(&two).await;
    assert_eq!(service.hits("/profile"), 1);
    assert_eq!(at_one.users().await.len(), 1);
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    assert_eq!(at_two.get(&path).await.with_status(200), made);

    let mut options = made["options"].clone();
    options["customScripts"]["login"] =
        "function (a, b, callback) { callback(new UnauthorizedError('new')); }".into();
    at_one
        .patch(&path, &json!({"options": options}))
        .await
        .with_status(200);
    let refused = two.login("customers", "joe@example.com", "x").await;
    assert_eq!(refused.with_status(403)["error_description"], "new");

    let refused = stranger.run(&["tenant", "list"]);
    assert_eq!(refused.code, 6, "{refused:?}");
    assert!(refused.stderr.contains("master"), "{refused:?}");
}
