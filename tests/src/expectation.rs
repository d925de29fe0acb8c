//! Expected against observed, with a line for each difference.

use serde_json::{Map, Value};

const WILDCARD: &str = "[WILDCARD]";

/// A line for every field of `expected` that `seen` does not have so. Fields that are not listed are free; one that is listed as
/// null has to be absent. The fields of `error` are compared in the same way, all others as a whole.
pub fn differences(expected: &Map<String, Value>, seen: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare_listed(expected, seen, "", &mut lines);
    lines
}

fn compare_listed(
    expected: &Map<String, Value>,
    seen: &Value,
    path: &str,
    lines: &mut Vec<String>,
) {
    for (field, expected) in expected {
        let path = format!("{path}{field}");
        match (field.as_str(), expected) {
            ("error", Value::Object(fields)) => {
                compare_listed(fields, &seen["error"], "error.", lines);
            }
            _ => compare(expected, &seen[field], &path, lines),
        }
    }
}

fn compare(expected: &Value, seen: &Value, path: &str, lines: &mut Vec<String>) {
    match (expected, seen) {
        (Value::String(pattern), Value::String(text)) if matches(pattern, text) => {}
        (Value::Array(expected), Value::Array(seen)) if expected.len() == seen.len() => {
            for (index, (expected, seen)) in expected.iter().zip(seen).enumerate() {
                compare(expected, seen, &format!("{path}[{index}]"), lines);
            }
        }
        (Value::Object(expected), Value::Object(seen)) => {
            let keys = expected
                .keys()
                .chain(seen.keys().filter(|k| !expected.contains_key(*k)));
            for key in keys {
                let of = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                compare(&of(expected), &of(seen), &format!("{path}.{key}"), lines);
            }
        }
        (Value::Number(expected), Value::Number(seen)) if expected.as_f64() == seen.as_f64() => {}
        _ if expected == seen => {}
        _ => lines.push(format!(
            "    {path}: expected {expected}\n    {path}: observed {seen}"
        )),
    }
}

/// Whether `text` is the pattern, in which `[WILDCARD]` stands for any text.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(WILDCARD);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        assert!(matches("same", "same"));
        assert!(!matches("same", "same same"));
        assert!(matches("a[WILDCARD]c", "abbc"));
        assert!(!matches("a[WILDCARD]c", "abbcd"));
        assert!(matches("[WILDCARD]b[WILDCARD]", "abc"));
        assert!(!matches("[WILDCARD]x[WILDCARD]", "abc"));
    }
}
