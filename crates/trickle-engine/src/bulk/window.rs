//! Rows are sorted in windows before they are kept.
//!
//! Indexes of addresses are what an import spends its time on: in the file's order each row touches another page of them. A window
//! that is sorted and then cut touches each page in one part only (docs/decisions/0035).

use std::borrow::Cow;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::layout;

/// A window ends with either. Both bound the memory of an upload.
const WINDOW_MAX_ROWS: usize = 20_000;
const WINDOW_MAX_BYTES: usize = 6 << 20;
/// A part ends with either: it is taken over in one transaction, which logins may have to wait for. The fewer parts a window has, the
/// more rows share the pages that a transaction writes (docs/decisions/0078).
const PART_MAX_ROWS: u64 = 5_000;
const PART_MAX_BYTES: usize = 2 << 20;
/// Parts are so much smaller where several are taken over at once, each of which is in memory.
const SMALLER: u8 = 2;
/// Numbers of a window's parts; each row is in a part of its own at worst.
const NUMBERS: u64 = 1 << 16;

/// Collects rows.
pub(super) struct Window {
    part_max_rows: u64,
    part_max_bytes: usize,
    rows: Vec<Entry>,
    bytes: Zeroizing<Vec<u8>>,
    position: u64,
    windows: u64,
}

struct Entry {
    key: String,
    position: u64,
    start: usize,
    end: usize,
}

/// Rows that go together.
pub(super) struct Part {
    /// In the order in which parts are taken over.
    pub(super) number: u64,
    pub(super) rows: u64,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// The only field that counts here.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    email: Option<Cow<'a, str>>,
}

impl Window {
    /// For a store with so many writers.
    pub(super) fn new(writers: usize) -> Self {
        let smaller = if writers > 1 { SMALLER } else { 1 };
        Self {
            part_max_rows: PART_MAX_ROWS / u64::from(smaller),
            part_max_bytes: PART_MAX_BYTES / usize::from(smaller),
            rows: Vec::new(),
            bytes: Zeroizing::default(),
            position: 0,
            windows: 0,
        }
    }

    /// Adds a row; true when the window is full.
    pub(super) fn add(&mut self, row: &[u8]) -> bool {
        // A row without address, or that is no object, is refused later, with its reason.
        let head = serde_json::from_slice::<Head>(row).ok();
        let email = head.and_then(|head| head.email).unwrap_or_default();
        self.position += 1;
        let start = self.bytes.len();
        self.bytes.extend_from_slice(row);
        self.rows.push(Entry {
            key: email.to_lowercase(),
            position: self.position,
            start,
            end: self.bytes.len(),
        });
        self.rows.len() >= WINDOW_MAX_ROWS || self.bytes.len() >= WINDOW_MAX_BYTES
    }

    /// The rows so far, in parts. Those with one address are in the same, in the order of the file.
    pub(super) fn drain(&mut self) -> Vec<Part> {
        let mut rows = std::mem::take(&mut self.rows);
        let bytes = std::mem::take(&mut self.bytes);
        rows.sort_unstable_by(|a, b| (&a.key, a.position).cmp(&(&b.key, b.position)));
        let mut parts: Vec<Part> = Vec::new();
        let (first, mut key) = (self.windows * NUMBERS, "");
        self.windows += 1;
        for row in &rows {
            let text = &bytes[row.start..row.end];
            let is_full = |part: &Part| {
                part.rows >= self.part_max_rows
                    || part.bytes.len() + text.len() > self.part_max_bytes
            };
            let has_company = !key.is_empty() && key == row.key;
            key = &row.key;
            if parts
                .last()
                .is_none_or(|part| is_full(part) && !has_company)
            {
                parts.push(Part {
                    number: first + parts.len() as u64,
                    rows: 0,
                    bytes: Zeroizing::new(Vec::with_capacity(
                        self.part_max_bytes.min(bytes.len()) + 4_096,
                    )),
                });
            }
            if let Some(part) = parts.last_mut() {
                part.rows += 1;
                layout::put(&mut part.bytes, row.position, text);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_sorted_and_cut() {
        let mut window = Window::new(1);
        for email in ["b@x", "A@x", "b@X", "c@x"] {
            window.add(format!("{{\"email\":\"{email}\"}}").as_bytes());
        }
        assert!(!window.add(b"7"));
        let parts = window.drain();
        let positions: Vec<u64> = layout::rows(&parts[0].bytes).map(|(at, _)| at).collect();
        assert_eq!((parts.len(), parts[0].rows), (1, 5));
        assert_eq!(positions, [5, 2, 1, 3, 4]);

        let long = format!(
            "{{\"email\":\"z@x\",\"name\":\"{}\"}}",
            "n".repeat(1_000_000)
        );
        for _ in 0..3 {
            window.add(long.as_bytes());
        }
        let parts = window.drain();
        assert_eq!(parts.len(), 1);

        let without = format!("{{\"name\":\"{}\"}}", "n".repeat(1_000_000));
        for _ in 0..3 {
            window.add(without.as_bytes());
        }
        let parts = window.drain();
        assert_eq!(layout::rows(&parts[1].bytes).next().unwrap().0, 11);
        let numbers: Vec<u64> = parts.iter().map(|part| part.number).collect();
        assert_eq!(numbers, [2 * NUMBERS, 2 * NUMBERS + 1]);
    }

    #[test]
    fn a_window_ends_by_rows_and_by_bytes() {
        let mut window = Window::new(1);
        let ends = (1..=WINDOW_MAX_ROWS).find(|_| window.add(b"{}"));
        assert_eq!(ends, Some(WINDOW_MAX_ROWS));
        assert_eq!(window.drain().len(), 4);
        let mut of_two = Window::new(2);
        assert_eq!((1..=WINDOW_MAX_ROWS).find(|_| of_two.add(b"{}")), ends);
        let large = vec![b'1'; 1 << 20];
        let ends = (1..=WINDOW_MAX_ROWS).find(|_| window.add(&large));
        assert_eq!(ends, Some(6));
    }
}
