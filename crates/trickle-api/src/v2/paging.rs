//! Lists in three shapes: a bare array, with totals, and with a cursor.

use axum::Json;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use trickle_store::{Page, Total};

use super::{Error, query::Query};

/// Most items of a page.
const MOST: u64 = 100;
/// Items of a page when nothing is said.
const DEFAULT: u64 = 50;
/// Beyond it an offset is refused; the store counts in signed 64-bit numbers.
const LAST_PAGE: u64 = 1 << 40;

/// Which part of a list in which shape.
pub(crate) struct Paging {
    page: Page,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `[…]`.
    Array,
    /// `{"start":…,"limit":…,"length":…,"total":…,"<key>":[…]}`.
    Totals,
    /// `{"<key>":[…],"next":…}`.
    Checkpoint,
}

impl Paging {
    /// `take` and `from` win over `include_totals`, because clients send both.
    pub(crate) fn parse(query: &Query) -> Result<Self, Error> {
        if query.get("take").is_some() || query.get("from").is_some() {
            let limit = query.number("take", 1, MOST)?.unwrap_or(DEFAULT);
            let offset = query.get("from").map_or(Ok(0), read_cursor)?;
            return Ok(Self {
                page: Page { offset, limit },
                shape: Shape::Checkpoint,
            });
        }
        Self::parse_offset(query)
    }

    /// Only pages, for lists that have no cursor.
    pub(crate) fn parse_offset(query: &Query) -> Result<Self, Error> {
        let number = query.number("page", 0, LAST_PAGE)?.unwrap_or(0);
        let limit = query.number("per_page", 1, MOST)?.unwrap_or(DEFAULT);
        let totals = query.flag("include_totals")?.unwrap_or(false);
        Ok(Self {
            page: Page {
                offset: number * limit,
                limit,
            },
            shape: if totals { Shape::Totals } else { Shape::Array },
        })
    }

    /// Always with a cursor, for lists that have no other shape.
    pub(crate) fn always_checkpoint(mut self) -> Self {
        self.shape = Shape::Checkpoint;
        self
    }

    pub(crate) const fn page(&self) -> Page {
        self.page
    }

    /// The part of a list that is there as a whole.
    pub(crate) fn part<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(all.len());
        let end = self.page.offset.saturating_add(self.page.limit);
        &all[place(self.page.offset)..place(end)]
    }

    /// What the shape says of the whole list.
    pub(crate) const fn total(&self) -> Total {
        match self.shape {
            Shape::Array => Total::Seen,
            Shape::Totals | Shape::Checkpoint => Total::Counted,
        }
    }

    /// The list in its shape.
    pub(crate) fn render(&self, key: &str, items: Vec<Value>, total: u64) -> Json<Value> {
        let mut shape = self.empty(key, items.len() as u64, total);
        match &mut shape {
            Value::Object(fields) => fields[key] = items.into(),
            array => *array = items.into(),
        }
        Json(shape)
    }

    /// The part of a list that is there as a whole, in its shape.
    pub(crate) fn render_part(&self, key: &str, all: &[Value]) -> Json<Value> {
        self.render(key, self.part(all).to_vec(), all.len() as u64)
    }

    /// The JSON text before and behind so many items, for lists whose items are text.
    pub(crate) fn around(&self, key: &str, count: usize, total: u64) -> (String, String) {
        let mut before = self.empty(key, count as u64, total).to_string();
        // The list is the only one in it.
        let list = before.rfind("[]").unwrap_or_default();
        let behind = before.split_off(list + 1);
        (before, behind)
    }

    /// The shape without its items, of which there are `count`.
    fn empty(&self, key: &str, count: u64, total: u64) -> Value {
        let end = self.page.offset.saturating_add(count);
        match self.shape {
            Shape::Array => json!([]),
            Shape::Totals => json!({
                "start": self.page.offset,
                "limit": self.page.limit,
                "length": count,
                "total": total,
                key: [],
            }),
            Shape::Checkpoint if end < total && count > 0 => json!({key: [], "next": cursor(end)}),
            Shape::Checkpoint => json!({key: []}),
        }
    }
}

/// Opaque, so that nobody does sums with it.
fn cursor(offset: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("v1:{offset}"))
}

fn read_cursor(text: &str) -> Result<u64, Error> {
    let offset = URL_SAFE_NO_PAD.decode(text).ok();
    let offset = offset.and_then(|bytes| String::from_utf8(bytes).ok());
    let offset = offset.and_then(|text| text.strip_prefix("v1:")?.parse().ok());
    offset
        .filter(|&offset: &u64| offset < LAST_PAGE)
        .ok_or_else(|| Error::Query("Not a cursor of this list on property from".to_owned()))
}
