//! Paths through calls: of the callback, of the script's own functions, and of others' that get a function.

use crate::tree::NodeId;

use super::{Missing, Walker, path::Paths};

/// They call what they are given any number of times, now or later.
const EVENTS: &[&str] = &[
    "on",
    "once",
    "addListener",
    "addEventListener",
    "prependListener",
    "subscribe",
    "setTimeout",
    "setInterval",
    "each",
    "eachSeries",
    "parallel",
    "series",
    "waterfall",
    "auto",
    "catch",
];

/// They call what they are given at once, for each of several things.
const EACH: &[&str] = &[
    "forEach", "map", "filter", "some", "every", "find", "reduce", "flatMap", "sort",
];

impl Walker<'_, '_> {
    pub(super) fn call(&mut self, node: NodeId, paths: Paths) -> Paths {
        let tree = self.script.tree();
        let Some(callee) = tree.child(node, "callee") else {
            return paths;
        };
        let mut paths = paths;
        let applied = self.applied(callee);
        let target = applied.unwrap_or(callee);
        if applied.is_none() && !tree.is_function(callee) {
            paths = self.expression(callee, paths);
        }
        for argument in tree.arguments(node) {
            if !tree.is_function(*argument) {
                paths = self.expression(*argument, paths);
            }
        }
        if self.reach.is_callback(self.script, target) {
            return self.answer(node, paths);
        }
        let own = if tree.is_function(target) {
            Some(target).filter(|target| self.reach.uses(*target))
        } else {
            self.reach.helper(self.script, target)
        };
        if let Some(own) = own {
            paths = self.enter(own, node, paths);
        }
        self.hand_over(node, callee, paths)
    }

    /// `f` of `f.call` and `f.apply`, where `f` is the callback, a local function or a function itself.
    fn applied(&self, callee: NodeId) -> Option<NodeId> {
        let tree = self.script.tree();
        if !matches!(tree.key(callee), Some("call" | "apply")) {
            return None;
        }
        let object = tree.child(callee, "object")?;
        let known = self.reach.is_callback(self.script, object)
            || self.reach.helper(self.script, object).is_some()
            || tree.is_function(object);
        known.then_some(object)
    }

    fn answer(&mut self, call: NodeId, mut paths: Paths) -> Paths {
        for path in &mut paths {
            match path.answered {
                Some(first) => {
                    self.twice.entry(first).or_insert(call);
                }
                None => path.answered = Some(call),
            }
        }
        paths
    }

    /// Goes through one of the script's own functions as if it stood here.
    fn enter(&mut self, function: NodeId, call: NodeId, paths: Paths) -> Paths {
        let ends = self.summary(function);
        let always = ends.iter().all(|end| end.answered.is_some());
        let mut after = Vec::new();
        for path in paths {
            if let Some(first) = path.answered.filter(|_| always && !ends.is_empty()) {
                self.twice.entry(first).or_insert(call);
            }
            for end in &ends {
                let mut next = path.clone();
                next.answered = path.answered.or(end.answered.map(|_| call));
                next.handed.extend(end.handed.iter().copied());
                next.loose |= end.loose;
                if next.answered.is_none() {
                    next.branch = end.branch.or(path.branch);
                }
                after.push(next);
            }
        }
        super::path::merged(after)
    }

    /// What becomes of functions and of the callback as arguments.
    fn hand_over(&mut self, call: NodeId, callee: NodeId, mut paths: Paths) -> Paths {
        let tree = self.script.tree();
        let name = tree
            .key(callee)
            .or_else(|| tree.identifier(callee))
            .unwrap_or("");
        let is_new = tree.is(call, "NewExpression");
        for (index, argument) in tree.arguments(call).iter().enumerate() {
            let argument = *argument;
            if !self.reach.touches(argument) && !self.reach.uses(argument) {
                continue;
            }
            let handed =
                if tree.is_function(argument) || self.reach.is_callback(self.script, argument) {
                    Some(argument)
                } else {
                    self.reach.helper(self.script, argument)
                };
            let Some(handed) = handed else {
                // Functions inside of an object or a list.
                if self.reach.has_function(argument) {
                    for path in &mut paths {
                        path.loose = true;
                    }
                }
                continue;
            };
            if EACH.contains(&name) && self.reach.uses(handed) {
                let skipped = paths.clone();
                paths = self.enter(handed, call, paths);
                paths.extend(skipped);
                continue;
            }
            let failure = name == "then" && index == 1;
            for path in &mut paths {
                if is_new || failure || EVENTS.contains(&name) {
                    path.loose |= !(failure || name == "catch") || path.handed.is_empty();
                } else {
                    path.handed.insert(handed);
                }
            }
        }
        paths
    }

    /// Handlers of failed promises that say nothing, though the promise's success calls the callback.
    pub(super) fn unhandled(&self, function: NodeId) -> Vec<Missing> {
        let tree = self.script.tree();
        let catches = self.text.catches.get(&function).into_iter().flatten();
        catches
            .copied()
            .filter(|node| {
                tree.parent(*node).is_some_and(|around| {
                    matches!(tree.kind(around), "ExpressionStatement" | "ReturnStatement")
                })
            })
            .filter_map(|node| {
                let handler = *tree.arguments(node).first()?;
                let promise = tree.child(tree.child(node, "callee")?, "object")?;
                let silent = tree.is_function(handler)
                    && !self.reach.uses(handler)
                    && !self.text.throwing.contains(&handler);
                let answers = tree.method(promise) == Some("then") && self.reach.touches(promise);
                (silent && answers).then_some(Missing::Handler(handler))
            })
            .collect()
    }
}
