//! What makes a run the same each time: its random numbers, its time, and no TLS in it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What they began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// Of random numbers.
    pub seed: String,
    /// When the recorded run began, since 1970.
    pub time: Duration,
    /// What stands in a connection where TLS begins; recordings from before the recorder spoke it have none.
    #[serde(default)]
    pub mark: Option<String>,
}

impl Beginning {
    /// Another one each time.
    pub fn at(time: Duration) -> Self {
        Self {
            seed: format!("{:032x}", rand::random::<u128>()),
            time,
            mark: Some(format!("trickle-tls-{:032x}", rand::random::<u128>())),
        }
    }

    /// The argument of [`text`], for a run that begins `now`.
    pub fn argument(&self, now: Duration) -> Value {
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let offset = millis(self.time) - millis(now);
        json!({ "seed": self.seed, "offset": offset, "mark": self.mark })
            .to_string()
            .into()
    }
}

/// A script that sets random numbers and time, and leaves TLS to the recorder; it runs in the same worker, before the one that is tried.
pub const fn text() -> &'static str {
    // The first function is the script.
    concat!(include_str!("prelude.js"), include_str!("plain.js"))
}
