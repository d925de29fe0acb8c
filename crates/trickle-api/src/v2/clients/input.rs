//! What a body may say of a client.

use jiff::Timestamp;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value, json};
use trickle_engine::RsaPublicKey;
use trickle_model::{ClientCredential, ClientSettingsError, Secret, prefixed_id};

use crate::{
    id_tokens::IdAlgorithm,
    v2::{
        Error,
        body::{Body, Fields, wrong_type},
        kept::secrets,
    },
};

/// What comes back in every answer and says nothing new.
const READ_ONLY: [&str; 4] = ["global", "signing_keys", "tenant", "owners"];
const NAME_MAX_CHARS: usize = 256;
/// As RFC 6749 §10.10 wants it: what a tenant brings along must not be guessed either.
const SECRET_MIN_CHARS: usize = 16;
const CREDENTIALS: [&str; 2] = ["client_authentication_methods", "private_key_jwt"];

impl From<ClientSettingsError> for Error {
    fn from(error: ClientSettingsError) -> Self {
        Self::Body(error.to_string())
    }
}

/// The parts of a body that are not settings.
pub(super) struct ClientInput {
    pub(super) name: Option<String>,
    pub(super) secret: Option<Secret>,
    pub(super) grant_types: Option<Vec<String>>,
    pub(super) settings: Map<String, Value>,
}

impl ClientInput {
    pub(super) fn take(mut fields: Fields) -> Result<Self, Error> {
        let name = fields.text("name")?;
        if let Some(name) = &name {
            check_name(name)?;
        }
        let secret = fields.text("client_secret")?;
        if let Some(secret) = &secret
            && secret.chars().count() < SECRET_MIN_CHARS
        {
            return Err(Error::Body(format!(
                "Expected at least {SECRET_MIN_CHARS} characters on property client_secret"
            )));
        }
        let grant_types = fields.texts("grant_types")?;
        check_algorithm(&fields)?;
        for name in READ_ONLY {
            drop(fields.take_nullable(name));
        }
        let mut settings = fields.rest();
        // Nothing calls the services.
        if let Some(Value::Object(addons)) = settings.get_mut("addons") {
            secrets::forget(addons);
        }
        Ok(Self {
            name,
            secret: secret.map(Secret::new),
            grant_types,
            settings,
        })
    }
}

/// Of ID tokens.
fn check_algorithm(fields: &Fields) -> Result<(), Error> {
    let jwt = fields.peek("jwt_configuration");
    let name = jwt.and_then(|jwt| jwt.get("alg")).unwrap_or(&Value::Null);
    let is_known = name.is_null() || name.as_str().and_then(IdAlgorithm::from_name).is_some();
    if is_known {
        return Ok(());
    }
    let known = IdAlgorithm::ALL.map(|(name, _)| name).join(", ");
    Err(Error::Body(format!(
        "Expected one of {known} on property jwt_configuration.alg"
    )))
}

fn check_name(name: &str) -> Result<(), Error> {
    let sound = !name.trim().is_empty()
        && name.chars().count() <= NAME_MAX_CHARS
        && !name.contains(['<', '>']);
    if sound {
        return Ok(());
    }
    Err(Error::Body(format!(
        "Expected 1 to {NAME_MAX_CHARS} characters without < and > on property name"
    )))
}

/// Takes the keys out of `client_authentication_methods.private_key_jwt.credentials` and leaves their ids.
pub(super) fn take_credentials(
    settings: &mut Map<String, Value>,
    now: Timestamp,
) -> Result<Vec<ClientCredential>, Error> {
    let [methods, method] = CREDENTIALS;
    let given = settings
        .get_mut(methods)
        .and_then(|methods| methods.get_mut(method)?.get_mut("credentials"));
    let Some(given) = given else {
        return Ok(Vec::new());
    };
    let place = format!("{methods}.{method}.credentials");
    let Value::Array(items) = given else {
        return Err(wrong_type(&place, "array", given));
    };
    let mut made = Vec::new();
    for (at, item) in items.iter_mut().enumerate() {
        if item.get("id").is_some() {
            continue;
        }
        let credential = credential(Body(item.take()), now).map_err(|error| match error {
            Error::Body(why) => Error::Body(format!("{why} of {place}[{at}]")),
            other => other,
        })?;
        *item = json!({"id": credential.id});
        made.push(credential);
    }
    Ok(made)
}

/// Reads `{"credential_type":"public_key","pem":…,"alg":"RS256","name":…,"kid":…,"expires_at":…}`.
pub(super) fn credential(body: Body, now: Timestamp) -> Result<ClientCredential, Error> {
    let mut fields = Fields::new(body)?;
    let kind = fields.required_text("credential_type")?;
    if kind != "public_key" {
        return Err(Error::Body(
            "Expected public_key on property credential_type".to_owned(),
        ));
    }
    let pem = fields.required_text("pem")?;
    let key = RsaPublicKey::from_pem(&pem).ok_or_else(|| {
        Error::Body(
            "Expected an RSA public key (BEGIN PUBLIC KEY, BEGIN RSA PUBLIC KEY or BEGIN CERTIFICATE) on property pem"
                .to_owned(),
        )
    })?;
    let of_certificate = match fields.take("parse_expiry_from_cert") {
        Some(Value::Bool(true)) => key.expires_at(),
        _ => None,
    };
    let algorithm = fields
        .text("alg")?
        .as_deref()
        .unwrap_or("RS256")
        .parse()
        .map_err(|error| Error::Body(format!("{error}, on property alg")))?;
    let credential = ClientCredential {
        id: prefixed_id("cred", &mut OsRng.unwrap_err()),
        name: fields.text("name")?,
        kid: fields.text("kid")?.unwrap_or_else(|| key.thumbprint()),
        algorithm,
        public_pem: key.to_pem(),
        created_at: now,
        updated_at: now,
        expires_at: expiry(&mut fields)?.or(of_certificate),
    };
    fields.finish()?;
    Ok(credential)
}

/// Takes `expires_at`.
pub(super) fn expiry(fields: &mut Fields) -> Result<Option<Timestamp>, Error> {
    let text = fields.text("expires_at")?;
    text.map(|text| text.parse())
        .transpose()
        .map_err(|_| Error::Body("Expected a date and time on property expires_at".to_owned()))
}

/// What a client may ask for that does not say so, by its type.
pub(super) fn usual_grant_types(app_type: Option<&str>) -> Vec<String> {
    let names: &[&str] = match app_type {
        Some("non_interactive") => &["client_credentials"],
        Some("native" | "spa") => &["implicit", "authorization_code", "refresh_token"],
        _ => &[
            "authorization_code",
            "implicit",
            "refresh_token",
            "client_credentials",
        ],
    };
    names.iter().map(|&name| name.to_owned()).collect()
}
