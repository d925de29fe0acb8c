use jiff::Timestamp;

/// How a client signs its assertions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// The same with SHA-384.
    Rs384,
    /// RSASSA-PSS with SHA-256.
    Ps256,
}

/// An algorithm that is not known.
#[derive(Debug, thiserror::Error)]
#[error("there is no such algorithm; there are RS256, RS384, PS256")]
pub struct UnknownAlgorithm;

impl CredentialAlgorithm {
    /// The value of `alg` (RFC 7518 §3.1).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Ps256 => "PS256",
        }
    }
}

impl std::str::FromStr for CredentialAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(s: &str) -> Result<Self, UnknownAlgorithm> {
        [Self::Rs256, Self::Rs384, Self::Ps256]
            .into_iter()
            .find(|algorithm| algorithm.as_str() == s)
            .ok_or(UnknownAlgorithm)
    }
}

/// A public key by which a client proves who it is (`private_key_jwt`). Only keys that the client's
/// `client_authentication_methods` names count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCredential {
    /// `cred_` and 16 letters and digits.
    pub id: String,
    /// Shown to people.
    pub name: Option<String>,
    /// By which assertions name the key.
    pub kid: String,
    /// The only algorithm that it verifies.
    pub algorithm: CredentialAlgorithm,
    /// `-----BEGIN PUBLIC KEY-----`, an RSA key.
    pub public_pem: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// From when on it counts no more.
    pub expires_at: Option<Timestamp>,
}
