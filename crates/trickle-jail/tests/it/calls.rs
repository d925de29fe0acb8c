use trickle_jail::{Exit, Namespaces};

use crate::subject::{finish, launch, launcher, run, start, wait_for, wanted};

#[tokio::test]
async fn what_no_worker_needs_fails() {
    let actions = [
        "exec",
        "fork",
        "kill-parent",
        "kill-all",
        "unshare",
        "prlimit-parent",
        "forget-supervisor",
        "chroot",
        "memory-file",
        "handle",
        "quota",
        "set-clock",
        "set-host-name",
        "watch-files",
        "shared-memory",
    ];
    let (lines, exit, _) = run(&[], &actions).await;
    let expected: Vec<_> = actions.iter().map(|name| format!("{name} EPERM")).collect();
    assert_eq!(lines, expected);
    assert_eq!(exit, Exit::Code(0));
}

#[tokio::test]
async fn what_a_worker_needs_works() {
    let (lines, exit, _) = run(&[], &["thread", "signal-self", "descriptors", "abort"]).await;
    assert_eq!(
        lines,
        [
            "thread ok",
            "signal-self ok",
            r#"descriptors ["0=device", "1=pipe", "2=pipe", "3=socket"]"#,
        ]
    );
    // The first process of a PID namespace is not killed by signals of its own: libc's abort then does what kills it.
    let signal = if wanted() == Namespaces::none() {
        libc::SIGABRT
    } else {
        libc::SIGSEGV
    };
    assert_eq!(exit, Exit::Signal(signal));
}

#[tokio::test]
async fn no_capability_is_left() {
    let started = start(&[], &["hang"]).await;
    wait_for("the lock-down", || {
        let path = format!("/proc/{}/status", started.child.process.id());
        let status = std::fs::read_to_string(path).unwrap();
        // The second filter comes last.
        status.contains("Seccomp_filters:\t2")
            && ["CapInh", "CapPrm", "CapEff", "CapAmb"]
                .iter()
                .all(|set| status.contains(&format!("{set}:\t0000000000000000")))
    })
    .await;
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn a_foreign_calling_convention_kills() {
    let (lines, exit, _) = run(&[], &["x32"]).await;
    assert_eq!(lines, [""; 0]);
    assert_eq!(exit, Exit::Signal(libc::SIGSYS));
}

#[tokio::test]
async fn threads_prevent_the_lock_down() {
    let launcher = launcher();
    let child = launcher.launch(launch(&["threaded"])).await.unwrap();
    let (lines, _) = finish(child).await;
    assert_eq!(lines, ["lock down a process that has 2 threads"]);
}
