#![doc = include_str!("../README.md")]

mod catalog;
mod declared;
mod finding;
mod flow;
mod ignore;
mod lint;
mod literal;
mod loggers;
mod modules;
mod names;
mod parse;
mod points;
mod rules;
mod sarif;
mod script;
mod tree;
mod values;

pub use catalog::{RULES, Rule, Severity};
pub use finding::{Finding, Position};
pub use lint::{Options, lint};
pub use points::{Pointed, pointed};
pub use sarif::sarif;
