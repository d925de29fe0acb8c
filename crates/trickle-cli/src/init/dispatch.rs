//! One comparison for all forms of a column.

use super::forms::{Form, Reading};

/// A comparison in JavaScript: `matches(typed, stored, salt, rounds)` and `UNKNOWN`, a hash for users that there are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The code.
    pub code: String,
    /// Whether it needs the column with the salt.
    pub salted: bool,
    /// Whether it needs the column with the rounds.
    pub rounds: bool,
    /// Whether it needs the column that says how each hash was made.
    pub algorithm: bool,
}

/// What a row is told whose hash has another form. It is a defect of the script, and no wrong password.
const OTHER: &str =
    "throw new Error('This hash has another form than those that the script compares.');";

impl Comparison {
    /// For forms with the reading of each, in the order in which they have to be looked for.
    pub fn new(chosen: &[(&Form, &Reading)]) -> Self {
        let needs = |parameter: &str| chosen.iter().any(|(_, it)| it.needs(parameter));
        Self {
            code: match chosen {
                [(form, reading)] => alone(form, reading),
                several => together(several),
            },
            salted: needs("salt"),
            rounds: needs("rounds"),
            algorithm: needs("algorithm"),
        }
    }
}

fn alone(form: &Form, reading: &Reading) -> String {
    let Reading {
        comment, unknown, ..
    } = reading;
    let (head, body) = reading
        .function
        .split_once('\n')
        .unwrap_or((&reading.function, ""));
    format!(
        "{comment}  const UNKNOWN = {unknown};\n{head}\n    if (!{}.test(stored)) {OTHER}\n{body}",
        form.pattern
    )
}

fn together(chosen: &[(&Form, &Reading)]) -> String {
    let total: usize = chosen.iter().map(|(form, _)| form.count).sum();
    let pace = chosen.iter().map(|(_, it)| it.pace).max();
    let slow = chosen
        .iter()
        .filter(|(_, it)| Some(it.pace) == pace)
        .max_by_key(|(form, _)| form.count);
    let names = names(chosen);
    let mut code = String::new();
    let mut lines = Vec::new();
    let mut slowest = "";
    for ((form, reading), name) in chosen.iter().zip(&names) {
        let function = reading
            .function
            .replacen(" matches(", &format!(" {name}("), 1);
        code.push_str(&format!(
            "  // {} of {total}:\n{}{function}\n",
            form.count, reading.comment
        ));
        let compare = if Some(reading.pace) == pace {
            name.clone()
        } else {
            format!("slowly({name})")
        };
        lines.push(format!("    [{}, {compare}],\n", form.pattern));
        if slow.is_some_and(|(it, _)| std::ptr::eq(*it, *form)) {
            slowest = name;
        }
    }
    let unknown = slow.map_or("", |(_, reading)| reading.unknown.as_str());
    let needs_algorithm = chosen.iter().any(|(_, it)| it.needs("algorithm"));
    let has_fast = lines.iter().any(|line| line.contains("slowly("));
    code.push_str(
        &include_str!("skeleton/forms.js")
            .replace("{{unknown}}", unknown)
            .replace("{{slowly}}", if has_fast { SLOWLY } else { "" })
            .replace("{{slowest}}", slowest)
            .replace(
                "{{algorithm}}",
                if needs_algorithm { ", algorithm" } else { "" },
            )
            .replace("{{forms}}", &lines.concat())
            .replace("{{other}}", OTHER),
    );
    code
}

const SLOWLY: &str = include_str!("skeleton/slowly.js");

/// A function's name for each form: `matchesMd5WithItsSalt`.
fn names(chosen: &[(&Form, &Reading)]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, (form, _)) in chosen.iter().enumerate() {
        let words = form.name.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.filter_map(|word| {
            let (first, rest) = word.split_at_checked(1)?;
            Some(first.to_uppercase() + rest)
        });
        let name = format!("matches{}", words.collect::<String>());
        // Two encodings of one digest, say.
        let twins = chosen[..at].iter().filter(|(it, _)| it.name == form.name);
        names.push(match twins.count() {
            0 => name,
            count => format!("{name}{}", count + 1),
        });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::forms::{Evidence, Sample, recognise};

    fn comparison(hashes: &[&str]) -> Comparison {
        let samples = hashes.iter().map(|hash| Sample {
            hash: (*hash).to_owned(),
            salt: None,
        });
        let found = recognise(&Evidence {
            samples: samples.collect(),
            ..Evidence::default()
        });
        let chosen: Vec<(&Form, &Reading)> = found
            .forms
            .iter()
            .map(|form| (form, form.unproven.as_ref().unwrap()))
            .collect();
        Comparison::new(&chosen)
    }

    const BCRYPT: &str = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
    const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

    #[test]
    fn one_form_is_compared_by_one_function() {
        let found = comparison(&[MD5]);
        for part in [
            "  const UNKNOWN = '0'.repeat(32);\n  async function matches(typed, stored) {\n    if (!/^[\\da-f]{32}$/i.test(stored)) throw new Error(",
            "timingSafeEqual(digest(typed), wanted)",
        ] {
            assert!(found.code.contains(part), "{part}: {}", found.code);
        }
        assert!(!found.salted && !found.rounds);
    }

    #[test]
    fn of_several_forms_each_row_has_its_own_and_all_cost_the_same() {
        let found = comparison(&[BCRYPT, MD5, MD5, "!", &format!("{MD5}:x9")]);
        for part in [
            "  // 1 of 5:\n  // bcrypt; what",
            "  async function matchesBcrypt(typed, stored) {",
            "  // 2 of 5:\n  // md5.",
            "    [/^(?:\\d\\||\\{[\\w-]+\\}|bcrypt\\$)?\\$2[abxy]?\\$/, matchesBcrypt],\n    [/^[!*]/, slowly(matchesNoPassword)],\n    [/^[\\da-f]{32}:/i, slowly(matchesMd5WithItsSalt)],\n    [/^[\\da-f]{32}$/i, slowly(matchesMd5)],\n",
            "const UNKNOWN = '$2b$10$",
            "await matchesBcrypt(typed, UNKNOWN, '', rounds);",
        ] {
            assert!(found.code.contains(part), "{part}: {}", found.code);
        }
    }

    #[test]
    fn forms_of_one_pace_need_no_more() {
        let found = comparison(&[MD5, "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"]);
        assert!(!found.code.contains("slowly"), "{}", found.code);
    }
}
