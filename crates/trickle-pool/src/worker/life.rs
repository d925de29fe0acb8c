use std::io;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use trickle_jail::{Group, Launcher};

use super::boot::boot;
use super::end::End;
use super::serve::Serving;
use crate::PoolConfig;
use crate::barriers::Barriers;
use crate::job::Job;
use crate::names::NameDesk;
use crate::tenants::Tenants;

/// Names a worker within its pool; process ids come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WorkerId(pub u64);

/// From the dispatcher to a worker's task.
pub(crate) enum Command {
    /// Run this; the first one binds the worker.
    Run(Job),
    /// Take no more, finish, end.
    Retire,
    /// End now.
    Stop,
}

/// From a worker's task to the dispatcher.
pub(crate) enum Report {
    /// It can be bound.
    Ready {
        pid: u32,
        barriers: Barriers,
        group: Arc<Group>,
    },
    /// It has one run less.
    Freed,
    /// It did not begin this one, and nobody has seen it.
    Returned(Job),
    /// It will take no more runs.
    Retiring,
    /// Its process is gone. The last report.
    Ended(End),
}

/// What all workers are made from.
pub(crate) struct Supplies {
    pub config: PoolConfig,
    pub launcher: Launcher,
    pub names: NameDesk,
    pub tenants: Tenants,
}

/// A task's way to the dispatcher. Its last report is made in any case, also when the task panics.
pub(super) struct Reports {
    id: WorkerId,
    to: UnboundedSender<(WorkerId, Report)>,
    end: Option<End>,
}

impl Reports {
    pub fn send(&self, report: Report) {
        // Without a dispatcher the command channel is closed too, which ends the task.
        let _ = self.to.send((self.id, report));
    }
}

impl Drop for Reports {
    fn drop(&mut self) {
        let lost = || End::Unmanageable(io::Error::other("its task ended early"));
        let end = self.end.take().unwrap_or_else(lost);
        self.send(Report::Ended(end));
    }
}

/// The whole life of one worker.
pub(crate) async fn live(
    id: WorkerId,
    supplies: Arc<Supplies>,
    mut commands: UnboundedReceiver<Command>,
    to: UnboundedSender<(WorkerId, Report)>,
) {
    let mut reports = Reports { id, to, end: None };
    let booted = boot(&supplies.config, &supplies.launcher, async {
        // Nothing but the end is ordered of a worker that boots.
        drop(commands.recv().await);
    });
    let end = match booted.await {
        Ok(booted) => {
            reports.send(Report::Ready {
                pid: booted.process.id(),
                barriers: booted.barriers,
                group: Arc::clone(&booted.group),
            });
            let serving = Serving::new(booted, &supplies, &reports);
            serving.until_end(&mut commands).await
        }
        Err(error) => {
            let end = End::BootFailed(error);
            end.log(None, 0, None);
            end
        }
    };
    commands.close();
    while let Ok(command) = commands.try_recv() {
        if let Command::Run(job) = command {
            reports.send(Report::Returned(job));
        }
    }
    reports.end = Some(end);
}
