//! What every new user of a connection has to have.

use serde_json::Value;
use trickle_model::{ConnectionOptions, EmailRule, Profile, is_phone};

use super::username;

/// Identifiers but the address.
const OTHERS: [&str; 2] = ["username", "phone_number"];

/// What is missing or malformed: its name, and what is wrong with it.
pub(super) fn defect(
    options: &ConnectionOptions,
    profile: &Profile,
) -> Option<(&'static str, String)> {
    let phone = profile.attributes.get("phone_number");
    let phone = phone.filter(|value| !value.is_null());
    if let Some(phone) = phone
        && !phone.as_str().is_some_and(is_phone)
    {
        let why = "phone_number must be a plus and 1 to 15 digits";
        return Some(("phone_number", why.to_owned()));
    }
    let has = [
        ("email", profile.email.is_some()),
        ("username", profile.username.is_some()),
        ("phone_number", phone.is_some()),
    ];
    let missing = has
        .into_iter()
        .find(|&(name, is_there)| !is_there && is_required(options, name))
        .map(|(name, _)| name);
    let nothing = has.iter().all(|(_, is_there)| !is_there);
    let missing = missing.or(nothing.then_some("email"))?;
    Some((missing, format!("missing {missing}")))
}

/// Whether people who sign up are not asked for it.
pub(super) fn are_inactive(options: &ConnectionOptions, name: &str) -> bool {
    status(options, name).is_some_and(|status| status == "inactive")
}

/// Whether a form for people who sign up has a field for this identifier, and whether that has to be filled. The address is asked for unless
/// `attributes` leaves it out or says that it is `inactive`, and where nothing else is.
pub fn asked_at_sign_up(options: &ConnectionOptions, name: &str) -> Option<bool> {
    if is_required(options, name) {
        return Some(true);
    }
    if status(options, name).is_some_and(|status| status == "optional") {
        return Some(false);
    }
    let is_asked = name == "email"
        && (!has_attributes(options)
            || (options.attribute(name).is_some() && !are_inactive(options, name))
            || OTHERS
                .iter()
                .all(|other| asked_at_sign_up(options, other).is_none()));
    is_asked.then_some(true)
}

fn has_attributes(options: &ConnectionOptions) -> bool {
    let attributes = options.as_map().get("attributes");
    attributes
        .and_then(Value::as_object)
        .is_some_and(|attributes| !attributes.is_empty())
}

fn is_required(options: &ConnectionOptions, name: &str) -> bool {
    let attribute = options.attribute(name);
    let in_profile = attribute.and_then(|attribute| attribute.get("profile_required"));
    let by_attribute = in_profile == Some(&Value::Bool(true))
        || status(options, name).is_some_and(|status| status == "required");
    by_attribute
        || match name {
            "username" => username::are_required(options),
            "email" => options.email_rule() == EmailRule::Required,
            _ => false,
        }
}

fn status<'a>(options: &'a ConnectionOptions, name: &str) -> Option<&'a Value> {
    options.attribute(name)?.get("signup")?.get("status")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_say_what_nobody_goes_without() {
        let required = json!({"signup": {"status": "required"}});
        let in_profile = json!({"profile_required": true, "signup": {"status": "optional"}});
        let somebody = json!({"email": "a@b.c", "username": "ada", "phone_number": "+49301"});
        for (options, without, missing) in [
            (json!({}), "username", None),
            (json!({}), "email", Some("email")),
            (json!({"requires_username": true}), "email", None),
            (
                json!({"requires_username": true}),
                "username",
                Some("username"),
            ),
            (
                json!({"attributes": {"email": required}}),
                "email",
                Some("email"),
            ),
            (
                json!({"attributes": {"email": in_profile}}),
                "email",
                Some("email"),
            ),
            (json!({"attributes": {"email": {}}}), "email", None),
            (
                json!({"attributes": {"phone_number": required}}),
                "phone_number",
                Some("phone_number"),
            ),
        ] {
            let Value::Object(map) = options.clone() else {
                panic!("an object");
            };
            let text = |name: &str| (name != without).then(|| somebody[name].as_str()).flatten();
            let mut profile = Profile {
                email: text("email").map(str::to_owned),
                username: text("username").map(str::to_owned),
                ..Profile::default()
            };
            if let Some(phone) = text("phone_number") {
                profile
                    .attributes
                    .insert("phone_number".to_owned(), phone.into());
            }
            let found = defect(&ConnectionOptions::from_stored(map), &profile);
            assert_eq!(found.map(|(name, _)| name), missing, "{options}");
        }
    }

    #[test]
    fn forms_ask_for_what_the_connection_wants() {
        let asked = |options: Value| match options {
            Value::Object(map) => {
                asked_at_sign_up(&ConnectionOptions::from_stored(map), "username")
            }
            other => panic!("{other} is no object"),
        };
        let username =
            |value: &str| json!({"attributes": {"username": {"signup": {"status": value}}}});
        assert_eq!(asked(json!({})), None);
        assert_eq!(asked(json!({"requires_username": true})), Some(true));
        assert_eq!(asked(username("required")), Some(true));
        assert_eq!(asked(username("optional")), Some(false));
        assert_eq!(asked(username("inactive")), None);
    }

    #[test]
    fn forms_ask_for_the_address_unless_the_connection_does_not() {
        let signup = |status: &str| json!({"signup": {"status": status}});
        for (attributes, asked) in [
            (json!(null), Some(true)),
            (json!({}), Some(true)),
            (json!({"email": {}}), Some(true)),
            (json!({"email": signup("optional")}), Some(false)),
            (json!({"phone_number": signup("required")}), None),
            (
                json!({"username": signup("optional"), "email": signup("inactive")}),
                None,
            ),
            (json!({"email": signup("inactive")}), Some(true)),
            (json!({"username": signup("inactive")}), Some(true)),
        ] {
            let Value::Object(options) = json!({"attributes": attributes}) else {
                unreachable!("an object was written");
            };
            let options = ConnectionOptions::from_stored(options);
            assert_eq!(asked_at_sign_up(&options, "email"), asked, "{attributes}");
        }
        let Value::Object(options) = json!({"requires_username": true}) else {
            unreachable!("an object was written");
        };
        let options = ConnectionOptions::from_stored(options);
        assert_eq!(asked_at_sign_up(&options, "email"), Some(true));
    }

    #[test]
    fn telephone_numbers_are_international() {
        for (phone, fine) in [
            (json!("+4930123456"), true),
            (json!(null), true),
            (json!("030123456"), false),
            (json!("+1234567890123456"), false),
            (json!("+49 30"), false),
            (json!(4930), false),
        ] {
            let mut profile = Profile {
                email: Some("a@b.c".to_owned()),
                ..Profile::default()
            };
            profile
                .attributes
                .insert("phone_number".to_owned(), phone.clone());
            let found = defect(&ConnectionOptions::default(), &profile);
            assert_eq!(found.is_none(), fine, "{phone}");
        }
    }
}
