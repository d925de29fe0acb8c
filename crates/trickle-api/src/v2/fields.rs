//! `fields` and `include_fields`.

use serde_json::Value;

use super::{Error, query::Query};

/// Which root fields to show.
#[derive(Clone, Debug)]
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

    /// All of them.
    pub(crate) const fn all() -> Self {
        Self {
            names: Vec::new(),
            include: true,
        }
    }

    /// The object without what is not wanted.
    pub(crate) fn apply(&self, mut object: Value) -> Value {
        if let Value::Object(fields) = &mut object
            && !self.shows_all()
        {
            fields.retain(|name, _| self.shows(name));
        }
        object
    }

    pub(crate) const fn shows_all(&self) -> bool {
        self.names.is_empty()
    }

    pub(crate) fn shows(&self, name: &str) -> bool {
        self.shows_all() || self.names.iter().any(|own| own == name) == self.include
    }
}
