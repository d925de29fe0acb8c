//! Where the supervisor may make groups.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Controller;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    One,
    Two,
}

impl Version {
    /// The share of the processor that a group has against its siblings: 1 to 1000, where 100 is the kernel's default.
    pub fn set_share(self, group: &Path, share: u64) -> io::Result<()> {
        let share = share.clamp(1, 1000);
        let (file, value) = match self {
            Self::Two => ("cpu.weight", share),
            // 1024 is the default, 2 the least.
            Self::One => ("cpu.shares", (share * 1024 / 100).max(2)),
        };
        fs::write(group.join(file), value.to_string())
    }
}

/// A folder for groups, in one hierarchy.
#[derive(Debug)]
pub(crate) struct Place {
    pub path: PathBuf,
    pub version: Version,
    pub controllers: Vec<Controller>,
}

impl Place {
    pub fn has(&self, controller: Controller) -> bool {
        self.controllers.contains(&controller)
    }
}

/// The group of the calling process in one mounted hierarchy.
#[derive(Debug, PartialEq, Eq)]
struct Own {
    path: PathBuf,
    version_two: bool,
    /// As the kernel lists them for the hierarchy; empty for version 2.
    controllers: Vec<String>,
}

/// Makes the places. What cannot be made is left out: the caller tells what is missing.
pub(super) fn find() -> Vec<Place> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let owns = own_groups(&read("/proc/self/mountinfo"), &read("/proc/self/cgroup"));
    let mut places: Vec<Place> = Vec::new();
    for own in owns.iter().filter(|own| own.version_two) {
        places.extend(second(&own.path).ok().flatten());
    }
    for own in owns.iter().filter(|own| !own.version_two) {
        let controllers: Vec<_> = Controller::ALL
            .into_iter()
            .filter(|wanted| own.controllers.iter().any(|name| name == wanted.name()))
            .filter(|wanted| !places.iter().any(|place| place.has(*wanted)))
            .collect();
        if !controllers.is_empty()
            && let Ok(path) = make_folder(&own.path)
        {
            places.push(Place {
                path,
                version: Version::One,
                controllers,
            });
        }
    }
    places
}

/// In version 2 controllers have to be handed down, by a group without processes.
fn second(own: &Path) -> io::Result<Option<Place>> {
    let listed = fs::read_to_string(own.join("cgroup.controllers"))?;
    let controllers: Vec<_> = Controller::ALL
        .into_iter()
        .filter(|wanted| listed.split_whitespace().any(|name| name == wanted.name()))
        .collect();
    if controllers.is_empty() {
        return Ok(None);
    }
    let hand_down: Vec<_> = controllers
        .iter()
        .map(|controller| format!("+{}", controller.name()))
        .collect();
    let hand_down = hand_down.join(" ");
    if fs::write(own.join("cgroup.subtree_control"), &hand_down).is_err() {
        let aside = own.join("trickle-supervisor");
        if !aside.exists() {
            fs::create_dir(&aside)?;
        }
        fs::write(aside.join("cgroup.procs"), "0")?;
        fs::write(own.join("cgroup.subtree_control"), &hand_down)?;
    }
    let path = make_folder(own)?;
    fs::write(path.join("cgroup.subtree_control"), &hand_down)?;
    Ok(Some(Place {
        path,
        version: Version::Two,
        controllers,
    }))
}

const MOST_FOLDERS: u32 = 1000;

/// A folder that is this supervisor's, and no folders of supervisors that are gone.
fn make_folder(own: &Path) -> io::Result<PathBuf> {
    for entry in fs::read_dir(own)?.flatten() {
        let name = entry.file_name();
        let of = name.to_str().and_then(|name| name.strip_prefix("trickle-"));
        let Some((process, _)) = of.and_then(|of| of.split_once('-')) else {
            continue;
        };
        let is_id = process.bytes().all(|byte| byte.is_ascii_digit());
        if is_id && !Path::new("/proc").join(process).exists() {
            sweep(&entry.path());
        }
    }
    // A process has several, and another with the same id may have left some.
    let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 0..MOST_FOLDERS {
        let path = own.join(format!("trickle-{}-{number}", std::process::id()));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
            Err(error) => return Err(error),
        }
    }
    Err(taken)
}

/// Removes a folder of groups. Those that still hold a process stay.
fn sweep(folder: &Path) {
    for group in fs::read_dir(folder).into_iter().flatten().flatten() {
        if group.path().is_dir() {
            let _ = fs::remove_dir(group.path());
        }
    }
    let _ = fs::remove_dir(folder);
}

/// Reads `/proc/self/mountinfo` and `/proc/self/cgroup`.
fn own_groups(mounts: &str, groups: &str) -> Vec<Own> {
    let mut found = Vec::new();
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':');
        let (Some(_), Some(names), Some(path)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let controllers: Vec<_> = names
            .split(',')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        let version_two = controllers.is_empty();
        let mounted = mounts.lines().find_map(|mount| {
            let (root, point) = hierarchy(mount, &controllers)?;
            let inside = Path::new(path).strip_prefix(root).ok()?;
            Some(point.join(inside))
        });
        if let Some(path) = mounted {
            found.push(Own {
                path,
                version_two,
                controllers,
            });
        }
    }
    found
}

/// Root and mount point of a line, if it is of the hierarchy with these controllers (none: version 2).
fn hierarchy<'a>(mount: &'a str, controllers: &[String]) -> Option<(&'a str, &'a Path)> {
    let (front, back) = mount.split_once(" - ")?;
    let mut front = front.split(' ').skip(3);
    let (root, point) = (front.next()?, front.next()?);
    let mut back = back.split(' ');
    let (kind, _source, options) = (back.next()?, back.next()?, back.next()?);
    let is_it = match kind {
        "cgroup2" => controllers.is_empty(),
        "cgroup" => {
            let has = |name: &String| options.split(',').any(|option| option == name);
            !controllers.is_empty() && controllers.iter().all(has)
        }
        _ => false,
    };
    is_it.then_some((root, Path::new(point)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_own_groups() {
        let mounts = "\
30 25 0:26 / /sys/fs/cgroup/cpu rw,nosuid - cgroup cgroup rw,cpu
31 25 0:27 /docker/1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
33 25 0:29 / /proc rw - proc proc rw
";
        let groups = "4:memory:/docker/1/a\n3:cpu:/x\n2:pids:/y\n1:name=systemd:/\n0::/u\n";
        let found: Vec<_> = own_groups(mounts, groups)
            .into_iter()
            .map(|own| (own.path.display().to_string(), own.version_two))
            .collect();
        let expected = [
            ("/sys/fs/cgroup/memory/a", false),
            ("/sys/fs/cgroup/cpu/x", false),
            ("/sys/fs/cgroup/unified/u", true),
        ];
        assert_eq!(found, expected.map(|(path, two)| (path.to_owned(), two)));
    }
}
