//! The search language: a subset of Lucene's, parsed to a tree and compiled to SQL in which everything that callers wrote is bound.

mod ast;
mod driver;
mod events;
mod identities;
mod json;
mod like;
mod parse;
mod range;
mod sql;
mod terms;
mod users;

pub use ast::SearchError;
pub(crate) use driver::{Driver, Walk};
pub(crate) use events::compile as compile_events;
pub(crate) use identities::{Identities, asks_for_identities, in_connection};
pub use parse::SearchQuery;
pub(crate) use sql::{Bind, Sql, bind, bind_scalar};
pub(crate) use terms::{Searched, write as write_terms};
pub(crate) use users::compile as compile_users;
