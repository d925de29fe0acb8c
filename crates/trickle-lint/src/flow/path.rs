//! One way through a function.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::NodeId;

use super::Missing;

/// All ways that reach a point.
pub type Paths = Vec<Path>;

/// More than this at one point, and the function is not understood. Sixteen independent branches in a row do not occur in scripts.
pub const MOST: usize = 512;

/// What is known on one way.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// Tests whose result is known, by their text.
    pub facts: BTreeMap<String, bool>,
    /// The first call of the callback.
    pub answered: Option<NodeId>,
    /// Functions to which the duty was handed.
    pub handed: BTreeSet<NodeId>,
    /// Something that may call later, such as an event's handler, was set up.
    pub loose: bool,
    /// The last branch that was left on the side that has nothing.
    pub branch: Option<NodeId>,
    /// The `return` at the end.
    pub returned: Option<NodeId>,
}

impl Path {
    /// A way of which nothing can be told.
    pub fn loose() -> Self {
        Self {
            loose: true,
            ..Self::default()
        }
    }

    /// Where a call is missing.
    pub fn gap(&self, function: NodeId) -> Missing {
        match (self.returned, self.branch) {
            (Some(at), _) => Missing::Return(at),
            (None, Some(branch)) => Missing::Branch(branch),
            (None, None) => Missing::End(function),
        }
    }

    /// Forgets what is known of a name that gets another value.
    pub fn forget(&mut self, name: &str) {
        self.facts.retain(|test, _| !mentions(test, name));
    }
}

fn mentions(test: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    test.match_indices(name).any(|(at, _)| {
        let before = test[..at].chars().next_back();
        let after = test[at + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The same ways without repetitions.
pub fn merged(mut paths: Paths) -> Paths {
    paths.sort();
    paths.dedup();
    paths
}
