//! `--modules-dir DIR --heap-bytes N`, as the pool passes them; on a developer's machine also `--inspect ACTION`.

use std::path::PathBuf;

/// What the pool says on the command line.
#[derive(Debug)]
pub struct Arguments {
    /// A `node_modules` folder.
    pub modules_dir: PathBuf,
    /// V8 heap.
    pub heap_bytes: usize,
    /// The script that waits for a debugger. A server's workers have none.
    pub inspect: Option<String>,
}

/// The command line is not the pool's.
#[derive(Debug, thiserror::Error)]
#[error("this program is started by trickle, as: trickle-worker --modules-dir DIR --heap-bytes N")]
pub struct ArgumentsError;

impl Arguments {
    /// Reads the command line of the process.
    pub fn from_command_line() -> Result<Self, ArgumentsError> {
        Self::read(std::env::args().skip(1)).ok_or(ArgumentsError)
    }

    fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let (mut modules_dir, mut heap_bytes, mut inspect) = (None, None, None);
        while let Some(word) = words.next() {
            let value = words.next()?;
            match word.as_str() {
                "--modules-dir" => modules_dir = Some(PathBuf::from(value)),
                "--heap-bytes" => heap_bytes = value.parse().ok(),
                "--inspect" => inspect = Some(value),
                _ => return None,
            }
        }
        Some(Self {
            modules_dir: modules_dir?,
            heap_bytes: heap_bytes?,
            inspect,
        })
    }
}
