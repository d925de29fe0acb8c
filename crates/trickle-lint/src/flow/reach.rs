//! Which parts of a script have to do with its callback.

use std::collections::{BTreeMap, BTreeSet};

use crate::{names::Variable, script::Script, tree::NodeId};

/// The callback's names, and the functions and other nodes that use them.
#[derive(Debug)]
pub struct Reach {
    callbacks: BTreeSet<Variable>,
    /// Local functions that use it, by their names.
    helpers: BTreeMap<Variable, NodeId>,
    /// Every node with a use inside.
    touched: BTreeSet<NodeId>,
    functions: BTreeSet<NodeId>,
    /// Every node with such a function inside, or that is one.
    holders: BTreeSet<NodeId>,
}

impl Reach {
    /// Nothing where the callback goes ways that cannot be followed.
    pub fn new(script: &Script<'_>) -> Option<Self> {
        let tree = script.tree();
        let uses_arguments = script.names().free.iter().any(|it| it.name == "arguments");
        if uses_arguments || tree.flag(script.main, "generator") {
            return None;
        }
        let callback = script.callback()?;
        if script.names().is_rewritten(callback) {
            return None;
        }
        let mut reach = Self {
            callbacks: BTreeSet::from([callback]),
            helpers: BTreeMap::new(),
            touched: BTreeSet::new(),
            functions: BTreeSet::from([script.main]),
            holders: BTreeSet::new(),
        };
        let mut ahead = vec![callback];
        while let Some(variable) = ahead.pop() {
            for node in script.uses(variable) {
                reach.mark(script, *node, &mut ahead)?;
            }
        }
        let functions = reach.functions.iter().copied();
        reach.holders = script.tree().with_ancestors(functions);
        Some(reach)
    }

    /// Marks what has a use inside; nothing when the use is not understood. Names by which there are more uses go `ahead`.
    fn mark(&mut self, script: &Script<'_>, node: NodeId, ahead: &mut Vec<Variable>) -> Option<()> {
        let tree = script.tree();
        if is_declaration(script, node) {
            return Some(());
        }
        if !self.is_understood(script, node, ahead) {
            return None;
        }
        self.touched.insert(node);
        for around in tree.ancestors(node) {
            // What is around that was marked with it.
            if !self.touched.insert(around) {
                break;
            }
            if tree.is_function(around) && tree.is_within(around, script.main) {
                self.functions.insert(around);
                let name = match tree.kind(around) {
                    "FunctionDeclaration" => {
                        tree.child(around, "id").and_then(|id| script.variable(id))
                    }
                    _ => script.declared_as(around),
                };
                if let Some(name) = name.filter(|_| around != script.main)
                    && self.helpers.insert(name, around).is_none()
                {
                    ahead.push(name);
                }
            }
            if around == script.main {
                break;
            }
        }
        Some(())
    }

    /// It is called, handed to a call, tested, or given another name.
    fn is_understood(
        &mut self,
        script: &Script<'_>,
        node: NodeId,
        ahead: &mut Vec<Variable>,
    ) -> bool {
        let tree = script.tree();
        let Some(around) = tree.parent(node) else {
            return false;
        };
        match tree.kind(around) {
            "MemberExpression" => {
                matches!(tree.key(around), Some("call" | "apply"))
                    && tree.child(around, "object") == Some(node)
                    && tree.parent(around).is_some_and(|call| {
                        tree.is(call, "CallExpression")
                            && tree.child(call, "callee") == Some(around)
                    })
            }
            "CallExpression" | "UnaryExpression" | "IfStatement" => true,
            // `callback && callback(null)` as a statement: its value goes nowhere.
            "LogicalExpression" => {
                tree.child(around, "left") == Some(node)
                    && tree.text_of(around, "operator") == Some("&&")
                    && tree
                        .parent(around)
                        .is_some_and(|outer| tree.is(outer, "ExpressionStatement"))
            }
            "VariableDeclarator" => {
                let Some(alias) = script.declared_as(node) else {
                    return false;
                };
                let own = script.variable(node);
                let is_callback = own.is_some_and(|own| self.callbacks.contains(&own));
                let plain = is_callback && !script.names().is_rewritten(alias);
                if plain && self.callbacks.insert(alias) {
                    ahead.push(alias);
                }
                plain
            }
            _ => false,
        }
    }

    /// Whether a name is the callback's.
    pub fn is_callback(&self, script: &Script<'_>, node: NodeId) -> bool {
        script
            .variable(node)
            .is_some_and(|variable| self.callbacks.contains(&variable))
    }

    /// The local function that a name stands for, if that uses the callback.
    pub fn helper(&self, script: &Script<'_>, node: NodeId) -> Option<NodeId> {
        self.helpers.get(&script.variable(node)?).copied()
    }

    /// Whether the callback is used inside of a node.
    pub fn touches(&self, node: NodeId) -> bool {
        self.touched.contains(&node)
    }

    /// Whether a node is a function that uses the callback.
    pub fn uses(&self, node: NodeId) -> bool {
        self.functions.contains(&node)
    }

    /// Whether a node is such a function, or has one inside.
    pub fn has_function(&self, node: NodeId) -> bool {
        self.holders.contains(&node)
    }

    /// All functions that use it.
    pub fn functions(&self) -> Vec<NodeId> {
        self.functions.iter().copied().collect()
    }
}

fn is_declaration(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let Some(around) = tree.parent(node) else {
        return false;
    };
    tree.child(around, "id") == Some(node) || tree.list(around, "params").contains(&node)
}
