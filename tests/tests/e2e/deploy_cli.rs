//! The official deploy CLI, unmodified, over https.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::harness::{self, Credentials, Install, Manager, Server};

/// Line ends and escapes come back as they went.
const LOGIN: &str = "function login(email, password, callback) {\r\n  callback(null, { user_id: '1', note: '\\u00e9é' });\r\n}\r\n";
/// Trickle's own: no file of the deploy CLI's.
const COUNT: &str = "function count(callback) {\r\n  callback(null, 1); // ##ANSWER\n}\n";
const GET_USER: &str = "function getUser(email, callback) {\n  callback(null, ##ANSWER##);\n}\n";

/// Runs `a0deploy`, which succeeds.
#[track_caller]
fn a0deploy(args: &[&str], settings: &[(&str, &str)], server: &Server, credentials: &Credentials) {
    let (succeeded, told) = harness::a0deploy(args, settings, server, credentials);
    assert!(succeeded, "{args:?}: {told}");
}

fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A tenant as somebody keeps it in a repository.
fn tenant_folder(folder: &Path, client: &str) {
    let database = json!({
        "name": "legacy", "strategy": "auth0", "enabled_clients": ["the shop"],
        "options": {
            "enabledDatabaseCustomization": true, "import_mode": true, "passwordPolicy": "good",
            "unknown_option": {"kept": [1]}, "trickle": {"scripts": {"count": COUNT}}, "configuration": {"URL": "postgres://u:secret@db/x"},
            "customScripts": {"login": "./login.js", "get_user": "./get_user.js"},
        },
    });
    write(
        folder,
        "database-connections/legacy/database.json",
        &database.to_string(),
    );
    write(folder, "database-connections/legacy/login.js", LOGIN);
    write(folder, "database-connections/legacy/get_user.js", GET_USER);
    let shop = json!({
        "name": "the shop", "app_type": "regular_web", "callbacks": ["https://shop.example/cb"],
        "grant_types": ["authorization_code", "password"], "client_metadata": {"team": "a"},
    });
    write(folder, "clients/the shop.json", &shop.to_string());
    let own = json!({"name": client, "app_type": "non_interactive"});
    write(folder, "clients/own.json", &own.to_string());
}

const ONLY: (&str, &str) = ("AUTH0_INCLUDED_ONLY", "[\"databases\",\"clients\"]");

/// What must stay the same when nothing is changed; a change raises a connection's revision, which nobody sees.
async fn everything(manager: &Manager) -> Value {
    let mut all = json!({});
    for path in [
        "/connections",
        "/clients",
        "/client-grants",
        "/resource-servers",
        "/tenants/settings",
        "/branding",
        "/prompts",
        "/prompts/login/custom-text/en",
        "/attack-protection/brute-force-protection",
        "/attack-protection/breached-password-detection",
        "/guardian/factors",
        "/guardian/policies",
        "/email-templates/reset_email",
        "/organizations",
    ] {
        all[path] = manager.get(path).await.with_status(200);
    }
    all
}

#[tokio::test]
async fn databases_go_in_and_out_unchanged() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let own = manager.get("/clients").await.with_status(200)[0]["name"].clone();
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    tenant_folder(&source, own.as_str().unwrap());

    let input = format!("--input_file={}", source.display());
    let mapping = ("AUTH0_KEYWORD_REPLACE_MAPPINGS", "{\"ANSWER\":\"null\"}");
    let settings = [ONLY, mapping];
    a0deploy(&["import", &input], &settings, &server, &site.credentials);
    let imported = everything(&manager).await;
    let connection = &imported["/connections"][0];
    assert_eq!(connection["name"], "legacy");
    let options = &connection["options"];
    assert_eq!(options["customScripts"]["login"], LOGIN);
    assert_eq!(
        options["customScripts"]["get_user"],
        GET_USER.replace("##ANSWER##", "null")
    );
    assert_eq!(options["unknown_option"], json!({"kept": [1]}));
    assert_eq!(options["trickle"]["scripts"]["count"], COUNT);
    assert!(options["customScripts"].get("count").is_none());
    assert!(
        !imported.to_string().contains("secret@db"),
        "configuration stays sealed"
    );
    let clients = imported["/clients"].as_array().unwrap();
    let shop = clients
        .iter()
        .find(|client| client["name"] == "the shop")
        .unwrap();
    assert_eq!(shop["callbacks"], json!(["https://shop.example/cb"]));
    assert_eq!(connection["enabled_clients"], json!([shop["client_id"]]));

    let exported = folder.path().join("exported");
    let output = format!("--output_folder={}", exported.display());
    let args = ["export", "--format=directory", &output];
    a0deploy(&args, &[ONLY], &server, &site.credentials);
    let login = fs::read_to_string(exported.join("database-connections/legacy/login.js"));
    assert_eq!(login.unwrap(), LOGIN);
    assert!(exported.join("clients/the shop.json").is_file());

    let input = format!("--input_file={}", exported.display());
    a0deploy(&["import", &input], &[ONLY], &server, &site.credentials);
    assert_eq!(everything(&manager).await, imported, "nothing changes");

    fs::remove_dir_all(exported.join("database-connections/legacy")).unwrap();
    fs::create_dir_all(exported.join("database-connections")).unwrap();
    let settings = [
        ("AUTH0_INCLUDED_ONLY", "[\"databases\"]"),
        ("AUTH0_ALLOW_DELETE", "true"),
    ];
    a0deploy(&["import", &input], &settings, &server, &site.credentials);
    assert_eq!(
        manager.get("/connections").await.with_status(200),
        json!([])
    );
}

#[tokio::test]
async fn a_whole_tenant_goes_out_and_in_unchanged() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let connection = json!({
        "name": "legacy", "strategy": "auth0", "enabled_clients": [site.credentials.client_id],
        "options": {
            "customScripts": {"login": LOGIN}, "configuration": {"A": "secret-a"},
            // The deploy CLI adds it to every database by itself.
            "disable_self_service_change_password": false,
        },
    });
    let connection = manager
        .post("/connections", &connection)
        .await
        .with_status(201);
    let link = json!({"connection_id": connection["id"], "assign_membership_on_login": true});
    let organization =
        json!({"name": "initech", "display_name": "Initech", "enabled_connections": [link]});
    let organization = manager
        .post("/organizations", &organization)
        .await
        .with_status(201);
    let server_of_shop = json!({"identifier": "https://shop.example/", "name": "Shop", "scopes": [{"value": "read:x"}]});
    manager
        .post("/resource-servers", &server_of_shop)
        .await
        .with_status(201);
    let client = manager
        .post("/clients", &json!({"name": "shop"}))
        .await
        .with_status(201);
    let grant = json!({
        "client_id": client["client_id"], "audience": "https://shop.example/", "scope": ["read:x"],
        "organization_usage": "allow", "allow_any_organization": false,
    });
    let grant = manager
        .post("/client-grants", &grant)
        .await
        .with_status(201);
    let grants = format!(
        "/organizations/{}/client-grants",
        organization["id"].as_str().unwrap()
    );
    manager
        .post(&grants, &json!({"grant_id": grant["id"]}))
        .await
        .with_status(201);
    let counting = manager.get(&grants).await.with_status(200);
    assert_eq!(counting[0]["id"], grant["id"]);
    let text = json!({"login": {"title": "Hello"}});
    manager
        .put("/prompts/login/custom-text/en", &text)
        .await
        .with_status(200);
    let before = everything(&manager).await;

    let folder = tempfile::tempdir().unwrap();
    let output = format!("--output_folder={}", folder.path().display());
    let args = ["export", "--format=directory", &output];
    a0deploy(&args, &[], &server, &site.credentials);
    for file in [
        "tenant.json",
        "clients/shop.json",
        "database-connections/legacy/login.js",
    ] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    let input = format!("--input_file={}", folder.path().display());
    a0deploy(&["import", &input], &[], &server, &site.credentials);
    assert_eq!(everything(&manager).await, before, "nothing changes");
    assert_eq!(manager.get(&grants).await.with_status(200), counting);
}
