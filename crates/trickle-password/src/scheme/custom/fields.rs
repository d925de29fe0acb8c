use serde_json::{Map, Value};

use super::CustomHashError;
use super::prepared::{PasswordEncoding, Prepared};
use crate::codec::{from_base64, from_hex};
use crate::digest::Digest;

/// The object's fields, with the right types.
pub(super) struct Fields {
    pub algorithm: String,
    pub value: String,
    pub hash_encoding: String,
    pub digest: Option<String>,
    pub key: Option<Vec<u8>>,
    pub salt: Option<Salt>,
    pub prepared: Prepared,
    pub keylen: Option<u32>,
    pub cost: Option<u32>,
    pub block_size: Option<u32>,
    pub parallelization: Option<u32>,
    pub iterations: Option<u32>,
    pub template: Option<String>,
    pub user: String,
}

/// Bytes in front of the password or behind it.
#[derive(Clone)]
pub(super) struct Salt {
    pub bytes: Vec<u8>,
    pub suffix: bool,
}

pub(super) fn error(path: &str, code: &'static str, message: &str) -> CustomHashError {
    CustomHashError {
        path: path.to_owned(),
        code,
        message: message.to_owned(),
    }
}

impl Fields {
    pub(super) fn read(value: &Value) -> Result<Self, CustomHashError> {
        let Value::Object(all) = value else {
            return Err(error("", "INVALID_TYPE", "must be an object"));
        };
        let all = Reader { all, path: "" };
        let hash = all.object("hash")?;
        let hash = hash.ok_or_else(|| error("hash", "OBJECT_REQUIRED", "must be there"))?;
        let algorithm = all.need("algorithm")?;
        let salt = all.object("salt")?.map(|salt| salt.salt()).transpose()?;
        let password = all.object("password")?;
        let prepared = password.map_or(Ok(Prepared::NOT), |password| password.prepared())?;
        Ok(Self {
            value: hash.need("value")?,
            hash_encoding: hash.hash_encoding(&algorithm)?,
            digest: hash.text("digest")?,
            key: hash.object("key")?.map(|key| key.bytes()).transpose()?,
            salt,
            prepared,
            keylen: all.number("keylen")?,
            cost: all.number("cost")?,
            block_size: all.number("blockSize")?,
            parallelization: all.number("parallelization")?,
            iterations: all.number("iterations")?,
            template: all.text("template")?,
            user: all.text("user")?.unwrap_or_default(),
            algorithm,
        })
    }

    pub(super) fn salt_bytes(&self) -> Vec<u8> {
        let salt = self.salt.as_ref();
        salt.map(|salt| salt.bytes.clone()).unwrap_or_default()
    }

    pub(super) fn refuse_salt(&self) -> Result<(), CustomHashError> {
        match self.salt {
            Some(_) => Err(error("salt", "NOT_PASSED", "the hash has its salt in it")),
            None => Ok(()),
        }
    }

    pub(super) fn digest(&self) -> Result<Digest, CustomHashError> {
        let name = self.digest.as_deref();
        let name = name.ok_or_else(|| error("hash.digest", "OBJECT_REQUIRED", "must be there"))?;
        Digest::from_name(name)
            .ok_or_else(|| error("hash.digest", "ENUM_MISMATCH", "unknown digest"))
    }

    pub(super) fn hash_bytes(&self) -> Result<Vec<u8>, CustomHashError> {
        decode(&self.value, &self.hash_encoding)
            .ok_or_else(|| error("hash.value", "FORMAT", "is not in its encoding"))
    }

    pub(super) fn hash_bytes_of(&self, digest: Digest) -> Result<Vec<u8>, CustomHashError> {
        let bytes = self.hash_bytes()?;
        if bytes.len() == digest.bytes() {
            Ok(bytes)
        } else {
            Err(error(
                "hash.value",
                "FORMAT",
                "has another length than the digest",
            ))
        }
    }
}

/// A number that this algorithm cannot do without.
pub(super) fn need_number(name: &str, value: Option<u32>) -> Result<u32, CustomHashError> {
    value.ok_or_else(|| error(name, "OBJECT_REQUIRED", "must be there"))
}

/// A number of which zero makes no sense.
pub(super) fn at_least_one(name: &str, number: u32) -> Result<u32, CustomHashError> {
    match number {
        0 => Err(error(name, "MINIMUM", "must be 1 or more")),
        number => Ok(number),
    }
}

fn decode(text: &str, encoding: &str) -> Option<Vec<u8>> {
    match encoding {
        "hex" => from_hex(text),
        "base64" => from_base64(text),
        _ => Some(text.as_bytes().to_vec()),
    }
}

struct Reader<'a> {
    all: &'a Map<String, Value>,
    path: &'static str,
}

impl Reader<'_> {
    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    fn text(&self, name: &str) -> Result<Option<String>, CustomHashError> {
        match self.all.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(error(&self.path(name), "INVALID_TYPE", "must be a string")),
        }
    }

    fn need(&self, name: &str) -> Result<String, CustomHashError> {
        self.text(name)?
            .ok_or_else(|| error(&self.path(name), "OBJECT_REQUIRED", "must be there"))
    }

    fn number(&self, name: &str) -> Result<Option<u32>, CustomHashError> {
        match self.all.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value
                .as_u64()
                .and_then(|number| u32::try_from(number).ok())
                .map(Some)
                .ok_or_else(|| error(&self.path(name), "INVALID_TYPE", "must be a whole number")),
        }
    }

    fn object(&self, name: &'static str) -> Result<Option<Reader<'_>>, CustomHashError> {
        let path = match name {
            "hash" => "hash.",
            "salt" => "salt.",
            "key" => "hash.key.",
            _ => "password.",
        };
        match self.all.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(all)) => Ok(Some(Reader { all, path })),
            Some(_) => Err(error(&self.path(name), "INVALID_TYPE", "must be an object")),
        }
    }

    fn one_of(
        &self,
        name: &str,
        allowed: &[&str],
        default: &str,
    ) -> Result<String, CustomHashError> {
        let text = self.text(name)?.unwrap_or_else(|| default.to_owned());
        if allowed.contains(&text.as_str()) {
            return Ok(text);
        }
        let message = format!("must be one of {}", allowed.join(", "));
        Err(error(&self.path(name), "ENUM_MISMATCH", &message))
    }

    /// Texts that say everything themselves are `utf8`; Auth0's own examples leave the encoding out there.
    fn hash_encoding(&self, algorithm: &str) -> Result<String, CustomHashError> {
        match algorithm {
            "argon2" | "bcrypt" | "ldap" | "stored" => self.one_of("encoding", &["utf8"], "utf8"),
            "pbkdf2" | "template" => self.one_of("encoding", &["utf8", "hex", "base64"], "utf8"),
            _ => {
                let text = self.need("encoding")?;
                self.one_of("encoding", &["hex", "base64"], &text)
            }
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, CustomHashError> {
        let value = self.need("value")?;
        let encoding = self.one_of("encoding", &["base64", "hex", "utf8"], "utf8")?;
        decode(&value, &encoding)
            .ok_or_else(|| error(&self.path("value"), "FORMAT", "is not in its encoding"))
    }

    fn salt(&self) -> Result<Salt, CustomHashError> {
        let position = self.one_of("position", &["prefix", "suffix"], "prefix")?;
        Ok(Salt {
            bytes: self.bytes()?,
            suffix: position == "suffix",
        })
    }

    fn prepared(&self) -> Result<Prepared, CustomHashError> {
        let names = ["ascii", "utf8", "utf16le", "ucs2", "latin1", "binary"];
        let encoding = match self.one_of("encoding", &names, "utf8")?.as_str() {
            "utf16le" | "ucs2" => PasswordEncoding::Utf16le,
            "ascii" | "latin1" | "binary" => PasswordEncoding::Latin1,
            _ => PasswordEncoding::Utf8,
        };
        let unknown = || error("password.digest", "ENUM_MISMATCH", "unknown digest");
        let digest = match self.text("digest")? {
            Some(name) => Some(Digest::from_name(&name).ok_or_else(unknown)?),
            None => None,
        };
        Ok(Prepared { encoding, digest })
    }
}
