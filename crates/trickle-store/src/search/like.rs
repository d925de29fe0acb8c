//! Patterns.

use super::ast::Piece;
use super::sql::Sql;
use crate::dialect::Dialect;

/// Whether upper and lower case differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Kept,
    Folded,
}

impl Case {
    pub(super) fn of(self, text: &str) -> String {
        match self {
            Self::Kept => text.to_owned(),
            Self::Folded => text.to_lowercase(),
        }
    }
}

/// `expression` matches the pattern. SQLite's `LIKE` does not tell cases apart, its `GLOB` does.
pub(super) fn condition(
    expression: &str,
    pieces: &[Piece],
    case: Case,
    dialect: Dialect,
    sql: &mut Sql,
) {
    // `lower` of SQLite, and of PostgreSQL without a locale, knows the letters of ASCII alone.
    if case == Case::Folded && pieces.iter().any(is_beyond_ascii) {
        sql.push(expression);
        match dialect {
            Dialect::Sqlite => sql.push(" GLOB ").text_value(&glob(pieces, case)),
            Dialect::Postgres => sql.push(" ~ ").text_value(&regex(pieces)),
        };
        return;
    }
    match case {
        Case::Kept => sql.push(expression),
        Case::Folded => sql.push("lower(").push(expression).push(")"),
    };
    if dialect == Dialect::Sqlite && case == Case::Kept {
        sql.push(" GLOB ").text_value(&glob(pieces, case));
        return;
    }
    sql.push(" LIKE ").text_value(&like(pieces, case));
    sql.push(" ESCAPE '\\'");
}

fn is_beyond_ascii(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(text) if !text.is_ascii())
}

fn glob(pieces: &[Piece], case: Case) -> String {
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Many => "*".to_owned(),
        Piece::One => "?".to_owned(),
        Piece::Text(text) => text
            .chars()
            .map(|c| match c {
                '*' | '?' | '[' => format!("[{c}]"),
                c if case == Case::Folded => either_case(c),
                c => c.to_string(),
            })
            .collect(),
    });
    pieces.collect()
}

/// As PostgreSQL reads it, in either case.
fn regex(pieces: &[Piece]) -> String {
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Many => ".*".to_owned(),
        Piece::One => ".".to_owned(),
        Piece::Text(text) => text
            .chars()
            .map(|c| {
                if c.is_ascii_punctuation() {
                    format!("\\{c}")
                } else {
                    either_case(c)
                }
            })
            .collect(),
    });
    format!("^{}$", pieces.collect::<String>())
}

/// The character, or both of its cases in brackets.
fn either_case(c: char) -> String {
    let mut cases = String::from(c);
    for other in [only(c.to_lowercase()), only(c.to_uppercase())] {
        if let Some(other) = other.filter(|other| !cases.contains(*other)) {
            cases.push(other);
        }
    }
    match cases.chars().count() {
        1 => cases,
        _ => format!("[{cases}]"),
    }
}

/// `ß` has two in upper case.
fn only(mut characters: impl ExactSizeIterator<Item = char>) -> Option<char> {
    match characters.len() {
        1 => characters.next(),
        _ => None,
    }
}

fn like(pieces: &[Piece], case: Case) -> String {
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Many => "%".to_owned(),
        Piece::One => "_".to_owned(),
        Piece::Text(text) => {
            let text = case.of(text).replace('\\', "\\\\");
            text.replace('%', "\\%").replace('_', "\\_")
        }
    });
    pieces.collect()
}

/// The text before the only `*`, where the pattern is nothing else.
pub(super) fn prefix(pieces: &[Piece]) -> Option<&str> {
    match pieces {
        [Piece::Text(text), Piece::Many] => Some(text),
        _ => None,
    }
}

/// Beyond every text that begins so, by bytes.
pub(super) fn after(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_wrote_is_no_pattern() {
        let pieces = [Piece::Text("a%_\\*?[B".into()), Piece::Many, Piece::One];
        assert_eq!(like(&pieces, Case::Folded), "a\\%\\_\\\\*?[b%_");
        assert_eq!(glob(&pieces, Case::Kept), "a%_\\[*][?][[]B*?");
        assert_eq!(prefix(&pieces[..2]), Some("a%_\\*?[B"));
        assert_eq!(prefix(&pieces), None);
    }

    #[test]
    fn letters_beyond_ascii_are_meant_in_both_cases() {
        let pieces = [Piece::Text("Äß.a_1".into()), Piece::Many, Piece::One];
        assert_eq!(glob(&pieces, Case::Folded), "[Ää]ß.[aA]_1*?");
        assert_eq!(regex(&pieces), "^[Ää]ß\\.[aA]\\_1.*.$");
    }
}
