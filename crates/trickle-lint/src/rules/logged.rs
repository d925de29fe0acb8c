//! What is written to the log.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use trickle_model::Action;

use crate::{
    lint::Findings,
    literal::{last_name, put_together, whole},
    loggers::{logged, shown},
    names::Variable,
    script::Script,
    tree::NodeId,
    values::{Carriers, What, is_password, overwrites_password},
};

static USER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:legacy|db|found|current|existing|new|the)?_?(?:user|profile|account|member|customer)s?(?:_?(?:row|info|data|record|profile|object))?|rows?)$")
        .expect("the pattern is valid")
});

/// A query that reads what a user is known by, and more than a number.
static READS_USER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?is)^\s*select\s+(?:\w+\.)?(?:\*|[^;()]*?(?:mail|name|pass|hash)[^;]*?\sfrom\s)")
        .expect("the pattern is valid")
});

/// A password in a log line.
pub fn password(script: &Script<'_>, findings: &mut Findings<'_>) {
    let carriers = Carriers::of(script, What::Password);
    let tree = script.tree();
    for argument in logged(script) {
        // A whole user has the password that it was made with.
        let parts = shown(script, argument);
        let holder = parts
            .iter()
            .any(|node| carriers.is_holder(*node) && !is_spread_without_password(script, *node));
        let member =
            tree.is(argument, "MemberExpression") && tree.key(argument).is_some_and(is_password);
        let all = parts
            .iter()
            .any(|node| script.is_global(*node, "arguments") && are_of_main(script, *node));
        let all = all && {
            let mut inputs = script.inputs().iter();
            inputs.any(|input| carriers.carries(*input) || carriers.is_holder(*input))
        };
        if carriers.carries(argument) || holder || member || all {
            findings.add(
                argument,
                "the password is written to the log, and whoever reads the log can log in",
                "Take it out of the line.",
            );
        }
    }
    // `Error('…')` makes one without `new`, too.
    let made = ["NewExpression", "CallExpression"].map(|kind| tree.of_kind(kind));
    for node in made.into_iter().flatten().copied() {
        if !makes_error(script, node) {
            continue;
        }
        for argument in tree.arguments(node) {
            if carriers.carries(*argument) {
                findings.add(
                    *argument,
                    "the password becomes part of an error, whose message is written to the log and may be shown",
                    "Take it out of the message.",
                );
            }
        }
    }
}

fn makes_error(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    tree.child(node, "callee").is_some_and(|callee| {
        let is_named = || last_name(tree, callee).is_some_and(|name| name.ends_with("Error"));
        script.is_global(callee, "Error") || (tree.is(node, "NewExpression") && is_named())
    })
}

/// Whether `arguments` are those that the script is called with. Arrow functions have none of their own.
fn are_of_main(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let own = |around: &NodeId| {
        matches!(
            tree.kind(*around),
            "FunctionDeclaration" | "FunctionExpression"
        )
    };
    tree.ancestors(node).find(own) == Some(script.main)
}

/// `{ ...user, password: undefined }`.
fn is_spread_without_password(script: &Script<'_>, node: NodeId) -> bool {
    let tree = script.tree();
    let spread = tree
        .parent(node)
        .filter(|around| tree.is(*around, "SpreadElement"));
    let object = spread.and_then(|spread| tree.parent(spread));
    object.is_some_and(|object| overwrites_password(tree, object, node))
}

/// A user's record in a log line.
pub fn user(script: &Script<'_>, findings: &mut Findings<'_>) {
    let carriers = Carriers::of(script, What::Password);
    let mut profiles = answered_variables(script);
    profiles.extend(queried_variables(script));
    for argument in logged(script) {
        let is_found = shown(script, argument)
            .into_iter()
            .any(|node| !carriers.is_holder(node) && is_record(script, node, &profiles));
        if is_found {
            findings.add(
                argument,
                "a whole user is written to the log: name, address and whatever else the legacy store has, the hash perhaps among it",
                "Log what is needed, such as the id.",
            );
        }
    }
}

fn is_record(script: &Script<'_>, node: NodeId, profiles: &BTreeSet<Variable>) -> bool {
    let tree = script.tree();
    match tree.kind(node) {
        "Identifier" => {
            let named = tree
                .identifier(node)
                .is_some_and(|name| USER.is_match(name));
            let Some(variable) = script.variable(node) else {
                return false;
            };
            let typed = script
                .inputs()
                .iter()
                .any(|input| script.variable(*input) == Some(variable));
            profiles.contains(&variable)
                || (named && (!typed || script.action == Some(Action::Create)))
        }
        "MemberExpression" => {
            let object = tree.child(node, "object");
            let first = tree.flag(node, "computed")
                && object.is_some_and(|object| is_record(script, object, profiles));
            first || tree.key(node) == Some("rows")
        }
        _ => false,
    }
}

/// Variables with what a query of users gave: `(err, result) => …`, `const { rows } = await …`, `.then((result) => …)`.
fn queried_variables(script: &Script<'_>) -> BTreeSet<Variable> {
    let tree = script.tree();
    let mut found = BTreeSet::new();
    for call in tree.of_kind("CallExpression") {
        if !reads_users(script, *call) {
            continue;
        }
        let handler = tree.arguments(*call).last().copied();
        let given = handler.filter(|it| tree.is_function(*it));
        found.extend(given.and_then(|it| script.variable(*tree.list(it, "params").get(1)?)));
        let Some(around) = tree.parent(*call) else {
            continue;
        };
        if tree.is(around, "AwaitExpression") {
            let declarator = tree
                .parent(around)
                .filter(|it| tree.child(*it, "init") == Some(around));
            let target = declarator.and_then(|it| tree.child(it, "id"));
            found.extend(target.and_then(|target| rows_in(script, target)));
        } else if tree.key(around) == Some("then") {
            let then = tree
                .parent(around)
                .and_then(|it| tree.arguments(it).first());
            let first = then.and_then(|it| tree.list(*it, "params").first());
            found.extend(first.and_then(|it| script.variable(*it)));
        }
    }
    found
}

/// The variable of `result`, `{ rows }`, `[rows]` and `[[user]]`.
fn rows_in(script: &Script<'_>, target: NodeId) -> Option<Variable> {
    let tree = script.tree();
    match tree.kind(target) {
        "ArrayPattern" => rows_in(script, *tree.list(target, "elements").first()?),
        "ObjectPattern" => {
            let mut properties = tree.list(target, "properties").iter();
            let rows = properties
                .find(|it| matches!(tree.key(**it), Some("rows" | "recordset" | "recordsets")))?;
            script.variable(tree.child(*rows, "value")?)
        }
        _ => script.variable(target),
    }
}

fn reads_users(script: &Script<'_>, call: NodeId) -> bool {
    let tree = script.tree();
    match tree.method(call) {
        Some("findOne") => true,
        Some("query" | "execute") => tree.arguments(call).first().is_some_and(|query| {
            let query = script.resolved(*query);
            let text = whole(tree, query).map(str::to_owned);
            text.or_else(|| put_together(script, query).map(|(fixed, _)| fixed))
                .is_some_and(|text| READS_USER.is_match(&text))
        }),
        _ => false,
    }
}

/// Variables that are given to the callback as the profile.
pub fn answered_variables(script: &Script<'_>) -> BTreeSet<Variable> {
    let tree = script.tree();
    if !matches!(script.action, None | Some(Action::Login | Action::GetUser)) {
        return BTreeSet::new();
    }
    tree.all()
        .filter(|node| tree.is(*node, "CallExpression"))
        .filter(|node| {
            tree.child(*node, "callee")
                .and_then(|callee| script.variable(callee))
                .is_some_and(|callee| Some(callee) == script.callback())
        })
        .filter_map(|node| script.variable(*tree.arguments(node).get(1)?))
        .collect()
}
