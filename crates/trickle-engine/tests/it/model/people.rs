//! What is known of each person besides what the stores say.

use std::collections::BTreeSet;

use super::plan::Guess;

/// One person.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// Passwords that were proven to the legacy store or chosen here: no other may open the account.
    pub(super) proven: BTreeSet<String>,
    /// The last choice that was confirmed, as long as nothing newer has come.
    pub(super) holds: Option<String>,
    /// Passwords that the legacy store had before.
    pub(super) old: Vec<String>,
    /// Deleted for good.
    pub(super) is_buried: bool,
    /// Failures since the last success, as far as they are certain.
    pub(super) failures: u64,
}

impl Person {
    /// The text of a guess.
    pub(super) fn typed(&self, guess: Guess, legacy: &str) -> String {
        match guess {
            Guess::Legacy => legacy.to_owned(),
            Guess::Chosen => self.holds.clone().unwrap_or_else(|| legacy.to_owned()),
            Guess::Old => self
                .old
                .last()
                .cloned()
                .unwrap_or_else(|| "never had".to_owned()),
            Guess::Wrong(number) => format!("wrong {number}"),
        }
    }
}
