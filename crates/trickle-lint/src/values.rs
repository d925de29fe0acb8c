//! Where what was typed goes.

mod words;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use trickle_model::Action;

use self::words::{ASKING, COPYING, COUNTING, KEEPING, MASKED, is_cleaning};
use crate::{
    literal::last_name,
    names::Variable,
    script::Script,
    tree::{NodeId, Tree},
};

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Everything that the script is called with.
    Typed,
    /// The password.
    Password,
}

/// One round follows all names in the order of the text; only what goes against it needs more of them.
const MOST_ROUNDS: usize = 64;

/// The variables that have it.
#[derive(Debug)]
pub struct Carriers<'a, 's> {
    script: &'s Script<'a>,
    what: What,
    variables: BTreeSet<Variable>,
    /// Variables of objects that have it in their `password`.
    holders: BTreeSet<Variable>,
    /// Where such an object's password is first taken out or hashed.
    cleared: BTreeMap<Variable, u32>,
    carried: Answers,
    held: Answers,
}

/// What was asked of nodes before, with how many variables were known to have it then.
type Answers = RefCell<HashMap<NodeId, (bool, usize)>>;

impl<'a, 's> Carriers<'a, 's> {
    /// Follows it from the function's parameters on.
    pub fn of(script: &'s Script<'a>, what: What) -> Self {
        let mut carriers = Self {
            script,
            what,
            variables: BTreeSet::new(),
            holders: BTreeSet::new(),
            cleared: BTreeMap::new(),
            carried: Answers::default(),
            held: Answers::default(),
        };
        carriers.start();
        for _ in 0..MOST_ROUNDS {
            if !carriers.spread() {
                break;
            }
        }
        carriers.cleared = carriers.clearings();
        carriers
    }

    /// What is true of a node, by an earlier answer where that holds: what has it has it for good, and what has not may have it when more
    /// variables do.
    fn remembered(&self, answers: &Answers, node: NodeId, ask: impl FnOnce() -> bool) -> bool {
        let known = self.variables.len() + self.holders.len();
        let before = answers.borrow().get(&node).copied();
        match before {
            Some((true, _)) => true,
            Some((false, then)) if then == known => false,
            _ => {
                let found = ask();
                answers.borrow_mut().insert(node, (found, known));
                found
            }
        }
    }

    fn start(&mut self) {
        let script = self.script;
        for (index, parameter) in script.inputs().iter().enumerate() {
            let secret_place =
                matches!(script.action, Some(Action::Login | Action::ChangePassword)) && index == 1;
            let whole_user = script.action == Some(Action::Create) && index == 0;
            for (key, variable) in bindings(script, *parameter) {
                let named = is_password(key);
                match self.what {
                    What::Typed => {
                        self.variables.insert(variable);
                    }
                    What::Password
                        if named || (secret_place && !is_pattern(script, *parameter)) =>
                    {
                        self.variables.insert(variable);
                    }
                    What::Password if whole_user || key == "user" => {
                        self.holders.insert(variable);
                    }
                    What::Password => {}
                }
            }
        }
    }

    /// Takes one more step; false when nothing new was reached.
    fn spread(&mut self) -> bool {
        let before = (self.variables.len(), self.holders.len());
        let tree = self.script.tree();
        for node in tree.all() {
            let (target, value) = match tree.kind(node) {
                "VariableDeclarator" => (tree.child(node, "id"), tree.child(node, "init")),
                "AssignmentExpression" => (tree.child(node, "left"), tree.child(node, "right")),
                "CallExpression" => {
                    self.bind_parameters(node);
                    continue;
                }
                _ => continue,
            };
            if let (Some(target), Some(value)) = (target, value) {
                self.bind(target, value);
            }
        }
        before != (self.variables.len(), self.holders.len())
    }

    fn bind(&mut self, target: NodeId, value: NodeId) {
        let script = self.script;
        let holds = self.holds(value);
        if holds && !is_pattern(script, target) {
            self.holders.extend(script.variable(target));
        }
        let carried = self.carries(value);
        for (key, variable) in bindings(script, target) {
            let taken = holds && is_pattern(script, target) && is_password(key);
            let whole = carried && (self.what == What::Typed || !is_pattern(script, target));
            if taken || whole || (carried && is_password(key)) {
                self.variables.insert(variable);
            }
        }
    }

    /// Hexadecimal digits and their like, which SQL can take, and a password whose characters are replaced by asterisks.
    fn is_unreadable(&self, name: &str, arguments: &[NodeId]) -> bool {
        let tree = self.script.tree();
        match (name, arguments) {
            ("digest", [encoding]) => tree.string(*encoding).is_some(),
            ("replace" | "replaceAll", [pattern, _]) => {
                self.what == What::Password && MASKED.contains(&tree.source(*pattern))
            }
            _ => false,
        }
    }

    /// Whether a value is the whole object, or a copy of it with its password.
    fn holds(&self, value: NodeId) -> bool {
        self.remembered(&self.held, value, || self.is_whole(value))
    }

    fn is_whole(&self, value: NodeId) -> bool {
        let script = self.script;
        let tree = script.tree();
        let value = tree.bare(value);
        let any = |nodes: &[NodeId]| nodes.iter().any(|node| self.holds(*node));
        match tree.kind(value) {
            "Identifier" => script
                .variable(value)
                .is_some_and(|variable| self.holders.contains(&variable)),
            "ObjectExpression" => tree.list(value, "properties").iter().any(|property| {
                tree.child(*property, "argument")
                    .is_some_and(|it| self.holds(it) && !overwrites_password(tree, value, it))
            }),
            "CallExpression" => {
                let callee = tree.child(value, "callee");
                let name = callee.and_then(|callee| last_name(tree, callee));
                name.is_some_and(|name| COPYING.contains(&name)) && any(tree.arguments(value))
            }
            _ => false,
        }
    }

    /// What a function of the script is called with is in its parameters.
    fn bind_parameters(&mut self, call: NodeId) {
        let script = self.script;
        let tree = script.tree();
        let callee = tree.child(call, "callee");
        let Some(function) = callee.and_then(|callee| script.local_function(callee)) else {
            return;
        };
        let arguments = tree.arguments(call);
        for (index, parameter) in tree.list(function, "params").iter().enumerate() {
            let end = if tree.is(*parameter, "RestElement") {
                arguments.len()
            } else {
                index + 1
            };
            for argument in arguments.get(index..end).unwrap_or_default() {
                self.bind(*parameter, *argument);
            }
        }
    }

    /// Whether an expression's value has it.
    pub fn carries(&self, node: NodeId) -> bool {
        self.remembered(&self.carried, node, || self.has_it(node))
    }

    fn has_it(&self, node: NodeId) -> bool {
        let script = self.script;
        let tree = script.tree();
        let any = |nodes: &[NodeId]| nodes.iter().any(|node| self.carries(*node));
        let part = |name: &str| tree.child(node, name).is_some_and(|it| self.carries(it));
        match tree.kind(node) {
            "Identifier" => script
                .variable(node)
                .is_some_and(|variable| self.variables.contains(&variable)),
            "MemberExpression" => self.member_carries(node),
            "TemplateLiteral" => any(tree.list(node, "expressions")),
            "BinaryExpression" => {
                tree.text_of(node, "operator") == Some("+") && (part("left") || part("right"))
            }
            "ConditionalExpression" => part("consequent") || part("alternate"),
            "LogicalExpression" => {
                part("right") || (tree.text_of(node, "operator") != Some("&&") && part("left"))
            }
            "AssignmentExpression" => part("right"),
            "AwaitExpression" | "SpreadElement" => part("argument"),
            "ChainExpression" => part("expression"),
            "SequenceExpression" => tree
                .list(node, "expressions")
                .last()
                .is_some_and(|it| self.carries(*it)),
            "ArrayExpression" => any(tree.list(node, "elements")),
            "ObjectExpression" => tree.list(node, "properties").iter().any(|property| {
                tree.child(*property, "value")
                    .or_else(|| tree.child(*property, "argument"))
                    .is_some_and(|value| self.carries(value))
            }),
            "CallExpression" => self.call_carries(node),
            _ => false,
        }
    }

    fn member_carries(&self, node: NodeId) -> bool {
        let tree = self.script.tree();
        let Some(object) = tree.child(node, "object") else {
            return false;
        };
        let key = tree.key(node).unwrap_or("");
        if key == "length" {
            return false;
        }
        match self.what {
            What::Typed => self.carries(object),
            What::Password => {
                let holds = self
                    .script
                    .variable(object)
                    .is_some_and(|variable| self.holders.contains(&variable));
                is_password(key) && (holds || self.carries(object))
            }
        }
    }

    fn call_carries(&self, node: NodeId) -> bool {
        let tree = self.script.tree();
        let Some(callee) = tree.child(node, "callee") else {
            return false;
        };
        let Some(name) = last_name(tree, callee) else {
            return false;
        };
        let arguments = tree.arguments(node);
        let given = || arguments.iter().any(|argument| self.carries(*argument));
        if ASKING.contains(&name) || self.is_unreadable(name, arguments) {
            return false;
        }
        // What SQL can take is still the password.
        let cleans = is_cleaning(name);
        if cleans && (self.what == What::Typed || COUNTING.contains(&name)) {
            return false;
        }
        if (cleans || KEEPING.contains(&name)) && given() {
            return true;
        }
        if self.what == What::Typed && name == "update" && given() {
            return true;
        }
        if name == "map"
            && let Some(body) = arguments.first().and_then(|it| tree.child(*it, "body"))
            && !tree.is(body, "BlockStatement")
        {
            return self.carries(body);
        }
        if tree.is(callee, "MemberExpression") {
            return tree
                .child(callee, "object")
                .is_some_and(|object| self.carries(object));
        }
        self.what == What::Typed && self.script.local_function(callee).is_some() && given()
    }

    /// Whether a value is the whole object with the password in it, which the text before has not taken out or hashed.
    pub fn is_holder(&self, node: NodeId) -> bool {
        let variable = self.script.variable(node);
        variable.is_some_and(|variable| {
            let cleared = self.cleared.get(&variable);
            self.holders.contains(&variable)
                && cleared.is_none_or(|at| *at >= self.script.tree().start(node))
        })
    }

    /// The first `delete user.password` or `user.password = hash` of each variable.
    fn clearings(&self) -> BTreeMap<Variable, u32> {
        let script = self.script;
        let tree = script.tree();
        let deleted = tree.of_kind("UnaryExpression").iter().filter_map(|node| {
            let is_delete = tree.text_of(*node, "operator") == Some("delete");
            tree.child(*node, "argument").filter(|_| is_delete)
        });
        let assigned = tree.of_kind("AssignmentExpression").iter();
        let assigned = assigned.filter_map(|node| {
            let member = tree.child(*node, "left")?;
            let is_own = tree.key(member).is_some_and(is_password);
            let value = tree.child(*node, "right").filter(|_| is_own)?;
            (!self.carries(value)).then_some(member)
        });
        let mut cleared = BTreeMap::new();
        for member in deleted.chain(assigned) {
            let object = tree.child(member, "object");
            if let Some(variable) = object.and_then(|object| script.variable(object))
                && tree.key(member).is_some_and(is_password)
            {
                let at = tree.start(member);
                let first = cleared.entry(variable).or_insert(at);
                *first = at.min(*first);
            }
        }
        cleared
    }
}

/// Whether an object's later fields put something else into the password of what is spread into it.
pub fn overwrites_password(tree: &Tree, object: NodeId, spread: NodeId) -> bool {
    tree.list(object, "properties").iter().any(|property| {
        tree.start(*property) > tree.start(spread) && tree.key(*property).is_some_and(is_password)
    })
}

/// Whether a name is that of a password in clear.
pub fn is_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = ["password", "passwd", "pwd", "passphrase", "pass"];
    let stem = name
        .trim_start_matches("new")
        .trim_start_matches("user")
        .trim_start_matches("plain")
        .trim_start_matches('_');
    known.contains(&stem)
}

fn is_pattern(script: &Script<'_>, target: NodeId) -> bool {
    matches!(script.tree().kind(target), "ObjectPattern" | "ArrayPattern")
}

/// The variables that a parameter or declaration makes, each with its own name or the key that it is taken from.
pub fn bindings<'a>(script: &Script<'a>, target: NodeId) -> Vec<(&'a str, Variable)> {
    let tree = script.tree();
    match tree.kind(target) {
        "Identifier" => {
            let name = tree.identifier(target).unwrap_or("");
            script
                .variable(target)
                .map(|variable| (name, variable))
                .into_iter()
                .collect()
        }
        "AssignmentPattern" => tree
            .child(target, "left")
            .map(|left| bindings(script, left))
            .unwrap_or_default(),
        "RestElement" => tree
            .child(target, "argument")
            .map(|inner| bindings(script, inner))
            .unwrap_or_default(),
        "ArrayPattern" => tree
            .list(target, "elements")
            .iter()
            .flat_map(|element| bindings(script, *element))
            .collect(),
        "ObjectPattern" => tree
            .list(target, "properties")
            .iter()
            .flat_map(|property| {
                let key = tree.key(*property);
                let value = tree.child(*property, "value").unwrap_or(*property);
                bindings(script, value)
                    .into_iter()
                    .map(move |(name, variable)| (key.unwrap_or(name), variable))
            })
            .collect(),
        _ => Vec::new(),
    }
}
