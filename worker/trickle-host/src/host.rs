//! What the functions share.

use std::{cell::RefCell, path::PathBuf, rc::Rc, sync::Arc};

use trickle_protocol::{Reply, ToPool};

use crate::names::Names;

/// The way to the pool. A message is on its way when `send` returns.
pub trait Outbox {
    /// Sends a message.
    fn send(&self, message: &ToPool);
}

/// The state behind the functions.
pub struct Host {
    outbox: Rc<dyn Outbox>,
    names: Arc<Names>,
    modules_dir: PathBuf,
    /// Run and token of the runs that have no answer yet.
    open: RefCell<Vec<(u64, u64)>>,
    answered: RefCell<Vec<u64>>,
    before_scripts: RefCell<Option<Rc<dyn Fn(&str)>>>,
}

impl Host {
    /// A host without runs.
    pub fn new(outbox: Rc<dyn Outbox>, names: Arc<Names>, modules_dir: PathBuf) -> Self {
        Self {
            outbox,
            names,
            modules_dir,
            open: RefCell::default(),
            answered: RefCell::default(),
            before_scripts: RefCell::default(),
        }
    }

    /// The way to the pool.
    pub fn outbox(&self) -> &dyn Outbox {
        self.outbox.as_ref()
    }

    /// Who is asked for names.
    pub const fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// The folder of packages.
    pub const fn modules_dir(&self) -> &PathBuf {
        &self.modules_dir
    }

    /// Expects an answer for a run.
    pub fn open(&self, run: u64, token: u64) {
        self.open.borrow_mut().push((run, token));
    }

    /// Whether a run has no answer yet.
    pub fn has_open(&self) -> bool {
        self.count_open() > 0
    }

    /// Runs that have no answer yet.
    pub fn count_open(&self) -> usize {
        self.open.borrow().len()
    }

    /// Whether there is anything for [`Self::take_answered`].
    pub fn has_answered(&self) -> bool {
        !self.answered.borrow().is_empty()
    }

    /// Runs that were answered since the last call.
    pub fn take_answered(&self) -> Vec<u64> {
        self.answered.take()
    }

    /// Has something done before each script, given its action.
    pub fn before_scripts(&self, act: impl Fn(&str) + 'static) {
        self.before_scripts.replace(Some(Rc::new(act)));
    }

    /// A script of this action is about to be called. What is done then may call functions of the host.
    pub(crate) fn begin(&self, action: &str) {
        let act = self.before_scripts.borrow().clone();
        if let Some(act) = act {
            act(action);
        }
    }

    /// Sends the first answer of a run; later ones are dropped.
    pub fn answer(&self, run: u64, reply: Reply, console_dropped: u64) {
        let mut open = self.open.borrow_mut();
        let Some(index) = open.iter().position(|(id, _)| *id == run) else {
            return;
        };
        let (_, token) = open.swap_remove(index);
        self.answered.borrow_mut().push(run);
        self.outbox.send(&ToPool::Answered {
            run,
            token,
            reply,
            console_dropped,
        });
    }
}
