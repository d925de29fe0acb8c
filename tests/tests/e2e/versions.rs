//! Versions of scripts, judged by the engine that runs them.

use serde_json::{Value, json};
use tokio::task::block_in_place;
use trickle_testkit::http::LegacyService;

use crate::harness::{Install, LOGIN, Manager, legacy_connection, user};

const BROKEN: &str = "function login(email, password, callback) {\n  callback(null, {);\n}";
/// Compiles as the body of a function only.
const TWO_FUNCTIONS: &str = "function login(email, password, callback) { callback(null, profile(email)); }\n\
    function profile(email) { return { user_id: '9', email: email }; };\n";

async fn put(manager: &Manager, connection: &Value, login: &str, note: &str) -> Value {
    let mut options = connection["options"].clone();
    options["customScripts"]["login"] = json!(login);
    let path = format!("/connections/{}", connection["id"].as_str().unwrap());
    let change = json!({"options": options, "note": note});
    let changed = manager.patch(&path, &change);
    changed.await.with_status(200)
}

fn states(versions: &Value) -> Vec<(u64, bool, bool)> {
    let versions = versions.as_array().unwrap().iter();
    versions
        .map(|version| {
            let number = version["version"].as_u64().unwrap();
            let is_live = version["live"].as_bool().unwrap();
            (number, is_live, version["defect"].is_string())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_does_not_compile_is_saved_and_does_not_go_live() {
    let service = LegacyService::with_users(vec![user("1", "alice"), user("2", "bob")]);
    let install = Install::new().with_local_net();
    let server = block_in_place(|| install.start());
    let site = server.site();
    let manager = site.manager().await;
    let connection = manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let path = format!(
        "/connections/{}/scripts",
        connection["id"].as_str().unwrap()
    );
    let versions = async || {
        let listed = manager.get(&format!("{path}?action=login")).await;
        listed.with_status(200)
    };
    assert_eq!(states(&versions().await), [(1, true, false)]);

    let changed = put(&manager, &connection, BROKEN, "tidy up").await;
    assert_eq!(changed["options"]["customScripts"]["login"], BROKEN);
    let listed = versions().await;
    assert_eq!(states(&listed), [(2, false, true), (1, true, false)]);
    assert_eq!(listed[0]["note"], "tidy up");
    assert_eq!(listed[0]["author"], site.credentials.client_id.as_str());
    assert!(
        listed[0]["defect"].as_str().unwrap().contains("line 2"),
        "{listed}"
    );
    // What runs is the one before.
    let answer = site
        .login("customers", "alice@example.com", "alice's password")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let refused = manager
        .post(&format!("{path}/login/2/activate"), &json!({}))
        .await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(
        refused.text.contains("does not compile"),
        "{}",
        refused.text
    );
    let ledger = format!("/connections/{}/ledger", connection["id"].as_str().unwrap());
    let ledger = manager.get(&ledger).await.with_status(200);
    assert_eq!(ledger["ledger"][0]["script_version"], 1);

    // One that waits is not live either; and then it is.
    let order = json!({"text": TWO_FUNCTIONS, "note": "anybody"});
    let saved = manager
        .post(&format!("{path}/login"), &order)
        .await
        .with_status(201);
    assert_eq!(
        (&saved["version"], &saved["live"], &saved["defect"]),
        (&json!(3), &json!(false), &Value::Null)
    );
    let diff = manager
        .get(&format!("{path}/login/3?diff=1"))
        .await
        .with_status(200);
    assert!(
        diff["diff"].as_str().unwrap().contains("+function profile"),
        "{diff}"
    );
    let text = manager
        .get(&format!("{path}/login/3"))
        .await
        .with_status(200);
    assert_eq!(text["text"], TWO_FUNCTIONS);
    let live = manager
        .post(&format!("{path}/login/3/activate"), &json!({}))
        .await;
    assert_eq!(live.with_status(200)["live"], true);
    let answer = site.login("customers", "carol@example.com", "x").await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    // Back, from the command line.
    let run = |args: &[&str]| block_in_place(|| install.run(args));
    let listed = run(&[
        "connection",
        "scripts",
        "list",
        "default",
        "customers",
        "--json",
    ]);
    let listed = listed.with_code(0).json();
    assert!(listed.as_array().unwrap().len() >= 4);
    let activate = [
        "connection",
        "scripts",
        "activate",
        "default",
        "customers",
        "login",
    ];
    run(&[&activate[..], &["2"]].concat()).with_code(1);
    run(&[&activate[..], &["9"]].concat()).with_code(2);
    run(&[&activate[..], &["1"]].concat()).with_code(0);
    let shown = run(&[
        "connection",
        "scripts",
        "show",
        "default",
        "customers",
        "login",
        "1",
    ]);
    assert_eq!(shown.with_code(0).stdout, LOGIN);
    let diff = run(&[
        "connection",
        "scripts",
        "show",
        "default",
        "customers",
        "login",
        "3",
        "--diff",
        "1",
    ]);
    assert!(diff.with_code(0).stdout.contains("+function profile"));
    let answer = site.login("customers", "dave@example.com", "x").await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    let answer = site
        .login("customers", "bob@example.com", "bob's password")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
