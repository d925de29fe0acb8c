//! The OpenAPI 3.1 document of the Authentication API. A test holds it against the routes, and answers of tests against it.

use serde_json::{Map, Value, json};

/// Path, method, one sentence, what it takes and what it gives.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    Takes,
    &'static [(&'static str, Gives)],
);

#[derive(Clone, Copy)]
enum Takes {
    Nothing,
    /// Query parameters.
    Query(&'static [&'static str]),
    /// A form or JSON: fields, and those that must be there.
    Fields(&'static [&'static str], &'static [&'static str]),
}

#[derive(Clone, Copy)]
enum Gives {
    Nothing,
    /// A page, or the way to another.
    Page,
    /// A named schema.
    Json(&'static str),
    /// Text of a media type.
    Text(&'static str),
}

use Gives::{Json, Nothing, Page, Text};
use Takes::{Fields, Query};

const OAUTH: [(&str, Gives); 6] = [
    ("400", Json("Error")),
    ("401", Json("Error")),
    ("403", Json("Error")),
    ("404", Json("Anything")),
    ("429", Json("Error")),
    ("503", Json("Error")),
];
const FORMS: [(&str, Gives); 4] = [
    ("400", Json("Anything")),
    ("404", Json("Anything")),
    ("429", Json("Anything")),
    ("503", Json("Anything")),
];
const PAGES: [(&str, Gives); 4] = [
    ("400", Page),
    ("403", Page),
    ("404", Json("Anything")),
    ("503", Json("Anything")),
];
const AUTHORIZE: &[&str] = &[
    "client_id",
    "response_type",
    "redirect_uri",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "audience",
    "connection",
    "organization",
    "invitation",
    "login_hint",
    "screen_hint",
    "prompt",
    "max_age",
    "code_challenge",
    "code_challenge_method",
    "login_ticket",
];
const OIDC_LOGOUT: &[&str] = &[
    "id_token_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
];
const TO_PAGE: &[(&str, Gives)] = &[("200", Page), ("302", Page), ("303", Page)];

const ROWS: [Row; 23] = [
    (
        "/.well-known/jwks.json",
        "get",
        "The tenant's public keys (RFC 7517)",
        Takes::Nothing,
        &[("200", Json("Keys"))],
    ),
    (
        "/.well-known/oauth-authorization-server",
        "get",
        "What is served (RFC 8414)",
        Takes::Nothing,
        &[("200", Json("Discovery"))],
    ),
    (
        "/.well-known/openid-configuration",
        "get",
        "What is served (OpenID Connect Discovery)",
        Takes::Nothing,
        &[("200", Json("Discovery"))],
    ),
    (
        "/authorize",
        "get",
        "Leads to the login page and back to the application",
        Query(AUTHORIZE),
        TO_PAGE,
    ),
    (
        "/authorize",
        "post",
        "Leads to the login page and back to the application",
        Fields(AUTHORIZE, &["client_id", "response_type"]),
        TO_PAGE,
    ),
    (
        "/co/authenticate",
        "post",
        "Logs a person in from a page of another origin; gives a ticket for /authorize",
        Fields(
            &[
                "client_id",
                "credential_type",
                "username",
                "password",
                "realm",
            ],
            &["client_id", "credential_type", "username", "password"],
        ),
        &[("200", Json("LoginTicket"))],
    ),
    (
        "/dbconnections/change_password",
        "post",
        "Sends a link to choose a new password, if there is such a user",
        Fields(
            &["client_id", "connection", "email", "organization"],
            &["connection", "email"],
        ),
        &[("200", Page)],
    ),
    (
        "/dbconnections/change_password/challenge",
        "post",
        "Says that no captcha is asked for before a new password",
        Takes::Nothing,
        &[("200", Json("Captcha"))],
    ),
    (
        "/dbconnections/signup/challenge",
        "post",
        "Says that no captcha is asked for before a sign-up",
        Takes::Nothing,
        &[("200", Json("Captcha"))],
    ),
    (
        "/dbconnections/signup",
        "post",
        "Adds a user",
        Fields(
            &[
                "client_id",
                "connection",
                "email",
                "password",
                "username",
                "name",
                "given_name",
                "family_name",
                "nickname",
                "picture",
                "phone_number",
                "organization",
            ],
            &["client_id", "connection", "password"],
        ),
        &[("200", Json("SignedUp"))],
    ),
    (
        "/mfa/associate",
        "post",
        "Tells that the holder of an mfa_token has an authenticator",
        Takes::Nothing,
        &[],
    ),
    (
        "/mfa/authenticators",
        "get",
        "Lists the second factors of the holder of an mfa_token",
        Takes::Nothing,
        &[("200", Json("Authenticators"))],
    ),
    (
        "/mfa/challenge",
        "post",
        "Says which second factor is asked for",
        Fields(
            &[
                "mfa_token",
                "challenge_type",
                "authenticator_id",
                "client_id",
                "client_secret",
            ],
            &["mfa_token"],
        ),
        &[("200", Json("Challenge"))],
    ),
    (
        "/oauth/revoke",
        "post",
        "Ends a refresh token and all that go back to the same login (RFC 7009)",
        Fields(
            &[
                "token",
                "client_id",
                "client_secret",
                "client_assertion",
                "client_assertion_type",
            ],
            &["token"],
        ),
        &[("200", Nothing)],
    ),
    (
        "/oauth/ro",
        "post",
        "Logs a person in as old SDKs do, without the client's secret",
        Fields(
            &[
                "client_id",
                "username",
                "password",
                "connection",
                "scope",
                "grant_type",
            ],
            &["client_id", "username", "password", "connection"],
        ),
        &[("200", Json("Tokens"))],
    ),
    (
        "/oauth/token",
        "post",
        "Exchanges credentials for tokens (RFC 6749)",
        Fields(
            &[
                "grant_type",
                "client_id",
                "client_secret",
                "client_assertion",
                "client_assertion_type",
                "audience",
                "scope",
                "username",
                "password",
                "realm",
                "organization",
                "code",
                "redirect_uri",
                "code_verifier",
                "refresh_token",
                "mfa_token",
                "otp",
            ],
            &["grant_type"],
        ),
        &[("200", Json("Tokens"))],
    ),
    (
        "/oidc/logout",
        "get",
        "Ends the session of the browser (OpenID Connect RP-Initiated Logout)",
        Query(OIDC_LOGOUT),
        TO_PAGE,
    ),
    (
        "/oidc/logout",
        "post",
        "Ends the session of the browser (OpenID Connect RP-Initiated Logout)",
        Fields(OIDC_LOGOUT, &[]),
        TO_PAGE,
    ),
    (
        "/pem",
        "get",
        "The certificate of the key that signs now (RFC 7468)",
        Takes::Nothing,
        &[("200", Text("application/x-pem-file"))],
    ),
    (
        "/userinfo",
        "get",
        "Claims of the user of an access token",
        Query(&["access_token"]),
        &[("200", Json("Claims"))],
    ),
    (
        "/userinfo",
        "post",
        "Claims of the user of an access token",
        Fields(&["access_token"], &[]),
        &[("200", Json("Claims"))],
    ),
    (
        "/usernamepassword/challenge",
        "post",
        "Says that no captcha is asked for before a login",
        Takes::Nothing,
        &[("200", Json("Captcha"))],
    ),
    (
        "/v2/logout",
        "get",
        "Ends the session of the browser",
        Query(&["client_id", "returnTo"]),
        TO_PAGE,
    ),
];

/// The document of the Authentication API.
pub(crate) fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for row in ROWS {
        let path = paths.entry(row.0).or_insert_with(|| json!({}));
        path[row.1] = operation(row);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Trickle Authentication API",
            "version": "1",
            "description": "Parameters are a form or a JSON object; null and empty text mean that they are not there.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
    })
}

fn operation((path, method, summary, takes, gives): Row) -> Value {
    let words = path
        .split(['/', '.', '-', '_'])
        .filter(|word| !word.is_empty());
    let id: Vec<&str> = std::iter::once(method).chain(words).collect();
    let mut shown = json!({"operationId": id.join("_"), "summary": summary});
    match takes {
        Takes::Nothing => {}
        Query(names) => {
            let parameter =
                |name: &&str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
            shown["parameters"] = names.iter().map(parameter).collect();
        }
        Fields(names, required) => {
            let properties: Map<String, Value> = names
                .iter()
                .map(|name| ((*name).to_owned(), json!({"type": "string"})))
                .collect();
            let mut schema = json!({"type": "object", "properties": properties});
            if !required.is_empty() {
                schema["required"] = json!(required);
            }
            shown["requestBody"] = json!({"content": {
                "application/json": {"schema": schema},
                "application/x-www-form-urlencoded": {"schema": schema},
            }});
        }
    }
    let failures: &[(&str, Gives)] = if gives.iter().any(|(status, _)| *status == "302") {
        &PAGES
    } else if path.starts_with("/dbconnections/") {
        &FORMS
    } else {
        &OAUTH
    };
    let answers = gives.iter().chain(failures).chain(&[("413", Nothing)]);
    let answers: Map<String, Value> = answers
        .map(|(status, gives)| ((*status).to_owned(), answer(status, *gives)))
        .collect();
    shown["responses"] = Value::Object(answers);
    if path == "/userinfo" || (path.starts_with("/mfa/") && path != "/mfa/challenge") {
        shown["security"] = json!([{"bearer": []}]);
    } else if let Fields(names, _) = takes
        && names.contains(&"client_secret")
    {
        shown["security"] = json!([{"basic": []}, {}]);
    }
    shown
}

fn answer(status: &str, gives: Gives) -> Value {
    let meaning = match status {
        "200" => "Done",
        "302" | "303" => "On to another page",
        "400" => "The request does not fit",
        "401" => "Who asks is not known",
        "403" => "Not allowed",
        "404" => "No tenant has this host name",
        "413" => "The body is too large",
        "429" => "Too many attempts",
        _ => "Not now; see Retry-After",
    };
    let content = match gives {
        Nothing => return json!({"description": meaning}),
        Page => json!({"text/html": {"schema": {"type": "string"}}}),
        Text(kind) => json!({kind: {"schema": {"type": "string"}}}),
        Json(name) => {
            let schema = json!({"$ref": format!("#/components/schemas/{name}")});
            json!({"application/json": {"schema": schema}})
        }
    };
    json!({"description": meaning, "content": content})
}

fn schemas() -> Value {
    let text = json!({"type": "string"});
    json!({
        "Anything": {"type": "object"},
        "Error": {
            "type": "object",
            "properties": {
                "error": text, "error_description": text, "mfa_token": text, "mfa_requirements": {"type": "object"},
            },
            "required": ["error"],
        },
        "Tokens": {
            "type": "object",
            "properties": {
                "access_token": text, "id_token": text, "refresh_token": text, "scope": text,
                "expires_in": {"type": "integer"}, "token_type": text,
            },
            "required": ["access_token", "token_type"],
        },
        "LoginTicket": {
            "type": "object",
            "properties": {"login_ticket": text, "co_verifier": text, "co_id": text},
            "required": ["login_ticket", "co_verifier", "co_id"],
        },
        "SignedUp": {
            "type": "object",
            "properties": {"_id": text, "email": text, "email_verified": {"type": "boolean"}, "username": text},
            "required": ["_id", "email_verified"],
        },
        "Authenticators": {"type": "array", "items": {
            "type": "object",
            "properties": {
                "id": text, "authenticator_type": {"enum": ["otp", "oob"]}, "active": {"type": "boolean"},
                "oob_channel": {"enum": ["sms", "email"]}, "type": {"enum": ["otp", "phone", "email"]}, "name": text,
            },
            "required": ["id", "authenticator_type", "type", "active"],
        }},
        "Challenge": {
            "type": "object",
            "properties": {"challenge_type": {"const": "otp"}},
            "required": ["challenge_type"],
        },
        "Captcha": {
            "type": "object",
            "properties": {"required": {"const": false}},
            "required": ["required"],
        },
        "Claims": {"type": "object", "properties": {"sub": text}, "required": ["sub"]},
        "Keys": {
            "type": "object",
            "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
            "required": ["keys"],
        },
        "Discovery": {
            "type": "object",
            "properties": {"issuer": text, "token_endpoint": text, "jwks_uri": text},
            "required": ["issuer", "token_endpoint", "jwks_uri"],
        },
    })
}
