//! As much of Markdown as links and anchors need.

/// A link and the line that it is in, from 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// As written.
    pub target: &'a str,
    /// Where.
    pub line: usize,
}

/// Links of the form `[text](target)`, outside of code.
pub fn links(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        let mut is_code = false;
        for part in line.split('`') {
            if !is_code {
                found.extend(targets(part).map(|target| Link {
                    target,
                    line: number,
                }));
            }
            is_code = !is_code;
        }
    }
    found
}

/// A code span inside the link's text parts the line, so only `](` begins a target.
fn targets(part: &str) -> impl Iterator<Item = &str> {
    let after = part.split("](").skip(1);
    after.filter_map(|rest| rest.split([')', ' ']).next())
}

/// The anchors that mdBook gives the headings.
pub fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).filter_map(|(_, line)| {
        let title = line.trim_start_matches('#');
        (title.len() < line.len())
            .then(|| title.strip_prefix(' '))
            .flatten()
    });
    headings.map(anchor).collect()
}

fn anchor(title: &str) -> String {
    let kept = title.trim().chars().filter_map(|c| match c {
        _ if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
        _ if c.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}

/// Lines outside of fenced code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((at + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_of_code() {
        let text =
            "[a](x.md) and [`b`](y.md#z)\n```\n[no](n.md)\n```\n`[no](n.md)` [c](z.md \"t\")";
        let found: Vec<_> = links(text)
            .iter()
            .map(|one| (one.target, one.line))
            .collect();
        assert_eq!(found, [("x.md", 1), ("y.md#z", 1), ("z.md", 5)]);
    }

    #[test]
    fn anchors_are_those_of_mdbook() {
        let text = "# Wall time\n## `get_user`, and more\n```\n# no\n```\n#no";
        assert_eq!(anchors(text), ["wall-time", "get_user-and-more"]);
    }
}
