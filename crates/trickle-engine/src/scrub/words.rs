//! Names that stand there whatever the secrets are, so that nothing is taken out of them.

use std::ops::Range;

use trickle_model::Outage;

/// Classes that `sandbox/host/errors.js` makes, and JavaScript's own.
const CLASSES: &[&str] = &[
    "WrongUsernameOrPasswordError",
    "ValidationError",
    "UnauthorizedError",
    "Error",
    "AggregateError",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "TypeError",
    "URIError",
];

/// Codes of those classes.
const CODES: &[&str] = &["wrongusernameorpassword", "unauthorized"];

/// Finds such names in a text.
pub(super) type Own = fn(&str) -> Vec<Range<usize>>;

/// Whether an error's class is a known one.
pub(super) fn is_class(name: &str) -> bool {
    CLASSES.contains(&name)
}

/// Whether an error's code is a known one. Of those that begin with `ERR_` a script may make up the rest.
pub(super) fn is_code(code: &str) -> bool {
    CODES.contains(&code) || (!code.starts_with("ERR_") && Outage::from_code(code).is_some())
}

/// None: what a script has written.
pub(super) fn none(_text: &str) -> Vec<Range<usize>> {
    Vec::new()
}

/// The class that a stack begins with.
pub(super) fn head(stack: &str) -> Vec<Range<usize>> {
    let end = stack.find([':', '\n']).unwrap_or(stack.len());
    let is_known = is_class(&stack[..end]);
    is_known.then_some(0..end).into_iter().collect()
}

/// Classes in a line of the script itself, which was written before anybody typed a password.
pub(super) fn classes(line: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        if is_part(c) {
            continue;
        }
        if is_class(&line[from..at]) {
            found.push(from..at);
        }
        from = at + c.len_utf8();
    }
    found
}
