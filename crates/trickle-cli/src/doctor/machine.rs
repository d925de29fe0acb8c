//! The kernel.

use super::{Finding, State};

/// Landlock came with this one; everything else that the jail needs is older.
const GOOD_KERNEL: (u32, u32) = (5, 13);

pub(super) fn look() -> Vec<Finding> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let release = read("/proc/sys/kernel/osrelease").unwrap_or_default();
    vec![
        kernel(release.trim()),
        yama(read("/proc/sys/kernel/yama/ptrace_scope").as_deref()),
    ]
}

fn kernel(release: &str) -> Finding {
    let mut numbers = release
        .split(|c: char| !c.is_ascii_digit())
        .map_while(|digits| digits.parse::<u32>().ok());
    let version = numbers.next().zip(numbers.next());
    let (state, note) = match version {
        Some(version) if version >= GOOD_KERNEL => (State::Ok, ""),
        _ => (
            State::Warning,
            "; 5.13 or newer has all that the jail can use",
        ),
    };
    Finding::new("kernel", state, format!("Linux {release}{note}"))
}

/// `Documentation/admin-guide/LSM/Yama.rst`.
fn yama(scope: Option<&str>) -> Finding {
    let (state, detail) = match scope.map(str::trim) {
        None => (
            State::Ok,
            "not there; workers are kept from each other by Landlock and namespaces",
        ),
        Some("0") => (
            State::Warning,
            "kernel.yama.ptrace_scope is 0: set it to 1, as a second wall between processes of one user",
        ),
        Some("1") => (State::Ok, "kernel.yama.ptrace_scope is 1"),
        Some(_) => (
            State::Warning,
            "kernel.yama.ptrace_scope is 2 or 3: a server that is not root cannot make its workers' connections; set it to 1",
        ),
    };
    Finding::new("yama", state, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels() {
        for (release, expected) in [
            ("6.12.0-amd64", State::Ok),
            ("5.13.1", State::Ok),
            ("5.10.0-30", State::Warning),
            ("4.18.0-553.el8", State::Warning),
            ("", State::Warning),
        ] {
            assert_eq!(kernel(release).state, expected, "{release}");
        }
    }

    #[test]
    fn scopes_of_yama() {
        for (scope, expected) in [
            (None, State::Ok),
            (Some("1\n"), State::Ok),
            (Some("0\n"), State::Warning),
            (Some("2\n"), State::Warning),
        ] {
            assert_eq!(yama(scope).state, expected, "{scope:?}");
        }
    }
}
