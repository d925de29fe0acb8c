//! As much of the search language as is understood so far.

use trickle_model::UserId;

use crate::v2::Error;

/// What `q` asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// This address.
    Email(String),
    /// This id.
    Id(UserId),
}

/// Reads `email:"a@b.c"`, `email:a@b.c` and the same with `user_id`.
pub(super) fn parse(q: &str) -> Result<Search, Error> {
    let (field, value) = q.trim().split_once(':').ok_or_else(not_understood)?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').ok_or_else(not_understood)?,
        None => value,
    };
    if value.is_empty() || value.contains(['"', '*', ' ', '(', ')']) {
        return Err(not_understood());
    }
    match field {
        "email" => Ok(Search::Email(value.to_owned())),
        "user_id" => Ok(Search::Id(UserId::from_text(value))),
        _ => Err(not_understood()),
    }
}

fn not_understood() -> Error {
    Error::Query(
        "Only email:\"ADDRESS\" and user_id:\"ID\" are understood so far on property q".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_matches_are_understood_and_nothing_else_is_guessed() {
        let email = || Search::Email("a+b@c.d".to_owned());
        assert_eq!(parse("email:\"a+b@c.d\"").unwrap(), email());
        assert_eq!(parse(" email:a+b@c.d ").unwrap(), email());
        assert_eq!(
            parse("user_id:\"auth0|1\"").unwrap(),
            Search::Id(UserId::from_raw("1"))
        );
        for q in [
            "",
            "ada",
            "name:ada",
            "email:a*",
            "email:\"a",
            "email:a OR email:b",
        ] {
            assert!(parse(q).is_err(), "{q}");
        }
    }
}
