//! Connections that runs leave open.

/// The sockets that a process has open; `None` where that cannot be seen.
pub fn sockets(process: u32) -> Option<usize> {
    let entries = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?;
    // One that is closed meanwhile has no target.
    let targets = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let are_sockets = targets.filter(|target| target.to_string_lossy().starts_with("socket:"));
    Some(are_sockets.count())
}

/// What is wrong where `sockets` were open after each of some runs, one after the other.
///
/// The first runs may still fill a pool. Later ones find it filled, so that whatever grows with each of them is left behind.
pub fn defect(sockets: &[usize]) -> Option<String> {
    let [.., before, between, last] = sockets else {
        return None;
    };
    (before < between && between < last).then(|| {
        format!(
            "each run leaves a connection open: {} after {} runs; end it, or keep one client in global",
            last,
            sockets.len()
        )
    })
}

#[cfg(test)]
mod tests {
    use std::{
        os::{fd::OwnedFd, unix::net::UnixStream},
        process::{Command, Stdio},
    };

    use super::*;

    #[test]
    fn what_grows_with_each_run_is_left_behind() {
        assert_eq!(defect(&[1, 3, 3, 3, 3]), None);
        assert_eq!(defect(&[1, 1, 1, 1, 1]), None);
        assert_eq!(defect(&[1, 2, 3, 3, 3]), None);
        assert!(defect(&[2, 3, 4, 5, 6]).is_some());
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "it starts a program, not a worker"
    )]
    fn sockets_of_a_process_are_seen() {
        // Of another one: in this one other tests open some and close them.
        let with_input = |input: Stdio| {
            let mut process = Command::new("sleep")
                .arg("60")
                .stdin(input)
                .spawn()
                .unwrap();
            let found = sockets(process.id());
            process.kill().unwrap();
            process.wait().unwrap();
            found.unwrap()
        };
        let (socket, _other) = UnixStream::pair().unwrap();
        let without = with_input(Stdio::null());
        assert_eq!(with_input(OwnedFd::from(socket).into()), without + 1);
    }
}
