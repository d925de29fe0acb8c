//! `fields` and `include_fields`.

use serde_json::Value;

use super::{Error, query::Query};

/// Which root fields to show.
pub(crate) struct FieldFilter {
    names: Vec<String>,
    include: bool,
}

impl FieldFilter {
    pub(crate) fn parse(query: &Query) -> Result<Self, Error> {
        let names = query.get("fields").unwrap_or("");
        let names = names.split(',').map(str::trim);
        Ok(Self {
            names: names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            include: query.flag("include_fields")?.unwrap_or(true),
        })
    }

    /// The object without what is not wanted.
    pub(crate) fn apply(&self, mut object: Value) -> Value {
        if self.names.is_empty() {
            return object;
        }
        if let Value::Object(fields) = &mut object {
            fields.retain(|name, _| self.names.contains(name) == self.include);
        }
        object
    }
}
