//! What scripts can require, in which versions, and the globals of the old sandbox.

mod calls;
mod folder;
mod globals;
mod old_drivers;
mod pins;
mod refusals;

use serde::de::DeserializeOwned;

use crate::scripts::repository;

/// A table of `tests/specs/modules`.
fn table<T: DeserializeOwned>(name: &str) -> T {
    let path = repository().join("tests/specs/modules").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
