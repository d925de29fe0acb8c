//! Whether anything was written since.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::OpenFlags;

use crate::Store;

/// The state of a database: two are equal only where nobody wrote between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(i64);

/// Counts what others commit to a file, of this program or another (`PRAGMA data_version`). It counts for its connection only, so that
/// one connection is asked always, and never opened again.
#[derive(Clone)]
pub(crate) struct Versions(Arc<Mutex<rusqlite::Connection>>);

impl Versions {
    pub(crate) fn of_file(path: &Path) -> Result<Self, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(path, flags)?;
        // Whoever waits for it could read meanwhile.
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA busy_timeout = 0")?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// None where the file does not say.
    fn now(&self) -> Option<Version> {
        let connection = lock(&self.0);
        let mut asked = connection.prepare_cached("PRAGMA data_version").ok()?;
        asked.query_row((), |row| row.get(0).map(Version)).ok()
    }
}

impl Store {
    /// The state of the database now, in about a microsecond. None where only a journey to it would tell: with PostgreSQL.
    pub fn version(&self) -> Option<Version> {
        self.versions.as_ref().and_then(Versions::now)
    }
}

/// What was made of reads of the latest version. With the first look at another one all of it goes.
///
/// Whoever puts something in asks for the version before reading; whoever takes it out asks meanwhile. What is found is then what a
/// read would give. Clones share it.
pub struct Cache<K, T>(Arc<Mutex<Held<K, T>>>);

struct Held<K, T> {
    version: Option<Version>,
    values: HashMap<K, T>,
    room: usize,
    left: usize,
}

impl<K, T> Cache<K, T> {
    /// For things that take this much room together, in the unit of [`Cache::put`].
    pub fn new(room: usize) -> Self {
        Self(Arc::new(Mutex::new(Held {
            version: None,
            values: HashMap::new(),
            room,
            left: room,
        })))
    }
}

impl<K: Eq + Hash, T: Clone> Cache<K, T> {
    /// What is held of this version.
    pub fn get(&self, version: Version, key: &K) -> Option<T> {
        let mut held = lock(&self.0);
        if held.version != Some(version) {
            held.clear();
            held.version = Some(version);
        }
        held.values.get(key).cloned()
    }

    /// Holds what was read after `version` was asked for; it takes this much room. Where there is none left, all else goes.
    pub fn put(&self, version: Version, key: K, value: T, takes: usize) {
        let mut held = lock(&self.0);
        if held.version != Some(version) || takes > held.room {
            return;
        }
        if takes > held.left {
            held.clear();
        }
        if held.values.insert(key, value).is_none() {
            held.left -= takes;
        }
    }
}

impl<K, T> Held<K, T> {
    fn clear(&mut self) {
        self.values.clear();
        self.left = self.room;
    }
}

impl<K, T> Clone for Cache<K, T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_of_another_makes_a_version() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let writer = rusqlite::Connection::open(&path).unwrap();
        writer
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)")
            .unwrap();
        let versions = Versions::of_file(&path).unwrap();
        let now = || versions.now().unwrap();
        let first = now();
        assert_eq!(now(), first);
        writer
            .execute_batch("SELECT * FROM t; BEGIN; INSERT INTO t VALUES (1)")
            .unwrap();
        assert_eq!(now(), first, "nothing is committed");
        writer.execute_batch("COMMIT").unwrap();
        let second = now();
        assert_ne!(second, first);
        writer
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .unwrap();
        writer.execute_batch("DELETE FROM t").unwrap();
        assert!(![first, second].contains(&now()));
    }

    #[test]
    fn what_is_held_is_of_one_version() {
        let cache = Cache::new(10);
        let (one, two) = (Version(1), Version(2));
        assert_eq!(cache.get(one, &"a"), None);
        cache.put(one, "a", 1, 1);
        assert_eq!(cache.get(one, &"a"), Some(1));
        cache.put(two, "b", 2, 1);
        assert_eq!(cache.get(two, &"b"), None, "nobody had looked at it");
        assert_eq!(cache.get(one, &"a"), None, "it is gone");
    }

    #[test]
    fn what_is_held_has_its_room() {
        let cache = Cache::new(10);
        let version = Version(1);
        assert_eq!(cache.get(version, &0), None);
        for key in 0..4 {
            cache.put(version, key, (), 3);
        }
        cache.put(version, 4, (), 11);
        let held = (0..5).map(|key| cache.get(version, &key).is_some());
        assert_eq!(held.collect::<Vec<_>>(), [false, false, false, true, false]);
    }
}
