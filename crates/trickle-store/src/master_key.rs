//! The key that seals secrets at rest.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rand::{CryptoRng, TryRngCore as _, rngs::OsRng};
use zeroize::Zeroizing;

/// Longer than any key file needs to be.
const FILE_MAX_BYTES: usize = 128;

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
        let failed = |step| {
            move |source| MasterKeyError::File {
                step,
                path: path.to_owned(),
                source,
            }
        };
        match File::open(path) {
            Ok(file) => read(file, path),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                create(path).map_err(failed("create"))?;
                read(File::open(path).map_err(failed("open"))?, path)
            }
            Err(error) => Err(failed("open")(error)),
        }
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

fn read(mut file: File, path: &Path) -> Result<MasterKey, MasterKeyError> {
    let failed = |source| MasterKeyError::File {
        step: "read",
        path: path.to_owned(),
        source,
    };
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    // Room for all of it at once: a buffer that grows leaves copies of the key behind.
    let mut text = Zeroizing::new(Vec::with_capacity(FILE_MAX_BYTES));
    (&mut file)
        .take(FILE_MAX_BYTES as u64)
        .read_to_end(&mut text)
        .map_err(failed)?;
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim_ascii(), &mut *bytes).map_err(|_| MasterKeyError::NotAKey {
        path: path.to_owned(),
    })?;
    Ok(MasterKey(bytes))
}

/// Whole or not at all: where two programs start at once, the first file stays and both read it.
fn create(path: &Path) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut bytes = Zeroizing::new([0; 32]);
    OsRng
        .try_fill_bytes(&mut *bytes)
        .map_err(std::io::Error::other)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(Zeroizing::new(hex::encode(*bytes)).as_bytes())?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(error.error),
        _ => File::open(folder)?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt as _;

    use super::*;

    fn write(path: &Path, text: &str, mode: u32) {
        std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(mode)
            .open(path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
    }

    #[test]
    fn is_made_once_and_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| *MasterKey::load_or_create(&path).unwrap().bytes()))
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_ne!(keys[0], [0; 32]);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        write(&path, &"ab".repeat(32), 0o640);
        let error = MasterKey::load_or_create(&path).unwrap_err().to_string();
        assert!(
            error.contains("640") && error.contains("chmod 600"),
            "{error}"
        );
    }

    #[test]
    fn a_file_with_anything_else_is_refused_without_showing_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        for text in ["", "secret", &"ab".repeat(33), &"zz".repeat(32)] {
            write(&path, text, 0o600);
            let error = MasterKey::load_or_create(&path).unwrap_err();
            assert!(matches!(error, MasterKeyError::NotAKey { .. }));
            assert!(text.is_empty() || !format!("{error:?} {error}").contains(text));
        }
        write(&path, &"ab".repeat(32), 0o600);
        let key = MasterKey::load_or_create(&path).unwrap();
        assert_eq!(key.bytes(), &[0xab; 32]);
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
    }
}
