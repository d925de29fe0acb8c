use serde_json::Value;
use trickle_tests::expectation::differences;

use super::case::Case;

/// What is wrong with a case; `counts` says of which fields of `expect` the observer knows.
pub fn verdict(case: &Case, observed: &[Value], counts: impl Fn(&str) -> bool) -> Option<String> {
    let mut lines = Vec::new();
    for (number, (run, seen)) in case.runs().zip(observed).enumerate() {
        let mut expected = run.expect;
        let fields = expected.as_object_mut().expect("`expect` is an object");
        fields.retain(|field, _| counts(field));
        if let Some(Value::Object(error)) = fields.get_mut("error") {
            error.retain(|field, _| counts(field));
        }
        let found = differences(fields, seen);
        if !found.is_empty() {
            lines.extend(found);
            let reason = seen["reason"].as_str().unwrap_or_default();
            lines.push(format!("    run {} ended: {reason}", number + 1));
        }
    }
    (!lines.is_empty()).then(|| format!("{}\n{}", case.name(), lines.join("\n")))
}
