//! User names of connections that have them.

use serde_json::Value;
use trickle_model::{ConnectionOptions, phone_identifier};

/// Signs that a user name may have besides letters and digits.
const SIGNS: &str = "@^$.!`-#+'~_";
/// Unless the connection says otherwise.
const USUAL_LENGTHS: (u64, u64) = (1, 15);

/// Whether people of this connection have user names.
pub(crate) fn are_used(options: &ConnectionOptions) -> bool {
    options.flag("requires_username") || attribute(options).is_some()
}

/// Whether nobody signs up without one.
pub(crate) fn are_required(options: &ConnectionOptions) -> bool {
    let status = attribute(options).and_then(|username| username.get("signup")?.get("status"));
    options.flag("requires_username") || status.is_some_and(|status| status == "required")
}

/// What is wrong with a user name, if anything.
pub(crate) fn defect(options: &ConnectionOptions, username: &str) -> Option<String> {
    let (least, most) = lengths(options);
    let length = username.chars().count() as u64;
    let sound = |c: char| c.is_ascii_alphanumeric() || SIGNS.contains(c);
    if !(least..=most).contains(&length) {
        return Some(format!(
            "Username must be {least} to {most} characters long."
        ));
    }
    if !username.chars().all(sound) {
        return Some(format!(
            "Username may have letters, digits and {SIGNS} only."
        ));
    }
    // Else one person's user name could be another's address, or number.
    let is_address = username
        .rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    let is_number = options.phone_is_identifier() && phone_identifier(username).is_some();
    match (is_address, is_number) {
        (true, _) => Some("Username must not be an email address.".to_owned()),
        (false, true) => Some("Username must not be a phone number.".to_owned()),
        (false, false) => None,
    }
}

fn attribute(options: &ConnectionOptions) -> Option<&Value> {
    options.attribute("username")
}

fn lengths(options: &ConnectionOptions) -> (u64, u64) {
    let number = |map: &Value, name: &str| map.get(name).and_then(Value::as_u64);
    let old = options
        .as_map()
        .get("validation")
        .and_then(|all| all.get("username"));
    let new = attribute(options).and_then(|username| username.get("validation"));
    let least = old
        .and_then(|rule| number(rule, "min"))
        .or_else(|| new.and_then(|rule| number(rule, "min_length")));
    let most = old
        .and_then(|rule| number(rule, "max"))
        .or_else(|| new.and_then(|rule| number(rule, "max_length")));
    let least = least.unwrap_or(USUAL_LENGTHS.0).clamp(1, 128);
    (least, most.unwrap_or(USUAL_LENGTHS.1).clamp(least, 128))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_no_names_where_people_log_in_by_them() {
        let active = json!({"attributes": {"phone_number": {"identifier": {"active": true}}}});
        let Value::Object(active) = active else {
            unreachable!("an object was written");
        };
        let active = ConnectionOptions::from_stored(active);
        for (name, is_number) in [
            ("+4930123456", true),
            ("+49-30.123456", true),
            ("4930123456", false),
            ("+49-ada", false),
        ] {
            assert_eq!(defect(&active, name).is_some(), is_number, "{name}");
            assert_eq!(defect(&ConnectionOptions::default(), name), None, "{name}");
        }
    }

    #[test]
    fn lengths_and_signs_are_kept() {
        let options = |value: Value| match value {
            Value::Object(map) => ConnectionOptions::from_stored(map),
            _ => panic!("an object"),
        };
        let usual = options(json!({}));
        for (name, fine) in [
            ("ada", true),
            ("a.b-c+d_e", true),
            ("", false),
            ("sixteen-letters-", false),
            ("a b", false),
            ("a@b.c", false),
            ("a@b", true),
        ] {
            assert_eq!(defect(&usual, name).is_none(), fine, "{name}");
        }
        let longer = options(json!({"validation": {"username": {"min": 3, "max": 20}}}));
        assert!(defect(&longer, "ab").is_some());
        assert!(defect(&longer, "sixteen-letters-").is_none());
        let newer = options(
            json!({"attributes": {"username": {"validation": {"min_length": 2, "max_length": 3}}}}),
        );
        assert!(defect(&newer, "abcd").is_some());
        assert!(are_used(&newer) && !are_required(&newer));
    }
}
