//! Tokens that are written to the log.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::{
    lint::Findings,
    literal::last_name,
    loggers::{logged, shown},
    names::Variable,
    script::Script,
    tree::NodeId,
    values::bindings,
};

/// Where services give tokens: `/oauth/token`, `/connect/token`, `/protocol/openid-connect/token`.
static ENDPOINT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)/(?:token|access_token)/?(?:[?#]|$)|(?:^|[?&])grant_type=")
        .expect("the pattern is valid")
});

/// What is as good as a password, in lower case without strokes.
const TOKENS: &[&str] = &["accesstoken", "idtoken", "refreshtoken", "clientsecret"];

/// Members of an answer that have what was answered.
const BODIES: &[&str] = &["body", "data", "text"];

/// Around a text at most so many nodes stand before the call that it is of.
const MOST_STEPS: usize = 16;

/// Rounds after which names of names are followed no further.
const MOST_ROUNDS: usize = 8;

/// A token in a log line, or all that a service answers that gives tokens.
pub fn logged_tokens(script: &Script<'_>, findings: &mut Findings<'_>) {
    let answers = Answers::of(script);
    for argument in logged(script) {
        let parts = shown_with_texts(script, argument);
        if parts.into_iter().any(|node| answers.has_token(node)) {
            findings.add(
                argument,
                "a token is written to the log, and whoever reads the log can use it",
                "Log the answer's status alone.",
            );
        }
    }
}

/// What of an argument is logged, what becomes a part of a text among it.
fn shown_with_texts(script: &Script<'_>, argument: NodeId) -> Vec<NodeId> {
    let tree = script.tree();
    let mut parts = shown(script, argument);
    let mut next = 0;
    while let Some(node) = parts.get(next).copied() {
        match tree.kind(node) {
            "TemplateLiteral" => parts.extend(tree.list(node, "expressions")),
            "BinaryExpression" if tree.text_of(node, "operator") == Some("+") => {
                parts.extend(
                    ["left", "right"]
                        .iter()
                        .filter_map(|side| tree.child(node, side)),
                );
            }
            _ => {}
        }
        next += 1;
    }
    parts
}

/// What services have answered that give tokens.
struct Answers<'a, 's> {
    script: &'s Script<'a>,
    /// Calls that ask for a token.
    calls: BTreeSet<NodeId>,
    /// Variables with an answer, or its body.
    variables: BTreeSet<Variable>,
}

impl<'a, 's> Answers<'a, 's> {
    fn of(script: &'s Script<'a>) -> Self {
        let mut answers = Self {
            script,
            calls: asking(script),
            variables: BTreeSet::new(),
        };
        for call in answers.calls.clone() {
            answers.follow_handlers(call);
        }
        for _ in 0..MOST_ROUNDS {
            let before = answers.variables.len();
            answers.spread();
            if answers.variables.len() == before || answers.calls.is_empty() {
                break;
            }
        }
        answers
    }

    /// `(err, response, body) => …`, and `.then((response) => …)`.
    fn follow_handlers(&mut self, call: NodeId) {
        let tree = self.script.tree();
        if let Some(handler) = tree.arguments(call).last()
            && tree.is_function(*handler)
            && let [_, given @ ..] = tree.list(*handler, "params")
        {
            for parameter in given {
                self.bind(*parameter);
            }
        }
        let mut promise = call;
        for _ in 0..MOST_STEPS {
            let Some(then) = chained(self.script, promise) else {
                return;
            };
            let Some(handler) = tree.arguments(then).first() else {
                return;
            };
            if let Some(first) = tree.list(*handler, "params").first() {
                self.bind(*first);
            }
            // What an arrow gives is what the next one gets.
            let goes_on = tree
                .child(*handler, "body")
                .is_some_and(|body| self.has_answer(body));
            if !goes_on {
                return;
            }
            promise = then;
        }
    }

    fn spread(&mut self) {
        let tree = self.script.tree();
        for node in tree.all() {
            let (target, value) = match tree.kind(node) {
                "VariableDeclarator" => ("id", "init"),
                "AssignmentExpression" => ("left", "right"),
                _ => continue,
            };
            if let (Some(target), Some(value)) = (tree.child(node, target), tree.child(node, value))
                && self.has_answer(value)
            {
                self.bind(target);
            }
        }
    }

    /// Of what is taken out of an answer by its names, only the body is one.
    fn bind(&mut self, target: NodeId) {
        let is_pattern = self.script.tree().is(target, "ObjectPattern");
        for (key, variable) in bindings(self.script, target) {
            if !is_pattern || BODIES.contains(&key) {
                self.variables.insert(variable);
            }
        }
    }

    /// Whether a value is an answer, or its body.
    fn has_answer(&self, node: NodeId) -> bool {
        let tree = self.script.tree();
        let mut node = tree.bare(node);
        loop {
            let variable = self.script.variable(node);
            if self.calls.contains(&node)
                || variable.is_some_and(|variable| self.variables.contains(&variable))
            {
                return true;
            }
            let callee = tree.child(node, "callee");
            let name = callee.and_then(|callee| last_name(tree, callee));
            let inner = match (tree.kind(node), name) {
                ("CallExpression", Some("parse" | "stringify" | "inspect")) => {
                    tree.arguments(node).first().copied()
                }
                ("CallExpression", Some("json" | "text")) => {
                    callee.and_then(|callee| tree.child(callee, "object"))
                }
                ("MemberExpression", _)
                    if tree.key(node).is_some_and(|key| BODIES.contains(&key)) =>
                {
                    tree.child(node, "object")
                }
                _ => None,
            };
            let Some(inner) = inner else {
                return false;
            };
            node = tree.bare(inner);
        }
    }

    fn has_token(&self, node: NodeId) -> bool {
        let tree = self.script.tree();
        let is_token = last_name(tree, node).is_some_and(|name| {
            let name = name.replace('_', "").to_ascii_lowercase();
            TOKENS.contains(&name.as_str())
        });
        is_token || self.has_answer(node)
    }
}

/// The `.then(…)` of a call.
fn chained(script: &Script<'_>, call: NodeId) -> Option<NodeId> {
    let tree = script.tree();
    let member = tree.parent(call)?;
    let then = tree.parent(member)?;
    let is_then = tree.key(member) == Some("then")
        && tree.child(member, "object") == Some(call)
        && tree.child(then, "callee") == Some(member);
    is_then.then_some(then)
}

/// Requests to where tokens are given.
fn asking(script: &Script<'_>) -> BTreeSet<NodeId> {
    let tree = script.tree();
    let (mut calls, mut options) = (BTreeSet::new(), BTreeSet::new());
    for node in tree.all() {
        let is_field = tree.is(node, "Property") && tree.key(node) == Some("grant_type");
        if !is_field && !is_endpoint(script, node) {
            continue;
        }
        match request(script, node) {
            Some(Request::Call(call)) => calls.extend([call]),
            Some(Request::Options(variable)) => options.extend([variable]),
            None => {}
        }
    }
    for name in options.into_iter().flat_map(|it| script.uses(it)) {
        if let Some(Request::Call(call)) = request(script, *name) {
            calls.insert(call);
        }
    }
    calls
}

fn is_endpoint(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let text = match tree.kind(node) {
        "Literal" => tree.string(node),
        // The end of an address whose beginning is configured.
        "TemplateElement" => tree
            .plain(node, "value")
            .and_then(|it| it["cooked"].as_str()),
        _ => None,
    };
    text.is_some_and(|text| ENDPOINT.is_match(text))
}

/// What a text or field is a part of: of a call, or of options that are written out before.
enum Request {
    Call(NodeId),
    Options(Variable),
}

fn request(script: &Script<'_>, node: NodeId) -> Option<Request> {
    let tree = script.tree();
    let around = tree.ancestors(node).take(MOST_STEPS);
    for node in around.take_while(|around| !tree.is_function(*around)) {
        if tree.is(node, "VariableDeclarator") {
            let variable = script.variable(tree.child(node, "id")?)?;
            return Some(Request::Options(variable));
        }
        let callee = tree
            .child(node, "callee")
            .filter(|_| tree.is(node, "CallExpression"));
        let name = callee.and_then(|callee| last_name(tree, callee));
        if name.is_some_and(is_requesting) {
            return Some(Request::Call(node));
        }
    }
    None
}

/// Whether a function that is called so asks a service.
fn is_requesting(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "got"
        || ["request", "fetch", "axios", "post"]
            .iter()
            .any(|part| name.contains(part))
}
