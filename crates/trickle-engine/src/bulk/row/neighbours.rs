//! Fields of other products' exports.

use serde_json::Value;

/// What they are called here; their own names in small letters, without other signs.
const NAMES: [(&str, &[&str]); 14] = [
    (
        "email",
        &[
            "email",
            "emailaddress",
            "mail",
            "primaryemailaddress",
            "useremail",
        ],
    ),
    (
        "email_verified",
        &[
            "emailconfirmed",
            "emailverified",
            "isemailverified",
            "verified",
        ],
    ),
    (
        "user_id",
        &["id", "localid", "sub", "uid", "userid", "uuid"],
    ),
    ("username", &["login", "userlogin", "username"]),
    (
        "phone_number",
        &["phone", "phonenumber", "primaryphonenumber"],
    ),
    (
        "phone_verified",
        &["phonenumberconfirmed", "phonenumberverified"],
    ),
    ("given_name", &["firstname", "givenname"]),
    ("family_name", &["familyname", "lastname", "surname"]),
    ("name", &["displayname", "fullname", "name"]),
    ("picture", &["avatarurl", "photourl", "picture"]),
    ("blocked", &["blocked", "disabled"]),
    (
        "password_hash",
        &[
            "cryptedpassword",
            "encryptedpassword",
            "hashedpassword",
            "passworddigest",
            "passwordhash",
            "userpass",
        ],
    ),
    ("user_metadata", &["rawusermetadata", "usermetadata"]),
    ("app_metadata", &["appmetadata", "rawappmetadata"]),
];

/// How to mend a row with a field that is not known, where it looks like another product's.
pub(super) fn hint(name: &str, value: &Value) -> Option<String> {
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.to_ascii_lowercase();
    if bare == "users" && value.is_array() {
        let message = "all users are in this list; import the list alone, as by `jq .users FILE`";
        return Some(message.to_owned());
    }
    let (ours, _) = NAMES
        .iter()
        .find(|(_, theirs)| theirs.contains(&bare.as_str()))?;
    Some(format!("its name is {ours} here"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_of_other_products_have_a_name_here() {
        for (name, ours) in [
            ("passwordHash", "password_hash"),
            ("encrypted_password", "password_hash"),
            ("user_pass", "password_hash"),
            ("Email", "email"),
            ("emailVerified", "email_verified"),
            ("_id", "user_id"),
            ("localId", "user_id"),
            ("Given Name", "given_name"),
            ("raw_user_meta_data", "user_metadata"),
        ] {
            let told = hint(name, &json!("x"));
            let expected = format!("its name is {ours} here");
            assert_eq!(told.as_deref(), Some(&*expected), "{name}");
        }
        let told = hint("users", &json!([{"localId": "1"}])).unwrap();
        assert!(told.contains("jq .users"), "{told}");
        for (name, value) in [
            ("password", json!("x")),
            ("users", json!(2)),
            ("logins_count", json!(7)),
        ] {
            assert_eq!(hint(name, &value), None, "{name}");
        }
    }
}
