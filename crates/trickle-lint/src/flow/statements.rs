//! Paths through statements.

use crate::tree::NodeId;

use super::{
    Walker,
    path::{MOST, Path, Paths, merged},
};

/// Ways out of a statement other than its end.
#[derive(Default)]
pub struct Exits {
    returns: Paths,
    breaks: Paths,
    continues: Paths,
}

impl Walker<'_, '_> {
    pub(super) fn walk_function(&mut self, function: NodeId) -> Paths {
        let Some(body) = self.script.tree().child(function, "body") else {
            return vec![Path::loose()];
        };
        let start = vec![Path::default()];
        if !self.script.tree().is(body, "BlockStatement") {
            return self.expression(body, start);
        }
        let mut exits = Exits::default();
        let mut ends = self.statement(body, start, &mut exits);
        ends.extend(exits.returns);
        merged(ends)
    }

    fn statements(&mut self, nodes: &[NodeId], mut paths: Paths, exits: &mut Exits) -> Paths {
        for node in nodes {
            if self.lost {
                return Vec::new();
            }
            paths = merged(self.statement(*node, paths, exits));
            if paths.len() > MOST {
                self.lost = true;
            }
        }
        paths
    }

    fn statement(&mut self, node: NodeId, paths: Paths, exits: &mut Exits) -> Paths {
        if paths.is_empty() || self.lost {
            return Vec::new();
        }
        let tree = self.script.tree();
        match tree.kind(node) {
            "BlockStatement" => self.statements(tree.list(node, "body"), paths, exits),
            "ExpressionStatement" => self.part(node, "expression", paths),
            "VariableDeclaration" => {
                let mut paths = paths;
                for declarator in tree.list(node, "declarations") {
                    paths = self.part(*declarator, "init", paths);
                    paths = self.assigned(*declarator, paths);
                }
                paths
            }
            "ReturnStatement" => {
                let mut ends = self.part(node, "argument", paths);
                for end in &mut ends {
                    end.returned = Some(node);
                }
                exits.returns.extend(ends);
                Vec::new()
            }
            // What is thrown is an answer: the run ends with it.
            "ThrowStatement" => {
                self.part(node, "argument", paths);
                Vec::new()
            }
            "IfStatement" => self.if_statement(node, paths, exits),
            "ForStatement" | "ForInStatement" | "ForOfStatement" | "WhileStatement"
            | "DoWhileStatement" => self.loop_statement(node, paths, exits),
            "SwitchStatement" => self.switch_statement(node, paths, exits),
            "TryStatement" => self.try_statement(node, paths, exits),
            "BreakStatement" | "ContinueStatement" => {
                if tree.child(node, "label").is_some() {
                    self.lost = true;
                } else if tree.is(node, "BreakStatement") {
                    exits.breaks.extend(paths);
                } else {
                    exits.continues.extend(paths);
                }
                Vec::new()
            }
            "LabeledStatement" | "WithStatement" => {
                self.lost = true;
                Vec::new()
            }
            _ => paths,
        }
    }

    fn part(&mut self, node: NodeId, name: &str, paths: Paths) -> Paths {
        match self.script.tree().child(node, name) {
            Some(inner) => self.expression(inner, paths),
            None => paths,
        }
    }

    fn if_statement(&mut self, node: NodeId, paths: Paths, exits: &mut Exits) -> Paths {
        let tree = self.script.tree();
        let (Some(test), Some(consequent)) =
            (tree.child(node, "test"), tree.child(node, "consequent"))
        else {
            return paths;
        };
        let (yes, mut no) = self.test(test, paths);
        let mut ends = self.statement(consequent, yes, exits);
        if let Some(alternate) = tree.child(node, "alternate") {
            ends.extend(self.statement(alternate, no, exits));
        } else {
            for path in &mut no {
                path.branch = Some(node);
            }
            ends.extend(no);
        }
        ends
    }

    /// The body runs once or, where that is possible, not at all. A second round would find nothing that the first does not.
    fn loop_statement(&mut self, node: NodeId, paths: Paths, exits: &mut Exits) -> Paths {
        let tree = self.script.tree();
        let Some(body) = tree.child(node, "body") else {
            return paths;
        };
        let mut paths = paths;
        if let Some(init) = tree.child(node, "init") {
            paths = match tree.kind(init) {
                "VariableDeclaration" => self.statement(init, paths, exits),
                _ => self.expression(init, paths),
            };
        }
        paths = self.part(node, "right", paths);
        let endless = match tree.child(node, "test") {
            Some(test) => tree.source(test) == "true",
            None => tree.is(node, "ForStatement"),
        };
        let skipped = if endless || tree.is(node, "DoWhileStatement") {
            Vec::new()
        } else {
            paths.clone()
        };
        let mut inner = Exits::default();
        let paths = self.part(node, "test", paths);
        let mut ends = self.statement(body, paths, &mut inner);
        ends.extend(inner.continues);
        if endless {
            ends.clear();
        }
        ends.extend(inner.breaks);
        ends.extend(skipped);
        exits.returns.extend(inner.returns);
        for end in &mut ends {
            end.facts.clear();
        }
        ends
    }

    fn switch_statement(&mut self, node: NodeId, paths: Paths, exits: &mut Exits) -> Paths {
        let tree = self.script.tree();
        let paths = self.part(node, "discriminant", paths);
        let mut inner = Exits::default();
        let mut falling: Paths = Vec::new();
        let mut has_default = false;
        for case in tree.list(node, "cases") {
            has_default |= tree.child(*case, "test").is_none();
            falling.extend(paths.iter().cloned());
            falling = self.statements(tree.list(*case, "consequent"), falling, &mut inner);
        }
        let mut ends = falling;
        ends.extend(inner.breaks);
        exits.returns.extend(inner.returns);
        exits.continues.extend(inner.continues);
        if !has_default {
            ends.extend(paths.into_iter().map(|mut path| {
                path.branch = Some(node);
                path
            }));
        }
        ends
    }

    /// The handler is entered as the block is. A failure of the callback itself, or of what follows it, is no path of interest.
    fn try_statement(&mut self, node: NodeId, paths: Paths, exits: &mut Exits) -> Paths {
        let tree = self.script.tree();
        let mut inner = Exits::default();
        let mut ends = Vec::new();
        if let Some(block) = tree.child(node, "block") {
            ends.extend(self.statement(block, paths.clone(), &mut inner));
        }
        if let Some(handler) = tree.child(node, "handler")
            && let Some(body) = tree.child(handler, "body")
        {
            let mut thrown = paths;
            for path in &mut thrown {
                path.facts.clear();
                path.branch = Some(handler);
            }
            ends.extend(self.statement(body, thrown, &mut inner));
        }
        if let Some(last) = tree.child(node, "finalizer") {
            ends = self.statement(last, ends, exits);
            inner.returns = self.statement(last, inner.returns, exits);
        }
        exits.returns.extend(inner.returns);
        exits.breaks.extend(inner.breaks);
        exits.continues.extend(inner.continues);
        ends
    }
}
