use digest::common::BlockSizeUser;
use digest::consts::{U8, U16};
use digest::{FixedOutput, HashMarker, Output, OutputSizeUser, Update};

use crate::des;

/// MDC-2 with DES (ISO 10118-2; OpenSSL's padding type 1), which OpenSSL offers for PBKDF2.
///
/// Collects the message first: passwords and salts are short.
#[derive(Clone, Default)]
pub(crate) struct Mdc2 {
    message: zeroize::Zeroizing<Vec<u8>>,
}

impl HashMarker for Mdc2 {}

impl BlockSizeUser for Mdc2 {
    type BlockSize = U8;
}

impl OutputSizeUser for Mdc2 {
    type OutputSize = U16;
}

impl Update for Mdc2 {
    fn update(&mut self, data: &[u8]) {
        self.message.extend_from_slice(data);
    }
}

impl FixedOutput for Mdc2 {
    fn finalize_into(self, out: &mut Output<Self>) {
        let (mut left, mut right) = (0x5252_5252_5252_5252_u64, 0x2525_2525_2525_2525_u64);
        for chunk in self.message.chunks(8) {
            let mut block = [0; 8];
            block[..chunk.len()].copy_from_slice(chunk);
            let block = u64::from_be_bytes(block);
            left = (left & !(0x60 << 56)) | 0x40 << 56;
            right = (right & !(0x60 << 56)) | 0x20 << 56;
            let one = block ^ des::encrypt(left, block, 0);
            let two = block ^ des::encrypt(right, block, 0);
            left = (one & !0xffff_ffff) | (two & 0xffff_ffff);
            right = (two & !0xffff_ffff) | (one & 0xffff_ffff);
        }
        out[..8].copy_from_slice(&left.to_be_bytes());
        out[8..].copy_from_slice(&right.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use crate::digest::Digest;

    /// From OpenSSL's `mdc2test.c`.
    #[test]
    fn published_vector() {
        let hash = Digest::Mdc2.hash(&[b"Now is the time ", b"for all "]);
        assert_eq!(hex::encode(&*hash), "42e50cd224baceba760bdd2bd409281a");
    }
}
