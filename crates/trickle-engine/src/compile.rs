//! Does a script compile? The engine that would run it is asked, in a sandbox that reaches nothing.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionRequest, NodeVersion, Outcome, TenantId,
};

use crate::{Engine, engine::entropy};

/// Nobody could be asked; what was to be saved has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecided;

/// How a text is read (`docs/decisions/0006-text-to-function.md`).
#[derive(Clone, Copy)]
enum Reading {
    Expression,
    Body,
}

impl Reading {
    /// A script that compiles where the text does, and never calls it. The text begins in its own line 1.
    fn wrapped(self, text: &str) -> String {
        let text = text.trim_start_matches('\u{feff}');
        let (before, text, after) = match self {
            Self::Expression => (
                "if (0) (",
                text.trim_end_matches(|c: char| c == ';' || c.is_whitespace()),
                "\n);",
            ),
            Self::Body => (
                "if (0) (function (require, module, exports) {",
                text,
                "\n});",
            ),
        };
        format!("function () {{ {before}{text}{after} arguments[arguments.length - 1](null, 1); }}")
    }
}

impl Engine {
    /// Of these scripts those that do not compile, and why.
    ///
    /// # Errors
    /// The sandbox could not be asked.
    pub async fn uncompilable(
        &self,
        tenant: &TenantId,
        node_version: NodeVersion,
        scripts: &BTreeMap<Action, String>,
    ) -> Result<BTreeMap<Action, String>, Undecided> {
        if scripts.is_empty() || !self.parts.runner.compiles() {
            return Ok(BTreeMap::new());
        }
        let read = |reading| self.read(tenant, node_version, scripts, reading);
        let mut defects = read(Reading::Expression).await?;
        if defects.is_empty() {
            return Ok(defects);
        }
        let as_bodies = read(Reading::Body).await?;
        defects.retain(|action, _| as_bodies.contains_key(action));
        Ok(defects)
    }

    async fn read(
        &self,
        tenant: &TenantId,
        node_version: NodeVersion,
        scripts: &BTreeMap<Action, String>,
        reading: Reading,
    ) -> Result<BTreeMap<Action, String>, Undecided> {
        let wrapped = scripts
            .iter()
            .map(|(action, text)| (*action, reading.wrapped(text)));
        let connection = ConnectionId::generate(&mut entropy());
        let binding = Arc::new(Binding {
            tenant: tenant.clone(),
            connection: connection.clone(),
            revision: 1,
            scripts: wrapped.collect(),
            configuration: BTreeMap::new(),
            node_version,
            limits: self.parts.settings.limits,
            // It may break out of the wrapping and run, but it finds nobody to talk to and nothing to tell.
            allow_net: Vec::new(),
            public_net: false,
            only_net: Some(Vec::new()),
        });
        let mut defects = BTreeMap::new();
        let mut decided = Ok(());
        for action in scripts.keys() {
            let request = ExecutionRequest {
                id: ExecutionId::generate(self.parts.clock.now(), &mut entropy()),
                binding: Arc::clone(&binding),
                action: *action,
                arguments: (1..action.arity()).map(|_| Value::from("")).collect(),
                context: Map::new(),
            };
            match self.parts.runner.execute(request).await.outcome {
                Outcome::Profile(_) | Outcome::Done(_) => {}
                Outcome::ScriptError(error) if error.name == "SyntaxError" => {
                    let place = error.line.map(|line| format!(" (line {line})"));
                    let place = place.unwrap_or_default();
                    defects.insert(*action, format!("{}{place}", error.message));
                }
                _ => decided = Err(Undecided),
            }
        }
        self.parts.runner.retire(&connection).await;
        decided.map(|()| defects)
    }
}
