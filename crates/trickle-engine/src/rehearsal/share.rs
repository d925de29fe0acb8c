//! Who is among the first so many percent.

use sha2::{Digest, Sha256};
use trickle_model::{ConnectionId, WHOLE_SHARE};

/// Whether an identifier is within a share, in hundredths of a percent. The same one always is, also when the share grows, and who is
/// among the first for one purpose is not for another.
pub(crate) fn is_within(
    connection: &ConnectionId,
    purpose: &str,
    identifier: &str,
    share: u32,
) -> bool {
    if share >= WHOLE_SHARE {
        return true;
    }
    let mut hash = Sha256::new();
    for part in [connection.as_str(), purpose, identifier] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(first) % u64::from(WHOLE_SHARE) < u64::from(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_about_as_large_as_it_says_and_only_grows() {
        let id = ConnectionId::from_text("con_1");
        let among = |purpose: &str, share: u32| -> Vec<usize> {
            let is_in = |number: &usize| {
                is_within(&id, purpose, &format!("user{number}@example.com"), share)
            };
            (0..2_000).filter(is_in).collect()
        };
        assert!(among("import", 0).is_empty());
        assert_eq!(among("import", WHOLE_SHARE).len(), 2_000);
        let (tenth, fifth) = (among("import", 1_000), among("import", 2_000));
        // Five standard deviations around 200.
        assert!((133..=267).contains(&tenth.len()), "{}", tenth.len());
        assert!(tenth.iter().all(|number| fifth.contains(number)));
        assert_ne!(tenth, among("login", 1_000));
    }
}
