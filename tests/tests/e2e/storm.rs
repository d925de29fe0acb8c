//! A thousand first logins at once: of one user, and of a hundred over two nodes.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    task::{JoinSet, block_in_place},
};
use trickle_testkit::{http::LegacyService, postgres::Postgres, wait_for_async};

use crate::harness::{
    Credentials, Gate, Install, LIMIT, LOGIN, REALM_GRANT, Server, connection, legacy_connection,
    user,
};

const LOGINS: usize = 1000;

#[tokio::test]
async fn a_thousand_first_logins_run_the_script_once_and_make_one_user() {
    let logins = logins_within_file_limit();
    let gate = Gate::start().await;
    let install = Install::new().with_local_net();
    let server = install.start();
    let manager = server.site().manager().await;
    // The first login waits until the server has read all others, however long this machine takes for it.
    let login = LOGIN.replace("timeout: 10000", "timeout: 60000");
    assert_ne!(login, LOGIN);
    let mut customers = connection("customers", &login, &login, &json!({"baseUrl": gate.url()}));
    customers["options"]["limits"] = json!({"wall_ms": 60000});
    manager.add_connection(customers).await;

    let request = request(&server.first_client());
    let mut clients = Vec::new();
    for _ in 0..logins {
        let mut client = TcpStream::connect(("127.0.0.1", server.http_port()))
            .await
            .unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        clients.push(client);
    }
    wait_for_async(LIMIT, async || gate.asked() == 1 && has_read_all(&server)).await;
    gate.open();

    let mut subjects = BTreeSet::new();
    for client in clients {
        let body = answer(client).await;
        for token in ["access_token", "id_token"] {
            subjects.insert(claims(body[token].as_str().unwrap())["sub"].to_string());
        }
        let rest = [&body["expires_in"], &body["scope"], &body["token_type"]];
        assert_eq!(rest, [&json!(86400), &json!("openid"), &json!("Bearer")]);
    }
    assert_eq!(gate.asked(), 1);
    assert_eq!(subjects, BTreeSet::from(["\"auth0|42\"".to_owned()]));
    wait_for_async(LIMIT, async || {
        let users = manager.users().await;
        assert_eq!(users.len(), 1);
        users[0]["logins_count"] == logins
    })
    .await;
}

/// As many as this process may have open files for, the server's being its own.
fn logins_within_file_limit() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min(8192);
    let raised = Rlimit {
        current: Some(most.max(limit.current.unwrap_or(0))),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).unwrap();
    LOGINS.min(usize::try_from(most).unwrap() / 2)
}

fn request(client: &Credentials) -> String {
    let body = json!({
        "grant_type": REALM_GRANT, "realm": "customers", "scope": "openid",
        "username": "jane@example.com", "password": "legacy password",
        "client_id": client.client_id, "client_secret": client.client_secret,
    })
    .to_string();
    let length = body.len();
    format!(
        "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// Whether every byte sent to the server's port has been read: column `rx_queue` of proc_net_tcp(5).
fn has_read_all(server: &Server) -> bool {
    let port = format!(":{:04X}", server.http_port());
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    sockets.lines().skip(1).all(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        !fields[1].ends_with(&port) || fields[4].ends_with(":00000000")
    })
}

async fn answer(mut client: TcpStream) -> Value {
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{text}");
    serde_json::from_str(body).unwrap()
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_first_logins_of_a_hundred_people_over_two_nodes_make_a_hundred_users() {
    const PEOPLE: usize = 100;
    /// Beyond, a server of two cores begins to say that it is busy.
    const AT_ONCE: usize = 64;
    let names: Vec<String> = (0..PEOPLE).map(|number| format!("user{number}")).collect();
    let users = names.iter().map(|name| user(name, name)).collect();
    let service = LegacyService::with_users(users);
    let postgres = block_in_place(Postgres::shared);
    let url = postgres.url(&block_in_place(|| postgres.fresh_database()));
    let [first, second] = [(); 2].map(|()| Install::new().with_local_net().in_database(&url));
    let one = block_in_place(|| first.start());
    std::fs::create_dir(second.data_dir()).unwrap();
    for file in ["master.key", "first-client.json"] {
        std::fs::copy(first.data_dir().join(file), second.data_dir().join(file)).unwrap();
    }
    let two = block_in_place(|| second.start());
    let sites = [one.site(), two.site()];
    let manager = sites[0].manager().await;
    let made = legacy_connection("customers", &service);
    manager.add_connection(made).await;

    let door = Arc::new(Semaphore::new(AT_ONCE));
    let mut crowd = JoinSet::new();
    for number in 0..LOGINS {
        // Ten of one person, half of them at each node.
        let (site, name) = (sites[number % 2].clone(), names[number / 10].clone());
        let door = Arc::clone(&door);
        crowd.spawn(async move {
            let _in = door.acquire().await.unwrap();
            let (email, password) = (format!("{name}@example.com"), format!("{name}'s password"));
            let mut answer = site.login("customers", &email, &password).await;
            // On a noisy machine it is busy all the same. Who is told so comes again.
            for _ in 0..5 {
                if answer.status != 503 {
                    break;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
                answer = site.login("customers", &email, &password).await;
            }
            (name, answer)
        });
    }
    while let Some(login) = crowd.join_next().await {
        let (name, answer) = login.unwrap();
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let token = answer.text_of("id_token");
        assert_eq!(claims(token)["sub"], format!("auth0|{name}"));
    }
    assert_eq!(service.hits("/profile"), PEOPLE);
    let page = manager.get("/users?per_page=1&include_totals=true").await;
    assert_eq!(page.with_status(200)["total"], PEOPLE);
}
