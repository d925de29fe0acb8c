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
    match case {
        Case::Kept => sql.push(expression),
        Case::Folded => sql.push("lower(").push(expression).push(")"),
    };
    if dialect == Dialect::Sqlite && case == Case::Kept {
        sql.push(" GLOB ").text_value(&glob(pieces));
        return;
    }
    sql.push(" LIKE ").text_value(&like(pieces, case));
    sql.push(" ESCAPE '\\'");
}

fn glob(pieces: &[Piece]) -> String {
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Many => "*".to_owned(),
        Piece::One => "?".to_owned(),
        Piece::Text(text) => text
            .chars()
            .map(|c| match c {
                '*' | '?' | '[' => format!("[{c}]"),
                c => c.to_string(),
            })
            .collect(),
    });
    pieces.collect()
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
        assert_eq!(glob(&pieces), "a%_\\[*][?][[]B*?");
        assert_eq!(prefix(&pieces[..2]), Some("a%_\\*?[B"));
        assert_eq!(prefix(&pieces), None);
    }
}
