//! Filling in a template's `trickle.toml`: by flags, or by questions.

use std::io::{BufRead, Write};

use anyhow::Context as _;

use crate::output::Mistake;

/// A line of `[configuration]`: `KEY = "value"`, or `KEY = { env = "NAME" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The scripts' name for it.
    pub name: String,
    /// What stands there; for a secret the name in the environment.
    pub value: Value,
}

/// What a key has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A secret, by its name in the environment.
    Env(String),
}

/// The keys of `[configuration]`, and the password of `[test]`.
pub fn keys(settings: &str) -> Vec<Key> {
    let Ok(file) = settings.parse::<toml::Table>() else {
        return Vec::new();
    };
    let value = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(Value::Text(text.clone())),
        other => {
            let name = other.get("env")?.as_str()?;
            Some(Value::Env(name.to_owned()))
        }
    };
    let table = |name: &str| file.get(name).and_then(toml::Value::as_table).cloned();
    let mut keys: Vec<Key> = table("configuration")
        .into_iter()
        .flatten()
        .filter_map(|(name, found)| {
            let value = value(&found)?;
            Some(Key { name, value })
        })
        .collect();
    let password = table("test").and_then(|test| value(test.get("password")?));
    keys.extend(password.map(|value| Key {
        name: "password".to_owned(),
        value,
    }));
    keys
}

/// The settings with other values, each `KEY=VALUE`.
pub fn filled(settings: &str, values: &[String]) -> Result<String, Mistake> {
    let mut text = settings.to_owned();
    for pair in values {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Mistake(format!("set {pair:?}: write KEY=VALUE")))?;
        text = set(&text, name, value)?;
    }
    Ok(text)
}

fn set(settings: &str, name: &str, value: &str) -> Result<String, Mistake> {
    let all = keys(settings);
    let Some(key) = all.iter().find(|key| key.name == name) else {
        let names: Vec<&str> = all.iter().map(|key| key.name.as_str()).collect();
        return Err(Mistake(format!(
            "set {name}: the template has {}",
            names.join(", ")
        )));
    };
    let Value::Text(old) = &key.value else {
        return Err(Mistake(format!(
            "set {name}: it is a secret, and its place is .env, where no list of processes shows it"
        )));
    };
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let before = rule(&all);
    let text = settings.replacen(
        &format!("\n{name} = {}", quoted(old)),
        &format!("\n{name} = {}", quoted(value)),
        1,
    );
    // What scripts may reach goes with what they are told to reach.
    let after = rule(&keys(&text));
    Ok(match (before, after) {
        (Some(before), Some(after)) => text.replacen(
            &format!("allow = [{}]", quoted(&before)),
            &format!("allow = [{}]", quoted(&after)),
            1,
        ),
        _ => text,
    })
}

/// `HOST:PORT` of the store that the keys name.
fn rule(keys: &[Key]) -> Option<String> {
    let text = |name: &str| {
        keys.iter().find_map(|key| match &key.value {
            Value::Text(text) if key.name == name => Some(text.as_str()),
            _ => None,
        })
    };
    if let (Some(host), Some(port)) = (text("DB_HOST"), text("DB_PORT")) {
        return Some(format!("{host}:{port}"));
    }
    keys.iter().find_map(|key| match &key.value {
        Value::Text(text) if text.contains("://") => {
            let url = url::Url::parse(text).ok()?;
            let port = match url.scheme() {
                "ldap" => url.port().or(Some(389)),
                "ldaps" => url.port().or(Some(636)),
                _ => url.port_or_known_default(),
            };
            Some(format!("{}:{}", url.host_str()?, port?))
        }
        _ => None,
    })
}

/// Asks for each value that is no secret; what is there is the proposal. Gives `KEY=VALUE` of those that differ.
pub fn ask(
    settings: &str,
    mut input: impl BufRead,
    mut output: impl Write,
) -> anyhow::Result<Vec<String>> {
    let mut values = Vec::new();
    for key in keys(settings) {
        let Value::Text(proposal) = key.value else {
            continue;
        };
        write!(output, "{} [{proposal}]: ", key.name)
            .and_then(|()| output.flush())
            .context("ask for a value")?;
        let mut line = String::new();
        input.read_line(&mut line).context("read the answer")?;
        let answer = line.trim();
        if !answer.is_empty() && answer != proposal {
            values.push(format!("{}={answer}", key.name));
        }
    }
    Ok(values)
}

/// `.env` with the names of the secrets, to be filled in.
pub fn environment(settings: &str) -> String {
    let names = keys(settings)
        .into_iter()
        .filter_map(|key| match key.value {
            Value::Env(name) => Some(format!("# {name}=\n")),
            Value::Text(_) => None,
        });
    format!(
        "# Secrets that trickle.toml names; take the # away.\n{}",
        names.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = r#"
[network]
allow = ["127.0.0.1:5432"]

[configuration]
DB_HOST = "127.0.0.1"
DB_PORT = "5432"
DB_PASSWORD = { env = "DB_PASSWORD" }
# DB_CA = { file = "ca.pem" }

[test]
password = { env = "TEST_PASSWORD" }
"#;

    #[test]
    fn values_change_with_what_they_may_reach() {
        let values = ["DB_HOST=db.internal".to_owned(), "DB_PORT=6000".into()];
        let text = filled(SETTINGS, &values).unwrap();
        for line in [
            r#"allow = ["db.internal:6000"]"#,
            r#"DB_HOST = "db.internal""#,
            r#"DB_PORT = "6000""#,
            r#"DB_PASSWORD = { env = "DB_PASSWORD" }"#,
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let web = "[network]\nallow = [\"127.0.0.1:8080\"]\n\n[configuration]\nbaseUrl = \"http://127.0.0.1:8080\"\n";
        let text = filled(web, &["baseUrl=https://users.internal/api".to_owned()]).unwrap();
        assert!(text.contains("allow = [\"users.internal:443\"]"), "{text}");
    }

    #[test]
    fn what_cannot_be_set_is_told() {
        let failure = |pair: &str| filled(SETTINGS, &[pair.to_owned()]).unwrap_err().0;
        assert!(failure("DB_PASSWORD=hush").contains(".env"));
        assert!(!failure("DB_PASSWORD=hush").contains("hush"));
        assert!(failure("DB=x").contains("DB_HOST, DB_PASSWORD, DB_PORT"));
        assert!(failure("DB_HOST").contains("KEY=VALUE"));
    }

    #[test]
    fn questions_have_proposals() {
        let mut asked = Vec::new();
        let values = ask(SETTINGS, &b"db.internal\n\n"[..], &mut asked).unwrap();
        assert_eq!(values, ["DB_HOST=db.internal"]);
        let asked = String::from_utf8(asked).unwrap();
        assert_eq!(asked, "DB_HOST [127.0.0.1]: DB_PORT [5432]: ");
        assert_eq!(
            environment(SETTINGS),
            "# Secrets that trickle.toml names; take the # away.\n# DB_PASSWORD=\n# TEST_PASSWORD=\n"
        );
    }
}
