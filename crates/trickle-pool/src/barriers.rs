use trickle_jail::{
    Controller, Controllers, Egress, FileAccess, FileView, HandOver, Identity, Namespace,
    Namespaces,
};

/// Those of a worker's barriers that depend on the machine, as its latest worker met them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a barrier of its own"
)]
pub struct Barriers {
    /// Whether the kernel lets the supervisor decide about connections (seccomp user notification).
    pub egress_brokered: bool,
    /// Whether the kernel holds it to the modules folder (Landlock).
    pub files_confined: bool,
    /// Whether it sees no files but those of the modules folder (a mount namespace).
    pub files_hidden: bool,
    /// Whether it runs as root, who owns the server's files.
    pub root: bool,
    /// What it does not share with the server.
    pub namespaces: Namespaces,
    /// Which control groups hold it.
    pub controllers: Controllers,
}

/// A barrier that this machine does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingBarrier {
    /// Its name, as in `docs/how-to/prepare-the-host.md`: `seccomp-notify`, `landlock`, `mount-namespace`, `user-namespace`, …
    pub name: &'static str,
    /// What is lost without it.
    pub lost: &'static str,
}

impl Barriers {
    pub(crate) fn of(held: &HandOver, namespaces: Namespaces, controllers: Controllers) -> Self {
        Self {
            egress_brokered: matches!(held.egress, Egress::Brokered(_)),
            files_confined: held.files == FileAccess::Enforced,
            files_hidden: held.view == FileView::Granted,
            root: held.identity == Identity::Root,
            namespaces,
            controllers,
        }
    }

    /// What the machine does not give; empty where the jail is full.
    pub fn missing(&self) -> Vec<MissingBarrier> {
        let missing = |name, lost| MissingBarrier { name, lost };
        let mut list = Vec::new();
        if !self.egress_brokered {
            let lost = if self.namespaces.has(Namespace::Network) {
                "scripts reach nothing: the kernel has no seccomp user notification, and workers have no network of their own"
            } else {
                "nothing but a firewall decides where scripts connect to: the kernel has no seccomp user notification"
            };
            list.push(missing("seccomp-notify", lost));
        }
        if !self.files_confined {
            let lost = "a script that breaks out of the engine reads what it sees: the kernel has no Landlock";
            list.push(missing("landlock", lost));
        }
        if !self.files_hidden {
            let lost = "a script that breaks out of the engine sees the names, sizes and dates of all files";
            list.push(missing("mount-namespace", lost));
        }
        if self.root {
            let lost = "workers run as root, who owns the server's files: run the server as a user of its own, or let everybody read the modules folder";
            list.push(missing("own-user", lost));
        }
        list.extend(self.namespaces.missing().map(missing_namespace));
        list.extend(self.controllers.missing().map(missing_controller));
        list
    }

    /// Says loudly what is missing.
    pub(crate) fn warn(self) {
        for barrier in self.missing() {
            tracing::warn!(
                barrier = barrier.name,
                "the jail is not full: {}; see docs/how-to/prepare-the-host.md",
                barrier.lost
            );
        }
    }
}

fn missing_namespace(kind: Namespace) -> MissingBarrier {
    let (name, lost) = match kind {
        Namespace::User => (
            "user-namespace",
            "a capability that a worker regained would hold for the whole machine",
        ),
        Namespace::Network => (
            "network-namespace",
            "a hole in the system call filter is a hole in the egress rules",
        ),
        Namespace::Process => (
            "pid-namespace",
            "the ids of other processes are known to workers; the filter alone keeps them from using them",
        ),
        Namespace::Ipc => (
            "ipc-namespace",
            "shared memory of other programs is kept from workers by the filter alone",
        ),
        Namespace::Names => ("uts-namespace", "scripts learn the name of this machine"),
        Namespace::ControlGroup => (
            "cgroup-namespace",
            "workers could learn the name of their control group",
        ),
    };
    MissingBarrier { name, lost }
}

fn missing_controller(controller: Controller) -> MissingBarrier {
    let (name, lost) = match controller {
        Controller::Memory => (
            "memory-cgroup",
            "a worker's memory is bounded by its private part alone, and who is killed when the machine's is full is the kernel's choice",
        ),
        Controller::Processes => (
            "pids-cgroup",
            "the threads of a worker are bounded by its memory or its user namespace alone",
        ),
        Controller::Processor => (
            "cpu-cgroup",
            "scripts that compute take processor time from other tenants",
        ),
    };
    MissingBarrier { name, lost }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_jail_misses_nothing_and_a_bare_one_all() {
        let full = Barriers {
            egress_brokered: true,
            files_confined: true,
            files_hidden: true,
            root: false,
            namespaces: Namespaces::all(),
            controllers: Controllers::all(),
        };
        assert_eq!(full.missing(), []);
        let bare = Barriers {
            egress_brokered: false,
            files_confined: false,
            files_hidden: false,
            root: true,
            namespaces: Namespaces::none(),
            controllers: Controllers::default(),
        };
        assert_eq!(bare.missing().len(), 13);
    }
}
