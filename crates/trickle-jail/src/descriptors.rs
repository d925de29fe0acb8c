//! How many descriptors the supervisor itself may have.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the number of descriptors that this process may have to what it may ask for, and tells it; `None` for no limit.
///
/// Most systems begin with 1024 for the sake of programs that call `select` (getrlimit(2)). Each worker takes some, and children are
/// given a limit of their own.
///
/// # Errors
/// Those of setrlimit(2).
pub fn raise_descriptor_limit() -> io::Result<Option<u64>> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, raised)?;
    Ok(maximum)
}
