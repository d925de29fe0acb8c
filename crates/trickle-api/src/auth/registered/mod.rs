//! Addresses that clients register: which others they cover.

mod pattern;
mod suffix;

pub(super) use pattern::{Pattern, covers};
