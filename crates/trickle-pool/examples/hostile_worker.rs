//! The worker that the integration tests give to the pool: speaks the protocol, and breaks it on demand.
//!
//! How it boots stands in the file `boot` of the modules folder; what it does with a run is that run's first argument.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use trickle_jail::{LockDown, lock_down, take_control_socket};
use trickle_model::{Answer, ConsoleLine, LimitKind, LoadedModule, ScriptError};
use trickle_protocol::{
    AddressFamily, NameKind, NameQuestion, Reply, Run, ToPool, ToWorker, VERSION,
};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let modules = args.iter().position(|arg| arg == "--modules-dir");
    let dir = PathBuf::from(&args[modules.expect("an argument") + 1]);
    let boot = std::fs::read_to_string(dir.join("boot")).unwrap_or_default();
    let control = take_control_socket().unwrap();
    if boot == "no_hand_over" {
        rest();
    }
    lock_down(&LockDown {
        control: control.as_fd(),
        readable: &[&dir],
    })
    .unwrap();
    let worker = Worker {
        control: Arc::new(Mutex::new(control)),
        dir,
        asked: Arc::default(),
    };
    worker.boot(&boot);
    worker.serve();
}

#[derive(Clone)]
struct Worker {
    control: Arc<Mutex<UnixStream>>,
    dir: PathBuf,
    /// Runs that wait for the name that they asked for.
    asked: Arc<Mutex<HashMap<u64, Run>>>,
}

impl Worker {
    fn boot(&self, how: &str) {
        if how == "slowly" {
            std::thread::sleep(Duration::from_millis(100));
        }
        match how {
            "" | "slowly" => self.say(&ToPool::Ready { version: VERSION }),
            "exit" => {
                eprintln!("the engine is missing\u{7}");
                std::process::exit(3);
            }
            "never" => rest(),
            "version" => self.say(&ToPool::Ready { version: 99 }),
            "bound_first" => self.say(&ToPool::Bound),
            "ask_early" => {
                self.say(&ToPool::Ready { version: VERSION });
                self.ask(1, "localhost");
            }
            "garbage" => self.write(b"\x03\0\0\0{]}"),
            "close" => self.close(),
            other => panic!("unknown way to boot {other:?}"),
        }
    }

    fn serve(&self) {
        let mut stream = self.control.lock().unwrap().try_clone().unwrap();
        loop {
            let mut length = [0; 4];
            if stream.read_exact(&mut length).is_err() {
                return;
            }
            let mut body = vec![0; u32::from_le_bytes(length) as usize];
            stream.read_exact(&mut body).unwrap();
            match serde_json::from_slice(&body).unwrap() {
                ToWorker::Bind(_) => self.say(&ToPool::Bound),
                ToWorker::Run(run) => self.act(&run),
                ToWorker::Inspect { .. } => panic!("a debugger"),
                ToWorker::Named { question, answer } => {
                    let asked = self.asked.lock().unwrap().remove(&question);
                    if let Some(run) = asked {
                        self.succeed(&run, serde_json::to_value(answer).unwrap());
                    }
                }
            }
        }
    }

    fn act(&self, run: &Run) {
        let text = |at: usize| run.arguments[at].as_str().expect("a string");
        let number = |at: usize| run.arguments[at].as_u64().expect("a number");
        match text(0) {
            "echo" => self.succeed(run, run.arguments[1].clone()),
            "pid" => self.succeed(run, json!(std::process::id())),
            "hold" => self.hold(run, self.dir.join(text(1))),
            "answer_nothing" => {
                self.answer(run.run, run.token, Reply::Nothing);
                self.settle(run.run);
            }
            "garbage" => self.write(&[0xff; 4096]),
            "broken_json" => self.write(b"\x03\0\0\0{]}"),
            "huge_frame" => self.write(&(1_u32 << 30).to_le_bytes()),
            "unknown_field" => {
                let body = json!({"settled": {"run": 1, "admin": true}}).to_string();
                self.write(&u32::try_from(body.len()).unwrap().to_le_bytes());
                self.write(body.as_bytes());
            }
            "wrong_token" => self.answer(run.run, !run.token, reply(json!(1))),
            "unknown_run" => self.answer(run.run + 100, run.token, reply(json!(1))),
            "two_answers" => {
                self.answer(run.run, run.token, reply(json!(1)));
                self.answer(run.run, run.token, reply(json!(2)));
            }
            "settle_first" => self.settle(run.run),
            "second_ready" => self.say(&ToPool::Ready { version: VERSION }),
            "inspected" => self.say(&ToPool::Inspected {
                session: 1,
                message: "{}".into(),
            }),
            "second_bound" => self.say(&ToPool::Bound),
            "never_settle" => self.answer(run.run, run.token, reply(json!(1))),
            "exit" => std::process::exit(i32::try_from(number(1)).unwrap()),
            "answer_and_exit" => {
                self.succeed(run, json!(1));
                std::process::exit(0);
            }
            "abort" => std::process::abort(),
            "panic" => panic!("a secret"),
            "heap_limit" => {
                self.say(&ToPool::OverLimit {
                    kind: LimitKind::Heap,
                    run: None,
                    used: 77,
                });
                std::process::abort();
            }
            "heap_words" => {
                eprintln!("#\n# Fatal JavaScript out of memory: Reached heap limit\n#");
                std::process::abort();
            }
            "close" => self.close(),
            "deaf" => rest(),
            "flood_stderr" => {
                for _ in 0..512 {
                    eprint!("{}", "x".repeat(16 << 10));
                }
                self.succeed(run, json!(1));
            }
            "flood_console" => loop {
                self.print(None, "x");
            },
            "flood_with_names_of_packages" => loop {
                self.say(&ToPool::Module {
                    run: Some(run.run),
                    module: LoadedModule {
                        requested: "x".repeat(4 << 20),
                        resolved: String::new(),
                    },
                });
            },
            "print" => {
                for _ in 0..number(1) {
                    self.print(Some(run.run), &"ä".repeat(4096));
                }
                self.say(&ToPool::Module {
                    run: None,
                    module: LoadedModule {
                        requested: "pg@8".into(),
                        resolved: "pg@8.16.3".into(),
                    },
                });
                self.succeed(run, json!(1));
            }
            "long_answer" => {
                let bytes = usize::try_from(number(1)).unwrap();
                self.succeed(run, json!("x".repeat(bytes)));
            }
            "connect" => {
                let error = TcpStream::connect(text(1)).err().map(|error| ScriptError {
                    name: "Error".into(),
                    message: error.to_string(),
                    ..ScriptError::default()
                });
                let value = json!(1);
                let answer = answered(error, value);
                self.answer(run.run, run.token, answer);
                self.settle(run.run);
            }
            "connect_twice" => {
                let _ = TcpStream::connect(text(1));
                let error = TcpStream::connect(text(1))
                    .err()
                    .map(|_| ScriptError::default());
                let value = json!(1);
                self.answer(run.run, run.token, answered(error, value));
                self.settle(run.run);
            }
            "connect_kept" => {
                let made: Result<Vec<_>, _> = (0..number(2))
                    .map(|_| TcpStream::connect(text(1)))
                    .collect();
                let error = made.is_err().then(ScriptError::default);
                std::mem::forget(made);
                let value = json!(1);
                self.answer(run.run, run.token, answered(error, value));
                self.settle(run.run);
            }
            "connect_and_hang" => {
                let _ = TcpStream::connect(text(1));
            }
            "ask" => {
                self.asked.lock().unwrap().insert(run.run, run.clone());
                self.ask(run.run, text(1));
            }
            "flood_questions" => {
                for question in 0..10_000 {
                    self.ask(question, "flood.invalid");
                }
            }
            "leak" => {
                let leaked =
                    (0..150).map(|_| std::io::stdin().as_fd().try_clone_to_owned().unwrap());
                std::mem::forget(leaked.collect::<Vec<_>>());
                self.succeed(run, json!(1));
            }
            other => panic!("unknown behaviour {other:?}"),
        }
    }

    fn ask(&self, question: u64, name: &str) {
        let about = NameQuestion {
            name: name.into(),
            kind: NameKind::Addresses(AddressFamily::V4),
        };
        self.say(&ToPool::Ask { question, about });
    }

    /// Answers once there is a file of that name; other runs go on meanwhile.
    fn hold(&self, run: &Run, until: PathBuf) {
        let (worker, run) = (self.clone(), run.clone());
        std::thread::spawn(move || {
            while !Path::new(&until).exists() {
                std::thread::sleep(Duration::from_millis(5));
            }
            worker.succeed(&run, json!(std::process::id()));
        });
    }

    fn succeed(&self, run: &Run, value: Value) {
        self.answer(run.run, run.token, reply(value));
        self.settle(run.run);
    }

    fn answer(&self, run: u64, token: u64, reply: Reply) {
        self.say(&ToPool::Answered {
            run,
            token,
            reply,
            console_dropped: 0,
        });
    }

    fn settle(&self, run: u64) {
        self.say(&ToPool::Settled { run });
    }

    fn print(&self, run: Option<u64>, text: &str) {
        let line = ConsoleLine {
            level: "log".into(),
            text: text.into(),
        };
        self.say(&ToPool::Console { run, line });
    }

    fn close(&self) -> ! {
        let control = self.control.lock().unwrap();
        control.shutdown(std::net::Shutdown::Both).unwrap();
        rest()
    }

    fn say(&self, message: &ToPool) {
        let body = serde_json::to_vec(message).unwrap();
        let mut frame = u32::try_from(body.len()).unwrap().to_le_bytes().to_vec();
        frame.extend(body);
        self.write(&frame);
    }

    fn write(&self, bytes: &[u8]) {
        let mut control = self.control.lock().unwrap();
        if control.write_all(bytes).is_err() {
            rest();
        }
    }
}

fn answered(error: Option<ScriptError>, value: Value) -> Reply {
    Reply::Answer(Box::new(Answer { error, value }))
}

fn reply(value: Value) -> Reply {
    answered(None, value)
}

fn rest() -> ! {
    loop {
        std::thread::park();
    }
}
