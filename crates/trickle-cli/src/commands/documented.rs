//! The documents know the command line, and it knows what they say of it.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};

use super::Cli;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Path and text of what people read.
fn documents() -> Vec<(String, String)> {
    let mut found = vec![root().join("README.md")];
    let mut folders: Vec<PathBuf> = ["tutorial", "how-to", "reference"]
        .map(|name| root().join("docs").join(name))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.display().to_string(), text)
        })
        .collect()
}

/// Calls of the program: lines of fenced code, and spans in prose that begin with its name.
fn calls(text: &str) -> Vec<String> {
    let text = text.replace("\\\n", " ");
    let (mut found, mut fenced) = (Vec::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            let line = line.split(" #").next().unwrap_or_default();
            found.extend(line.split(['|', ';']).map(str::to_owned));
        } else {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
        .iter()
        .filter_map(|part| {
            let words = part.split_whitespace();
            let mut words = words.skip_while(|word| *word == "$" || word.contains('='));
            (words.next() == Some("trickle")).then(|| words.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// What is wrong with a call.
fn defect(call: &str) -> Option<String> {
    let mut command = &built();
    let mut words = call
        .split(' ')
        .map(|word| word.trim_matches(|c| "[]…,.".contains(c)))
        .filter(|word| !word.is_empty())
        .peekable();
    while command.has_subcommands() {
        let Some(word) = words.peek() else { break };
        // `COMMAND` stands for any.
        if word.starts_with('-') || word.chars().all(|c| c.is_ascii_uppercase()) {
            break;
        }
        match command.find_subcommand(word) {
            Some(found) => command = found,
            None => return Some(format!("there is no {word}")),
        }
        words.next();
    }
    words.find_map(|word| {
        let name = word.strip_prefix("--")?.split('=').next()?;
        let known = name == "help"
            || command
                .get_arguments()
                .any(|arg| arg.get_long() == Some(name));
        (!known).then(|| format!("{} has no --{name}", command.get_name()))
    })
}

fn built() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// Each command with its name from the program on.
fn each(command: &Command, name: &str, visit: &mut dyn FnMut(&str, &Command)) {
    visit(name, command);
    for below in command
        .get_subcommands()
        .filter(|one| one.get_name() != "help")
    {
        each(below, &format!("{name} {}", below.get_name()), visit);
    }
}

#[test]
fn documented_calls_can_be_made() {
    let mut wrong = Vec::new();
    for (path, text) in documents() {
        for call in calls(&text) {
            if let Some(defect) = defect(&call) {
                wrong.push(format!("{path}: trickle {call}: {defect}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_option_has_its_help_and_its_place_in_the_reference() {
    let reference = std::fs::read_to_string(root().join("docs/reference/cli.md")).unwrap();
    let mut wrong = Vec::new();
    each(&built(), "trickle", &mut |name, command| {
        if command.get_about().is_none() {
            wrong.push(format!("{name} does not say what it does"));
        }
        for arg in command.get_arguments() {
            let id = arg.get_id();
            if arg.get_help().is_none() {
                wrong.push(format!("{name}: {id} has no help"));
            }
            let Some(long) = arg
                .get_long()
                .filter(|long| !["help", "version"].contains(long))
            else {
                continue;
            };
            if !reference.contains(&format!("--{long}")) {
                wrong.push(format!("{name}: the reference does not name --{long}"));
            }
        }
    });
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn calls_are_read_from_code_and_prose() {
    let text = "Use `trickle lint DIR`.\n```sh\necho x | A=b trickle try login \\\n  --script x # trickle no\n$ trickle doctor\n```";
    assert_eq!(calls(text), ["lint DIR", "try login --script x", "doctor"]);
    assert_eq!(defect("connection migration COMMAND"), None);
    assert_eq!(defect("tenant create NAME [--domain HOST]…"), None);
    assert!(defect("try log").is_some() && defect("lint --fast").is_some());
}
