//! Recordings as files. They hold what scripts send and get, passwords and hashes among it, and are sealed for that reason.

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    AeadCore, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, OsRng, Payload},
};

use super::log::Recording;
use crate::output::Mistake;

/// Begins each file, and is sealed with the rest: `MARK || nonce || ciphertext || tag` of XChaCha20-Poly1305
/// (draft-irtf-cfrg-xchacha-03).
const MARK: &[u8] = b"trickle recording 1\n";
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;

/// Where the key is, unless told otherwise: beside the settings of this person's other programs.
pub fn default_key_file() -> Option<PathBuf> {
    Some(std::env::home_dir()?.join(".config/trickle/recording.key"))
}

/// Writes a recording; the key is made where there is none.
pub fn write(file: &Path, key_file: &Path, recording: &Recording) -> anyhow::Result<()> {
    let cipher = match read_key(key_file)? {
        Some(cipher) => cipher,
        None => make_key(key_file)?,
    };
    let clear = serde_json::to_vec(recording).context("write the recording as JSON")?;
    let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
    let payload = Payload {
        msg: &clear,
        aad: MARK,
    };
    let sealed = cipher
        .encrypt(&nonce, payload)
        .map_err(|_| anyhow::anyhow!("seal the recording"))?;
    let bytes = [MARK, nonce.as_slice(), &sealed].concat();
    create(file)
        .and_then(|mut open| open.write_all(&bytes))
        .with_context(|| format!("write {}", file.display()))
}

/// Reads a recording.
pub fn read(file: &Path, key_file: &Path) -> anyhow::Result<Recording> {
    let cipher = read_key(key_file)?.ok_or_else(|| {
        Mistake(format!(
            "find the key of recordings in {}: recordings are opened with the key that they were made with; --recording-key names another file",
            key_file.display()
        ))
    })?;
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let parts = bytes
        .strip_prefix(MARK)
        .and_then(|rest| rest.split_at_checked(NONCE_BYTES));
    let Some((nonce, sealed)) = parts else {
        let message = format!(
            "read {}: it is no recording of `trickle try --record`",
            file.display()
        );
        return Err(Mistake(message).into());
    };
    let payload = Payload {
        msg: sealed,
        aad: MARK,
    };
    let clear = cipher
        .decrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| {
            Mistake(format!(
                "open {}: it was made with another key than that in {}, or is damaged",
                file.display(),
                key_file.display()
            ))
        })?;
    serde_json::from_slice(&clear).with_context(|| format!("read {}", file.display()))
}

fn read_key(file: &Path) -> anyhow::Result<Option<XChaCha20Poly1305>> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("read {}", file.display())),
    };
    let bytes = BASE64_STANDARD.decode(text.trim()).unwrap_or_default();
    let cipher = XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| {
        Mistake(format!(
            "take the key in {}: it is not {KEY_BYTES} bytes in base64",
            file.display()
        ))
    })?;
    Ok(Some(cipher))
}

fn make_key(file: &Path) -> anyhow::Result<XChaCha20Poly1305> {
    let key = XChaCha20Poly1305::generate_key(&mut OsRng);
    let make = || -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        writeln!(create(file)?, "{}", BASE64_STANDARD.encode(key))
    };
    make().with_context(|| format!("make the key of recordings in {}", file.display()))?;
    Ok(XChaCha20Poly1305::new(&key))
}

/// A file that only its owner can read.
fn create(file: &Path) -> std::io::Result<std::fs::File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::prelude::Beginning, *};

    fn recording() -> Recording {
        Recording {
            beginning: Beginning::at(Duration::from_secs(1)),
            names: vec![["the secret question".into(), "its answer".into()]],
            connections: Vec::new(),
        }
    }

    #[test]
    fn only_the_key_opens_a_recording() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let kept = recording();
        write(&path("a.tape"), &path("keys/a.key"), &kept).unwrap();
        let bytes = std::fs::read(path("a.tape")).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"secret"));
        let again = read(&path("a.tape"), &path("keys/a.key")).unwrap();
        assert_eq!(again.names, kept.names);
        assert_eq!(again.beginning, kept.beginning);

        write(&path("b.tape"), &path("b.key"), &kept).unwrap();
        let failure = |file: &str, key: &str| {
            read(&path(file), &path(key))
                .unwrap_err()
                .downcast::<Mistake>()
                .unwrap()
                .0
        };
        assert!(failure("a.tape", "b.key").contains("another key"));
        assert!(failure("a.tape", "none.key").contains("--recording-key"));
        std::fs::write(path("c.tape"), "{}").unwrap();
        assert!(failure("c.tape", "b.key").contains("no recording"));
        let mut damaged = bytes;
        *damaged.last_mut().unwrap() ^= 1;
        std::fs::write(path("a.tape"), damaged).unwrap();
        assert!(failure("a.tape", "keys/a.key").contains("damaged"));
    }
}
