use std::ffi::OsString;
use std::path::PathBuf;

/// One program to start, with its arguments and limits.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Absolute path of the program; no search path is consulted.
    pub program: PathBuf,
    /// Arguments after the program's own name.
    pub args: Vec<OsString>,
    /// How tightly it is held.
    pub confinement: Confinement,
}

impl Launch {
    /// `program` without arguments, under the default confinement.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            confinement: Confinement::default(),
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }
}

/// The limits that differ between children; the fixed ones are in `child_setup`.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Confinement {
    /// `RLIMIT_DATA`: private writable memory.
    pub data_limit_bytes: Option<u64>,
    /// Memory of its control group, with the page cache and the kernel's memory for it. Needs the controller.
    pub memory_limit_bytes: Option<u64>,
}

impl Confinement {
    /// Limits private writable memory.
    #[must_use]
    pub fn data_limit_bytes(mut self, bytes: u64) -> Self {
        self.data_limit_bytes = Some(bytes);
        self
    }

    /// Limits the memory of its control group.
    #[must_use]
    pub fn memory_limit_bytes(mut self, bytes: u64) -> Self {
        self.memory_limit_bytes = Some(bytes);
        self
    }
}
