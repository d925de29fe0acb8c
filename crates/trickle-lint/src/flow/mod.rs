//! Where the callback is called: on every path, and once?
//!
//! Functions are walked path by path. A path knows what its tests have told, whether the callback was called, and to which further
//! functions (continuations) the duty to call it was handed. What cannot be told, such as a callback that is put into an object,
//! ends the whole analysis without a finding: a wrong finding costs more than a missed one.

mod calls;
mod expressions;
mod path;
mod reach;
mod statements;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::{script::Script, tree::NodeId};

use self::{
    path::{Path, Paths},
    reach::Reach,
    text::Text,
};

/// What is wrong with a script's calls of its callback.
#[derive(Debug, Default)]
pub struct Answers {
    /// Where paths end without a call.
    pub missing: Vec<Missing>,
    /// Calls after which a path goes on to a second one.
    pub twice: BTreeMap<NodeId, NodeId>,
}

/// A path that ends without a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// At a `return`.
    Return(NodeId),
    /// On the side of a branch that has nothing.
    Branch(NodeId),
    /// At the end of a function.
    End(NodeId),
    /// In the handler of a failed promise.
    Handler(NodeId),
}

/// Looks at all paths; nothing is found where the callback's way cannot be told.
pub fn answers(script: &Script<'_>) -> Answers {
    let Some(reach) = Reach::new(script) else {
        return Answers::default();
    };
    let mut walker = Walker {
        script,
        reach,
        text: Text::of(script),
        summaries: BTreeMap::new(),
        walking: BTreeSet::new(),
        twice: BTreeMap::new(),
        lost: false,
    };
    let missing = walker.duties();
    if walker.lost {
        return Answers::default();
    }
    Answers {
        missing,
        twice: walker.twice,
    }
}

struct Walker<'a, 's> {
    script: &'s Script<'a>,
    reach: Reach,
    text: Text<'a>,
    /// How each function's paths end.
    summaries: BTreeMap<NodeId, Paths>,
    walking: BTreeSet<NodeId>,
    twice: BTreeMap<NodeId, NodeId>,
    /// Something was met that cannot be told.
    lost: bool,
}

impl Walker<'_, '_> {
    /// Follows the duty to call from the script's function through its continuations.
    fn duties(&mut self) -> Vec<Missing> {
        let mut missing = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut ahead = vec![self.script.main];
        while let Some(function) = ahead.pop() {
            if !seen.insert(function) {
                continue;
            }
            for end in self.summary(function) {
                if end.answered.is_some() || end.loose {
                    continue;
                }
                match end.handed.len() {
                    0 => {
                        missing.insert(end.gap(function));
                    }
                    // One of several continuations may be the one that answers.
                    1 => ahead.extend(end.handed.iter().filter(|it| self.reach.uses(**it))),
                    _ => {}
                }
            }
            missing.extend(self.unhandled(function));
        }
        for function in self.reach.functions() {
            self.summary(function);
        }
        missing.into_iter().collect()
    }

    /// How a function's paths end, when it begins with nothing called.
    fn summary(&mut self, function: NodeId) -> Paths {
        if let Some(known) = self.summaries.get(&function) {
            return known.clone();
        }
        if !self.walking.insert(function) {
            return vec![Path::loose()];
        }
        let mut ends = self.walk_function(function);
        // Nobody asks for what its tests have told, and tests can be long.
        for end in &mut ends {
            end.facts.clear();
        }
        let ends = path::merged(ends);
        self.walking.remove(&function);
        self.summaries.insert(function, ends.clone());
        ends
    }
}
