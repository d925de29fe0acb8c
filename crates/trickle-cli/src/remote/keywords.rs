//! Values that a script gets when it is deployed: `##KEY##` as it is, `@@KEY@@` as JSON.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

/// Quotes around `@@KEY@@` are part of it, so that the file is JavaScript before and after.
static KEYWORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"##([A-Za-z0-9_]+)##|"@@([A-Za-z0-9_]+)@@"|'@@([A-Za-z0-9_]+)@@'|@@([A-Za-z0-9_]+)@@"#,
    )
    .expect("the pattern is valid")
});

/// The text with all values filled in, or the first key that has none.
pub fn replaced(text: &str, value: impl Fn(&str) -> Option<Value>) -> Result<String, String> {
    let mut missing = None;
    let new = KEYWORD.replace_all(text, |found: &Captures<'_>| {
        let key = found
            .iter()
            .skip(1)
            .flatten()
            .next()
            .map_or("", |key| key.as_str());
        let Some(value) = value(key) else {
            missing.get_or_insert_with(|| key.to_owned());
            return String::new();
        };
        if found.get(1).is_some() {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        } else {
            value.to_string()
        }
    });
    match missing {
        Some(key) => Err(key),
        None => Ok(new.into_owned()),
    }
}

/// The first keyword of a text, with its marks.
pub fn first(text: &str) -> Option<&str> {
    KEYWORD.find(text).map(|found| found.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_take_the_place_of_their_keys() {
        let value = |key: &str| match key {
            "HOST" => Some(json!("db\"1")),
            "LIST" => Some(json!(["a", 1])),
            _ => None,
        };
        let text =
            "a('##HOST##'); b(@@HOST@@); c(\"@@LIST@@\"); d('@@LIST@@'); e(##LIST##) // # @ ##";
        let expected = r#"a('db"1'); b("db\"1"); c(["a",1]); d(["a",1]); e(["a",1]) // # @ ##"#;
        assert_eq!(replaced(text, value).as_deref(), Ok(expected));
        assert_eq!(replaced("##HOST## @@NONE@@", value), Err("NONE".to_owned()));
        assert_eq!(replaced("x\r\n", value).as_deref(), Ok("x\r\n"));
        assert_eq!(first(text), Some("##HOST##"));
        assert_eq!(first(expected), None);
    }
}
