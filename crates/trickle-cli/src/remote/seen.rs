//! What a folder last saw of a connection's scripts on a server: what a push finds changed there is somebody else's work.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io::{Error, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use trickle_model::Action;

use crate::output::{Mistake, unreadable};

/// It keeps itself out of repositories: what one folder saw, another one did not.
const FOLDER: &str = ".trickle";
/// Without an ending that `--watch` looks at.
const FILE: &str = "last-seen";
/// Some hundred connections of a dozen servers.
const MOST_BYTES: u64 = 1 << 20;

/// Digests of scripts by the action's key.
type Digests = BTreeMap<String, String>;

/// What was seen, by the server's address and the connection's id.
#[derive(Debug)]
pub struct Seen {
    folder: PathBuf,
    places: BTreeMap<String, Digests>,
}

impl Seen {
    /// Reads what stands beside the scripts of a folder; nothing was seen where there is no such file.
    pub fn read(scripts: &Path) -> anyhow::Result<Self> {
        let folder = scripts.join(FOLDER);
        let path = folder.join(FILE);
        if folder.is_symlink() {
            let message = format!(
                "read {}: it is a link, and may lead anywhere",
                folder.display()
            );
            return Err(Mistake(message).into());
        }
        let places = match text_at(&path) {
            Ok(Some(text)) => serde_json::from_slice(&text).map_err(|error| {
                Mistake(format!(
                    "read {}: {error}; without the file nothing counts as seen",
                    path.display()
                ))
            })?,
            Ok(None) => BTreeMap::new(),
            Err(error) => return Err(unreadable(&path, &error).into()),
        };
        Ok(Self { folder, places })
    }

    /// Those of some actions whose script is another one there than was seen; none of a connection that was never looked at.
    pub fn moved_on(
        &self,
        place: &str,
        actions: &[Action],
        there: &BTreeMap<Action, String>,
    ) -> Vec<Action> {
        let Some(seen) = self.places.get(place) else {
            return Vec::new();
        };
        let differs = |action: &Action| {
            let now = there.get(action).map(|text| digest(text));
            seen.get(action.key()) != now.as_ref()
        };
        actions.iter().copied().filter(differs).collect()
    }

    /// A pull: all scripts that are there were seen, and that there are no others.
    pub fn pulled(&mut self, place: &str, there: &BTreeMap<Action, String>) {
        self.places.remove(place);
        self.pushed(place, there);
    }

    /// A push: these scripts are there now, and nobody looked at others.
    pub fn pushed(&mut self, place: &str, scripts: &BTreeMap<Action, String>) {
        let seen = self.places.entry(place.to_owned()).or_default();
        for (action, text) in scripts {
            seen.insert(action.key().to_owned(), digest(text));
        }
    }

    /// Writes it down. Where it cannot, the pull or push is done all the same, and a later push has nothing to compare with.
    pub fn keep(&self) {
        if let Err(error) = self.write() {
            eprintln!("a later push cannot tell whether the server moved on: {error:#}");
        }
    }

    fn write(&self) -> anyhow::Result<()> {
        let folder = &self.folder;
        std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        let text = serde_json::to_string_pretty(&self.places).context("put it into words")?;
        put(folder, FILE, &(text + "\n"))?;
        put(folder, ".gitignore", "*\n")
    }
}

/// A file's text; nothing where there is none. A folder that comes from elsewhere may have a link or a pipe in its place.
fn text_at(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let about = match std::fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !about.is_file() || about.len() > MOST_BYTES {
        return Err(Error::other("it is not what was written there"));
    }
    std::fs::read(path).map(Some)
}

/// Writes a file beside its place and moves it there: a half-written one would stop every later push, and no link is followed.
fn put(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    let next = folder.join(format!("{name}.{}", std::process::id()));
    let cleared = match std::fs::remove_file(&next) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    cleared
        .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&next))
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(&next, &path))
        .with_context(|| format!("write {}", path.display()))
}

fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "https://a.test con_1";
    const NOTHING: [Action; 0] = [];

    fn scripts(texts: &[(Action, &str)]) -> BTreeMap<Action, String> {
        let owned = |(action, text): &(Action, &str)| (*action, (*text).to_owned());
        texts.iter().map(owned).collect()
    }

    #[test]
    fn what_changed_since_it_was_seen_has_moved_on() {
        let folder = tempfile::tempdir().unwrap();
        let all = [Action::Login, Action::Verify, Action::Delete];
        let first = scripts(&[(Action::Login, "a"), (Action::Verify, "b")]);
        let mut seen = Seen::read(folder.path()).unwrap();
        assert_eq!(seen.moved_on(PLACE, &all, &first), NOTHING);
        seen.pulled(PLACE, &first);
        seen.keep();

        let seen = Seen::read(folder.path()).unwrap();
        assert_eq!(seen.moved_on(PLACE, &all, &first), NOTHING);
        let then = scripts(&[
            (Action::Login, "a"),
            (Action::Verify, "c"),
            (Action::Delete, "d"),
        ]);
        assert_eq!(
            seen.moved_on(PLACE, &all, &then),
            [Action::Verify, Action::Delete]
        );
        assert_eq!(seen.moved_on(PLACE, &[Action::Login], &then), NOTHING);
        let gone = scripts(&[(Action::Verify, "b")]);
        assert_eq!(seen.moved_on(PLACE, &all, &gone), [Action::Login]);
        assert_eq!(seen.moved_on("https://b.test con_1", &all, &then), NOTHING);
    }

    #[test]
    fn a_push_has_seen_what_it_pushed_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let mut seen = Seen::read(folder.path()).unwrap();
        seen.pulled(
            PLACE,
            &scripts(&[(Action::Login, "a"), (Action::Verify, "b")]),
        );
        seen.pushed(PLACE, &scripts(&[(Action::Login, "mine")]));
        let there = scripts(&[(Action::Login, "mine"), (Action::Verify, "theirs")]);
        assert_eq!(
            seen.moved_on(PLACE, &[Action::Login, Action::Verify], &there),
            [Action::Verify]
        );
    }

    #[test]
    fn no_text_is_kept_and_a_broken_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut seen = Seen::read(folder.path()).unwrap();
        seen.pulled(PLACE, &scripts(&[(Action::Login, "kettle-42")]));
        seen.keep();
        let path = folder.path().join(".trickle/last-seen");
        assert!(!std::fs::read_to_string(&path).unwrap().contains("kettle"));
        std::fs::write(&path, "{").unwrap();
        let error = Seen::read(folder.path()).unwrap_err();
        assert!(
            error.is::<Mistake>() && error.to_string().contains("last-seen"),
            "{error}"
        );
    }

    #[test]
    fn links_of_a_folder_from_elsewhere_are_not_followed() {
        use std::os::unix::fs::symlink;

        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = other.path().join("precious");
        std::fs::write(&file, "{}").unwrap();
        let own = folder.path().join(".trickle");
        std::fs::create_dir(&own).unwrap();
        let next = format!("last-seen.{}", std::process::id());
        for name in [".gitignore", next.as_str()] {
            symlink(&file, own.join(name)).unwrap();
        }
        let mut seen = Seen::read(folder.path()).unwrap();
        seen.pulled(PLACE, &scripts(&[(Action::Login, "a")]));
        seen.write().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}");
        assert_eq!(std::fs::read_dir(&own).unwrap().count(), 2);
        assert_eq!(Seen::read(folder.path()).unwrap().places.len(), 1);

        std::fs::remove_file(own.join(FILE)).unwrap();
        symlink(&file, own.join(FILE)).unwrap();
        assert!(Seen::read(folder.path()).is_err());
        std::fs::remove_dir_all(&own).unwrap();
        symlink(other.path(), &own).unwrap();
        assert!(Seen::read(folder.path()).is_err());
    }
}
