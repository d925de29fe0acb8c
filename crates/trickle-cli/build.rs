//! Writes the list of templates' files into the program, so that `trickle init` needs nothing beside it.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut code = String::from("&[\n");
    for template in sorted(&root) {
        println!("cargo::rerun-if-changed={}", template.display());
        let name = name(&template);
        for file in sorted(&template) {
            println!("cargo::rerun-if-changed={}", file.display());
            let path = file.canonicalize().expect("a path of a file that is there");
            writeln!(
                code,
                "    ({name:?}, {:?}, include_str!({path:?})),",
                self::name(&file)
            )
            .expect("a text takes what is written");
        }
    }
    code.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").expect("cargo names the folder");
    fs::write(Path::new(&out).join("templates.rs"), code).expect("write the list");
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("read {}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
