//! Lists in parts.

use crate::StoreError;

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Items to pass over.
    pub offset: u64,
    /// Most items to give.
    pub limit: u64,
}

/// Part of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// Items of the whole list.
    pub total: u64,
}

impl<T> Listed<T> {
    pub(crate) fn new(items: Vec<T>, total: i64) -> Self {
        Self {
            items,
            total: u64::try_from(total).expect("a count of rows is not negative"),
        }
    }

    pub(crate) fn from_rows<R>(rows: Vec<R>, total: i64) -> Result<Self, StoreError>
    where
        T: TryFrom<R, Error = StoreError>,
    {
        let items = rows
            .into_iter()
            .map(T::try_from)
            .collect::<Result<_, _>>()?;
        Ok(Self::new(items, total))
    }
}
