//! Reads `sandbox/ops.toml` and writes the lists that `surface.rs` includes.
//!
//! Not with a TOML library: its features would be those of the build alone, and cargo would compile crates of the engine
//! twice (docs/decisions/0002). The file keeps to tables, strings, and lists of strings.

use std::{env, fmt::Write as _, fs, path::PathBuf};

const LIST: &str = "../../sandbox/ops.toml";

/// A table's header and its keys, with a list for each; a single string is a list of one.
type Table = (String, Vec<(String, Vec<String>)>);

fn main() {
    println!("cargo:rerun-if-changed={LIST}");
    let text = fs::read_to_string(LIST).expect("read sandbox/ops.toml");
    let tables = parse(&text);
    let mut ops = all(&tables, "group", "ops");
    let mut classes = all(&tables, "group", "classes");
    for list in [&mut ops, &mut classes] {
        list.sort_unstable();
        let many = list.len();
        list.dedup();
        assert_eq!(many, list.len(), "ops.toml names something twice");
    }
    for (header, keys) in &tables {
        let why = match header.as_str() {
            "group" => "needed_by",
            "inert" => "why",
            "modules" => continue,
            other => panic!("ops.toml: unknown table {other}"),
        };
        assert!(
            keys.iter().any(|(key, _)| key == why),
            "ops.toml: a {header} without {why}"
        );
    }
    let modules = &tables
        .iter()
        .find(|(header, _)| header == "modules")
        .expect("[modules]")
        .1;
    let mut code = String::new();
    writeln!(code, "static ALLOWED: &[&str] = &{ops:?};").expect("a String takes all");
    let refused: Vec<_> = modules.iter().map(|(name, why)| (name, &why[0])).collect();
    writeln!(
        code,
        "static REFUSED_MODULES: &[(&str, &str)] = &{refused:?};"
    )
    .expect("a String takes all");
    writeln!(
        code,
        "static FOR_JAVASCRIPT: &str = {:?};",
        json(&classes, &tables)
    )
    .expect("a String takes all");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("surface.rs"), code).expect("write to OUT_DIR");
}

fn all(tables: &[Table], header: &str, key: &str) -> Vec<String> {
    let keys = tables
        .iter()
        .filter(|table| table.0 == header)
        .flat_map(|table| &table.1);
    keys.filter(|(name, _)| name == key)
        .flat_map(|(_, list)| list.clone())
        .collect()
}

/// `{"classes":[…],"inert":[{"class":…,"methods":[…]}],"modules":{…}}`; names have nothing to escape but quotes.
fn json(classes: &[String], tables: &[Table]) -> String {
    let inert = tables
        .iter()
        .filter(|table| table.0 == "inert")
        .map(|(_, keys)| {
            let find = |name| {
                keys.iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, list)| list)
            };
            let class = &find("class").expect("an inert table names its class")[0];
            match find("methods") {
                Some(methods) => format!("{{\"class\":{class:?},\"methods\":{methods:?}}}"),
                None => format!("{{\"class\":{class:?}}}"),
            }
        });
    let inert: Vec<_> = inert.collect();
    let modules = tables
        .iter()
        .filter(|table| table.0 == "modules")
        .flat_map(|table| &table.1);
    let modules: Vec<_> = modules
        .map(|(name, why)| format!("{name:?}:{:?}", why[0]))
        .collect();
    format!(
        "{{\"classes\":{classes:?},\"inert\":[{}],\"modules\":{{{}}}}}",
        inert.join(","),
        modules.join(",")
    )
}

fn parse(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    while let Some(line) = lines.next() {
        if line.starts_with('[') {
            tables.push((line.trim_matches(['[', ']']).to_owned(), Vec::new()));
            continue;
        }
        let (key, first) = line
            .split_once(" = ")
            .unwrap_or_else(|| panic!("ops.toml: {line}"));
        let mut value = first.to_owned();
        while value.starts_with('[') && !value.ends_with(']') {
            value.push_str(lines.next().expect("a list that ends"));
        }
        let table = tables.last_mut().expect("a table before its keys");
        table
            .1
            .push((key.trim_matches('"').to_owned(), strings(&value)));
    }
    tables
}

/// The strings in a value.
fn strings(value: &str) -> Vec<String> {
    let parts: Vec<_> = value.split('"').collect();
    assert!(
        parts.len() % 2 == 1,
        "ops.toml: a string without an end in {value}"
    );
    parts
        .iter()
        .skip(1)
        .step_by(2)
        .map(|&text| text.to_owned())
        .collect()
}
