//! `trickle tenant`, `trickle client`, and what all commands have in common.

use std::process::Command;

use serde_json::json;

use crate::harness::{Install, run, unread};

/// Every command with its subcommands, as the help lists them.
fn leaves(path: &[String], found: &mut Vec<Vec<String>>) {
    let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
    args.push("--help");
    let help = run(&args).with_code(0).stdout;
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    if listed.is_empty() {
        let example = format!("trickle {}", path.join(" "));
        let has_example = help
            .lines()
            .any(|line| line.starts_with("Example: ") && line.contains(&example));
        assert!(has_example, "no example of {example}:\n{help}");
        found.push(path.to_vec());
    }
    for name in listed {
        leaves(&[path, &[name.to_owned()]].concat(), found);
    }
}

#[test]
fn every_command_has_an_example() {
    let mut found = Vec::new();
    leaves(&[], &mut found);
    let found: Vec<String> = found.iter().map(|path| path.join(" ")).collect();
    for expected in [
        "serve",
        "demo",
        "tenant create",
        "client create",
        "try login",
    ] {
        assert!(found.iter().any(|name| name == expected), "{found:?}");
    }
    assert_eq!(
        found.iter().filter(|name| name.starts_with("try ")).count(),
        8
    );
}

#[test]
fn shells_complete_commands_and_options() {
    let folder = tempfile::tempdir().unwrap();
    for (shell, part) in [
        ("bash", "complete -F _trickle"),
        ("zsh", "#compdef trickle"),
        ("fish", "complete -c trickle"),
        ("elvish", "edit:completion:arg-completer[trickle]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = run(&["completions", shell]).with_code(0).stdout;
        assert!(script.contains(part), "{shell}: {script}");
        std::fs::write(folder.path().join(shell), script).unwrap();
    }
    let complete = |words: &str, at: usize, typed: &str, before: &str| {
        let text = format!(
            ". ./bash; COMP_WORDS=({words}); COMP_CWORD={at}; _trickle trickle '{typed}' {before}; echo \"${{COMPREPLY[*]}}\""
        );
        let output = Command::new("bash")
            .args(["-c", &text])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete("trickle li", 1, "li", "trickle"), "lint\n");
    assert_eq!(complete("trickle try get", 2, "get", "try"), "get-user\n");
    assert_eq!(
        complete("trickle lint --err", 2, "--err", "lint"),
        "--errors-only\n"
    );
    run(&["completions", "sh"]).with_code(2);
}

#[test]
fn a_reader_that_leaves_ends_commands_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("login.js");
    std::fs::write(&script, "console.log(1);").unwrap();
    let lint = ["lint", script.to_str().unwrap(), "--format"];
    let formats = ["pretty", "json", "sarif", "github"];
    let mut cases: Vec<Vec<&str>> = formats.map(|format| [&lint[..], &[format]].concat()).into();
    cases.push(vec!["completions", "zsh"]);
    cases.push(vec!["hash", "identify", "5f4dcc3b5aa765d61d8327deb882cf99"]);
    for args in cases {
        assert_eq!(unread(&args), (Some(141), String::new()), "{args:?}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man/man1");
    run(&["man", pages.to_str().unwrap()]).with_code(0);
    let mut commands = Vec::new();
    leaves(&[], &mut commands);
    for command in commands {
        let name = format!("trickle-{}", command.join("-"));
        let page = std::fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
        assert!(page.lines().any(|line| line.starts_with(".TH trickle")));
        for part in [".SH NAME", ".SH SYNOPSIS", "Example: "] {
            assert!(page.contains(part), "{name} has no {part}: {page}");
        }
    }
}

#[test]
fn the_version_is_told() {
    let version = run(&["--version"]).with_code(0).stdout;
    assert_eq!(version, format!("trickle {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_call_ends_with_2_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage: trickle"),
        (&["fly"], "unrecognized subcommand 'fly'"),
        (&["serve", "--data-dir", dir], "--http"),
        (&["serve", "--http", "here"], "invalid socket address"),
        (
            &[
                "serve",
                "--data-dir",
                dir,
                "--http",
                "127.0.0.1:0",
                "--allow-net",
                "x:0",
            ],
            "--allow-net",
        ),
        (
            &["serve", "--http", "127.0.0.1:0", "--log-format", "xml"],
            "possible values: text, json",
        ),
        (&["tenant", "create"], "<NAME>"),
        (
            &["tenant", "create", "Acme", "--data-dir", dir],
            "lower-case",
        ),
        (
            &[
                "tenant",
                "create",
                "a",
                "--domain",
                "not a host",
                "--data-dir",
                dir,
            ],
            "not a host",
        ),
        (&["client", "create", "--name", "x"], "--grant"),
        (
            &["client", "create", "--name", "x", "--grant", "telepathy"],
            "there are client_credentials, password, password-realm",
        ),
        (
            &["client", "list", "--tenant", "nobody", "--data-dir", dir],
            "nobody",
        ),
        (
            &[
                "tenant",
                "list",
                "--data-dir",
                dir,
                "--database-url",
                "mysql://u@h/d",
            ],
            "postgres://",
        ),
    ];
    for (args, part) in cases {
        let done = run(args);
        assert_eq!(done.code, 2, "{args:?} {done:?}");
        assert_eq!(done.stdout, "", "{args:?}");
        assert!(done.stderr.contains(part), "{args:?} {done:?}");
    }
}

#[test]
fn tenants_are_made_and_listed() {
    let install = Install::new();
    let made = install
        .run(&["tenant", "create", "acme", "--domain", "login.acme.test"])
        .with_code(0);
    assert!(made.stdout.contains("acme"), "{made:?}");
    let made = install
        .run(&["tenant", "create", "globex", "--json"])
        .with_code(0)
        .json();
    assert_eq!(made["name"], "globex");
    assert_eq!(made["domains"], json!([]));

    let listed = install.run(&["tenant", "list", "--json"]).with_code(0);
    let listed = listed.json();
    let names: Vec<_> = listed.as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 2);
    assert_eq!(names[0]["domains"], json!(["login.acme.test"]));
    assert_eq!(names[1]["id"], made["id"]);
    let listed = install.run(&["tenant", "list"]).with_code(0).stdout;
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

#[test]
fn what_is_taken_or_missing_is_a_wrong_call() {
    let install = Install::new();
    let acme = ["tenant", "create", "acme", "--domain", "acme.test"];
    install.run(&acme).with_code(0);
    let cases: &[(&[&str], &str)] = &[
        (&["tenant", "create", "acme"], "taken"),
        (
            &["tenant", "create", "other", "--domain", "acme.test"],
            "acme.test",
        ),
        (
            &[
                "client", "create", "--tenant", "nobody", "--name", "x", "--grant", "password",
            ],
            "find the tenant nobody; `trickle tenant list` shows what there is",
        ),
        (
            &[
                "client",
                "create",
                "--tenant",
                "acme",
                "--name",
                "x",
                "--grant",
                "password",
                "--scope",
                "read:minds",
            ],
            "read:minds",
        ),
        (
            &["tenant", "default-connection", "acme", "nothing"],
            "find the connection nothing",
        ),
    ];
    for (args, part) in cases {
        let done = install.run(args);
        assert_eq!(done.code, 2, "{args:?} {done:?}");
        assert!(done.stderr.contains(part), "{args:?} {done:?}");
    }
    let listed = install.run(&["tenant", "list", "--json"]).with_code(0);
    assert_eq!(listed.json().as_array().unwrap().len(), 1);
}

#[test]
fn a_folder_without_an_install_stays_as_it_is() {
    let install = Install::new();
    let cases: &[&[&str]] = &[
        &["tenant", "list"],
        &["tenant", "keep-unserved", "default", "on"],
        &["client", "list", "--tenant", "default"],
        &["connection", "egress", "default", "customers"],
    ];
    for args in cases {
        let done = install.run(args).with_code(2);
        assert!(done.stderr.contains("--data-dir"), "{args:?} {done:?}");
        assert!(!install.data_dir().exists(), "{args:?}");
    }
}

#[test]
fn our_own_failures_end_with_6() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("data");
    let done = run(&["tenant", "list", "--data-dir", below.to_str().unwrap()]);
    assert_eq!(done.code, 6, "{done:?}");

    let url = "postgres://someone:hidden@127.0.0.1:1/db";
    let done = Install::new().in_database(url).run(&["tenant", "list"]);
    assert_eq!(done.code, 6, "{done:?}");
    assert!(!done.stderr.contains("hidden"), "{done:?}");
}

#[test]
fn a_secret_is_shown_once() {
    let install = Install::new();
    install.run(&["tenant", "create", "acme"]).with_code(0);
    let create = [
        "client",
        "create",
        "--tenant",
        "acme",
        "--name",
        "deploy",
        "--grant",
        "client_credentials",
    ];
    let told = install.run(&create).with_code(0);
    let secret = told
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("client_secret  "))
        .unwrap();
    assert!(told.stderr.contains("cannot be shown again"), "{told:?}");
    let made = install.run(&[&create[..], &["--json"]].concat());
    let made = made.with_code(0).json();
    assert_eq!(made["grants"], json!(["client_credentials"]));
    let other = made["client_secret"].as_str().unwrap();
    assert_ne!(secret, other);

    let list = ["client", "list", "--tenant", "acme"];
    let text = install.run(&list).with_code(0).stdout;
    let json = install.run(&[&list[..], &["--json"]].concat());
    let json = json.with_code(0);
    assert_eq!(json.json().as_array().unwrap().len(), 2);
    for file in std::fs::read_dir(install.data_dir()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for hidden in [secret, other] {
            assert!(!text.contains(hidden) && !json.stdout.contains(hidden));
            let found = bytes
                .windows(hidden.len())
                .any(|part| part == hidden.as_bytes());
            assert!(!found, "the secret is kept");
        }
    }
}

#[tokio::test]
async fn a_client_made_beside_a_running_server_can_be_used_at_once() {
    let install = Install::new();
    let server = install.start();
    let client = install.client("default");
    let manager = server.site_at("localhost", client).manager().await;
    manager.get("/connections").await.with_status(200);

    let args = [
        "client",
        "create",
        "--name",
        "x",
        "--grant",
        "client_credentials",
        "--scope",
        "read:users",
        "--json",
    ];
    let made = install.run(&args).with_code(0).json();
    let narrow = serde_json::from_value(made).unwrap();
    let manager = server.site_at("localhost", narrow).manager().await;
    manager.get("/users").await.with_status(200);
    manager.get("/connections").await.with_status(403);
}
