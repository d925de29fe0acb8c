//! Marks of products, of which the text alone is not what can be verified.

use serde_json::{Value, json};

use super::{Guess, described};
use crate::codec::from_hex;
use crate::{PasswordHash, VerifyError, identify};

/// What a mark says, and what is to be done with what stands behind it.
pub(super) fn marked(text: &str) -> Option<Guess> {
    django_crypt(text)
        .or_else(|| phpbb(text))
        .or_else(|| keycloak(text))
}

/// `crypt$$ab…` of Django, whose hash has the salt in it.
fn django_crypt(text: &str) -> Option<Guess> {
    let (_, hash) = text.strip_prefix("crypt$")?.split_once('$')?;
    let hash = PasswordHash::from(hash);
    let identified = identify(&hash).ok()?;
    (identified.scheme == "des-crypt").then(|| Guess {
        scheme: "django-crypt".to_owned(),
        // What is imported are 13 characters, as of any word.
        likelihood_percent: 90,
        cost: Some(identified.cost),
        hash,
        error: None,
        note: Some("DES crypt of Django: import the 13 characters behind the last $"),
    })
}

/// `$CP$` of phpBB 3, before what phpBB 2 had.
fn phpbb(text: &str) -> Option<Guess> {
    let rest = text.strip_prefix("$CP$")?;
    if rest.len() == 32 && from_hex(rest).is_some() {
        let description = json!({
            "algorithm": "md5",
            "hash": {"value": rest, "encoding": "hex"},
        });
        let note = "phpBB 2: a password with quotes, or beyond ASCII, was written in another way; a login script of `trickle init --from` knows it";
        return Some(Guess {
            note: Some(note),
            ..described("phpbb2", 90, &description)
        });
    }
    let identified = identify(&PasswordHash::from(rest)).ok()?;
    let note = "phpBB 2, hashed once more: a login script of `trickle init --from` compares it";
    (identified.scheme == "phpass").then(|| alone("phpbb2-phpass", text, note))
}

/// `secret_data` of Keycloak without the `credential_data` that says how it was made.
fn keycloak(text: &str) -> Option<Guess> {
    let secret: Value = serde_json::from_str(text).ok()?;
    let is_secret = secret["value"].is_string() && secret["salt"].is_string();
    let note = "secret_data of Keycloak: import {\"credentialData\": …, \"secretData\": …} of the row's two columns";
    is_secret.then(|| alone("keycloak", text, note))
}

/// A hash that nothing verifies by itself.
fn alone(scheme: &str, text: &str, note: &'static str) -> Guess {
    Guess {
        scheme: scheme.to_owned(),
        likelihood_percent: 90,
        cost: None,
        hash: PasswordHash::from(text),
        error: Some(VerifyError::UnknownScheme),
        note: Some(note),
    }
}
