//! What tells one kind of kept things from another.

use serde_json::{Map, Value};
use trickle_store::Kept;

use crate::v2::{error, query::Query};

/// How a list is shown.
#[derive(Clone, Copy)]
pub(super) enum Lists {
    /// In three shapes.
    Pages,
    /// With a cursor, always.
    Cursor,
    /// As an array, always.
    Array,
    /// As an object with nothing else, always.
    Object,
    /// As an object with numbers of pages, always.
    Numbered,
}

/// How a thing is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writes {
    /// By `PATCH`: field by field.
    Patch,
    /// By `PATCH`, or by `PUT` as a whole.
    PatchOrPut,
}

/// Groups of query parameters, and whether a thing as it is shown fits what they say.
pub(super) type Narrows = (
    &'static [&'static [&'static str]],
    fn(&Query, &Map<String, Value>) -> bool,
);

/// Says what in a thing would keep people out if it were followed here.
pub(super) type Guards = fn(&Map<String, Value>) -> Option<&'static str>;

/// A kind of things.
pub(crate) struct Kind {
    /// Under which name the store keeps them.
    pub(super) stored: &'static str,
    /// Path of the list.
    pub(super) path: &'static str,
    /// Path of one.
    pub(super) one: &'static str,
    /// Key of the list.
    pub(super) key: &'static str,
    /// Name of the field with the id, and what ids begin with.
    pub(super) id: (&'static str, &'static str),
    /// Scopes to read, create, update and delete.
    pub(super) scopes: [&'static [&'static str]; 4],
    /// How the list is shown.
    pub(super) lists: Lists,
    /// How one is changed.
    pub(super) writes: Writes,
    /// Fields that a new one has to have.
    pub(super) required: &'static [&'static str],
    /// The field of which no two may have the same text.
    pub(super) unique: Option<&'static str>,
    /// Objects that are changed field by field, too.
    pub(super) deep: &'static [&'static str],
    /// Whether times are shown.
    pub(super) is_timed: bool,
    /// Whether secrets in it are for services, and are forgotten.
    pub(super) has_secrets: bool,
    /// Makes what was written ready to be stored: usual values, what is forgotten.
    pub(super) stores: fn(&mut Map<String, Value>),
    /// Says beside what was written how things really are.
    pub(super) shows: fn(&mut Map<String, Value>, &Kept),
    /// Query parameters that narrow the list, and which things fit.
    pub(super) narrows: Option<Narrows>,
    /// What would keep people out if it were followed here.
    pub(super) guards: Option<Guards>,
    /// For errors.
    pub(super) missing: error::Kind,
}

impl Kind {
    /// What most kinds have in common.
    pub(super) const fn new(
        (stored, name): (&'static str, &'static str),
        code: &'static str,
        (path, one, key): (&'static str, &'static str, &'static str),
        prefix: &'static str,
        scopes: [&'static [&'static str]; 4],
    ) -> Self {
        Self {
            stored,
            path,
            one,
            key,
            id: ("id", prefix),
            scopes,
            lists: Lists::Pages,
            writes: Writes::Patch,
            required: &["name"],
            unique: None,
            deep: &[],
            is_timed: true,
            has_secrets: false,
            stores: |_| (),
            shows: |_, _| (),
            narrows: None,
            guards: None,
            missing: error::Kind { code, name },
        }
    }
}
