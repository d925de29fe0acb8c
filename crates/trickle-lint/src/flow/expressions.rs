//! Paths through expressions and tests.

use crate::tree::NodeId;

use super::{
    Walker,
    path::{MOST, Path, Paths, merged},
};

impl Walker<'_, '_> {
    pub(super) fn expression(&mut self, node: NodeId, paths: Paths) -> Paths {
        let tree = self.script.tree();
        if paths.is_empty() || self.lost {
            return paths;
        }
        if tree.is_function(node) {
            return paths;
        }
        if !self.reach.touches(node) {
            return self.assigned(node, paths);
        }
        let ends = match tree.kind(node) {
            "LogicalExpression" | "ConditionalExpression" => self.branching(node, paths),
            "CallExpression" | "NewExpression" => self.call(node, paths),
            _ => {
                let mut paths = paths;
                for child in tree.children(node) {
                    paths = self.expression(child, paths);
                }
                self.assigned(node, paths)
            }
        };
        if ends.len() > MOST {
            self.lost = true;
        }
        merged(ends)
    }

    fn branching(&mut self, node: NodeId, paths: Paths) -> Paths {
        let tree = self.script.tree();
        let part = |name: &str| tree.child(node, name);
        if tree.is(node, "ConditionalExpression") {
            let (Some(test), Some(consequent), Some(alternate)) =
                (part("test"), part("consequent"), part("alternate"))
            else {
                return paths;
            };
            let (yes, no) = self.test(test, paths);
            let mut ends = self.expression(consequent, yes);
            ends.extend(self.expression(alternate, no));
            return ends;
        }
        let (Some(left), Some(right)) = (part("left"), part("right")) else {
            return paths;
        };
        let (yes, no) = self.test(left, paths);
        let (mut done, going) = match tree.text_of(node, "operator") {
            Some("&&") => (no, yes),
            Some("||") => (yes, no),
            _ => {
                let mut either = yes;
                either.extend(no);
                (either.clone(), either)
            }
        };
        for path in &mut done {
            path.branch = Some(node);
        }
        done.extend(self.expression(right, going));
        done
    }

    /// The ways on which a test holds, and those on which it does not.
    pub(super) fn test(&mut self, node: NodeId, paths: Paths) -> (Paths, Paths) {
        let tree = self.script.tree();
        match tree.kind(node) {
            "UnaryExpression" if tree.text_of(node, "operator") == Some("!") => {
                if let Some(inner) = tree.child(node, "argument") {
                    let (yes, no) = self.test(inner, paths);
                    return (no, yes);
                }
                (paths.clone(), paths)
            }
            "LogicalExpression" => {
                let (Some(left), Some(right)) =
                    (tree.child(node, "left"), tree.child(node, "right"))
                else {
                    return (paths.clone(), paths);
                };
                let (yes, no) = self.test(left, paths);
                match tree.text_of(node, "operator") {
                    Some("&&") => {
                        let (both, not_right) = self.test(right, yes);
                        (both, merged([no, not_right].concat()))
                    }
                    Some("||") => {
                        let (right_yes, neither) = self.test(right, no);
                        (merged([yes, right_yes].concat()), neither)
                    }
                    _ => (
                        merged([yes.clone(), no.clone()].concat()),
                        merged([yes, no].concat()),
                    ),
                }
            }
            _ if self.asks_for_callback(node) => {
                let is_there = tree.text_of(node, "operator") != Some("!==");
                let paths = self.expression(node, paths);
                if is_there {
                    (paths, Vec::new())
                } else {
                    (Vec::new(), paths)
                }
            }
            "Literal" => match tree.source(node) {
                "true" => (paths, Vec::new()),
                "false" => (Vec::new(), paths),
                _ => (paths.clone(), paths),
            },
            _ => {
                let paths = self.expression(node, paths);
                let (text, holds) = self.fact(node);
                split(paths, &text, holds)
            }
        }
    }

    /// `callback` and `typeof callback === 'function'`: it is always there.
    fn asks_for_callback(&self, node: NodeId) -> bool {
        let tree = self.script.tree();
        let asked = match tree.kind(node) {
            "BinaryExpression" => {
                let sides = (tree.child(node, "left"), tree.child(node, "right"));
                let (Some(left), Some(right)) = sides else {
                    return false;
                };
                let is_type = tree.text_of(left, "operator") == Some("typeof")
                    && tree.string(right) == Some("function");
                tree.child(left, "argument").filter(|_| is_type)
            }
            _ => Some(node),
        };
        let known = matches!(
            tree.text_of(node, "operator"),
            None | Some("===" | "==" | "!==")
        );
        known && asked.is_some_and(|asked| self.reach.is_callback(self.script, asked))
    }

    /// A test's text, so that its opposite has the same: `a !== b` is that `a===b` does not hold.
    fn fact(&self, node: NodeId) -> (String, bool) {
        let tree = self.script.tree();
        let sides = (tree.child(node, "left"), tree.child(node, "right"));
        if tree.is(node, "BinaryExpression")
            && let (Some(left), Some(right)) = sides
        {
            let (operator, holds) = match tree.text_of(node, "operator").unwrap_or("") {
                "!==" => ("===", false),
                "!=" => ("==", false),
                "<=" => (">", false),
                ">=" => ("<", false),
                other => (other, true),
            };
            let text = format!("{} {operator} {}", tree.source(left), tree.source(right));
            return (text, holds);
        }
        (tree.source(node).to_owned(), true)
    }

    /// What assignments inside of a node do to what is known.
    pub(super) fn assigned(&self, node: NodeId, mut paths: Paths) -> Paths {
        for assignment in self.text.assignments(self.script.tree(), node) {
            for path in &mut paths {
                path.forget(assignment.name);
                if let Some(truth) = assignment.truth {
                    path.facts.insert(assignment.name.to_owned(), truth);
                }
            }
        }
        paths
    }
}

fn split(paths: Paths, text: &str, holds: bool) -> (Paths, Paths) {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    let mut put = |path: Path, truth: bool| {
        if truth == holds {
            yes.push(path);
        } else {
            no.push(path);
        }
    };
    for path in paths {
        if let Some(known) = path.facts.get(text) {
            let known = *known;
            put(path, known);
            continue;
        }
        for truth in [true, false] {
            let mut path = path.clone();
            path.facts.insert(text.to_owned(), truth);
            put(path, truth);
        }
    }
    (yes, no)
}
