//! The lines of a script around an error.

use serde::{Deserialize, Serialize};

/// Lines shown: the one of the error, the one before and the one after.
const AROUND: usize = 1;
/// Characters shown of a line; scripts that a bundler wrote have lines of many thousand.
const WIDTH: usize = 160;
/// Characters shown before the error in a line that is longer.
const LEAD: usize = 100;

/// One line of a script: `{"line":7,"text":"  callback(user.nam);","column":12}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    /// Its number, from 1.
    pub line: u32,
    /// Its text, at most 160 characters.
    pub text: String,
    /// Where in `text` the error is, in characters from 1; in the error's own line only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// The line with its neighbours; nothing where the script has no such line.
///
/// `column` counts UTF-16 units from 1, as the engine does.
pub fn source_lines(script: &str, line: u32, column: Option<u32>) -> Vec<SourceLine> {
    let lines: Vec<&str> = script.lines().collect();
    let Some(at) = (line as usize)
        .checked_sub(1)
        .filter(|at| *at < lines.len())
    else {
        return Vec::new();
    };
    let shown = at.saturating_sub(AROUND)..lines.len().min(at + AROUND + 1);
    shown
        .map(|index| {
            let column = column.filter(|_| index == at);
            let (text, column) = window(lines[index], column);
            SourceLine {
                line: u32::try_from(index + 1).unwrap_or(u32::MAX),
                text,
                column,
            }
        })
        .collect()
}

/// The part of a line around a column, and where the column is in it.
fn window(text: &str, column: Option<u32>) -> (String, Option<u32>) {
    let at = column.map(|column| characters_before(text, column));
    let skipped = at
        .filter(|at| *at > LEAD && text.chars().count() > WIDTH)
        .map_or(0, |at| at - LEAD);
    // A tab stays one, so that the caret below stands right.
    let visible = |character: char| match character {
        '\t' => character,
        character if character.is_control() => ' ',
        character => character,
    };
    let shown = text.chars().skip(skipped).take(WIDTH).map(visible);
    let column = at.map(|at| u32::try_from(at - skipped + 1).unwrap_or(u32::MAX));
    (shown.collect(), column)
}

fn characters_before(text: &str, column: u32) -> usize {
    let mut units = column.saturating_sub(1) as usize;
    let mut characters = 0;
    for character in text.chars() {
        if units < character.len_utf16() {
            break;
        }
        units -= character.len_utf16();
        characters += 1;
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(script: &str, line: u32, column: u32) -> Vec<(u32, String, Option<u32>)> {
        source_lines(script, line, Some(column))
            .into_iter()
            .map(|source| (source.line, source.text, source.column))
            .collect()
    }

    #[test]
    fn a_line_comes_with_its_neighbours() {
        let script = "one\r\ntwo\r\nthree\r\nfour";
        let expected = [
            (2, "two".to_owned(), None),
            (3, "three".to_owned(), Some(2)),
            (4, "four".to_owned(), None),
        ];
        assert_eq!(shown(script, 3, 2), expected);
        assert_eq!(shown(script, 1, 1).len(), 2);
        assert_eq!(shown("only", 1, 1), [(1, "only".to_owned(), Some(1))]);
    }

    #[test]
    fn lines_that_a_script_does_not_have_show_nothing() {
        for line in [0, 2, u32::MAX] {
            assert_eq!(source_lines("only", line, Some(1)), []);
        }
    }

    #[test]
    fn of_a_long_line_the_part_with_the_error_is_shown() {
        let script = format!("{}!{}", "a".repeat(5000), "b".repeat(5000));
        let [(_, text, column)] = &shown(&script, 1, 5001)[..] else {
            panic!("one line");
        };
        assert_eq!(text.chars().count(), WIDTH);
        assert_eq!(text.chars().nth(column.unwrap() as usize - 1), Some('!'));
    }

    #[test]
    fn columns_count_as_the_engine_counts() {
        assert_eq!(shown("'😀' + x", 1, 8)[0].2, Some(7));
        assert_eq!(shown("x", 1, u32::MAX)[0].2, Some(2));
    }
}
