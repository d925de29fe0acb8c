//! JUnit's XML, in the form that build servers agree on.

use std::fmt::Write as _;

use super::Done;

/// One suite with a case for each result.
pub fn text(results: &[Done]) -> String {
    let failures = results.iter().filter(|one| !one.passed()).count();
    let time: f64 = results.iter().map(|one| one.took.as_secs_f64()).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut line = |text: String| {
        // Writing to a text cannot fail.
        let _ = writeln!(xml, "{text}");
    };
    line(format!(
        "<testsuites tests=\"{0}\" failures=\"{failures}\" time=\"{time:.3}\">\n  <testsuite name=\"trickle test\" tests=\"{0}\" failures=\"{failures}\" time=\"{time:.3}\">",
        results.len()
    ));
    for one in results {
        let name = escaped(&one.name);
        let time = one.took.as_secs_f64();
        let head =
            format!("    <testcase classname=\"trickle\" name=\"{name}\" time=\"{time:.3}\"");
        if one.passed() {
            line(format!("{head}/>"));
            continue;
        }
        let message = escaped(&one.defects.join("; "));
        let console = escaped(&one.console.join("\n"));
        line(format!(
            "{head}>\n      <failure message=\"{message}\"/>\n      <system-out>{console}</system-out>\n    </testcase>"
        ));
    }
    line("  </testsuite>\n</testsuites>".to_owned());
    xml
}

/// Text as XML takes it; characters that XML has no way to write become `?`.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            c if c < ' ' && c != '\t' => safe.push('?'),
            '\u{fffe}' | '\u{ffff}' => safe.push('?'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scripts_say_stays_text() {
        assert_eq!(
            escaped("a<b>&\"\n\u{1b}[0m"),
            "a&lt;b&gt;&amp;&quot;&#10;?[0m"
        );
    }
}
