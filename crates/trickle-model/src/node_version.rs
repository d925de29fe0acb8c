//! Which Node.js scripts are told they run on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The Node.js release that `process.version` names. The language is always the engine's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeVersion {
    /// Node.js 18.
    #[serde(rename = "18")]
    V18,
    /// Node.js 20.
    #[serde(rename = "20")]
    V20,
    /// Node.js 22: what hosted action scripts run on today.
    #[default]
    #[serde(rename = "22")]
    V22,
}

/// Not a release that the sandbox can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"18\", \"20\" or \"22\"")]
pub struct NodeVersionError;

impl NodeVersion {
    /// The major version.
    pub const fn major(self) -> u32 {
        match self {
            Self::V18 => 18,
            Self::V20 => 20,
            Self::V22 => 22,
        }
    }
}

impl FromStr for NodeVersion {
    type Err = NodeVersionError;

    fn from_str(text: &str) -> Result<Self, NodeVersionError> {
        match text {
            "18" => Ok(Self::V18),
            "20" => Ok(Self::V20),
            "22" => Ok(Self::V22),
            _ => Err(NodeVersionError),
        }
    }
}

impl fmt::Display for NodeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.major().fmt(f)
    }
}
