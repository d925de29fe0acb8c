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

/// Collects rows.
#[derive(Default)]
pub(super) struct Window {
    rows: Vec<Entry>,
    bytes: Zeroizing<Vec<u8>>,
    position: u64,
}

struct Entry {
    key: String,
    position: u64,
    start: usize,
    end: usize,
}

/// Rows that go together.
pub(super) struct Part {
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

    /// The rows so far, in parts; of two with one address the first of the file stays first.
    pub(super) fn drain(&mut self) -> Vec<Part> {
        let mut rows = std::mem::take(&mut self.rows);
        let bytes = std::mem::take(&mut self.bytes);
        rows.sort_unstable_by(|a, b| (&a.key, a.position).cmp(&(&b.key, b.position)));
        let mut parts: Vec<Part> = Vec::new();
        for row in rows {
            let text = &bytes[row.start..row.end];
            let is_full = |part: &Part| {
                part.rows >= PART_MAX_ROWS || part.bytes.len() + text.len() > PART_MAX_BYTES
            };
            if parts.last().is_none_or(is_full) {
                parts.push(Part {
                    rows: 0,
                    bytes: Zeroizing::new(Vec::with_capacity(
                        PART_MAX_BYTES.min(bytes.len()) + 4_096,
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
        let mut window = Window::default();
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
        assert_eq!(parts.len(), 2);
        assert_eq!(layout::rows(&parts[1].bytes).next().unwrap().0, 8);
    }

    #[test]
    fn a_window_ends_by_rows_and_by_bytes() {
        let mut window = Window::default();
        let ends = (1..).find(|_| window.add(b"{}"));
        assert_eq!(ends, Some(WINDOW_MAX_ROWS));
        assert_eq!(window.drain().len(), 4);
        let large = vec![b'1'; 1 << 20];
        let ends = (1..).find(|_| window.add(&large));
        assert_eq!(ends, Some(6));
    }
}
