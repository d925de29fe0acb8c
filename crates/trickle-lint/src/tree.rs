//! A script's syntax tree, in which every node knows its parent.
//!
//! The parser's own tree has a Rust type for each construct. Rules ask of a dozen constructs and walk through all others, so they
//! work on this one: nodes with a kind, a range and fields, named as the `ESTree` specification names them.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

/// A node's place in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(usize);

/// What a field has.
#[derive(Clone, Debug)]
pub enum Field {
    /// A node.
    Node(NodeId),
    /// Nodes; holes in arrays are left out.
    List(Vec<NodeId>),
    /// Anything that is no node.
    Plain(Value),
}

#[derive(Debug)]
struct Node {
    kind: String,
    start: u32,
    end: u32,
    parent: Option<NodeId>,
    /// The nearest function around it.
    function: Option<NodeId>,
    /// The first node that is not in it any more.
    behind: NodeId,
    fields: Vec<(String, Field)>,
}

/// The tree of a text.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    by_kind: HashMap<String, Vec<NodeId>>,
    /// The text that the ranges are of.
    pub text: String,
    /// How often a node was looked at.
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
}

impl Tree {
    /// The program.
    pub const ROOT: NodeId = NodeId(0);

    /// Takes a program as `ESTree` JSON, with ranges in bytes of the text.
    pub fn new(text: String, program: Value) -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            by_kind: HashMap::new(),
            text,
            #[cfg(test)]
            looks: std::cell::Cell::default(),
        };
        tree.add(program, None);
        for id in tree.all() {
            let kind = tree.kind(id).to_owned();
            tree.by_kind.entry(kind).or_default().push(id);
        }
        tree
    }

    fn add(&mut self, value: Value, parent: Option<NodeId>) -> Option<NodeId> {
        let Value::Object(fields) = value else {
            return None;
        };
        let kind = fields.get("type").and_then(Value::as_str)?.to_owned();
        let offset = |name: &str| {
            let number = fields.get(name).and_then(Value::as_u64);
            number.and_then(|it| u32::try_from(it).ok()).unwrap_or(0)
        };
        let id = NodeId(self.nodes.len());
        let function = parent.and_then(|around| {
            if self.is_function(around) {
                Some(around)
            } else {
                self.function_around(around)
            }
        });
        self.nodes.push(Node {
            kind,
            start: offset("start"),
            end: offset("end"),
            parent,
            function,
            behind: id,
            fields: Vec::new(),
        });
        for (name, value) in fields {
            let field = match value {
                Value::Object(ref inner) if inner.contains_key("type") => {
                    match self.add(value, Some(id)) {
                        Some(node) => Field::Node(node),
                        None => continue,
                    }
                }
                Value::Array(items) => Field::List(
                    items
                        .into_iter()
                        .filter_map(|item| self.add(item, Some(id)))
                        .collect(),
                ),
                plain => Field::Plain(plain),
            };
            self.nodes[id.0].fields.push((name, field));
        }
        self.nodes[id.0].behind = NodeId(self.nodes.len());
        Some(id)
    }

    fn node(&self, id: NodeId) -> &Node {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        &self.nodes[id.0]
    }

    /// How often nodes were looked at: the work of whoever looks.
    #[cfg(test)]
    pub fn looks(&self) -> usize {
        self.looks.get()
    }

    /// All nodes, each after its parent.
    pub fn all(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }

    /// All nodes of a kind, each after its parent.
    pub fn of_kind(&self, kind: &str) -> &[NodeId] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// A node's kind, for example `CallExpression`.
    pub fn kind(&self, id: NodeId) -> &str {
        &self.node(id).kind
    }

    /// Whether a node is of a kind.
    pub fn is(&self, id: NodeId, kind: &str) -> bool {
        self.kind(id) == kind
    }

    /// Where a node begins and ends, in bytes.
    pub fn range(&self, id: NodeId) -> (u32, u32) {
        let node = self.node(id);
        (node.start, node.end)
    }

    /// Where a node begins.
    pub fn start(&self, id: NodeId) -> u32 {
        self.node(id).start
    }

    /// A node's text.
    pub fn source(&self, id: NodeId) -> &str {
        let (start, end) = self.range(id);
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// The node around a node.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// The nodes around a node, the nearest first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |next| self.parent(*next))
    }

    fn field(&self, id: NodeId, name: &str) -> Option<&Field> {
        let fields = &self.node(id).fields;
        fields.iter().find(|(key, _)| key == name).map(|(_, it)| it)
    }

    /// The node in a field.
    pub fn child(&self, id: NodeId, name: &str) -> Option<NodeId> {
        match self.field(id, name)? {
            Field::Node(node) => Some(*node),
            _ => None,
        }
    }

    /// The nodes in a field; none where it has none.
    pub fn list(&self, id: NodeId, name: &str) -> &[NodeId] {
        match self.field(id, name) {
            Some(Field::List(nodes)) => nodes,
            _ => &[],
        }
    }

    /// Text in a field.
    pub fn text_of(&self, id: NodeId, name: &str) -> Option<&str> {
        self.plain(id, name).and_then(Value::as_str)
    }

    /// Whether a field has `true`.
    pub fn flag(&self, id: NodeId, name: &str) -> bool {
        self.plain(id, name) == Some(&Value::Bool(true))
    }

    /// What a field has that is no node.
    pub fn plain(&self, id: NodeId, name: &str) -> Option<&Value> {
        match self.field(id, name)? {
            Field::Plain(value) => Some(value),
            _ => None,
        }
    }

    /// A node's children, in the order of the text.
    pub fn children(&self, id: NodeId) -> Vec<NodeId> {
        let mut children: Vec<NodeId> = self
            .node(id)
            .fields
            .iter()
            .flat_map(|(_, field)| match field {
                Field::Node(node) => vec![*node],
                Field::List(nodes) => nodes.clone(),
                Field::Plain(_) => Vec::new(),
            })
            .collect();
        children.sort_by_key(|child| self.start(*child));
        children
    }

    /// A node and everything in it, each after its parent.
    pub fn within(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.behind(id).0).map(NodeId)
    }

    /// The first node that is not in a node any more; those in it come after it, one after the other.
    pub fn behind(&self, id: NodeId) -> NodeId {
        self.node(id).behind
    }

    /// These nodes, and all that are around any of them.
    pub fn with_ancestors(&self, nodes: impl IntoIterator<Item = NodeId>) -> BTreeSet<NodeId> {
        let mut found = BTreeSet::new();
        for node in nodes {
            let mut at = Some(node);
            while let Some(next) = at.filter(|next| found.insert(*next)) {
                at = self.parent(next);
            }
        }
        found
    }

    /// Whether a node is a function.
    pub fn is_function(&self, id: NodeId) -> bool {
        matches!(
            self.kind(id),
            "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression"
        )
    }

    /// The nearest function around a node.
    pub fn function_around(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).function
    }

    /// Whether a node is inside of another, or is it.
    pub fn is_within(&self, id: NodeId, outer: NodeId) -> bool {
        outer <= id && id < self.behind(outer)
    }

    /// The name of an identifier.
    pub fn identifier(&self, id: NodeId) -> Option<&str> {
        (self.kind(id) == "Identifier")
            .then(|| self.text_of(id, "name"))
            .flatten()
    }

    /// The name of a property or member: `b` of `a.b`, `a['b']`, `{ b: 1 }` and `{ 'b': 1 }`.
    pub fn key(&self, id: NodeId) -> Option<&str> {
        let name = match self.kind(id) {
            "MemberExpression" => self.child(id, "property")?,
            "Property" => self.child(id, "key")?,
            _ => return None,
        };
        if self.flag(id, "computed") || self.is(name, "Literal") {
            return self.string(name);
        }
        self.identifier(name)
    }

    /// The text of a string literal.
    pub fn string(&self, id: NodeId) -> Option<&str> {
        (self.kind(id) == "Literal")
            .then(|| self.text_of(id, "value"))
            .flatten()
    }

    /// The arguments of a call, `...spread` included.
    pub fn arguments(&self, id: NodeId) -> &[NodeId] {
        self.list(id, "arguments")
    }

    /// The method that a call is of: `query` of `client.query(…)`.
    pub fn method(&self, id: NodeId) -> Option<&str> {
        self.key(self.child(id, "callee")?)
    }

    /// What stands inside of `await`, `?.` chains and the left sides of commas.
    pub fn bare(&self, id: NodeId) -> NodeId {
        let inner = match self.kind(id) {
            "AwaitExpression" => self.child(id, "argument"),
            "ChainExpression" | "ParenthesizedExpression" => self.child(id, "expression"),
            "SequenceExpression" => self.list(id, "expressions").last().copied(),
            _ => None,
        };
        inner.map_or(id, |inner| self.bare(inner))
    }
}
