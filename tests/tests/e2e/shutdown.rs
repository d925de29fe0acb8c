//! The end of a server.

use rustix::process::Signal;
use serde_json::json;
use trickle_testkit::{wait_for, wait_for_async};

use crate::harness::{Gate, Install, LIMIT, LOGIN, connection, descendants};

#[tokio::test(flavor = "multi_thread")]
async fn a_login_under_way_is_answered_and_nothing_stays_behind() {
    let gate = Gate::start().await;
    let install = Install::new().with_local_net();
    let mut server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let customers = connection("customers", LOGIN, LOGIN, &json!({"baseUrl": gate.url()}));
    manager.add_connection(customers).await;

    let login = tokio::spawn({
        let site = site.clone();
        async move { site.login("customers", "jane@example.com", "x").await }
    });
    wait_for_async(LIMIT, async || gate.asked() == 1).await;
    let processes = descendants(server.pid());
    assert!(!processes.is_empty());

    server.signal(Signal::TERM);
    wait_for_async(LIMIT, async || server.log().contains("ending")).await;
    assert!(!server.has_ended());
    let port = server.https_port();
    let connect = || tokio::net::TcpStream::connect(("127.0.0.1", port));
    wait_for_async(LIMIT, async || connect().await.is_err()).await;
    gate.open();
    let answer = login.await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);

    let status = tokio::task::block_in_place(|| server.wait());
    assert_eq!(status.code(), Some(0), "{}", server.log());
    for process in processes {
        assert!(!process.is_alive(), "{process:?}");
    }

    let server = install.start();
    let users = server.site().manager().await.users().await;
    assert_eq!(users.len(), 1, "the login was stored");
}

#[test]
fn a_killed_server_leaves_no_worker() {
    let install = Install::new();
    let mut server = install.start();
    let processes = descendants(server.pid());
    assert!(!processes.is_empty());
    server.signal(Signal::KILL);
    server.wait();
    wait_for(LIMIT, || processes.iter().all(|one| !one.is_alive()));
}

#[test]
fn ctrl_c_ends_it_too() {
    let install = Install::new();
    let mut server = install.start();
    server.signal(Signal::INT);
    assert_eq!(server.wait().code(), Some(0));
}
