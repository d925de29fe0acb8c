//! Builds again when a schema migration is added; the `migrate!` macro sees changed files only.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
