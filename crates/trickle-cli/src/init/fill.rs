//! Filling in skeletons of scripts.

/// A skeleton with a value for each `{{mark}}`, all of them at once: a legacy store names its columns as it likes, and a mark in such a name
/// would be filled in after its quotes were written.
pub fn fill(skeleton: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = skeleton;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        let filled = after.split_once("}}").and_then(|(mark, after)| {
            let (_, value) = values.iter().find(|(name, _)| *name == mark)?;
            Some((*value, after))
        });
        let (part, after) = filled.unwrap_or(("{{", after));
        text.push_str(part);
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_in_values_stay_as_they_are() {
        let values = [("a", "{{b}}"), ("b", "{{a}}{{")];
        assert_eq!(
            fill("{{a}} {{b}}, ({{a}})", &values),
            "{{b}} {{a}}{{, ({{b}})"
        );
    }

    #[test]
    fn what_has_no_value_stays() {
        let values = [("a", "1")];
        assert_eq!(fill("{{ {{c}} {{a}}}} {{a", &values), "{{ {{c}} 1}} {{a");
        assert_eq!(fill("", &values), "");
    }
}
