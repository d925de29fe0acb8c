//! What scripts may reach.

use serde::{Deserialize, Serialize};

/// What the operator lets the scripts of one connection reach: `{"allow":["db.internal:5432"],"public":true}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OperatorEgress {
    /// Rules that open what is not public, as `HOST:PORT`, `IP`, `CIDR` and so on.
    pub allow: Vec<String>,
    /// Whether public addresses are open without a rule.
    pub public: bool,
}

impl Default for OperatorEgress {
    /// Public addresses and nothing else.
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            public: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_the_default() {
        let read: OperatorEgress = serde_json::from_str("{}").unwrap();
        assert_eq!(read, OperatorEgress::default());
    }
}
