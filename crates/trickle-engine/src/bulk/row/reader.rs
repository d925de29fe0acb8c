use serde_json::{Map, Value};

use super::neighbours;
use crate::bulk::RowDefect;

/// Takes fields out of a row, and notes what is wrong with them.
pub(super) struct Reader {
    fields: Map<String, Value>,
    pub(super) defects: Vec<RowDefect>,
}

const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub(super) fn wrong_type(path: &str, expected: &str, found: &Value) -> RowDefect {
    let found = type_name(found);
    let message = format!("Expected type {expected} but found type {found}");
    RowDefect::new(path, "INVALID_TYPE", message)
}

impl Reader {
    pub(super) const fn new(fields: Map<String, Value>) -> Self {
        Self {
            fields,
            defects: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, path: &str, code: &'static str, message: impl Into<String>) {
        self.defects.push(RowDefect::new(path, code, message));
    }

    pub(super) fn value(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name)
    }

    /// Text of a length that counts characters.
    pub(super) fn text(&mut self, name: &str, least: usize, most: usize) -> Option<String> {
        let text = match self.fields.remove(name)? {
            Value::String(text) => text,
            other => {
                self.defects.push(wrong_type(name, "string", &other));
                return None;
            }
        };
        let length = text.chars().count();
        if length < least {
            let message = format!("String is too short ({length} chars), minimum {least}");
            self.note(name, "MIN_LENGTH", message);
            return None;
        }
        if length > most {
            let message = format!("String is too long ({length} chars), maximum {most}");
            self.note(name, "MAX_LENGTH", message);
            return None;
        }
        Some(text)
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.fields.remove(name)? {
            Value::Bool(flag) => Some(flag),
            other => {
                self.defects.push(wrong_type(name, "boolean", &other));
                None
            }
        }
    }

    pub(super) fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        match self.fields.remove(name)? {
            Value::Object(object) => Some(object),
            other => {
                self.defects.push(wrong_type(name, "object", &other));
                None
            }
        }
    }

    /// What is left is not known.
    pub(super) fn finish(mut self) -> Vec<RowDefect> {
        for (name, value) in std::mem::take(&mut self.fields) {
            let message = format!("Additional properties not allowed: {name}");
            let message = match neighbours::hint(&name, &value) {
                Some(hint) => format!("{message}; {hint}"),
                None => message,
            };
            self.note(&name, "NOT_PASSED", message);
        }
        self.defects
    }
}
