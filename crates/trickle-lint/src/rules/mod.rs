//! One file for each subject. A check looks at a script and adds what it finds.

pub mod answers;
pub mod checked;
pub mod connections;
pub mod environment;
pub mod hashes;
pub mod incomplete;
pub mod logged;
pub mod packages;
pub mod patterns;
pub mod profiles;
pub mod queries;
pub mod removed;
pub mod secrets;
pub mod shape;
pub mod statuses;
pub mod stored;
pub mod tls;
pub mod tokens;
pub mod undeclared;

use crate::{lint::Findings, script::Script};

/// Looks for one thing.
pub type Check = fn(&Script<'_>, &mut Findings<'_>);
