//! JSON of requests.

use serde_json::Value;

/// Values that a body may have. A value takes up to forty times the memory of its text, and whatever is stored is read again and again.
const VALUES: usize = 20_000;

/// Why a body is not taken. It tells the place and not the text, which may be a script with a password in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonError {
    #[error("The body is not valid JSON (line {line}, column {column})")]
    Syntax { line: usize, column: usize },
    #[error("The body has more than {VALUES} values; send it in parts")]
    TooMany,
}

/// Parses a body of JSON.
pub(crate) fn parse(body: &[u8]) -> Result<Value, JsonError> {
    if marks(body) > VALUES {
        return Err(JsonError::TooMany);
    }
    serde_json::from_slice(body).map_err(|error| JsonError::Syntax {
        line: error.line(),
        column: error.column(),
    })
}

/// Commas and openings outside of texts: about as many as values.
fn marks(body: &[u8]) -> usize {
    let (mut marks, mut in_text, mut is_escaped) = (0, false, false);
    for byte in body {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => marks += 1,
            _ => {}
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_not_in_texts() {
        assert_eq!(marks(br#"{"a,[{\",": [1, "{{,\\", {}]}"#), 5);
        assert_eq!(marks(b"7"), 0);
    }

    #[test]
    fn few_values_may_be_long_and_many_may_not() {
        let long = format!("[\"{}\"]", "[,".repeat(1 << 20));
        assert!(parse(long.as_bytes()).is_ok());
        let many = format!("[{}0]", "0,".repeat(VALUES));
        assert_eq!(parse(many.as_bytes()), Err(JsonError::TooMany));
        let deep = "[".repeat(VALUES + 1);
        assert_eq!(parse(deep.as_bytes()), Err(JsonError::TooMany));
        let place = JsonError::Syntax { line: 1, column: 2 };
        assert_eq!(parse(b"{]"), Err(place));
    }
}
