//! Bodies that are answered before they are read.

use crate::harness::Install;

#[tokio::test]
async fn who_sends_too_much_is_told() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let large = |mebibytes: usize| format!("{{\"name\":\"{}\"}}", "x".repeat(mebibytes << 20));
    for mebibytes in [3, 20] {
        let answer = manager
            .upload("/clients", "application/json", large(mebibytes))
            .await;
        assert_eq!(answer.status, 413, "{}", answer.text);
        assert!(answer.text.contains("2097152 bytes"), "{}", answer.text);
    }
    let nobody = site.manager_with("no token");
    let answer = nobody
        .upload("/clients", "application/json", large(3))
        .await;
    assert_eq!(answer.status, 401, "{}", answer.text);
}
