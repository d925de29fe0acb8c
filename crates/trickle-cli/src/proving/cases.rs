//! The cases that stand beside the scripts, in `cases.toml` and `cases.json`; those of `cases.js` take the same form.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use trickle_model::{Action, Secret};

use super::{expectation::Expectation, fault::Fault};
use crate::{
    output::Mistake,
    project::{Project, Source},
};

/// Something that is tested; its steps run one after the other.
#[derive(Clone, Debug)]
pub struct Test {
    /// How it is called.
    pub name: String,
    /// The runs.
    pub steps: Vec<Step>,
    /// What must not be printed.
    pub secrets: Vec<Secret>,
    /// What beside the steps' expectations must hold.
    pub further: Further,
}

/// What beside the steps' expectations must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Further {
    /// Nothing.
    Nothing,
    /// The steps leave no more connections open with each time that they run.
    NothingLeftOpen,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which script.
    pub action: Action,
    /// What it is called with.
    pub arguments: Arguments,
    /// `context`.
    pub context: Map<String, Value>,
    /// What differs from the project's configuration.
    pub configuration: BTreeMap<String, Secret>,
    /// A text that the script is put into, with `{{script}}` in its place.
    pub frame: Option<&'static str>,
    /// The place in `cases.js` of the function that looks at what came of it.
    pub look: Option<usize>,
    /// What is wrong with the network meanwhile.
    pub fault: Option<Fault>,
    /// What must come of it.
    pub expect: Expectation,
}

/// What a script is called with.
#[derive(Clone, Debug)]
pub enum Arguments {
    /// These.
    Given(Vec<Value>),
    /// The id in the profile of an earlier step.
    IdOf(usize),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// How it is called.
    pub name: String,
    call: String,
    identifier: Option<String>,
    password: Option<Source>,
    new_email: Option<String>,
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    user: Map<String, Value>,
    #[serde(default)]
    context: Map<String, Value>,
    #[serde(default)]
    configuration: BTreeMap<String, Source>,
    fault: Option<Fault>,
    #[serde(default)]
    expect: Expectation,
}

/// Reads the cases of a project; none where there is no file.
pub fn read(project: &Project) -> anyhow::Result<Vec<Test>> {
    let mut tests = Vec::new();
    for name in ["cases.toml", "cases.json"] {
        let path = project.folder.join(name);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
        };
        let file: Result<File, String> = if name == "cases.toml" {
            toml::from_str(&text).map_err(|error| error.to_string())
        } else {
            of_json(&text).map_err(|error| error.to_string())
        };
        let file = file.map_err(|error| Mistake(format!("read {}: {error}", path.display())))?;
        for case in file.case {
            let name = case.name.clone();
            tests.push(test(case, project).with_context(|| format!("take the case {name:?}"))?);
        }
    }
    Ok(tests)
}

/// A plain list, as in `cases.js`, or the form of `cases.toml`.
fn of_json(text: &str) -> serde_json::Result<File> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map(|case| File { case });
    }
    serde_json::from_str(text)
}

/// A case of the project's scripts.
pub fn test(case: Case, project: &Project) -> anyhow::Result<Test> {
    let action: Action = case
        .call
        .parse()
        .map_err(|error| Mistake(format!("{error}")))?;
    if !project.scripts.contains_key(&action) {
        return Err(Mistake(format!("call {action}: there is no {action}.js")).into());
    }
    if let Some(name) = case.expect.outcome.unknown().first() {
        let message = format!(
            "expect {name:?}: there is no such outcome; docs/reference/outcomes.md lists them"
        );
        return Err(Mistake(message).into());
    }
    let password = case
        .password
        .as_ref()
        .map(|source| project.resolve(source))
        .transpose()?;
    let mut secrets: Vec<Secret> = password.iter().cloned().map(Secret::new).collect();
    let mut configuration = BTreeMap::new();
    for (key, source) in &case.configuration {
        let value = Secret::new(project.resolve(source)?);
        if !matches!(source, Source::Text(_)) {
            secrets.push(value.clone());
        }
        configuration.insert(key.clone(), value);
    }
    let needed = |what: &str| Mistake(format!("call {action} without {what}"));
    let password = password.map(Value::from);
    if case.identifier.is_none() && action != Action::Count {
        return Err(needed("identifier").into());
    }
    let identifier = Value::from(case.identifier.clone().unwrap_or_default());
    let arguments = match action {
        Action::Count => Vec::new(),
        Action::GetUser | Action::Verify | Action::Delete => vec![identifier],
        Action::Login | Action::ChangePassword => {
            vec![identifier, password.ok_or_else(|| needed("password"))?]
        }
        Action::ChangeEmail => {
            let new = case.new_email.ok_or_else(|| needed("new_email"))?;
            vec![identifier, new.into(), case.verified.into()]
        }
        Action::Create => {
            let password = password.ok_or_else(|| needed("password"))?;
            vec![new_user(
                &case.identifier.unwrap_or_default(),
                &password,
                case.user,
            )]
        }
    };
    Ok(Test {
        name: case.name,
        steps: vec![Step {
            action,
            arguments: Arguments::Given(arguments),
            context: case.context,
            configuration,
            frame: None,
            look: None,
            fault: case.fault,
            expect: case.expect,
        }],
        secrets,
        further: Further::Nothing,
    })
}

/// What `create` gets.
pub fn new_user(email: &str, password: &Value, further: Map<String, Value>) -> Value {
    let mut user = json!({
        "email": email,
        "password": password,
        "tenant": "test",
        "connection": "test",
        "client_id": "test",
    });
    for (key, value) in further {
        user[key] = value;
    }
    user
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_in_json_are_a_list_or_in_an_object() {
        let case = r#"{"name": "one", "call": "login", "identifier": "jane"}"#;
        for text in [format!(" [{case}]"), format!("{{\"case\": [{case}]}}")] {
            let file = of_json(&text).unwrap();
            assert_eq!(file.case.len(), 1, "{text}");
            assert_eq!(file.case[0].name, "one");
        }
        let error = of_json("[{\"name\": \"one\"}]").unwrap_err().to_string();
        assert!(error.contains("missing field `call`"), "{error}");
    }
}
