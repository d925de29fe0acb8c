//! Control groups (`cgroups(7)`), where the machine lets the supervisor make some: memory, processes and share of the processor of each
//! child.
//!
//! Version 2 where its controllers are there, else version 1. A group for the supervisor's children lies beside the supervisor, with a
//! group in it for each child. In version 2 the supervisor first moves into a group of its own, since one that has children's groups may
//! hold no processes.

mod places;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use places::{Place, Version};

/// What control groups hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// Memory, with page cache and kernel memory.
    Memory,
    /// Processes and threads.
    Processes,
    /// Share of the processor.
    Processor,
}

impl Controller {
    pub(crate) const ALL: [Self; 3] = [Self::Memory, Self::Processes, Self::Processor];

    /// Its name in the kernel.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Processes => "pids",
            Self::Processor => "cpu",
        }
    }
}

/// The controllers that children are held by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Controllers([bool; 3]);

impl Controllers {
    /// All of them.
    pub const fn all() -> Self {
        Self([true; 3])
    }

    /// Whether this one holds children.
    pub const fn has(self, controller: Controller) -> bool {
        self.0[controller as usize]
    }

    /// Those that do not.
    pub fn missing(self) -> impl Iterator<Item = Controller> {
        Controller::ALL
            .into_iter()
            .filter(move |controller| !self.has(*controller))
    }
}

/// A child's share of the processor while it begins: those that are at work already go on nearly as before.
const BEGINNERS: u64 = 25;

/// What a child's group may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroupLimits {
    pub memory_bytes: Option<u64>,
    pub processes: u64,
}

/// Where groups for children are made. Dropping it removes the place.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    places: Vec<Place>,
    made: AtomicU64,
}

impl Groups {
    /// Makes a place for groups in each hierarchy that lets it.
    pub fn find() -> Self {
        Self {
            places: places::find(),
            made: AtomicU64::new(0),
        }
    }

    pub fn controllers(&self) -> Controllers {
        let has = |controller| self.places.iter().any(|place| place.has(controller));
        Controllers(Controller::ALL.map(has))
    }

    /// A group for a process that has not begun. Limits that cannot be set are an error: the place said that they can.
    pub fn make(&self, process: u32, limits: GroupLimits) -> io::Result<Group> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let mut group = Group { parts: Vec::new() };
        for place in &self.places {
            let path = place.path.join(format!("{number}"));
            fs::create_dir(&path)?;
            group.parts.push(Part {
                path: path.clone(),
                version: place.version,
                controllers: place.controllers.clone(),
            });
            let part = group.parts.last().expect("it was just added");
            part.limit(limits)?;
            fs::write(path.join("cgroup.procs"), process.to_string())?;
        }
        Ok(group)
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        for place in &self.places {
            // Children that outlive this are being killed; their groups are swept by the next supervisor.
            let _ = fs::remove_dir(&place.path);
        }
    }
}

/// The group of one child. Dropping it removes the group, if the child is gone.
#[derive(Debug)]
pub struct Group {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    path: PathBuf,
    version: Version,
    controllers: Vec<Controller>,
}

impl Group {
    /// Whether the kernel has killed the child because its group's memory was full.
    pub fn was_out_of_memory(&self) -> bool {
        self.with(Controller::Memory)
            .is_some_and(|part| part.memory_kills() > 0)
    }

    /// Sets the child's share of the processor against its siblings': 1 to 1000. A child begins with 25.
    ///
    /// # Errors
    /// When the kernel refuses; nothing has changed then.
    pub fn set_processor_share(&self, share: u64) -> io::Result<()> {
        self.with(Controller::Processor)
            .map_or(Ok(()), |part| part.version.set_share(&part.path, share))
    }

    fn with(&self, controller: Controller) -> Option<&Part> {
        let has = |part: &&Part| part.controllers.contains(&controller);
        self.parts.iter().find(has)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for part in &self.parts {
            if let Err(error) = fs::remove_dir(&part.path) {
                tracing::debug!(path = %part.path.display(), %error, "failed to remove a control group");
            }
        }
    }
}

impl Part {
    fn limit(&self, limits: GroupLimits) -> io::Result<()> {
        for controller in &self.controllers {
            match (controller, self.version, limits.memory_bytes) {
                (Controller::Processes, ..) => self.write("pids.max", limits.processes)?,
                (Controller::Memory, Version::Two, Some(bytes)) => {
                    self.write("memory.max", bytes)?;
                    // Missing where the kernel has no swap accounting, or is too old.
                    let _ = self.write("memory.swap.max", 0);
                    let _ = self.write("memory.oom.group", 1);
                }
                (Controller::Memory, Version::One, Some(bytes)) => {
                    self.write("memory.limit_in_bytes", bytes)?;
                    let _ = self.write("memory.memsw.limit_in_bytes", bytes);
                }
                (Controller::Memory, _, None) => {}
                (Controller::Processor, ..) => self.version.set_share(&self.path, BEGINNERS)?,
            }
        }
        Ok(())
    }

    fn write(&self, file: &str, value: u64) -> io::Result<()> {
        fs::write(self.path.join(file), value.to_string())
    }

    fn memory_kills(&self) -> u64 {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        read_count(&self.path.join(file), "oom_kill")
    }
}

/// The number behind `key` in a file of `key number` lines.
fn read_count(path: &Path, key: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(own, _)| *own == key)
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}
