//! `trickle try --inspect`, by a client of the Chrome DevTools Protocol.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::PathBuf,
    process::{Child, ChildStderr, Stdio},
    time::Duration,
};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest as _},
};
use trickle_testkit::http::LegacyService;

use crate::harness::{
    Install, LIMIT, command, descendants, jane, legacy_connection, run_with_input,
};

/// What scripts cannot have they cannot have now.
const LOGIN: &str = "function login(email, password, callback) {
  const parts = email.split('@');
  let nickname = parts[0]; try { require('node:inspector'); nickname = 'loaded'; } catch { /* Good. */ }
  callback(null, { user_id: '1', email, nickname });
}
";

/// A run that waits for a debugger.
struct Inspected {
    child: Child,
    told: BufReader<ChildStderr>,
    /// `127.0.0.1:PORT/ID`
    place: String,
    script: PathBuf,
    _folder: TempDir,
}

impl Inspected {
    fn start(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().canonicalize().unwrap().join("login.js");
        std::fs::write(&file, script).unwrap();
        let mut child = command(&[
            "try",
            "login",
            "--json",
            "--script",
            file.to_str().unwrap(),
            "--identifier",
            "jane@example.com",
            "--password-stdin",
            "--inspect=0",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
        child.stdin.take().unwrap().write_all(b"secret\n").unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        let place = line.trim().strip_prefix("Debugger listening on ws://");
        let place = place.unwrap_or_else(|| panic!("{line}")).to_owned();
        Self {
            child,
            told,
            place,
            script: file,
            _folder: folder,
        }
    }

    fn url(&self) -> String {
        format!("file://{}", self.script.display())
    }

    fn authority(&self) -> &str {
        self.place.split('/').next().unwrap()
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        // Which reqwest asks for, also where nothing is encrypted.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        reqwest::Client::new().get(format!("http://{}{path}", self.authority()))
    }

    async fn attach(&self) -> Debugger {
        let (socket, _) = connect_async(format!("ws://{}", self.place)).await.unwrap();
        let mut debugger = Debugger {
            socket,
            last: 0,
            events: Vec::new(),
            files: HashMap::new(),
        };
        debugger.ask("Runtime.enable", json!({})).await;
        debugger.ask("Debugger.enable", json!({})).await;
        debugger
    }

    /// What the run came to.
    fn end(mut self) -> Value {
        let mut text = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        stdout.read_to_string(&mut text).unwrap();
        let status = self.child.wait().unwrap();
        let mut told = String::new();
        self.told.read_to_string(&mut told).unwrap();
        assert_eq!(status.code(), Some(0), "{text}\n{told}");
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for Inspected {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Debugger {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    events: Vec<Value>,
    /// Of scripts, by their ids.
    files: HashMap<String, String>,
}

impl Debugger {
    async fn next(&mut self) -> Value {
        let message = timeout(LIMIT, self.socket.next()).await.expect("a message");
        let message = message.expect("an open socket").unwrap();
        let heard: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if heard["method"] == "Debugger.scriptParsed" {
            let text = |name: &str| heard["params"][name].as_str().unwrap().to_owned();
            self.files.insert(text("scriptId"), text("url"));
        }
        heard
    }

    async fn answer(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let message = json!({ "id": self.last, "method": method, "params": parameters });
        let message = Message::text(message.to_string());
        self.socket.send(message).await.unwrap();
        loop {
            let heard = self.next().await;
            if heard["id"] == self.last {
                return heard;
            }
            self.events.push(heard);
        }
    }

    async fn ask(&mut self, method: &str, parameters: Value) -> Value {
        let answer = self.answer(method, parameters).await;
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The next event of that name, also of those that came already.
    async fn event(&mut self, name: &str) -> Value {
        if let Some(at) = self.events.iter().position(|event| event["method"] == name) {
            return self.events.remove(at)["params"].clone();
        }
        loop {
            let heard = self.next().await;
            if heard["method"] == name {
                return heard["params"].clone();
            }
        }
    }

    /// Where the script stands: its file, line and the frame.
    async fn paused(&mut self) -> (String, u64, String) {
        let event = self.event("Debugger.paused").await;
        let frame = &event["callFrames"][0];
        (
            self.files[frame["location"]["scriptId"].as_str().unwrap()].clone(),
            frame["location"]["lineNumber"].as_u64().unwrap(),
            frame["callFrameId"].as_str().unwrap().to_owned(),
        )
    }

    async fn evaluate(&mut self, frame: &str, expression: &str) -> Value {
        let parameters =
            json!({ "callFrameId": frame, "expression": expression, "returnByValue": true });
        let answer = self.ask("Debugger.evaluateOnCallFrame", parameters).await;
        answer["result"].clone()
    }

    async fn go_on(&mut self) {
        self.ask("Debugger.resume", json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debugger_stops_at_the_first_line_and_at_breakpoints() {
    let run = Inspected::start(LOGIN);
    let list = run.get("/json/list").send().await.unwrap();
    let list: Value = list.json().await.unwrap();
    assert_eq!(
        list[0]["webSocketDebuggerUrl"],
        format!("ws://{}", run.place)
    );
    assert_eq!(list[0]["url"], run.url());
    assert_eq!(list[0]["type"], "node");

    let mut debugger = run.attach().await;
    let breakpoint = json!({ "url": run.url(), "lineNumber": 3 });
    debugger
        .ask("Debugger.setBreakpointByUrl", breakpoint)
        .await;
    debugger
        .ask("Runtime.runIfWaitingForDebugger", json!({}))
        .await;
    let (file, line, frame) = debugger.paused().await;
    assert_eq!((file, line), (run.url(), 1));
    let email = debugger.evaluate(&frame, "email").await;
    assert_eq!(email["value"], "jane@example.com");

    debugger.go_on().await;
    let (file, line, frame) = debugger.paused().await;
    assert_eq!((file, line), (run.url(), 3));
    let nickname = debugger.evaluate(&frame, "nickname").await;
    assert_eq!(nickname["value"], "jane");
    debugger.evaluate(&frame, "nickname = 'changed'").await;
    debugger.go_on().await;
    debugger.socket.close(None).await.unwrap();
    let report = run.end();
    assert_eq!(report["outcome"], "profile", "{report}");
    assert_eq!(report["profile"]["nickname"], "changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debugger_stops_a_script_that_loops_and_no_limit_of_time_does() {
    let run = Inspected::start(
        "function login(email, password, callback) {
  let turns = 0, goOn = true;
  while (goOn) turns += 1;
  callback(null, { user_id: '1', email });
}",
    );
    let mut debugger = run.attach().await;
    debugger
        .ask("Runtime.runIfWaitingForDebugger", json!({}))
        .await;
    debugger.paused().await;
    debugger.go_on().await;
    // Its limit of CPU time would be 2 seconds.
    tokio::time::sleep(Duration::from_secs(3)).await;
    debugger.ask("Debugger.pause", json!({})).await;
    let (file, line, frame) = debugger.paused().await;
    assert_eq!((file, line), (run.url(), 2));
    debugger.evaluate(&frame, "goOn = false").await;
    debugger.go_on().await;
    debugger.socket.close(None).await.unwrap();
    assert_eq!(run.end()["outcome"], "profile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_goes_on_when_its_debugger_leaves() {
    let run = Inspected::start(LOGIN);
    let mut debugger = run.attach().await;
    debugger
        .ask("Runtime.runIfWaitingForDebugger", json!({}))
        .await;
    debugger.paused().await;
    drop(debugger);
    assert_eq!(run.end()["outcome"], "profile");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_web_do_not_attach() {
    let run = Inspected::start(LOGIN);
    let attach = async |name: &'static str, value: &str| {
        let mut request = format!("ws://{}", run.place).into_client_request().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        match connect_async(request).await {
            Err(tungstenite::Error::Http(answer)) => answer.status().as_u16(),
            other => panic!("{other:?}"),
        }
    };
    // A name of the page's own, which name servers lead here.
    assert_eq!(attach("host", "evil.example:9229").await, 400);
    assert_eq!(attach("origin", "https://evil.example").await, 403);
    let list = run.get("/json").header("host", "evil.example");
    assert_eq!(list.send().await.unwrap().status(), 400);
    let guessed = format!("ws://{}/{:032x}", run.authority(), 1);
    match connect_async(guessed).await {
        Err(tungstenite::Error::Http(answer)) => assert_eq!(answer.status(), 404),
        other => panic!("{other:?}"),
    }
}

#[test]
fn debuggers_come_from_this_machine_alone() {
    for address in ["0.0.0.0:9229", "192.168.1.1", "example.com"] {
        let option = format!("--inspect={address}");
        let done = run_with_input(
            &[
                "try",
                "login",
                "--script",
                "x.js",
                "--identifier",
                "x",
                &option,
            ],
            "",
        );
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.stderr.contains("--inspect"), "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_servers_workers_let_no_debugger_in() {
    let service = LegacyService::with_users(vec![jane()]);
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let customers = legacy_connection("customers", &service);
    site.manager().await.add_connection(customers).await;
    // One of them is bound then.
    site.login("customers", "jane@example.com", "wrong").await;
    let workers: Vec<_> = descendants(server.pid())
        .into_iter()
        .filter(|process| process.name.starts_with("trickle-worker"))
        .collect();
    assert!(!workers.is_empty());
    for worker in workers {
        let place = format!("/proc/{}", worker.pid);
        let line = std::fs::read_to_string(format!("{place}/cmdline")).unwrap();
        assert!(!line.contains("--inspect"), "{line}");
        for thread in std::fs::read_dir(format!("{place}/task")).unwrap() {
            let name = std::fs::read_to_string(thread.unwrap().path().join("comm"));
            assert_ne!(name.unwrap_or_default().trim(), "inspector");
        }
    }
}
