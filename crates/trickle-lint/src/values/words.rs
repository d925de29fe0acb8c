//! What functions are called that keep what they are given, or do not.

/// These give numbers, truth values, or text that SQL can take.
const CLEANING: &[&str] = &[
    "Number",
    "parseInt",
    "parseFloat",
    "Boolean",
    "BigInt",
    "escape",
    "escapeId",
    "escapeLiteral",
    "escapeIdentifier",
    "format",
    "isNaN",
];

/// Of these, the ones that give no text at all.
pub const COUNTING: &[&str] = &[
    "Number",
    "parseInt",
    "parseFloat",
    "Boolean",
    "BigInt",
    "isNaN",
];

/// These give text that still has what they are given.
pub const KEEPING: &[&str] = &[
    "String",
    "encodeURIComponent",
    "decodeURIComponent",
    "encodeURI",
    "stringify",
    "inspect",
    "from",
    "concat",
    "assign",
    "btoa",
];

/// Methods that tell something about a text without giving it.
pub const ASKING: &[&str] = &[
    "includes",
    "startsWith",
    "endsWith",
    "indexOf",
    "test",
    "match",
    "search",
    "some",
    "every",
    "charCodeAt",
];

/// Patterns that fit every character.
pub const MASKED: &[&str] = &["/./g", "/./gs", "/.*/", "/.+/", "/.+/g", "/[\\s\\S]/g"];

/// What a function is called that gives text which SQL or a filter can take.
pub fn is_cleaning(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    CLEANING.contains(&name)
        || lower.contains("sanitize")
        || (lower.contains("escape") && !lower.contains("unescape"))
}

/// These give an object with all that another one has.
pub const COPYING: &[&str] = &[
    "assign",
    "extend",
    "clone",
    "cloneDeep",
    "structuredClone",
    "parse",
    "stringify",
];
