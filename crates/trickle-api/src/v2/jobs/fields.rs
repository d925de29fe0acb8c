//! Which fields of a user an export has, and under which names.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::v2::connections::migration::cell;

/// Most fields of a CSV file.
const CSV_MAX: usize = 30;
/// Most fields of a file of JSON.
const JSON_MAX: usize = 200;

/// What a CSV file has unless it is said.
const USUAL: [&str; 15] = [
    "user_id",
    "email",
    "email_verified",
    "username",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "blocked",
    "identities[0].connection",
    "created_at",
    "updated_at",
    "last_login",
    "logins_count",
];

/// Fields of an export in their order.
pub(super) struct Columns(Vec<Column>);

struct Column {
    path: Vec<Step>,
    shown_as: String,
}

enum Step {
    Field(String),
    Item(usize),
}

impl Columns {
    /// `[{"name":"user_metadata.plan","export_as":"plan"}]`.
    pub(super) fn parse(value: &Value, is_csv: bool) -> Result<Self, String> {
        let Value::Array(items) = value else {
            return Err("Expected type array on property fields".to_owned());
        };
        let most = if is_csv { CSV_MAX } else { JSON_MAX };
        if items.is_empty() || items.len() > most {
            return Err(format!("Expected 1 to {most} items on property fields"));
        }
        let columns = items.iter().enumerate().map(|(at, item)| {
            let wrong = |what: &str| format!("Expected {what} on property fields[{at}]");
            let name = item.get("name").and_then(Value::as_str);
            let name = name.ok_or_else(|| wrong("a name"))?;
            let shown_as = match item.get("export_as") {
                None | Some(Value::Null) => name.to_owned(),
                Some(Value::String(text)) => text.clone(),
                Some(_) => return Err(wrong("text as export_as")),
            };
            let path = path(name).ok_or_else(|| wrong("a name such as user_metadata.plan"))?;
            Ok(Column { path, shown_as })
        });
        columns.collect::<Result<_, _>>().map(Self)
    }

    /// What a CSV file has unless it is said.
    pub(super) fn usual() -> Self {
        let columns = USUAL.iter().filter_map(|name| {
            Some(Column {
                path: path(name)?,
                shown_as: (*name).to_owned(),
            })
        });
        Self(columns.collect())
    }

    /// The user with these fields only.
    pub(super) fn pick(&self, user: &Value) -> Value {
        let mut picked = Map::new();
        for column in &self.0 {
            if let Some(value) = column.of(user) {
                picked.insert(column.shown_as.clone(), value.clone());
            }
        }
        Value::Object(picked)
    }

    /// The first line of a CSV file.
    pub(super) fn header(&self) -> String {
        line(self.0.iter().map(|column| column.shown_as.as_str().into()))
    }

    /// A user's line of a CSV file.
    pub(super) fn line(&self, user: &Value) -> String {
        let values = self.0.iter().map(|column| column.of(user));
        line(values.map(|value| value.cloned().unwrap_or_default()))
    }
}

impl Column {
    fn of<'a>(&self, user: &'a Value) -> Option<&'a Value> {
        self.path.iter().try_fold(user, |value, step| match step {
            Step::Field(name) => value.get(name),
            Step::Item(at) => value.get(at),
        })
    }
}

fn line(cells: impl Iterator<Item = Value>) -> String {
    let mut text = String::new();
    for (at, value) in cells.enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{}", cell(&value));
    }
    text.push_str("\r\n");
    text
}

/// `a.b`, `a[0].b`.
fn path(name: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in name.split('.') {
        let (field, items) = match part.split_once('[') {
            Some((field, items)) => (field, Some(items.strip_suffix(']')?)),
            None => (part, None),
        };
        if field.is_empty() {
            return None;
        }
        steps.push(Step::Field(field.to_owned()));
        for item in items.into_iter().flat_map(|items| items.split("][")) {
            steps.push(Step::Item(item.parse().ok()?));
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_picked_renamed_and_no_formulas() {
        let user = json!({
            "email": "=a@b.c", "identities": [{"connection": "x,y"}],
            "user_metadata": {"plan": "gold", "all": [1]},
        });
        let wanted = json!([
            {"name": "email"}, {"name": "identities[0].connection", "export_as": "-from"},
            {"name": "user_metadata.all"}, {"name": "nothing"}, {"name": "user_metadata"},
        ]);
        let columns = Columns::parse(&wanted, true).unwrap();
        assert_eq!(
            columns.header(),
            "email,'-from,user_metadata.all,nothing,user_metadata\r\n"
        );
        assert_eq!(
            columns.line(&user),
            "'=a@b.c,\"x,y\",[1],,\"{\"\"all\"\":[1],\"\"plan\"\":\"\"gold\"\"}\"\r\n"
        );
        let picked = json!({"email": "=a@b.c", "-from": "x,y", "user_metadata.all": [1], "user_metadata": {"plan": "gold", "all": [1]}});
        assert_eq!(columns.pick(&user), picked);
    }

    #[test]
    fn names_that_lead_nowhere_are_refused() {
        for name in ["", "a.", "a[", "a[x]", "[0]"] {
            let wanted = json!([{"name": name}]);
            assert!(Columns::parse(&wanted, true).is_err(), "{name}");
        }
        let many: Vec<_> = (0..31).map(|_| json!({"name": "email"})).collect();
        assert!(Columns::parse(&many.clone().into(), true).is_err());
        assert!(Columns::parse(&many.into(), false).is_ok());
        assert_eq!(Columns::usual().0.len(), USUAL.len());
    }
}
