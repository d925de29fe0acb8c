//! The function of a script, and what it is called with.

use trickle_model::Action;

use crate::{
    names::{Names, Variable},
    parse::Parsed,
    tree::{NodeId, Tree},
};

/// A script whose function was found.
#[derive(Debug)]
pub struct Script<'a> {
    /// What was read.
    pub parsed: &'a Parsed,
    /// Which script it is, where that is known.
    pub action: Option<Action>,
    /// The function.
    pub main: NodeId,
}

impl<'a> Script<'a> {
    /// Finds the function as the sandbox does; nothing where there is none.
    pub fn new(parsed: &'a Parsed, action: Option<Action>) -> Option<Self> {
        let main = main_function(parsed)?;
        Some(Self {
            parsed,
            action,
            main,
        })
    }

    /// The script's tree.
    pub fn tree(&self) -> &'a Tree {
        &self.parsed.tree
    }

    /// The script's variables.
    pub fn names(&self) -> &'a Names {
        &self.parsed.names
    }

    /// The function's parameters.
    pub fn parameters(&self) -> &'a [NodeId] {
        self.tree().list(self.main, "params")
    }

    /// The callback's variable; nothing where it has no name of its own.
    pub fn callback(&self) -> Option<Variable> {
        self.variable(*self.parameters().last()?)
    }

    /// The parameters that carry what was typed.
    pub fn inputs(&self) -> &'a [NodeId] {
        let parameters = self.parameters();
        let documented = self.action.map(|action| action.arity() as usize - 1);
        let most = documented.unwrap_or(parameters.len().saturating_sub(1));
        &parameters[..most.min(parameters.len().saturating_sub(1))]
    }

    /// The variable of an identifier.
    pub fn variable(&self, node: NodeId) -> Option<Variable> {
        self.tree().identifier(node)?;
        self.names().at(self.tree().start(node))
    }

    /// Whether an identifier is a global of that name.
    pub fn is_global(&self, node: NodeId, name: &str) -> bool {
        self.tree().identifier(node) == Some(name) && self.variable(node).is_none()
    }

    /// The function that a local name stands for, if it always stands for it.
    pub fn local_function(&self, node: NodeId) -> Option<NodeId> {
        let variable = self.variable(node)?;
        if self.names().is_rewritten(variable) {
            return None;
        }
        self.parsed.declared.function(variable)
    }

    /// The variable whose declaration has a node as its value.
    pub fn declared_as(&self, node: NodeId) -> Option<Variable> {
        let tree = self.tree();
        let around = tree.parent(node)?;
        (tree.is(around, "VariableDeclarator") && tree.child(around, "init") == Some(node))
            .then(|| tree.child(around, "id").and_then(|id| self.variable(id)))
            .flatten()
    }

    /// Where a variable's name stands, its declaration among them.
    pub fn uses(&self, variable: Variable) -> &'a [NodeId] {
        self.parsed.declared.uses(variable)
    }

    /// What a variable's only value is.
    pub fn value(&self, variable: Variable) -> Option<NodeId> {
        if self.names().is_rewritten(variable) {
            return None;
        }
        match self.declared(variable)? {
            (value, None) => Some(value),
            (_, Some(_)) => None,
        }
    }

    /// What a variable is declared with, and the key by which it is taken out of that: `a = …`, `{ key: a } = …`.
    pub fn declared(&self, variable: Variable) -> Option<(NodeId, Option<&'a str>)> {
        match self.parsed.declared.value(variable)? {
            (value, None) => Some((value, None)),
            (value, Some(property)) => Some((value, Some(self.tree().key(property)?))),
        }
    }

    /// The node itself, or the only value of the variable that it names.
    pub fn resolved(&self, node: NodeId) -> NodeId {
        self.variable(node)
            .and_then(|variable| self.value(variable))
            .unwrap_or(node)
    }
}

fn main_function(parsed: &Parsed) -> Option<NodeId> {
    let tree = &parsed.tree;
    let body: Vec<NodeId> = tree
        .list(Tree::ROOT, "body")
        .iter()
        .copied()
        .filter(|node| !tree.is(*node, "EmptyStatement"))
        .collect();
    if let [only] = body[..] {
        if tree.is(only, "FunctionDeclaration") {
            return Some(only);
        }
        if tree.is(only, "ExpressionStatement") {
            let value = tree.child(only, "expression")?;
            if tree.is_function(value) {
                return Some(value);
            }
        }
    }
    exported(parsed, &body)
        .or_else(|| {
            let mut declared = body.iter().copied();
            declared.find(|node| tree.is(*node, "FunctionDeclaration"))
        })
        .or_else(|| in_variable(tree, &body))
        .or_else(|| {
            let returned = body
                .iter()
                .find(|node| tree.is(**node, "ReturnStatement"))?;
            function_of(parsed, tree.child(*returned, "argument")?)
        })
}

/// What `module.exports = …` exports.
fn exported(parsed: &Parsed, body: &[NodeId]) -> Option<NodeId> {
    let tree = &parsed.tree;
    body.iter().rev().find_map(|statement| {
        let assignment = tree.child(*statement, "expression")?;
        let left = tree.child(assignment, "left")?;
        matches!(
            tree.source(left),
            "module.exports" | "exports.default" | "module.exports.default"
        )
        .then(|| function_of(parsed, tree.child(assignment, "right")?))
        .flatten()
    })
}

fn in_variable(tree: &Tree, body: &[NodeId]) -> Option<NodeId> {
    body.iter()
        .flat_map(|statement| tree.list(*statement, "declarations"))
        .filter_map(|declarator| tree.child(*declarator, "init"))
        .find(|value| tree.is_function(*value))
}

fn function_of(parsed: &Parsed, value: NodeId) -> Option<NodeId> {
    if parsed.tree.is_function(value) {
        return Some(value);
    }
    let named = Script {
        parsed,
        action: None,
        main: value,
    };
    named.local_function(value)
}
