//! Writes the list of packages that scripts can require, from the manifests that install them.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use serde_json::Value;

fn main() {
    // Asked for as this runs: `env!` has the folder of the clone that compiled it, which a kept target folder outlives.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the folder");
    let root = Path::new(&own).join("../../sandbox");
    let mut lines = String::new();
    let mut seen = BTreeSet::new();
    for (folder, set) in [(root.clone(), "core"), (root.join("extra"), "extra")] {
        let manifest = read(&folder.join("package.json"));
        let lock = read(&folder.join("package-lock.json"));
        for name in manifest["dependencies"]
            .as_object()
            .into_iter()
            .flat_map(|them| them.keys())
        {
            let version = lock["packages"][format!("node_modules/{name}")]["version"]
                .as_str()
                .unwrap_or_else(|| panic!("{name} has no version in the lock file"));
            // `pg__7` is version 7 of `pg` beside the default one.
            let name = name.split("__").next().unwrap_or(name);
            if seen.insert((name.to_owned(), version.to_owned())) {
                writeln!(lines, "{set} {name} {version}").expect("a text takes what is written");
            }
        }
    }
    let out = std::env::var_os("OUT_DIR").expect("cargo names the folder");
    fs::write(Path::new(&out).join("modules.txt"), lines).expect("write the list");
}

fn read(path: &Path) -> Value {
    println!("cargo::rerun-if-changed={}", path.display());
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("read {}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("read {}: {error}", path.display()))
}
