//! What is asked for, and how it is brought back.

use serde::{Deserialize, Serialize};

use crate::auth::Error;

/// `response_type`: any of `code`, `token`, `id_token`, in any order (OAuth 2.0 Multiple Response Type Encoding Practices).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ResponseTypes {
    pub(crate) code: bool,
    pub(crate) token: bool,
    pub(crate) id_token: bool,
}

impl ResponseTypes {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let mut types = Self::default();
        for word in text.split_whitespace() {
            match word {
                "code" => types.code = true,
                "token" => types.token = true,
                "id_token" => types.id_token = true,
                _ => return Err(Error::UnsupportedResponseType(text.to_owned())),
            }
        }
        if types == Self::default() {
            return Err(Error::Missing("response_type"));
        }
        Ok(types)
    }

    /// Whether tokens come without a detour over the token endpoint.
    pub(crate) const fn is_implicit(self) -> bool {
        self.token || self.id_token
    }
}

/// `response_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
    WebMessage,
}

impl ResponseMode {
    /// Tokens never go into a query: servers log it.
    pub(super) fn parse(text: Option<&str>, types: ResponseTypes) -> Result<Self, Error> {
        match text {
            None if types.is_implicit() => Ok(Self::Fragment),
            Some("query") if types.is_implicit() => Err(Error::Malformed(
                "response_mode query is not allowed for tokens".into(),
            )),
            None | Some("query") => Ok(Self::Query),
            Some("fragment") => Ok(Self::Fragment),
            Some("form_post") => Ok(Self::FormPost),
            Some("web_message") => Ok(Self::WebMessage),
            Some(_) => Err(Error::Malformed(
                "response_mode must be query, fragment, form_post or web_message".into(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_in_any_order_and_tokens_in_no_query() {
        let both = ResponseTypes::parse("token id_token").unwrap();
        assert_eq!(both, ResponseTypes::parse("id_token token").unwrap());
        assert!(ResponseTypes::parse("device").is_err() && ResponseTypes::parse(" ").is_err());
        let code = ResponseTypes::parse("code").unwrap();
        assert_eq!(
            ResponseMode::parse(None, code).unwrap(),
            ResponseMode::Query
        );
        assert_eq!(
            ResponseMode::parse(None, both).unwrap(),
            ResponseMode::Fragment
        );
        assert!(ResponseMode::parse(Some("query"), both).is_err());
        assert!(ResponseMode::parse(Some("jwt"), code).is_err());
    }
}
