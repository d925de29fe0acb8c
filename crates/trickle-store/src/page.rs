//! Lists in parts.

use crate::column::counted;
use crate::{Place, StoreError};

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Items to pass over.
    pub offset: u64,
    /// Most items to give.
    pub limit: u64,
}

/// Which part of a list, by its number or by where the part before it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What comes behind so many items.
    Page(Page),
    /// What comes behind a place, or the beginning; it is not counted.
    Behind {
        /// Where the part before it ended.
        place: Option<Place>,
        /// Most items to give.
        limit: u64,
    },
}

impl From<Page> for Part {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

/// What is to be known of a list beside a page of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Total {
    /// How long it is.
    #[default]
    Counted,
    /// Nothing: counting a long list takes longer than reading a page of it. The total is as much as was seen.
    Seen,
}

impl Page {
    /// The whole list.
    pub const ALL: Self = Self {
        offset: 0,
        limit: u64::MAX,
    };

    /// How long a list is of which this page has so many items, where that can be told without counting it.
    pub(crate) fn total_of(self, items: usize, wanted: Total) -> Option<u64> {
        let items = items as u64;
        let is_end = items < self.limit && (items > 0 || self.offset == 0);
        (is_end || wanted == Total::Seen).then_some(self.offset.saturating_add(items))
    }
}

/// Part of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// Items of the whole list; of [`Part::Behind`] as many as were given.
    pub total: u64,
    /// Where [`Part::Behind`] ended, if there is more.
    pub next: Option<Place>,
}

impl<T> Listed<T> {
    pub(crate) fn new(items: Vec<T>, total: i64) -> Self {
        Self {
            items,
            total: counted(total),
            next: None,
        }
    }

    pub(crate) fn from_rows<R>(rows: Vec<R>, total: u64) -> Result<Self, StoreError>
    where
        T: TryFrom<R, Error = StoreError>,
    {
        let items = rows
            .into_iter()
            .map(T::try_from)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            items,
            total,
            next: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_full_ends_the_list() {
        let page = |offset| Page { offset, limit: 10 };
        for (offset, items, wanted, expected) in [
            (0, 0, Total::Counted, Some(0)),
            (0, 9, Total::Counted, Some(9)),
            (20, 9, Total::Counted, Some(29)),
            (0, 10, Total::Counted, None),
            (20, 0, Total::Counted, None),
            (20, 10, Total::Seen, Some(30)),
            (20, 0, Total::Seen, Some(20)),
        ] {
            let found = page(offset).total_of(items, wanted);
            assert_eq!(found, expected, "{items} after {offset}");
        }
    }
}
