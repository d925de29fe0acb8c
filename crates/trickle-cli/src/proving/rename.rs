//! A legacy store whose tables have other names: what a script asks for is changed on its way, byte for byte, so that no length changes.

/// What stands before a table's name in SQL.
const BEFORE: [&str; 4] = ["from", "into", "update", "join"];

/// Changes the tables' names in what a script sends, as text or as SQL Server has it, in UTF-16.
pub fn tables(bytes: &mut [u8]) {
    for width in [1, 2] {
        for word in BEFORE {
            let mut at = 0;
            while let Some(found) = find(&bytes[at..], word, width) {
                at += found + word.len() * width;
                rename(&mut bytes[at..], width);
            }
        }
    }
}

/// Where a word stands alone, its letters in whatever case.
fn find(bytes: &[u8], word: &str, width: usize) -> Option<usize> {
    let letter = |at: usize| Some(character(bytes, at, width)?.to_ascii_lowercase());
    (0..bytes.len()).find(|at| {
        let is_word = word
            .bytes()
            .enumerate()
            .all(|(index, expected)| letter(at + index * width) == Some(expected));
        let before = at.checked_sub(width).and_then(letter);
        let after = letter(at + word.len() * width);
        is_word
            && !before.is_some_and(|c| c.is_ascii_alphanumeric())
            && after.is_some_and(|c| c.is_ascii_whitespace())
    })
}

fn character(bytes: &[u8], at: usize, width: usize) -> Option<u8> {
    let high = if width == 2 { *bytes.get(at + 1)? } else { 0 };
    (high == 0).then_some(*bytes.get(at)?)
}

/// Changes one letter of the name that comes next, its last; of `schema.table` that of the table.
fn rename(bytes: &mut [u8], width: usize) {
    let mut last = None;
    let mut at = 0;
    let mut begun = false;
    while let Some(c) = character(bytes, at, width) {
        let is_quote = b"\"`[]".contains(&c);
        match c {
            b' ' | b'\n' | b'\t' | b'\r' if !begun => {}
            b'.' if begun => {}
            _ if is_quote => begun = true,
            _ if c.is_ascii_alphanumeric() || c == b'_' => {
                begun = true;
                last = Some(at);
            }
            _ => break,
        }
        at += width;
    }
    if let Some(last) = last {
        bytes[last] = if bytes[last].eq_ignore_ascii_case(&b'q') {
            b'x'
        } else {
            b'q'
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        tables(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn names_of_tables_change_and_nothing_else() {
        for (sql, expected) in [
            (
                "SELECT id FROM users WHERE email = $1",
                "SELECT id FROM userq WHERE email = $1",
            ),
            (
                "select \"id\" from\n \"public\".\"users\" where",
                "select \"id\" from\n \"public\".\"userq\" where",
            ),
            ("INSERT INTO `users` (a)", "INSERT INTO `userq` (a)"),
            ("UPDATE q SET a = 1", "UPDATE x SET a = 1"),
            ("x JOIN [dbo].[members] m", "x JOIN [dbo].[memberq] m"),
            (
                "platform, updated_at, from_time",
                "platform, updated_at, from_time",
            ),
            ("", ""),
        ] {
            assert_eq!(renamed(sql), expected);
        }
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let mut bytes = wide("SELECT id FROM users WHERE x = @p");
        tables(&mut bytes);
        assert_eq!(bytes, wide("SELECT id FROM userq WHERE x = @p"));
    }
}
