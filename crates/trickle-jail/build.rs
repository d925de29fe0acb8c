//! Compiles `sandbox/syscalls.toml` into rules. Names become constants of `libc`, so that the compiler knows a wrong one.
//!
//! The file keeps to a part of TOML that takes a few lines to read: `toml` itself would become a dependency of the engine's
//! build, with features that the engine does not have, and compile a part of it twice. A test reads the file with `toml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const POLICY: &str = "../../sandbox/syscalls.toml";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={POLICY}");
    let policy = std::fs::read_to_string(POLICY).expect("read sandbox/syscalls.toml");
    let target = set_by_cargo("CARGO_CFG_TARGET_ARCH");
    let out = set_by_cargo("OUT_DIR");
    let rules = compile(&read(&policy), &target);
    std::fs::write(Path::new(&out).join("syscalls.rs"), rules).expect("write the rules");
}

#[expect(
    clippy::disallowed_methods,
    reason = "how cargo tells a build script of the build"
)]
fn set_by_cargo(name: &str) -> String {
    std::env::var(name).expect("cargo sets it")
}

/// One table of the file: its name, and its keys in their order.
struct Table {
    name: String,
    entries: Vec<(String, String)>,
}

impl Table {
    fn get(&self, key: &str) -> Option<&str> {
        let found = self.entries.iter().find(|(own, _)| own == key);
        found.map(|(_, value)| value.as_str())
    }

    fn require(&self, key: &str) -> &str {
        self.get(key)
            .unwrap_or_else(|| panic!("[[{}]] needs `{key}`: {:?}", self.name, self.entries))
    }
}

fn read(policy: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for (at, line) in policy.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_matches(['[', ']']).to_owned();
            let entries = Vec::new();
            tables.push(Table { name, entries });
            continue;
        }
        let entry = line.split_once(" = \"").and_then(|(key, rest)| {
            let value = rest.strip_suffix('"')?;
            let plain = !value.contains(['"', '\\']) && !value.is_empty();
            plain.then(|| (key.to_owned(), value.to_owned()))
        });
        let entry = entry.unwrap_or_else(|| panic!("syscalls.toml line {}: {line}", at + 1));
        let table = tables.last_mut().expect("a table before the first key");
        table.entries.push(entry);
    }
    tables
}

fn compile(tables: &[Table], target: &str) -> String {
    let (mut allowed, mut notified) = (String::new(), String::new());
    // Calls with rules of several arguments fail only where none of them holds.
    let mut otherwise: BTreeMap<&str, &str> = BTreeMap::new();
    let mut allow_all = |table: &Table, verdict: &str| {
        for (call, _) in &table.entries {
            let _ = writeln!(allowed, "{}", rule(call, "", verdict));
        }
    };
    for table in tables {
        match table.name.as_str() {
            "allow" => allow_all(table, "Verdict::Allow"),
            "absent" => allow_all(table, "Verdict::Fail(libc::ENOSYS)"),
            "notify" | "narrow" => {}
            other => match other.strip_prefix("allow.") {
                Some("x86_64" | "aarch64") if other.ends_with(target) => {
                    allow_all(table, "Verdict::Allow");
                }
                Some("x86_64" | "aarch64") => {}
                _ => panic!("syscalls.toml: unknown table [{other}]"),
            },
        }
    }
    for table in tables.iter().filter(|table| table.name == "narrow") {
        let (call, _who) = (table.require("call"), table.require("for"));
        let conditions = conditions(table);
        assert!(!conditions.is_empty(), "{call} is not narrowed");
        let _ = writeln!(allowed, "{}", rule(call, &conditions, "Verdict::Allow"));
        otherwise.insert(call, table.get("else").unwrap_or("EPERM"));
    }
    for table in tables.iter().filter(|table| table.name == "notify") {
        let (call, _who) = (table.require("call"), table.require("for"));
        let conditions = conditions(table);
        let _ = writeln!(notified, "{}", rule(call, &conditions, "Verdict::Notify"));
        let _ = writeln!(allowed, "{}", rule(call, &conditions, "Verdict::Allow"));
    }
    for (call, errno) in otherwise {
        let verdict = format!("Verdict::Fail(libc::{errno})");
        let _ = writeln!(allowed, "{}", rule(call, "", &verdict));
    }
    format!(
        "pub(crate) static ALLOWED: &[Rule] = &[\n{allowed}];\npub(crate) static NOTIFIED: &[Rule] = &[\n{notified}];\n"
    )
}

fn rule(call: &str, conditions: &str, verdict: &str) -> String {
    format!("    Rule {{ call: libc::SYS_{call}, when: &[{conditions}], verdict: {verdict} }},")
}

fn conditions(table: &Table) -> String {
    let mut text = String::new();
    for (key, value) in &table.entries {
        if let Some(arg) = key.strip_prefix("arg") {
            let arg: u32 = arg.parse().expect("arg0 to arg5");
            assert!(arg < 6, "a system call has six arguments");
            let _ = write!(text, "{}, ", condition(arg, value));
        } else {
            let known = ["call", "for", "else"].contains(&key.as_str());
            assert!(known, "unknown key {key} in [[{}]]", table.name);
        }
    }
    text
}

fn condition(arg: u32, text: &str) -> String {
    let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
    let list = |words: &str| -> Vec<String> { words.split_whitespace().map(number).collect() };
    match kind {
        "is" => {
            let (values, ignored) = rest.split_once(" but ").unwrap_or((rest, ""));
            let values = list(values);
            assert!(!values.is_empty(), "{text}: is what?");
            let ignored = bits(&list(ignored));
            let values = values.join(", ");
            format!("When::Is {{ arg: {arg}, but: {ignored}, values: &[{values}] }}")
        }
        "only" => format!("When::Only {{ arg: {arg}, bits: {} }}", bits(&list(rest))),
        "none" => format!(
            "When::Without {{ arg: {arg}, bits: {} }}",
            bits(&list(rest))
        ),
        "zero" => format!("When::Zero {{ arg: {arg} }}"),
        "self" => format!("When::OwnProcess {{ arg: {arg} }}"),
        _ => panic!("unknown condition: {text}"),
    }
}

fn bits(numbers: &[String]) -> String {
    match numbers {
        [] => "0".to_owned(),
        _ => numbers.join(" | "),
    }
}

/// `A|B`, of constants or numbers, as an expression of 32 bits.
fn number(text: &str) -> String {
    let parts: Vec<_> = text
        .split('|')
        .map(|part| match part.parse::<u32>() {
            Ok(number) => number.to_string(),
            Err(_) => format!("low32!(libc::{part})"),
        })
        .collect();
    parts.join(" | ")
}
