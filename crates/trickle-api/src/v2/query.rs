//! Query strings.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::Error;

/// The parameters in their order.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    #[cfg(test)]
    pub(crate) fn of(parameters: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(parameters.into_iter().collect())
    }

    /// The first of this name; empty text is the same as nothing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.named(name).next()
    }

    /// All of this name: each by itself, or with commas between them, as old SDKs send arrays.
    pub(crate) fn items(&self, name: &str) -> Vec<String> {
        let items = self.named(name).flat_map(|text| text.split(','));
        let items = items.map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A flag; Python writes `True`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(Error::Query(format!(
                "Expected type boolean on property {name}"
            ))),
        }
    }

    /// `sort=field:1` or `field:-1`: one of these fields, and whether the last one comes first.
    pub(crate) fn sort<T: Copy>(&self, fields: &[(&str, T)]) -> Result<Option<(T, bool)>, Error> {
        let Some(text) = self.get("sort") else {
            return Ok(None);
        };
        let (wanted, direction) = text.split_once(':').unwrap_or((text, "1"));
        let found = fields.iter().find(|(name, _)| *name == wanted);
        match (found, direction) {
            (Some((_, field)), "1" | "-1") => Ok(Some((*field, direction == "-1"))),
            _ => {
                let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                Err(Error::Query(format!(
                    "Expected {}, then :1 or :-1, on property sort",
                    names.join(" or ")
                )))
            }
        }
    }

    /// A number within bounds.
    pub(crate) fn number(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, Error> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Error::Query(format!(
                "Expected an integer from {least} to {most} on property {name}"
            ))),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let text = parts.uri.query().unwrap_or("");
        serde_urlencoded::from_str(text)
            .map(Self)
            .map_err(|_| Error::Query("The query string cannot be read".to_owned()).into_response())
    }
}
