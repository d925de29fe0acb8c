//! How rows lie in a part of an upload: position, length, JSON text.

/// Bytes before a row.
const HEAD: usize = 8 + 4;

/// Adds a row.
pub(super) fn put(part: &mut Vec<u8>, position: u64, row: &[u8]) {
    let length = u32::try_from(row.len()).expect("a row is limited to 1 MiB");
    part.extend_from_slice(&position.to_le_bytes());
    part.extend_from_slice(&length.to_le_bytes());
    part.extend_from_slice(row);
}

/// The rows of a part; it ends early where the part is cut, which its seal makes impossible.
pub(super) fn rows(part: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let (head, after) = rest.split_at_checked(HEAD)?;
        let (position, length) = head.split_at(8);
        let position = u64::from_le_bytes(position.try_into().ok()?);
        let length = u32::from_le_bytes(length.try_into().ok()?);
        let (row, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
        rest = after;
        Some((position, row))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let mut part = Vec::new();
        put(&mut part, 7, b"{}");
        put(&mut part, u64::MAX, b"");
        let all: Vec<_> = rows(&part).collect();
        assert_eq!(all, [(7, &b"{}"[..]), (u64::MAX, b"")]);
        assert_eq!(rows(&part[..part.len() - 1]).count(), 1);
    }
}
