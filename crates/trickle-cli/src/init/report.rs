//! What `trickle init --from` says of what it has found.

use super::{
    columns::{Place, Users, Verified},
    forms::{Form, Pace, Reading, Recognised},
    prove::Chosen,
    sql,
    store::{Kind, Lookup},
};
use crate::output::line;

/// The tables and what their columns are taken for. The store named them: none of the lines is two, and no terminal obeys one.
pub fn columns(users: &Users) -> String {
    let place = |place: &Place| match place.table {
        0 => place.column.clone(),
        number => format!("{}.{}", users.table(number).0[1], place.column),
    };
    let mut lines = vec![format!("table:   {}", users.table.join("."))];
    lines.extend(users.joins.iter().map(|join| {
        let primary = join.primary.as_ref();
        let primary = primary.map_or(String::new(), |flag| format!(", where {}", flag.column));
        let only = join.only.iter();
        let only: String = only
            .map(|[column, text]| format!(", where {column} is {text}"))
            .collect();
        format!(
            "with:    {} by {}{primary}{only}",
            join.table.join("."),
            join.on
        )
    }));
    lines.push(format!("id:      {}", users.id.column));
    lines.push(format!("email:   {}", place(&users.email)));
    lines.push(format!("hash:    {}", place(&users.hash)));
    lines.extend(
        users
            .salt
            .iter()
            .map(|it| format!("salt:    {}", place(it))),
    );
    lines.extend(
        users
            .rounds
            .iter()
            .map(|it| format!("rounds:  {}", place(it))),
    );
    lines.extend(
        users
            .algorithm
            .iter()
            .map(|it| format!("algorithm: {}", place(it))),
    );
    match &users.verified {
        Some(Verified::Flag(column) | Verified::Since(column)) => {
            lines.push(format!("email_verified: {}", place(column)));
        }
        None => lines.push("email_verified: nothing tells it, so false".to_owned()),
    }
    lines.extend(
        users
            .fields
            .iter()
            .map(|(field, column)| format!("{field}: {}", column.column)),
    );
    let columns = users.states.values().map(|place| place.column.clone());
    let bans = users.bans.iter().map(ToString::to_string);
    let columns: Vec<String> = columns.chain(bans).collect();
    if !columns.is_empty() {
        lines.push(format!(
            "not heeded: {}; the scripts have a check in a comment, to be used where it shuts users out",
            columns.join(", ")
        ));
    }
    let lines: Vec<String> = lines.iter().map(|it| line(it)).collect();
    lines.join("\n")
}

/// Rows from which on everybody who logs in waits for a search through all of them.
const LARGE: f64 = 10_000.0;

/// That a large table has no index for the comparison of addresses, with the one that it needs.
pub fn index(kind: Kind, users: &Users, lookup: Lookup) -> Option<String> {
    let is_slow = lookup.rows > LARGE && !lookup.indexed;
    is_slow.then(|| {
        line(&format!(
            "index:   none fits how the scripts compare addresses, so that each login reads about {:.0} rows: {}",
            lookup.rows,
            sql::index(kind, users, lookup.has_expressions)
        ))
    })
}

/// That addresses with capitals are found without a collation, for want of one.
pub fn capitals(users: &Users) -> &'static str {
    if users.has_collations {
        return "";
    }
    "capitals: the store knows no collation, so that a login searches all addresses where the typed one is stored neither so nor in lower case; store all in lower case, and run this again\n"
}

/// The forms of hash with how many there are, and those that cannot be compared; `of_all` where all rows were counted.
pub fn hashes(found: &Recognised, of_all: bool) -> String {
    let of = if of_all {
        format!("all {} rows", found.total)
    } else {
        format!("{} samples", found.total)
    };
    let mut lines = vec![format!("hashes:  {} of {of}", found.summary)];
    if !found.others.is_empty() {
        let others: Vec<String> = found
            .others
            .iter()
            .map(|(name, count)| format!("{name} ({count})"))
            .collect();
        lines.push(format!(
            "not compared: {}; a login of such a user ends as script_error, never as a wrong password. Import them with their hashes, see docs/how-to/import-users.md",
            others.join(", ")
        ));
    }
    lines.join("\n")
}

/// What nobody has proven of forms that can be made in several ways, `of` the form that somebody has.
pub fn unproven(chosen: &[Chosen<'_>], of: Option<usize>) -> String {
    let each = chosen.iter().enumerate();
    each.filter(|(at, _)| Some(*at) != of)
        .filter_map(|(_, (form, reading))| match reading {
            // Hardly anything else; a digest may be over more than the password, such as a text that the application keeps.
            Some(reading) if reading.name == form.name && !is_open(form, reading) => None,
            Some(reading) => Some(format!(
                "not proven: {}, compared as {}\n",
                form.name, reading.name
            )),
            None => Some(format!(
                "not proven: {}; a login of such a user ends as script_error until --identifier names one of them\n",
                form.name
            )),
        })
        .collect()
}

fn is_open(form: &Form, reading: &Reading) -> bool {
    reading.pace == Pace::Digest && form.readings.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::{
        columns::{proposals, tests::table},
        forms::{Evidence, Sample, recognise},
        prove,
    };

    #[test]
    fn digests_that_nobody_proved_are_told() {
        let samples = [
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "$P$BabcdefghiBRYRDxKmzNpPzJJYcVFj0",
            "!",
        ];
        let samples = samples.map(|hash| Sample {
            hash: hash.to_owned(),
            salt: None,
        });
        let found = recognise(&Evidence {
            samples: samples.into(),
            ..Evidence::default()
        });
        let chosen = prove::unproven(&found.forms);
        assert_eq!(
            unproven(&chosen, None),
            "not proven: md5, compared as md5\n"
        );
    }

    #[test]
    fn an_index_is_missing_in_large_tables_only() {
        let columns = table("users", &["*id", "email", "password"]);
        let users = proposals(Kind::Postgres, &columns).remove(0);
        let told = |rows: f64, indexed: bool| {
            let has_expressions = true;
            let lookup = Lookup {
                rows,
                indexed,
                has_expressions,
            };
            index(Kind::Postgres, &users, lookup)
        };
        let line = told(20_000.0, false).unwrap();
        assert!(line.contains("about 20000 rows: CREATE INDEX"), "{line}");
        assert_eq!(told(20_000.0, true), None);
        assert_eq!(told(9000.0, false), None);
    }
}
