//! `fields` and `include_fields`.

use std::collections::HashSet;

use serde_json::Value;

use super::{Error, query::Query};

/// Names in one request; each is looked for in every object that is shown.
const NAMES_MAX: usize = 100;

/// Which root fields to show.
#[derive(Clone, Debug)]
pub(crate) struct FieldFilter {
    names: HashSet<String>,
    include: bool,
}

impl FieldFilter {
    pub(crate) fn parse(query: &Query) -> Result<Self, Error> {
        let names = query.get("fields").unwrap_or("");
        let names = names.split(',').map(str::trim);
        let names = names.filter(|name| !name.is_empty());
        let names: HashSet<_> = names.map(str::to_owned).collect();
        if names.len() > NAMES_MAX {
            return Err(Error::Query(format!(
                "Expected at most {NAMES_MAX} names on property fields"
            )));
        }
        Ok(Self {
            names,
            include: query.flag("include_fields")?.unwrap_or(true),
        })
    }

    /// All of them.
    pub(crate) fn all() -> Self {
        Self {
            names: HashSet::new(),
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

    pub(crate) fn shows_all(&self) -> bool {
        self.names.is_empty()
    }

    pub(crate) fn shows(&self, name: &str) -> bool {
        self.shows_all() || self.names.contains(name) == self.include
    }

    /// Whether a field is asked for by its name.
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        self.include && self.names.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(fields: String, include: &str) -> Result<FieldFilter, Error> {
        FieldFilter::parse(&Query::of([
            ("fields".to_owned(), fields),
            ("include_fields".to_owned(), include.to_owned()),
        ]))
    }

    fn names(count: usize) -> String {
        let names: Vec<_> = (0..count).map(|number| format!("n{number}")).collect();
        names.join(",")
    }

    #[test]
    fn a_request_has_so_many_names_and_no_more() {
        assert!(parse(names(NAMES_MAX), "true").is_ok());
        let refused = parse(names(NAMES_MAX + 1), "true");
        assert!(matches!(refused, Err(Error::Query(text)) if text.contains("at most 100 names")));
    }

    #[test]
    fn names_are_shown_or_left_out() {
        let object = json!({"a": 1, "b": 2});
        let fields = || "a, ,a".to_owned();
        let shown = parse(fields(), "true").ok().unwrap();
        assert_eq!(shown.apply(object.clone()), json!({"a": 1}));
        let hidden = parse(fields(), "false").ok().unwrap();
        assert_eq!(hidden.apply(object.clone()), json!({"b": 2}));
        assert_eq!(FieldFilter::all().apply(object.clone()), object);
        let asked = [shown, hidden, FieldFilter::all()].map(|filter| filter.asks_for("a"));
        assert_eq!(asked, [true, false, false]);
    }
}
