//! What the variables of a script are declared with.

use std::collections::HashMap;

use crate::{
    names::{Names, Variable},
    tree::{NodeId, Tree},
};

/// The first declaration of each variable that has a value.
#[derive(Debug, Default)]
pub struct Declared {
    values: HashMap<Variable, (NodeId, Option<NodeId>)>,
    functions: HashMap<Variable, NodeId>,
    uses: HashMap<Variable, Vec<NodeId>>,
}

impl Declared {
    /// Reads them off a tree.
    pub fn of(tree: &Tree, names: &Names) -> Self {
        let mut declared = Self::default();
        let variable = |node: NodeId| {
            let is_name = tree.identifier(node).is_some();
            is_name.then(|| names.at(tree.start(node))).flatten()
        };
        for node in tree.of_kind("Identifier") {
            if let Some(name) = variable(*node) {
                declared.uses.entry(name).or_default().push(*node);
            }
        }
        for node in tree.of_kind("FunctionDeclaration") {
            if let Some(name) = tree.child(*node, "id").and_then(variable) {
                declared.functions.entry(name).or_insert(*node);
            }
        }
        for node in tree.of_kind("VariableDeclarator") {
            let (Some(target), Some(value)) = (tree.child(*node, "id"), tree.child(*node, "init"))
            else {
                continue;
            };
            if let Some(name) = variable(target) {
                declared.values.entry(name).or_insert((value, None));
                if tree.is_function(value) {
                    declared.functions.entry(name).or_insert(value);
                }
            }
            for property in tree.list(target, "properties") {
                if let Some(name) = tree.child(*property, "value").and_then(variable) {
                    let taken = (value, Some(*property));
                    declared.values.entry(name).or_insert(taken);
                }
            }
        }
        declared
    }

    /// Where a variable's name stands, its declaration among them, each after what is around it.
    pub fn uses(&self, variable: Variable) -> &[NodeId] {
        self.uses.get(&variable).map_or(&[], Vec::as_slice)
    }

    /// What a variable is declared with, and the property of it that it is taken from: `{ key: variable } = …`.
    pub fn value(&self, variable: Variable) -> Option<(NodeId, Option<NodeId>)> {
        self.values.get(&variable).copied()
    }

    /// The function that a variable is declared with.
    pub fn function(&self, variable: Variable) -> Option<NodeId> {
        self.functions.get(&variable).copied()
    }
}
