//! Which forms the hashes of a column have.

use std::collections::BTreeMap;

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD},
};
use trickle_password::{PasswordHash, VerifyError, guess, identify};

use super::{
    Form,
    marked::{self, KEYCLOAK_PARTS, NO_PASSWORD, UNNAMED},
    unmarked::{self, Beside, Place, Shape},
};
use crate::init::store::Look;

/// More rounds of SHA-crypt than these take a script longer than its limit of CPU time.
const MOST_ROUNDS: u32 = 100_000;

/// What was read of a column of hashes. Without `Debug`, which would show them.
#[derive(Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that was seen"
)]
pub struct Evidence {
    /// Some rows.
    pub samples: Vec<Sample>,
    /// All rows by their look, where they could be counted.
    pub looks: Option<Vec<Look>>,
    /// Whether there is a column of salts, and whether it has bytes.
    pub salt: Option<bool>,
    /// Whether a column says how many rounds there are.
    pub has_rounds: bool,
    /// Whether a column says which digest PBKDF2 has, and it or another how many rounds.
    pub has_algorithm: bool,
    /// Whether the hash stands where Meteor has it.
    pub is_meteor: bool,
    /// Whether the table is SMF's, with names in the place of salts.
    pub is_smf: bool,
    /// Whether there is a pepper.
    pub has_pepper: bool,
}

/// A row.
#[derive(Clone, Default)]
pub struct Sample {
    /// Its hash, never empty.
    pub hash: String,
    /// The salt beside it.
    pub salt: Option<String>,
}

/// What the hashes turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// What scripts can compare, in the order in which they have to look.
    pub forms: Vec<Form>,
    /// What they cannot, with how many there are.
    pub others: Vec<(String, usize)>,
    /// Names with the number of hashes, the most frequent first: `bcrypt (48)`; of several forms with their shares.
    pub summary: String,
    /// How many hashes the numbers are of.
    pub total: usize,
}

/// What one hash is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A scheme that says itself what it is, and that scripts compare.
    Marked(String),
    /// A digest or a key.
    Unmarked(Shape),
    /// What no script compares.
    Other(String),
}

/// Hashes of one kind.
#[derive(Default)]
struct Group<'a> {
    hashes: Vec<&'a str>,
    salts: Vec<&'a str>,
    count: usize,
    /// What they are called, by what was counted under that name.
    labels: BTreeMap<String, usize>,
}

/// Recognises the hashes of one column.
pub fn recognise(evidence: &Evidence) -> Recognised {
    let groups = groups(evidence);
    let mut schemes = BTreeMap::new();
    let (mut unmarked, mut others) = (Vec::new(), Vec::new());
    for (kind, group) in &groups {
        match kind {
            Kind::Marked(scheme) => {
                let hashes = group.hashes.clone();
                let found = marked::Found {
                    hashes,
                    salts: group.salts.clone(),
                    count: group.count,
                };
                schemes.insert(scheme.as_str(), found);
            }
            Kind::Unmarked(shape) => {
                let beside = beside(*shape, group, evidence);
                unmarked.push(unmarked::form(*shape, &beside, group.count));
            }
            Kind::Other(name) => others.push((name.clone(), group.count)),
        }
    }
    let mut forms = marked::forms(&schemes, evidence);
    if forms.iter().all(|form| form.name == NO_PASSWORD) && unmarked.is_empty() {
        forms.clear();
    }
    // What stands beside its salt is told from what stands alone by a sign more.
    unmarked.sort_by_key(|form: &Form| !form.name.contains("its salt"));
    forms.extend(unmarked);
    let total = groups.values().map(|group| group.count).sum();
    Recognised {
        forms,
        others,
        summary: summary(&groups, total),
        total,
    }
}

fn groups(evidence: &Evidence) -> BTreeMap<Kind, Group<'_>> {
    let mut groups = BTreeMap::new();
    let has_salt = evidence.salt.is_some();
    for sample in &evidence.samples {
        let count = usize::from(evidence.looks.is_none());
        let group = add(&mut groups, &sample.hash, count, has_salt);
        group.salts.extend(sample.salt.as_deref());
    }
    for Look { hashes, rows } in evidence.looks.iter().flatten() {
        let [first, last] = hashes;
        // Two that look alike are of one kind as a rule.
        let half = if first == last {
            *rows
        } else {
            rows.div_ceil(2)
        };
        add(&mut groups, first, half, has_salt);
        if half < *rows {
            add(&mut groups, last, rows - half, has_salt);
        }
    }
    groups
}

fn add<'g, 'a>(
    groups: &'g mut BTreeMap<Kind, Group<'a>>,
    hash: &'a str,
    count: usize,
    has_salt: bool,
) -> &'g mut Group<'a> {
    let (kind, label) = classify(hash, has_salt);
    let group = groups.entry(kind).or_default();
    group.hashes.push(hash);
    group.count += count;
    *group.labels.entry(label).or_default() += count;
    group
}

/// What a hash is, and what it is called.
fn classify(hash: &str, has_salt: bool) -> (Kind, String) {
    let named = |kind: fn(String) -> Kind, name: String| (kind(name.clone()), name);
    let marked = |scheme: &str| {
        if marked::is_compared(scheme, hash) && !is_too_costly(scheme, hash) {
            named(Kind::Marked, scheme.to_owned())
        } else {
            named(Kind::Other, scheme.to_owned())
        }
    };
    match identify(&PasswordHash::from(hash)) {
        Ok(identified) => return marked(identified.scheme),
        Err(VerifyError::CostTooHigh { scheme, .. } | VerifyError::Malformed { scheme }) => {
            return named(Kind::Other, format!("damaged {scheme}"));
        }
        Err(VerifyError::UnknownScheme) => {}
    }
    // Bytes come without the 0x that SQL Server shows.
    if let Ok(identified) = identify(&PasswordHash::from(format!("0x{hash}"))) {
        return marked(identified.scheme);
    }
    if hash.starts_with(['!', '*']) {
        return named(Kind::Marked, NO_PASSWORD.to_owned());
    }
    let unnamed = UNNAMED.iter().copied().find(|name| {
        let is_whole = *name != KEYCLOAK_PARTS || has_salt;
        is_whole && marked::is_compared(name, hash)
    });
    if let Some(name) = unnamed {
        return named(Kind::Marked, name.to_owned());
    }
    match shape(hash).filter(|shape| unmarked::is_possible(*shape, has_salt)) {
        Some(shape) => (Kind::Unmarked(shape), unmarked::name(shape)),
        None => {
            let guessed = guess(hash).into_iter().next();
            let name = guessed.map_or_else(|| "nothing known".to_owned(), |guess| guess.scheme);
            named(Kind::Other, name)
        }
    }
}

fn is_too_costly(scheme: &str, hash: &str) -> bool {
    let rounds = hash
        .split_once("$rounds=")
        .and_then(|(_, rest)| rest.split('$').next()?.parse::<u32>().ok());
    scheme.ends_with("-crypt") && rounds.is_some_and(|rounds| rounds > MOST_ROUNDS)
}

/// The bytes that a text stands for, alone or beside a salt.
fn shape(hash: &str) -> Option<Shape> {
    let of = |text: &str, place: Place| {
        let (bytes, encoding) = bytes(text)?;
        Some(Shape {
            place,
            bytes,
            encoding,
        })
    };
    if let Some(whole) = of(hash, Place::Whole) {
        return Some(whole);
    }
    [':', '.', '$'].into_iter().find_map(|mark| {
        let (first, second) = hash.split_once(mark)?;
        let both = [
            of(first, Place::First(mark)),
            of(second, Place::Second(mark)),
        ];
        // The longer one of two is the hash.
        let mut both: Vec<Shape> = both.into_iter().flatten().collect();
        both.sort_by_key(|shape| std::cmp::Reverse(shape.bytes));
        both.into_iter().next()
    })
}

/// How many bytes a text stands for, and in what encoding.
fn bytes(text: &str) -> Option<(usize, &'static str)> {
    if text.len() >= 32
        && text.len().is_multiple_of(2)
        && text.bytes().all(|it| it.is_ascii_hexdigit())
    {
        return Some((text.len() / 2, "hex"));
    }
    // A word of letters is base64, too; digests mix cases.
    let has = |kind: fn(&u8) -> bool| text.bytes().any(|byte| kind(&byte));
    let is_mixed =
        has(u8::is_ascii_lowercase) && (has(u8::is_ascii_uppercase) || has(u8::is_ascii_digit));
    let decoded = BASE64_STANDARD
        .decode(text)
        .or_else(|_| BASE64_STANDARD_NO_PAD.decode(text));
    let decoded = decoded.ok().filter(|_| is_mixed && text.len() >= 22)?;
    Some((decoded.len(), "base64"))
}

fn beside<'a>(shape: Shape, group: &Group<'a>, evidence: &Evidence) -> Beside<'a> {
    let part = |hash: &'a str| match shape.place {
        Place::First(mark) => Some(hash.split_once(mark)?.1),
        Place::Second(mark) => Some(hash.split_once(mark)?.0),
        Place::Whole => None,
    };
    let (salts, salts_are_bytes) = match (shape.place, evidence.salt) {
        (Place::Whole, None) => (None, false),
        (Place::Whole, Some(are_bytes)) => (Some(group.salts.clone()), are_bytes),
        (Place::First(_) | Place::Second(_), _) => {
            let salts = group.hashes.iter().copied().filter_map(part);
            (Some(salts.collect()), false)
        }
    };
    Beside {
        salts,
        salts_are_bytes,
        has_rounds: evidence.has_rounds,
        has_algorithm: evidence.has_algorithm,
    }
}

fn summary(groups: &BTreeMap<Kind, Group<'_>>, total: usize) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (label, count) in groups.values().flat_map(|group| &group.labels) {
        *counts.entry(label).or_default() += count;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().filter(|it| it.1 > 0).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let is_mixed = counts.len() > 1;
    let list: Vec<String> = counts
        .iter()
        .map(|(label, count)| {
            if is_mixed {
                format!("{label} ({count}, {})", share(*count, total))
            } else {
                format!("{label} ({count})")
            }
        })
        .collect();
    list.join(", ")
}

/// `71 %`; what is not nothing is never told as 0.
fn share(count: usize, total: usize) -> String {
    match (count * 100 + total / 2) / total.max(1) {
        0 => "less than 1 %".to_owned(),
        percent => format!("{percent} %"),
    }
}

#[cfg(test)]
mod tests;
