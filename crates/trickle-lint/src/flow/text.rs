//! What is looked up in a script's text again and again, gathered once.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    names::Variable,
    script::Script,
    tree::{NodeId, Tree},
};

/// What a script has where.
#[derive(Debug)]
pub struct Text<'a> {
    /// In the order of their nodes.
    assignments: Vec<Assignment<'a>>,
    /// Calls of `.catch(…)`, by the function that they stand in.
    pub catches: BTreeMap<NodeId, Vec<NodeId>>,
    /// Nodes with a `throw` inside.
    pub throwing: BTreeSet<NodeId>,
}

/// A name that gets another value.
#[derive(Debug)]
pub struct Assignment<'a> {
    node: NodeId,
    /// The name.
    pub name: &'a str,
    /// What it is from there on, where that is known and no other function changes it.
    pub truth: Option<bool>,
}

impl<'a> Text<'a> {
    /// Gathers it.
    pub fn of(script: &Script<'a>) -> Self {
        let tree = script.tree();
        let changing = changing(script);
        let mut catches: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for node in tree.all() {
            if tree.method(node) == Some("catch")
                && let Some(function) = tree.function_around(node)
            {
                catches.entry(function).or_default().push(node);
            }
        }
        Self {
            assignments: tree
                .all()
                .filter_map(|node| assignment(script, node, &changing))
                .collect(),
            catches,
            throwing: tree.with_ancestors(tree.of_kind("ThrowStatement").iter().copied()),
        }
    }

    /// Those inside of a node.
    pub fn assignments(&self, tree: &Tree, node: NodeId) -> &[Assignment<'a>] {
        let behind = tree.behind(node);
        let from = self.assignments.partition_point(|it| it.node < node);
        let to = self.assignments.partition_point(|it| it.node < behind);
        &self.assignments[from..to]
    }
}

/// The functions in which each variable is assigned.
type Changing = BTreeMap<Variable, BTreeSet<Option<NodeId>>>;

fn changing(script: &Script<'_>) -> Changing {
    let tree = script.tree();
    let mut changing = Changing::new();
    for node in tree.of_kind("AssignmentExpression") {
        let left = tree.child(*node, "left");
        if let Some(variable) = left.and_then(|left| script.variable(left)) {
            let functions = changing.entry(variable).or_default();
            functions.insert(tree.function_around(*node));
        }
    }
    changing
}

fn assignment<'a>(
    script: &Script<'a>,
    node: NodeId,
    changing: &Changing,
) -> Option<Assignment<'a>> {
    let tree = script.tree();
    let (target, value) = match tree.kind(node) {
        "AssignmentExpression" => (tree.child(node, "left"), tree.child(node, "right")),
        "UpdateExpression" => (tree.child(node, "argument"), None),
        "VariableDeclarator" => (tree.child(node, "id"), tree.child(node, "init")),
        _ => return None,
    };
    let target = target?;
    let name = tree.identifier(target)?;
    let truth = value.and_then(|value| match tree.source(value) {
        "true" => Some(true),
        "false" | "null" | "undefined" => Some(false),
        _ => None,
    });
    let own = tree.function_around(node);
    let stays = script.variable(target).is_some_and(|variable| {
        let mut functions = changing.get(&variable).into_iter().flatten();
        functions.all(|function| *function == own)
    });
    Some(Assignment {
        node,
        name,
        truth: truth.filter(|_| stays),
    })
}
