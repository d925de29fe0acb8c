//! What a connection costs when the supervisor makes it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use tokio::net::UnixStream;
use trickle_jail::{
    Egress, EgressPolicy, EgressRules, EgressState, Launch, Launcher, LockDown, Namespaces,
    broker_connects, lock_down, receive_hand_over, take_control_socket,
};

use crate::row::Comparison;
use crate::{Bench, Row, Samples, Unit, millis};

/// The first argument of this program where it is a jailed child that connects.
const SUBJECT: &str = "connect-subject";
const CONNECTS: usize = 200;

/// Becomes the child, if that is what was asked for. Call it while there is one thread.
pub fn become_subject() -> Option<anyhow::Result<()>> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() != Some(SUBJECT) {
        return None;
    }
    let address = args.next().unwrap_or_default();
    Some(subject(&address))
}

fn subject(address: &str) -> anyhow::Result<()> {
    let address = address.parse().context("read the address")?;
    let control = take_control_socket()?;
    lock_down(&LockDown {
        control: control.as_fd(),
        readable: &[],
    })?;
    let mut out = std::io::stdout().lock();
    for time in connects(address)? {
        writeln!(out, "{time}")?;
    }
    Ok(())
}

/// Milliseconds of each.
fn connects(address: SocketAddr) -> anyhow::Result<Vec<f64>> {
    let connect = |_| {
        let began = Instant::now();
        let stream = TcpStream::connect(address)?;
        let took = millis(began.elapsed());
        drop(stream);
        anyhow::Ok(took)
    };
    (0..CONNECTS).map(connect).collect()
}

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || while listener.accept().is_ok() {});
    let launcher = Launcher::start(Namespaces::all())?;
    let mut comparison = Comparison::new("a direct connect", Unit::Milliseconds);
    let mut overhead = Samples::default();
    for _ in 0..bench.scaled(20) {
        let direct = tokio::task::spawn_blocking(move || connects(address));
        let direct: Samples = direct.await??.into_iter().collect();
        let brokered: Samples = brokered(&launcher, address).await?.into_iter().collect();
        comparison.turn(&brokered, &direct);
        if let (Some(brokered), Some(direct)) = (brokered.p50(), direct.p50()) {
            overhead.add(brokered - direct);
        }
    }
    let overhead = Row::new(
        "a connection by the broker: overhead",
        Unit::Milliseconds,
        &overhead,
    );
    Ok(vec![
        comparison.row("a connection by the broker"),
        overhead
            .p50_at_most(0.3)
            .note("differences between the medians of turns; `socket` and `connect` to a port of this machine, by a locked-down child and by this program"),
    ])
}

async fn brokered(launcher: &Launcher, address: SocketAddr) -> anyhow::Result<Vec<f64>> {
    let program = std::env::current_exe().context("find this program")?;
    let launch = Launch::new(program).arg(SUBJECT).arg(address.to_string());
    let child = launcher.launch(launch).await?;
    let control = UnixStream::from_std(child.control)?;
    let held = receive_hand_over(&control).await?;
    let Egress::Brokered(listener) = held.egress else {
        bail!("the kernel has no seccomp user notification");
    };
    let state = EgressState::new(CONNECTS as u64);
    state.budget.grant(CONNECTS as u64, true);
    let rules = EgressRules {
        allow: vec![address.to_string().parse()?],
        ..EgressRules::default()
    };
    let policy = Arc::new(EgressPolicy::new(rules, Arc::clone(&state.pins)));
    broker_connects(listener, &child.process, policy, state)?;
    let said = tokio::task::spawn_blocking(move || -> anyhow::Result<Vec<f64>> {
        let lines = BufReader::new(std::fs::File::from(child.stdout)).lines();
        lines.map(|line| Ok(line?.parse()?)).collect()
    });
    let times = said.await??;
    child.process.wait().await?;
    ensure!(times.len() == CONNECTS, "the child did not connect");
    Ok(times)
}
