use trickle_jail::{Exit, Launcher};

use crate::subject::{finish, launch, run};

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
    let (lines, exit, _) = run(
        &[],
        &[
            "thread",
            "signal-self",
            "descriptors",
            "capabilities",
            "abort",
        ],
    )
    .await;
    assert_eq!(
        lines,
        [
            "thread ok",
            "signal-self ok",
            r#"descriptors ["0=/dev/null", "1=pipe", "2=pipe", "3=socket"]"#,
            "capabilities 0",
        ]
    );
    assert_eq!(exit, Exit::Signal(libc::SIGABRT));
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
    let launcher = Launcher::start().unwrap();
    let child = launcher.launch(launch(&["threaded"])).await.unwrap();
    let (lines, _) = finish(child).await;
    assert_eq!(lines, ["lock down a process that has 2 threads"]);
}
