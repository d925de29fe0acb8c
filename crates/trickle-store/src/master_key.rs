//! The key that seals secrets at rest.

use std::path::{Path, PathBuf};

use rand::CryptoRng;
use zeroize::Zeroizing;

/// 32 bytes that seal configuration values and signing keys; wiped on drop, hidden by `Debug`.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why the master key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    #[error("{step} the master key file {}", path.display())]
    File {
        /// What was tried.
        step: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Others can read it.
    #[error(
        "use the master key file {}: its mode is {mode:03o}, so that others may read it; run `chmod 600` on it",
        path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It holds something else.
    #[error(
        "use the master key file {}: it must hold 64 hexadecimal digits and nothing else",
        path.display()
    )]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
}

impl MasterKey {
    /// A new key.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Self(bytes)
    }

    /// Takes a key over.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the key from a file, or makes both (mode 0600, 64 hexadecimal digits and a line end).
    ///
    /// # Errors
    /// The file cannot be read or made, holds no key, or group or others may read it.
    pub fn load_or_create(path: &Path) -> Result<Self, MasterKeyError> {
        todo!("{path:?}")
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}
