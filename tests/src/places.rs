use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// Where a copy of the repository lies that the tests are to use.
pub const REPOSITORY: &str = "TRICKLE_TEST_REPOSITORY";

/// The root of the repository, or of the copy that [`REPOSITORY`] names.
///
/// # Panics
/// Never: this package lies in a folder of it.
pub fn repository() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = own.parent().expect("this package lies in the repository");
        std::env::var_os(REPOSITORY).map_or_else(|| root.to_owned(), PathBuf::from)
    });
    &ROOT
}

/// A program of the worker's workspace: the path in the environment variable, else what was built beside the tests, else what was
/// built in that workspace.
///
/// # Panics
/// When it is in none of these places.
pub fn program(name: &str, variable: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return path.into();
    }
    let test = std::env::current_exe().expect("a test is a program");
    let built = test.parent().and_then(Path::parent);
    [
        built.map(Path::to_owned),
        Some(repository().join("worker/target/release")),
    ]
    .into_iter()
    .flatten()
    .map(|folder| folder.join(name))
    .find(|path| path.exists())
    .unwrap_or_else(|| panic!("these tests need {name}: run `make test`"))
}
