//! Lists in parts.

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
