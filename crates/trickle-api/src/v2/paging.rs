//! Lists in three shapes: a bare array, with totals, and with a cursor.

use axum::Json;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use trickle_store::{Page, Part, Place, PlaceKey, Total};

use super::{Error, query::Query};

/// Most items of a page. The least are none where only the total is wanted.
const MOST: u64 = 100;
/// Items of a page when nothing is said.
const DEFAULT: u64 = 50;
/// Beyond it an offset is refused; the store counts in signed 64-bit numbers.
const LAST_PAGE: u64 = 1 << 40;
/// Of a cursor: three texts of a thousand characters, as base64 of JSON.
const CURSOR_MAX_BYTES: usize = 16 << 10;

/// Which part of a list in which shape.
pub(crate) struct Paging {
    page: Page,
    /// Where the page before it ended, where a cursor says so.
    after: Option<Ended>,
    shape: Shape,
}

/// Where a page ended. What a cursor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// After so many items, for lists without places: `n:20`.
    Number(u64),
    /// At a place: `p:[1750000000000,"org_1"]`.
    Place(Place),
    /// At a place of the list that [follows](Paging::follow): `f:[…]`.
    Following(Place),
}

/// What is known of a list beside the items of a page.
pub(crate) struct Rest {
    /// Items of the whole list; nobody is told in the shape with a cursor.
    pub(crate) total: u64,
    /// Where the page ended, if there is more.
    pub(crate) next: Option<Ended>,
}

impl Rest {
    /// Of a list of nothing.
    pub(crate) const fn none() -> Self {
        Self {
            total: 0,
            next: None,
        }
    }
}

impl From<(u64, Option<Place>)> for Rest {
    /// Of what the store lists.
    fn from((total, next): (u64, Option<Place>)) -> Self {
        let next = next.map(Ended::Place);
        Self { total, next }
    }
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
            let after = query.get("from").map(Ended::read).transpose()?;
            let offset = match after {
                Some(Ended::Number(offset)) => offset,
                _ => 0,
            };
            return Ok(Self {
                page: Page { offset, limit },
                after,
                shape: Shape::Checkpoint,
            });
        }
        Self::parse_offset(query)
    }

    /// Only pages, for lists that have no cursor.
    pub(crate) fn parse_offset(query: &Query) -> Result<Self, Error> {
        let number = query.number("page", 0, LAST_PAGE)?.unwrap_or(0);
        let limit = query.number("per_page", 0, MOST)?.unwrap_or(DEFAULT);
        let totals = query.flag("include_totals")?.unwrap_or(false);
        Ok(Self {
            page: Page {
                offset: number * limit,
                limit,
            },
            after: None,
            shape: if totals { Shape::Totals } else { Shape::Array },
        })
    }

    /// Always with a cursor, for lists that have no other shape. These tell no total, and an empty page would end them.
    pub(crate) fn always_checkpoint(mut self) -> Self {
        self.shape = Shape::Checkpoint;
        self.page.limit = self.page.limit.max(1);
        self
    }

    /// The page by its number, for lists that have no cursor.
    pub(crate) const fn page(&self) -> Page {
        self.page
    }

    /// The page by its number, for lists without places.
    pub(crate) fn numbered(&self) -> Result<Page, Error> {
        match self.after {
            None | Some(Ended::Number(_)) => Ok(self.page),
            Some(_) => Err(no_cursor()),
        }
    }

    /// Also where a list that always has a cursor is asked for by `page`.
    const fn is_by_number(&self) -> bool {
        match self.shape {
            Shape::Array | Shape::Totals => true,
            Shape::Checkpoint => self.after.is_none() && self.page.offset > 0,
        }
    }

    /// The part of a list that the store has.
    pub(crate) fn part(&self) -> Result<Part, Error> {
        if self.is_by_number() {
            return Ok(self.page.into());
        }
        let place = match &self.after {
            None => None,
            Some(Ended::Place(place)) => Some(place.clone()),
            Some(_) => return Err(no_cursor()),
        };
        let limit = self.page.limit;
        Ok(Part::Behind { place, limit })
    }

    /// The same of a list that another one [follows](Self::follow); `None` where the page begins in the other one.
    pub(crate) fn head(&self) -> Result<Option<Part>, Error> {
        match self.after {
            Some(Ended::Following(_)) => Ok(None),
            _ => self.part().map(Some),
        }
    }

    /// Goes on with another list, which is there as a whole, where the page of the first one has room for it. `shown` items of the first
    /// one are on the page.
    pub(crate) fn follow<T>(
        &self,
        (shown, first): (usize, Rest),
        mut all: Vec<T>,
        place: impl Fn(&T) -> Place,
    ) -> (Vec<T>, Rest) {
        let total = first.total.saturating_add(all.len() as u64);
        let room = as_index(self.page.limit).saturating_sub(shown);
        if self.is_by_number() {
            let skipped = as_index(self.page.offset.saturating_sub(first.total));
            let items = all.into_iter().skip(skipped).take(room).collect();
            return (items, Rest { total, next: None });
        }
        if first.next.is_some() {
            return (Vec::new(), first);
        }
        let before = match &self.after {
            Some(Ended::Following(before)) => Some(before.clone()),
            _ => None,
        };
        all.sort_by_cached_key(&place);
        all.retain(|item| before.as_ref().is_none_or(|before| place(item) > *before));
        let is_all = all.len() <= room;
        all.truncate(room);
        // No place is before the empty one.
        let last = all.last().map_or_else(|| Place::new([]), &place);
        let next = (!is_all).then_some(Ended::Following(last));
        (all, Rest { total, next })
    }

    /// The part of a list that is there as a whole, in the order of its places where it has a cursor.
    pub(crate) fn among<T>(
        &self,
        mut all: Vec<T>,
        place: impl Fn(&T) -> Place,
    ) -> Result<(Vec<T>, Rest), Error> {
        let total = all.len() as u64;
        let Part::Behind { place: before, .. } = self.part()? else {
            let items = all.into_iter().skip(as_index(self.page.offset));
            let items = items.take(as_index(self.page.limit)).collect();
            return Ok((items, Rest { total, next: None }));
        };
        all.sort_by_cached_key(&place);
        all.retain(|item| before.as_ref().is_none_or(|before| place(item) > *before));
        let most = as_index(self.page.limit);
        let is_all = all.len() <= most;
        all.truncate(most);
        let last = all.last().filter(|_| !is_all).map(place);
        let next = last.map(Ended::Place);
        Ok((all, Rest { total, next }))
    }

    /// The part of a list that is there as a whole, by its number.
    pub(crate) fn slice<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let place = |number: u64| as_index(number).min(all.len());
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
    pub(crate) fn render(
        &self,
        key: &str,
        items: Vec<Value>,
        rest: impl Into<Rest>,
    ) -> Json<Value> {
        let mut shape = self.empty(key, items.len() as u64, &rest.into());
        match &mut shape {
            Value::Object(fields) => fields[key] = items.into(),
            array => *array = items.into(),
        }
        Json(shape)
    }

    /// A list of nothing, in its shape.
    pub(crate) fn render_none(&self, key: &str) -> Json<Value> {
        self.render(key, Vec::new(), Rest::none())
    }

    /// The part of a list that is there as a whole, in its shape; its items differ in one of the fields.
    pub(crate) fn render_part(
        &self,
        key: &str,
        all: Vec<Value>,
        fields: [&str; 2],
    ) -> Result<Json<Value>, Error> {
        let place = |item: &Value| {
            let key = |field: &str| PlaceKey::from(item[field].as_str().unwrap_or_default());
            Place::new(fields.map(key))
        };
        let (items, rest) = self.among(all, place)?;
        Ok(self.render(key, items, rest))
    }

    /// What is known beside a page of so many items by its number.
    pub(crate) fn counted(&self, count: usize, total: u64) -> Rest {
        let end = self.page.offset.saturating_add(count as u64);
        let next = (end < total && count > 0).then_some(Ended::Number(end));
        Rest { total, next }
    }

    /// The JSON text before and behind so many items, for lists whose items are text.
    pub(crate) fn around(&self, key: &str, count: usize, rest: &Rest) -> (String, String) {
        let mut before = self.empty(key, count as u64, rest).to_string();
        // The list is the only one in it.
        let list = before.rfind("[]").unwrap_or_default();
        let behind = before.split_off(list + 1);
        (before, behind)
    }

    /// The shape without its items, of which there are `count`.
    fn empty(&self, key: &str, count: u64, rest: &Rest) -> Value {
        match (self.shape, &rest.next) {
            (Shape::Array, _) => json!([]),
            (Shape::Totals, _) => json!({
                "start": self.page.offset,
                "limit": self.page.limit,
                "length": count,
                "total": rest.total,
                key: [],
            }),
            (Shape::Checkpoint, Some(next)) => json!({key: [], "next": next.cursor()}),
            (Shape::Checkpoint, None) => json!({key: []}),
        }
    }
}

impl Ended {
    /// Opaque, so that nobody does sums with it.
    fn cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(match self {
            Self::Number(number) => format!("n:{number}"),
            Self::Place(place) => format!("p:{place}"),
            Self::Following(place) => format!("f:{place}"),
        })
    }

    fn read(cursor: &str) -> Result<Self, Error> {
        Self::decode(cursor).ok_or_else(no_cursor)
    }

    fn decode(cursor: &str) -> Option<Self> {
        if cursor.len() > CURSOR_MAX_BYTES {
            return None;
        }
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (kind, text) = text.split_once(':')?;
        match kind {
            "n" => text
                .parse()
                .ok()
                .filter(|&number| number < LAST_PAGE)
                .map(Self::Number),
            "p" => text.parse().ok().map(Self::Place),
            "f" => text.parse().ok().map(Self::Following),
            _ => None,
        }
    }
}

/// Why a cursor is refused.
pub(crate) fn no_cursor() -> Error {
    Error::Query("Not a cursor of this list on property from".to_owned())
}

fn as_index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
