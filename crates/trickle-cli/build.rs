//! Writes the lists of the templates' and the types' files into the program, so that `trickle init` needs nothing beside it.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    // Asked for as this runs: `env!` has the folder of the clone that compiled it, which a kept target folder outlives.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the folder");
    let root = Path::new(&own).join("../..");
    let templates: Vec<String> = watched(&root.join("templates"))
        .iter()
        .flat_map(|template| {
            let name = name(template);
            watched(template)
                .iter()
                .map(|file| entry(&[&name, &self::name(file)], file))
                .collect::<Vec<_>>()
        })
        .collect();
    write("templates.rs", &templates);
    let types: Vec<String> = watched(&root.join("sandbox/types"))
        .iter()
        .map(|file| entry(&[&name(file)], file))
        .collect();
    write("types.rs", &types);
}

/// The paths in a folder, which cargo looks at from now on.
fn watched(folder: &Path) -> Vec<PathBuf> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("read {}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// A tuple of names and the file's text.
fn entry(names: &[&str], file: &Path) -> String {
    println!("cargo::rerun-if-changed={}", file.display());
    let path = file.canonicalize().expect("a path of a file that is there");
    let path = path.to_str().expect("a path in UTF-8");
    let mut code = String::from("(");
    for name in names {
        write!(code, "{name:?}, ").expect("a text takes what is written");
    }
    write!(code, "include_str!({path:?}))").expect("a text takes what is written");
    code
}

fn write(file: &str, entries: &[String]) {
    let out = std::env::var_os("OUT_DIR").expect("cargo names the folder");
    let code = format!("&[\n{}]\n", entries.join(",\n"));
    fs::write(Path::new(&out).join(file), code).expect("write the list");
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
