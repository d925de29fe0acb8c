use std::collections::BTreeMap;

use serde_json::Value;

/// Fields that differ, by path, with both values.
pub fn differences(one: &Value, other: &Value) -> BTreeMap<String, (Value, Value)> {
    let mut found = BTreeMap::new();
    compare(one, other, "", &mut found);
    found
}

fn compare(one: &Value, other: &Value, path: &str, found: &mut BTreeMap<String, (Value, Value)>) {
    let (Value::Object(left), Value::Object(right)) = (one, other) else {
        if one != other {
            found.insert(path.to_owned(), (one.clone(), other.clone()));
        }
        return;
    };
    let more = right.keys().filter(|key| !left.contains_key(*key));
    for key in left.keys().chain(more) {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or_default();
        compare(&of(left), &of(right), &path, found);
    }
}

#[test]
fn nested_fields_are_told_apart() {
    let one = serde_json::json!({"a": {"b": 1, "c": [1]}, "d": 2});
    let other = serde_json::json!({"a": {"b": 1, "c": [2]}, "e": 2});
    let found = differences(&one, &other);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["a.c", "d", "e"]);
}
