//! Rows of the users, as evidence of what their columns have.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trickle_pool::Pool;

use super::{
    columns::{NAME_OF_SMF, Place, Text, Users, Usual},
    forms::{Evidence, Sample, most},
    names::plain,
    report,
    store::{Kind, PEPPER, Store},
};
use crate::output::Mistake;

/// A row by its columns.
type Row = BTreeMap<String, Option<String>>;

/// Reads rows; what they tell of the columns goes into `users`.
pub async fn evidence(store: &Store, pool: &Pool, users: &mut Users) -> anyhow::Result<Evidence> {
    let beside = [&users.salt, &users.rounds, &users.algorithm];
    let mut places = vec![&users.hash];
    places.extend(beside.into_iter().flatten());
    let has_emails = users.email.table == users.hash.table;
    if has_emails {
        places.push(&users.email);
    }
    // Bytes have no marks to count by.
    let is_counted = users.hash.text != Text::Bytes && store.kind != Kind::MongoDb;
    let asked = sample(users, &places, &users.hash, is_counted);
    let found = store.rows(pool, &asked).await?;
    let (emails, twins, lookup) = if has_emails {
        let emails = texts(&found.rows, &users.email);
        (emails, found.twins, found.address)
    } else {
        let asked = sample(users, &[&users.email], &users.email, false);
        let own = store.rows(pool, &asked).await?;
        let emails = texts(&own.rows, &users.email);
        (emails, own.twins, own.address)
    };
    let slow = lookup.and_then(|lookup| report::index(store.kind, users, lookup));
    if let Some(line) = slow {
        eprintln!("{line}");
    }
    if let Some(twins) = twins.filter(|twins| *twins > 0) {
        let have = match twins {
            1 => "address has",
            _ => "addresses have",
        };
        eprintln!(
            "twins:   {twins} {have} several rows; the scripts take one of each, and whose password is in another is told of a wrong one"
        );
    }
    let addresses = emails.iter().filter(|email| email.contains('@')).count();
    if users.is_login && addresses * 2 < emails.len() {
        return Err(no_addresses(users).into());
    }
    users.capitals = emails
        .iter()
        .any(|email| email.chars().any(char::is_uppercase));
    users.has_collations = found.collates.unwrap_or(true);
    eprint!("{}", report::capitals(users));
    for place in [Some(&mut users.hash), users.salt.as_mut()] {
        if let Some(place) = place.filter(|place| place.text == Text::Bytes)
            && are_texts(&found.rows, place)
        {
            place.text = Text::Encoded;
        }
    }
    let beside = |place: &Option<Place>| {
        let place = place.as_ref();
        place.map_or_else(Vec::new, |place| texts(&found.rows, place))
    };
    users.usual = usual(&beside(&users.rounds), &beside(&users.algorithm));
    let has_rounds = users.rounds.is_some();
    let algorithm = users.usual.algorithm.as_ref();
    let has_algorithm = algorithm.is_some_and(|text| has_rounds || says_rounds(text));
    let salt = users.salt.as_ref();
    let samples = found.rows.iter().filter_map(|row| {
        Some(Sample {
            // Accounts of other kinds have an empty hash.
            hash: text(row, &users.hash).filter(|hash| !hash.is_empty())?,
            salt: salt.and_then(|place| text(row, place)),
        })
    });
    let of_meteor = ["services.password.bcrypt", "services.password.argon2"];
    Ok(Evidence {
        samples: samples.collect(),
        looks: found.looks.map(|mut looks| {
            for look in &mut looks {
                look.hashes = look.hashes.clone().map(|hash| hash.trim_end().to_owned());
            }
            looks
        }),
        salt: salt.map(|place| place.text == Text::Bytes),
        has_rounds,
        has_algorithm,
        is_meteor: of_meteor.contains(&users.hash.column.as_str()),
        is_smf: salt.is_some_and(|place| plain(&place.column) == NAME_OF_SMF),
        has_pepper: store.configuration.contains_key(PEPPER),
    })
}

/// More rounds of PBKDF2 than these nobody has who logs people in.
const MOST_ROUNDS: u32 = 10_000_000;
/// More letters than these name no algorithm.
const MOST_LETTERS: usize = 64;

/// The commonest of what is known.
fn usual(rounds: &[String], algorithms: &[String]) -> Usual {
    let rounds = rounds.iter().filter_map(|text| text.parse::<u32>().ok());
    let algorithms = algorithms.iter().filter(|text| {
        let lower = text.to_lowercase();
        text.len() <= MOST_LETTERS && (lower.contains("pbkdf2") || lower.contains("sha"))
    });
    Usual {
        rounds: most(rounds.filter(|number| (1..=MOST_ROUNDS).contains(number))),
        algorithm: most(algorithms.cloned()),
    }
}

/// Whether an algorithm's name has the rounds in it: `$pbkdf2-sha256$i=64000,l=32$`.
fn says_rounds(algorithm: &str) -> bool {
    let rest = algorithm.split_once("i=").map(|(_, rest)| rest);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Why names alone are not enough.
fn no_addresses(users: &Users) -> Mistake {
    Mistake(format!(
        "find the users' addresses: {} has none but in {}, and what is there are names. Choose another table with --table; or begin with a template (`trickle init --list`) and read the address from where it is",
        users.table.join("."),
        users.email.column
    ))
}

/// What `inspect/` scripts are asked for: columns of the rows that have something in `filled`.
fn sample(users: &Users, places: &[&Place], filled: &Place, is_counted: bool) -> Value {
    let (table, order) = users.table(filled.table);
    let mut columns: Vec<Value> = places
        .iter()
        .map(|place| {
            let is_bytes = matches!(place.text, Text::Bytes | Text::Encoded);
            json!({ "name": place.column, "bytes": is_bytes })
        })
        .collect();
    if places.iter().all(|place| place.column != order) {
        columns.push(json!({ "name": order, "bytes": false }));
    }
    let email = places.iter().find(|place| ***place == users.email);
    let join = filled
        .table
        .checked_sub(1)
        .and_then(|at| users.joins.get(at));
    let only = join.map(|join| &join.only);
    json!({
        "table": table, "columns": columns, "hash": filled.column, "id": order, "looks": is_counted,
        "email": email.map(|place| &place.column), "only": only,
        "exact": users.is_exact,
    })
}

fn texts(rows: &[Row], place: &Place) -> Vec<String> {
    rows.iter().filter_map(|row| text(row, place)).collect()
}

/// A column's text as the scripts will read it.
fn text(row: &Row, place: &Place) -> Option<String> {
    let value = row.get(&place.column)?.as_ref()?;
    Some(match place.text {
        Text::Plain => value.clone(),
        Text::Padded => value.trim_end().to_owned(),
        Text::Bytes => value.strip_prefix("\\x").unwrap_or(value).to_owned(),
        Text::Encoded => encoded(value)?,
    })
}

/// The text in bytes that are written as `\x` and digits, without zeros at its end.
fn encoded(value: &str) -> Option<String> {
    let bytes = value.strip_prefix("\\x").and_then(bytes)?;
    let end = bytes.iter().rposition(|byte| *byte != 0)? + 1;
    let text = std::str::from_utf8(&bytes[..end]).ok()?;
    let is_text = text.chars().all(|c| c.is_ascii() && !c.is_ascii_control());
    is_text.then(|| text.to_owned())
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Whether the bytes of all rows are texts.
fn are_texts(rows: &[Row], place: &Place) -> bool {
    let mut values = rows
        .iter()
        .filter_map(|row| row.get(&place.column)?.as_deref())
        .peekable();
    values.peek().is_some() && values.all(|value| encoded(value).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_from_texts_in_bytes() {
        let place = Place {
            table: 0,
            column: "hash".into(),
            text: Text::Bytes,
        };
        let row = |value: &str| Row::from([("hash".to_owned(), Some(value.to_owned()))]);
        let texts = [row("\\x24326224"), row("\\x2432790000")];
        assert!(are_texts(&texts, &place));
        let encoded = Place {
            text: Text::Encoded,
            ..place.clone()
        };
        assert_eq!(text(&texts[1], &encoded).unwrap(), "$2y");
        let digests = [row("\\x24326224"), row("\\xff00")];
        assert!(!are_texts(&digests, &place));
        assert_eq!(text(&digests[1], &place).unwrap(), "ff00");
        assert!(!are_texts(&[], &place));
    }

    #[test]
    fn the_commonest_of_what_is_known_is_usual() {
        let texts = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        let found = usual(
            &texts(&["1", "27500", "27500", "0", "many"]),
            &texts(&[
                "pbkdf2",
                "PBKDF2WithHmacSHA512",
                "PBKDF2WithHmacSHA512",
                "x",
                "x",
                "x",
            ]),
        );
        assert_eq!(found.rounds, Some(27_500));
        assert_eq!(found.algorithm.as_deref(), Some("PBKDF2WithHmacSHA512"));
        assert_eq!(usual(&[], &texts(&["bcrypt"])), Usual::default());
        assert!(says_rounds("$pbkdf2-sha256$i=64000,l=32$"));
        assert!(!says_rounds("pbkdf2-sha256"));
    }

    #[test]
    fn blanks_at_the_end_fill_a_column_up() {
        let place = Place {
            table: 0,
            column: "hash".into(),
            text: Text::Padded,
        };
        let row = Row::from([("hash".to_owned(), Some("abc   ".to_owned()))]);
        assert_eq!(text(&row, &place).unwrap(), "abc");
    }
}
