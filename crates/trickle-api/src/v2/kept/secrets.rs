//! Secrets of services that are not called: nobody should find them again.

use serde_json::{Map, Value};

/// How the names of such fields end, in lower case and without `_` and `-`.
const ENDINGS: [&str; 26] = [
    "secret",
    "secretkey",
    "secretaccesskey",
    "apikey",
    "authtoken",
    "accesstoken",
    "refreshtoken",
    "splunktoken",
    "password",
    "smtppass",
    "authorization",
    "connectionstring",
    "privatekey",
    "signingkey",
    "skey",
    "p8",
    "p12",
    "pfx",
    "headervalue",
    "servercredentials",
    "serverkey",
    "twiliotoken",
    "writekey",
    "saskey",
    "storageaccesskey",
    "servicepassword",
];
/// Names of such fields as a whole. Whoever has the address of a source of Sumo Logic writes to it.
const NAMES: [&str; 3] = ["token", "credential", "sumosourceaddress"];
/// PEM of private keys, whatever the field (RFC 7468 §10, §11 and what OpenSSL writes).
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// Takes them out of an object, however deep they are. Only text is a secret: `password: {…}` and `password: true` are settings.
pub(crate) fn forget(fields: &mut Map<String, Value>) {
    // Of a header that a log stream sends: it is there to be let in by.
    let of_header = fields.get("header").is_some_and(Value::is_string);
    fields.retain(|name, value| {
        let name: &str = if of_header && name == "value" {
            "header_value"
        } else {
            name
        };
        !value.as_str().is_some_and(|text| is_secret(name, text))
    });
    for value in fields.values_mut() {
        forget_within(value);
    }
}

fn forget_within(value: &mut Value) {
    match value {
        Value::Object(fields) => forget(fields),
        Value::Array(items) => items.iter_mut().for_each(forget_within),
        _ => {}
    }
}

fn is_secret(name: &str, text: &str) -> bool {
    // Exports have it where nobody wrote one.
    if text.is_empty() {
        return false;
    }
    let name: String = name
        .chars()
        .filter(|c| !['_', '-'].contains(c))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    NAMES.contains(&name.as_str())
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || text.contains(PRIVATE_KEY)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_forgotten_and_settings_are_not() {
        let mut fields = json!({
            "client_id": "x", "client_secret": "s", "token_endpoint": "https://a.example", "password": {"enabled": true},
            "sink": {"splunkToken": "s", "splunkDomain": "d", "httpAuthorization": "Bearer s"},
            "decryptionKey": {"key": "-----BEGIN PRIVATE KEY-----\nx", "cert": "c"},
            "list": [{"authToken": "s", "from": "+1"}], "requires_password": true,
            "freeform_fields": {"token": "s", "app-id": "y"}, "app_secret": "",
            "httpCustomHeaders": [{"header": "X-Key", "value": "s"}], "filters": [{"name": "x", "value": "y"}],
            "webhook_authorization": {"method": "custom_header", "header_key": "X", "header_value": "s"},
            "p12": "c2VjcmV0", "bundle_id": "a.b", "sumoSourceAddress": "https://sumo.example/s",
        });
        forget(fields.as_object_mut().unwrap());
        let left = json!({
            "client_id": "x", "token_endpoint": "https://a.example", "password": {"enabled": true},
            "sink": {"splunkDomain": "d"}, "decryptionKey": {"cert": "c"}, "list": [{"from": "+1"}],
            "requires_password": true, "freeform_fields": {"app-id": "y"}, "app_secret": "",
            "httpCustomHeaders": [{"header": "X-Key"}], "filters": [{"name": "x", "value": "y"}],
            "webhook_authorization": {"method": "custom_header", "header_key": "X"}, "bundle_id": "a.b",
        });
        assert_eq!(fields, left);
    }
}
