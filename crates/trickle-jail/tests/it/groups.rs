use trickle_jail::{Confinement, Controller, Exit};

use crate::subject::{confined, finish, launch, launcher, read_group};

#[tokio::test]
async fn a_child_has_a_group_of_its_own() {
    let launcher = launcher();
    let own = read_group(std::process::id());
    let child = launcher.launch(launch(&["hang"])).await.unwrap();
    let group = read_group(child.process.id());
    if launcher.controllers().missing().count() < 3 {
        assert_ne!(group, own);
    }
    child.group.set_processor_share(50).unwrap();
}

#[tokio::test]
async fn memory_beyond_the_limit_is_told_apart() {
    let launcher = launcher();
    if !launcher.controllers().has(Controller::Memory) {
        return;
    }
    let limited = Confinement::default().memory_limit_bytes(64 << 20);
    let child = launcher.launch(confined(limited, &["fill"])).await.unwrap();
    let exit = child.process.wait().await.unwrap();
    assert_eq!(exit, Exit::Signal(libc::SIGKILL));
    assert!(child.group.was_out_of_memory());

    let child = launcher.launch(launch(&["exit", "0"])).await.unwrap();
    child.process.wait().await.unwrap();
    assert!(!child.group.was_out_of_memory());
}

#[tokio::test]
async fn threads_are_bounded() {
    let launcher = launcher();
    if !launcher.controllers().has(Controller::Processes) {
        return;
    }
    let child = launcher.launch(launch(&["spin-off"])).await.unwrap();
    let (lines, exit) = finish(child).await;
    assert_eq!(exit, Exit::Code(0));
    assert_eq!(lines, ["63 threads"]);
}
