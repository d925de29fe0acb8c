use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use trickle_jail::{Confinement, Exit, Launch, LaunchError, Namespaces, Step};

use crate::subject::{
    LIMIT, confined, exists, finish, launch, launcher, program, wait_for, wanted,
};

#[tokio::test]
async fn starts_with_nothing() {
    let launcher = launcher();
    // A descriptor that a careless library left inheritable.
    let (leak, _other) = rustix::pipe::pipe().unwrap();
    let limited = Confinement::default().data_limit_bytes(512 << 20);
    let child = launcher
        .launch(confined(limited, &["report"]))
        .await
        .unwrap();
    let (lines, exit) = finish(child).await;
    drop(leak);

    assert_eq!(exit, Exit::Code(0));
    let words: Vec<_> = lines
        .iter()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for expected in [
        "environment 0",
        r#"descriptors ["0=device", "1=pipe", "2=pipe", "3=socket"]"#,
        "directory /",
        "leads its session true",
        "Max core file size 0 0 bytes",
        "Max file size 0 0 bytes",
        "Max open files 256 256 files",
        "Max data size 536870912 536870912 bytes",
        "NoNewPrivs: 1",
        "SigBlk: 0000000000000000",
        "Umask: 0077",
        "1000",
    ] {
        assert!(
            words.iter().any(|w| w == expected),
            "{expected}: {words:#?}"
        );
    }
}

#[tokio::test]
async fn shares_nothing_with_its_supervisor() {
    if wanted() == Namespaces::none() {
        return;
    }
    let launcher = launcher();
    assert_eq!(launcher.namespaces(), Namespaces::all());
    let child = launcher.launch(launch(&["report"])).await.unwrap();
    let id = child.process.id();
    let (lines, exit) = finish(child).await;
    assert_eq!(exit, Exit::Code(0));
    for expected in ["process 1", "host worker", "interfaces lo"] {
        assert!(
            lines.iter().any(|l| l == expected),
            "{expected}: {lines:#?}"
        );
    }
    let own = |kind: &str| {
        let link = std::fs::read_link(format!("/proc/self/ns/{kind}")).unwrap();
        format!("namespace {}", link.display())
    };
    for kind in ["user", "net", "pid", "ipc", "uts", "cgroup"] {
        assert!(!lines.contains(&own(kind)), "{kind} of {id}");
    }
    assert!(lines.iter().any(|line| line.starts_with("namespace net:")));
}

#[tokio::test]
async fn tells_how_it_ended() {
    let launcher = launcher();
    let child = launcher.launch(launch(&["exit", "7"])).await.unwrap();
    assert_eq!(child.process.wait().await.unwrap(), Exit::Code(7));
    // Asking again is fine, killing what is gone too.
    assert_eq!(child.process.wait().await.unwrap(), Exit::Code(7));
    child.process.kill().unwrap();

    let child = launcher.launch(launch(&["hang"])).await.unwrap();
    assert_eq!(child.process.try_wait().unwrap(), None);
    child.process.kill().unwrap();
    let exits = tokio::join!(child.process.wait(), child.process.wait());
    assert_eq!(exits.0.unwrap(), Exit::Signal(libc::SIGKILL));
    assert_eq!(exits.1.unwrap(), Exit::Signal(libc::SIGKILL));
}

#[tokio::test]
async fn says_why_it_did_not_start() {
    let launcher = launcher();
    let error = launcher
        .launch(Launch::new("/nonexistent/program"))
        .await
        .unwrap_err();
    let LaunchError::Child { step, source } = error else {
        panic!("{error}");
    };
    assert_eq!(step, Step::Exec);
    assert_eq!(source.raw_os_error(), Some(libc::ENOENT));

    let error = launcher.launch(launch(&["a\0b"])).await.unwrap_err();
    assert!(matches!(error, LaunchError::NullByte));
}

#[tokio::test]
async fn dropping_kills_and_reaps() {
    let launcher = launcher();
    let child = launcher.launch(launch(&["hang"])).await.unwrap();
    let id = child.process.id();
    assert!(exists(id));
    drop(child);
    assert!(!exists(id), "not even a zombie");
}

#[tokio::test]
async fn outlives_the_thread_that_asked_for_it() {
    let launcher = std::sync::Arc::new(launcher());
    let asking = std::sync::Arc::clone(&launcher);
    let child = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(asking.launch(launch(&["hang"]))).unwrap()
    })
    .join()
    .unwrap();
    assert_eq!(child.process.try_wait().unwrap(), None);

    // And with the launcher it ends.
    drop(launcher);
    let exit = tokio::time::timeout(LIMIT, child.process.wait()).await;
    assert_eq!(exit.unwrap().unwrap(), Exit::Signal(libc::SIGKILL));
}

#[tokio::test]
async fn dies_with_the_supervisor() {
    dies_with_supervisor(&["hang"]);
    // Under another user id too.
    dies_with_supervisor(&["try", "/nonexistent", "hang"]);
}

fn dies_with_supervisor(args: &[&str]) {
    let mut supervisor = Command::new(program())
        .arg("supervise")
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(supervisor.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let id = Pid::from_raw(line.trim().parse().unwrap()).unwrap();
    let grandchild = pidfd_open(id, PidfdFlags::empty()).unwrap();

    supervisor.kill().unwrap();
    supervisor.wait().unwrap();
    let limit = Timespec::try_from(LIMIT).unwrap();
    let ended = poll(&mut [PollFd::new(&grandchild, PollFlags::IN)], Some(&limit));
    assert_eq!(ended, Ok(1));
}

#[tokio::test]
async fn a_launch_nobody_waits_for_leaves_nothing() {
    let launcher = launcher();
    let mut abandoned = Box::pin(launcher.launch(launch(&["hang"])));
    // Polled once, the request is with the thread.
    assert!(futures_poll_once(abandoned.as_mut()).await);
    drop(abandoned);
    // Requests are served in order, so the abandoned one has been dealt with after this.
    let child = launcher.launch(launch(&["hang"])).await.unwrap();
    let own = child.process.id();
    wait_for("no other child", || children() == [own]).await;
}

async fn futures_poll_once<F: Future + Unpin>(future: F) -> bool {
    tokio::select! {
        biased;
        _ = future => false,
        () = std::future::ready(()) => true,
    }
}

fn children() -> Vec<u32> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).ok())
        .flat_map(|list| {
            list.split_whitespace()
                .map(|id| id.parse().unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}
