//! `trickle pull`, `push` and `diff`: a folder and a server.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Done, Install, Server, run};

fn login(plan: &str) -> String {
    format!(
        "function login(email, password, callback) {{\n  callback(null, {{ user_id: '1', email, plan: '{plan}' }});\n}}\n"
    )
}

/// A server, and a developer's folder.
struct Desk {
    server: Server,
    folder: TempDir,
}

impl Desk {
    /// The folder has `login.js`, and the server a connection with it.
    fn new(install: &Install) -> Self {
        let desk = Self {
            server: install.start(),
            folder: tempfile::tempdir().unwrap(),
        };
        desk.write("login.js", &login("tin"));
        desk.write("trickle.toml", "[configuration]\nDB_NAME = \"crm\"\n");
        let made = desk.call("push", &["--create"]).with_code(0);
        assert_eq!(made.stderr, "made customers with login\n");
        desk
    }

    fn call(&self, command: &str, options: &[&str]) -> Done {
        self.call_in(self.folder.path(), command, options)
    }

    fn call_in(&self, folder: &Path, command: &str, options: &[&str]) -> Done {
        let client = self.server.first_client();
        let url = format!("https://{}", self.server.domain());
        let place = [
            command,
            folder.to_str().unwrap(),
            "--server",
            &url,
            "--client-id",
            &client.client_id,
            "--client-secret",
            &client.client_secret,
            "--ca",
            self.server.ca_file().to_str().unwrap(),
            "--connection",
            "customers",
        ];
        run(&[&place[..], options].concat())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }
}

#[test]
fn a_change_is_shown_and_pushed() {
    let install = Install::new();
    let desk = Desk::new(&install);
    let same = desk.call("diff", &[]).with_code(0);
    assert_eq!((same.stdout.as_str(), same.stderr.as_str()), ("", ""));
    desk.write("login.js", &login("gold"));
    let differs = desk.call("diff", &[]).with_code(1).stdout;
    for part in [
        "--- server/login.js\n+++ local/login.js\n",
        "-  callback(null, { user_id: '1', email, plan: 'tin' });\n",
        "+  callback(null, { user_id: '1', email, plan: 'gold' });\n",
    ] {
        assert!(differs.contains(part), "{part}: {differs}");
    }
    let pushed = desk.call("push", &[]).with_code(0);
    assert_eq!(pushed.stderr, "pushed login to customers\n");
    desk.call("diff", &[]).with_code(0);
    let again = desk.call("push", &[]).with_code(0);
    assert!(again.stderr.starts_with("nothing to push"), "{again:?}");
}

#[test]
fn a_pull_writes_beside_the_scripts_that_there_are() {
    let install = Install::new();
    let desk = Desk::new(&install);
    desk.write(
        "delete.js",
        "function remove(id, callback) { callback(null); }\n",
    );
    let pulled = desk.call("pull", &[]).with_code(0);
    let place = desk.folder.path().display().to_string();
    assert_eq!(
        pulled.stderr,
        format!(
            "wrote database.json to {place}\nleft delete.js as it is: the server has no such script\n"
        )
    );
    let settings: Value = serde_json::from_str(&desk.read("database.json")).unwrap();
    assert_eq!(settings["name"], "customers");
    assert_eq!(
        settings["options"]["customScripts"],
        json!({"login": "./login.js"})
    );
    assert!(!desk.read("database.json").contains("crm"));
    let again = desk.call("pull", &[]).with_code(0);
    assert!(
        again
            .stderr
            .starts_with(&format!("nothing to pull: {place}")),
        "{again:?}"
    );

    let other = tempfile::tempdir().unwrap();
    desk.call_in(other.path(), "pull", &[]).with_code(0);
    let own = other.path().join("database-connections/customers");
    let text = std::fs::read_to_string(own.join("login.js")).unwrap();
    assert_eq!(text, login("tin"));
    let differs = desk.call_in(other.path(), "diff", &[]).with_code(0);
    assert_eq!(differs.stderr, "");
}

#[test]
fn a_pull_loses_nothing_that_the_server_has_never_had() {
    let install = Install::new();
    let desk = Desk::new(&install);
    desk.call("pull", &[]).with_code(0);

    // Another developer goes on; what is here is a version that the server keeps.
    let other = tempfile::tempdir().unwrap();
    desk.call_in(other.path(), "pull", &[]).with_code(0);
    let own = other.path().join("database-connections/customers/login.js");
    std::fs::write(own, login("silver")).unwrap();
    desk.call_in(other.path(), "push", &[]).with_code(0);
    let pulled = desk.call("pull", &[]).with_code(0);
    assert!(
        pulled.stderr.starts_with("wrote login.js to "),
        "{pulled:?}"
    );
    assert_eq!(desk.read("login.js"), login("silver"));

    let mine = login("mine");
    desk.write("login.js", &mine);
    let settings = desk.read("database.json").replace("customers", "clients");
    desk.write("database.json", &settings);
    let refused = desk.call("pull", &[]).with_code(2);
    for part in ["login.js, database.json in", "--force", "trickle diff"] {
        assert!(refused.stderr.contains(part), "{part}: {refused:?}");
    }
    assert_eq!(desk.read("login.js"), mine);
    assert_eq!(desk.read("database.json"), settings);

    desk.call("pull", &["--force"]).with_code(0);
    assert_eq!(desk.read("login.js"), login("silver"));
    assert!(desk.read("database.json").contains("\"customers\""));
}

#[test]
fn a_push_overwrites_nothing_that_came_since() {
    let install = Install::new();
    let desk = Desk::new(&install);
    let other = tempfile::tempdir().unwrap();
    desk.call_in(other.path(), "pull", &[]).with_code(0);
    let own = other.path().join("database-connections/customers/login.js");
    std::fs::write(&own, login("theirs")).unwrap();
    desk.call_in(other.path(), "push", &[]).with_code(0);

    desk.write("login.js", &login("mine"));
    let refused = desk.call("push", &[]).with_code(2);
    for part in ["login of \"customers\"", "--force", "trickle diff"] {
        assert!(refused.stderr.contains(part), "{part}: {refused:?}");
    }
    let kept = desk.call("diff", &[]).with_code(1).stdout;
    assert!(kept.contains("plan: 'theirs'"), "{kept}");
    desk.call("push", &["--force"]).with_code(0);
    let refused = desk.call_in(other.path(), "push", &[]).with_code(2);
    assert!(refused.stderr.contains("nothing was pushed"), "{refused:?}");
    // Who takes the server's has seen it, and goes on from there.
    desk.call_in(other.path(), "pull", &[]).with_code(0);
    std::fs::write(&own, login("both")).unwrap();
    desk.call_in(other.path(), "push", &[]).with_code(0);

    // What one folder saw is not for another, and a folder that saw nothing pushes as it is told.
    let ignore = desk.read(".trickle/.gitignore");
    assert_eq!(ignore, "*\n");
    std::fs::remove_dir_all(desk.path(".trickle")).unwrap();
    desk.call("push", &[]).with_code(0);
}

#[test]
fn keywords_stay_where_the_server_has_their_values() {
    let install = Install::new();
    let desk = Desk::new(&install);
    let text = login("##PLAN##");
    desk.write("login.js", &text);
    desk.write(".env", "PLAN=silver\n");
    desk.call("push", &[]).with_code(0);
    let pulled = desk.call("pull", &[]).with_code(0);
    assert!(
        pulled.stderr.starts_with("wrote database.json to "),
        "{pulled:?}"
    );
    assert_eq!(desk.read("login.js"), text);
    // With another value it is not what the server has, and would be lost.
    desk.write(".env", "PLAN=gold\n");
    let refused = desk.call("pull", &[]).with_code(2);
    assert!(
        refused.stderr.contains("overwrite login.js in"),
        "{refused:?}"
    );
    assert_eq!(desk.read("login.js"), text);
}

/// Else the server would name what it wants to know of the environment.
#[test]
fn keywords_of_the_server_are_not_taken_unasked() {
    let install = Install::new();
    let desk = Desk::new(&install);
    desk.write("login.js", &login("##MARKED##"));
    desk.write(".env", "MARKED='##PATH##'\n");
    desk.call("push", &[]).with_code(0);
    let other = tempfile::tempdir().unwrap();
    let refused = desk.call_in(other.path(), "pull", &[]).with_code(2);
    assert!(
        refused.stderr.contains("##PATH## in login.js"),
        "{refused:?}"
    );
    assert_eq!(other.path().read_dir().unwrap().count(), 0);
    // Where the file itself has the keyword whose value that is, nothing is taken.
    desk.call("pull", &[]).with_code(0);
    desk.call_in(other.path(), "pull", &["--force"])
        .with_code(0);
}

#[test]
fn a_push_says_what_is_saved_and_not_live() {
    let install = Install::new();
    let desk = Desk::new(&install);
    let broken = login("tin").replace("});", "};");
    desk.write("login.js", &broken);
    let pushed = desk.call("push", &[]).with_code(3);
    assert!(
        pushed.stderr.starts_with(
            "pushed login to customers\nnot live: login, saved as version 2, does not compile ("
        ),
        "{pushed:?}"
    );
    assert!(
        pushed.stderr.ends_with("; version 1 goes on running\n"),
        "{pushed:?}"
    );
    // It is there, and still does not run.
    let again = desk.call("push", &[]).with_code(3);
    assert!(
        again
            .stderr
            .starts_with("nothing to push: the server has these scripts\nnot live: login"),
        "{again:?}"
    );
    desk.write("login.js", &login("gold"));
    desk.call("push", &[]).with_code(0);
}
