//! Saved scripts.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::Action;

/// What is said of scripts when they are saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptSave {
    /// Who saves them: a client's id.
    pub author: Option<String>,
    /// What has changed, in the author's words.
    pub note: Option<String>,
    /// Of those that do not compile, why.
    pub defects: BTreeMap<Action, String>,
}

/// The script that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveScript {
    /// Which version it is.
    pub version: u64,
    /// Its text.
    pub text: String,
}

/// A script that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptVersion {
    /// What it is for.
    pub action: Action,
    /// From 1, for each action of a connection.
    pub version: u64,
    /// Its text.
    pub text: String,
    /// Who saved it.
    pub author: Option<String>,
    /// What the author said of it.
    pub note: Option<String>,
    /// Why it does not compile; such a version cannot go live.
    pub defect: Option<String>,
    /// Whether it is the one that runs.
    pub live: bool,
    /// When it was saved.
    pub saved_at: Timestamp,
}

impl ScriptVersion {
    /// Puts it in the place of the one that is there.
    pub fn put_into(&self, scripts: &mut BTreeMap<Action, String>) {
        scripts.insert(self.action, self.text.clone());
    }
}
