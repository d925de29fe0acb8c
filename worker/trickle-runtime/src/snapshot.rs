//! The start-up snapshot and the engine's sources that are not in it, made by `build.rs`.

/// V8 heap with the engine's own JavaScript already evaluated.
pub static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/runtime.snapshot"));

include!(concat!(env!("OUT_DIR"), "/residual.rs"));
