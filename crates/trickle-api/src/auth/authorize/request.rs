//! What an application asks for.

use trickle_engine::Engine;
use trickle_model::{ApiClient, ClientId, Grant, TokenEndpointAuth};
use trickle_store::Store;

use super::{ResponseMode, ResponseTypes, respond::Answer};
use crate::{
    auth::{
        Error, organization, origins,
        parameters::Parameters,
        registered::{Pattern, covers},
    },
    host::Site,
};

/// Longest value of a parameter: `state` of some frameworks carries the page to return to.
const VALUE_MAX_BYTES: usize = 4_096;

/// Where the answer goes; all that is wrong before this is known is told on a page.
pub(super) struct Return {
    pub(super) client: ApiClient,
    pub(super) redirect_uri: String,
    /// Whether the request named it.
    pub(super) is_named: bool,
}

/// `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Whatever is needed.
    Usual,
    /// No page: who is not logged in gets an error.
    Never,
    /// The login page, whoever is logged in.
    Login,
}

/// The request itself.
pub(super) struct Asked {
    pub(super) types: ResponseTypes,
    pub(super) mode: ResponseMode,
    pub(super) prompt: Prompt,
    pub(super) max_age: Option<i64>,
    /// Whether it says through which connection.
    pub(super) names_connection: bool,
    pub(super) challenge: Option<String>,
}

/// Client and address. An address that the client did not register is never sent anything.
pub(super) async fn whereto(
    site: &Site,
    engine: &Engine,
    parameters: &Parameters,
) -> Result<Return, Error> {
    if let Some(name) = parameters.too_long(VALUE_MAX_BYTES) {
        return Err(Error::Malformed(format!("Parameter is too long: {name}")));
    }
    let id = parameters.require("client_id")?;
    let found = engine
        .store()
        .client(&site.tenant.id, &ClientId::from_text(id))
        .await?;
    let client = found.ok_or_else(|| Error::Malformed("Unknown client".to_owned()))?;
    let given = parameters.get("redirect_uri");
    let redirect_uri = match given {
        Some(uri) => {
            let place = (site, engine.store(), &client);
            if !may_return(place, parameters, uri).await? {
                return Err(Error::CallbackMismatch);
            }
            uri.to_owned()
        }
        None => {
            let first = client.settings.callbacks().find(|uri| is_plain(uri));
            first.ok_or(Error::Missing("redirect_uri"))?.to_owned()
        }
    };
    if !is_sound(&redirect_uri) {
        return Err(Error::CallbackMismatch);
    }
    Ok(Return {
        is_named: given.is_some(),
        client,
        redirect_uri,
    })
}

/// How errors can be brought back, even when the request is not sound.
pub(super) fn error_answer(back: &Return, parameters: &Parameters) -> Answer {
    let types = ResponseTypes::parse(parameters.get("response_type").unwrap_or("code"));
    let types = types.unwrap_or_default();
    let mode = ResponseMode::parse(parameters.get("response_mode"), types);
    Answer {
        redirect_uri: back.redirect_uri.clone(),
        mode: mode.unwrap_or(ResponseMode::Query),
        state: parameters.get("state").map(str::to_owned),
    }
}

/// What is asked for, if this client may.
pub(super) fn asked(back: &Return, parameters: &Parameters) -> Result<Asked, Error> {
    for name in ["request", "request_uri"] {
        if parameters.get(name).is_some() {
            return Err(Error::NotAllowed(name));
        }
    }
    let types = ResponseTypes::parse(parameters.require("response_type")?)?;
    let mode = ResponseMode::parse(parameters.get("response_mode"), types)?;
    let client = &back.client;
    for (is_asked, grant) in [
        (types.code, Grant::AuthorizationCode),
        (types.is_implicit(), Grant::Implicit),
    ] {
        if is_asked && !client.allows(grant) {
            return Err(Error::GrantNotAllowed(grant.as_str()));
        }
    }
    if types.id_token && parameters.get("nonce").is_none() {
        return Err(Error::Missing("nonce"));
    }
    if mode == ResponseMode::WebMessage && !origins::may_get_messages(client, &back.redirect_uri) {
        return Err(Error::WebOriginMismatch);
    }
    let max_age = parameters.get("max_age").map(str::parse).transpose();
    Ok(Asked {
        types,
        mode,
        prompt: prompt(parameters.get("prompt"))?,
        max_age: max_age.map_err(|_| Error::Malformed("max_age must be a number".into()))?,
        names_connection: ["connection", "realm"]
            .iter()
            .any(|name| parameters.get(name).is_some()),
        challenge: challenge(client, types, parameters)?,
    })
}

fn prompt(text: Option<&str>) -> Result<Prompt, Error> {
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    if words == ["none"] {
        return Ok(Prompt::Never);
    }
    // OpenID Connect Core §3.1.2.1.
    if words.contains(&"none") {
        return Err(Error::Malformed("prompt none stands alone".into()));
    }
    let anew = words.contains(&"login") || words.contains(&"select_account");
    Ok(if anew { Prompt::Login } else { Prompt::Usual })
}

/// RFC 7636 by S256 only: with `plain` the challenge is the verifier (RFC 9700 §2.1.1).
fn challenge(
    client: &ApiClient,
    types: ResponseTypes,
    parameters: &Parameters,
) -> Result<Option<String>, Error> {
    let Some(challenge) = parameters.get("code_challenge") else {
        let is_public = client.settings.token_endpoint_auth() == TokenEndpointAuth::None;
        return if types.code && is_public {
            Err(Error::Missing("code_challenge"))
        } else {
            Ok(None)
        };
    };
    if parameters.get("code_challenge_method") != Some("S256") {
        return Err(Error::Malformed(
            "code_challenge_method must be S256".into(),
        ));
    }
    let sound = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
    if challenge.len() != 43 || !challenge.bytes().all(sound) {
        return Err(Error::Malformed(
            "code_challenge must be a SHA-256 in base64url".into(),
        ));
    }
    Ok(Some(challenge.to_owned()))
}

/// Registered, byte for byte but for what a pattern leaves open. A web message needs no address but an origin.
async fn may_return(
    (site, store, client): (&Site, &Store, &ApiClient),
    parameters: &Parameters,
    uri: &str,
) -> Result<bool, Error> {
    let settings = &client.settings;
    if settings.callbacks().any(|known| covers(known, uri))
        || (parameters.get("response_mode") == Some("web_message")
            && origins::is_web_origin(client, uri))
    {
        return Ok(true);
    }
    let patterns = settings.callbacks().filter_map(Pattern::parse);
    let mut patterns = patterns.filter(Pattern::is_of_organization);
    let Some(name) = patterns.find_map(|pattern| pattern.filled(uri)) else {
        return Ok(false);
    };
    let found = organization::named(site, store, client, parameters).await?;
    Ok(found.is_some_and(|organization| organization.name == name))
}

/// Whether nothing is left open in a registered address.
fn is_plain(uri: &str) -> bool {
    !uri.contains(['*', '{'])
}

/// It becomes a header, and no script or file.
fn is_sound(uri: &str) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |text: &str| {
        let sound = |c: u8| c.is_ascii_alphanumeric() || b"+-.".contains(&c);
        text.bytes().next().is_some_and(|c| c.is_ascii_alphabetic()) && text.bytes().all(sound)
    };
    let refused = [
        "javascript",
        "data",
        "vbscript",
        "file",
        "blob",
        "about",
        "filesystem",
    ];
    scheme.is_some_and(|scheme| {
        is_scheme(scheme) && !refused.contains(&scheme.to_ascii_lowercase().as_str())
    }) && !uri.contains('#')
        && uri.bytes().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_neither_scripts_nor_more_than_one_line() {
        for uri in [
            "https://app.test/cb?x=1",
            "com.example.app://cb",
            "http://127.0.0.1:3000",
        ] {
            assert!(is_sound(uri), "{uri}");
        }
        for uri in [
            "JavaScript:alert(1)",
            "data:text/html,x",
            "/cb",
            "//evil.test",
            "https://a.test/#x",
            "https://a.test/\r\nx: y",
            "https://ä.test/",
            "",
        ] {
            assert!(!is_sound(uri), "{uri}");
        }
    }

    #[test]
    fn prompts_that_exclude_each_other_are_refused() {
        assert_eq!(prompt(Some("none")).unwrap(), Prompt::Never);
        assert_eq!(prompt(Some("login consent")).unwrap(), Prompt::Login);
        assert_eq!(prompt(None).unwrap(), Prompt::Usual);
        assert!(prompt(Some("none login")).is_err());
    }
}
