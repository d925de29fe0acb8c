//! Single flight: what several callers ask for at once is done once.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{hmac, rand::SystemRandom};
use tokio::sync::watch;

/// A keyed hash of what must be equal for a result to be shared, the password among it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Tag([u8; 32]);

/// The flights that are in the air, by key.
pub(crate) struct Flights<K, V> {
    open: Mutex<HashMap<K, Flight<V>>>,
    /// New in each process, so that a tag in a memory dump cannot be compared with a list of passwords hashed beforehand.
    tag_key: hmac::Key,
}

struct Flight<V> {
    tag: Tag,
    sender: Arc<watch::Sender<Option<V>>>,
}

/// What a caller finds at the gate.
pub(crate) enum Boarding<K: Eq + Hash, V> {
    /// Nobody is in the air: the caller has to do the work and land.
    Lead(Landing<K, V>, Arrival<V>),
    /// The same is being done already.
    Join(Arrival<V>),
    /// Something else is being done under this key; wait, then ask again.
    Wait(Arrival<V>),
}

/// Where a result will arrive.
pub(crate) struct Arrival<V>(watch::Receiver<Option<V>>);

/// The duty to land; dropping it tells all who wait that there is no result.
pub(crate) struct Landing<K: Eq + Hash, V> {
    flights: Arc<Flights<K, V>>,
    key: K,
    sender: Arc<watch::Sender<Option<V>>>,
}

impl<K: Eq + Hash + Clone, V> Flights<K, V> {
    /// No flights, and a new key for tags.
    pub(crate) fn new() -> Self {
        let tag_key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new())
            .expect("the system's random source does not fail");
        Self {
            open: Mutex::default(),
            tag_key,
        }
    }

    /// The tag of these parts.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> Tag {
        let mut context = hmac::Context::with_key(&self.tag_key);
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        Tag(tag)
    }

    /// Takes the lead, joins, or learns what to wait for.
    pub(crate) fn board(self: &Arc<Self>, key: K, tag: Tag) -> Boarding<K, V> {
        let mut open = self.open();
        if let Some(flight) = open.get(&key) {
            let arrival = Arrival(flight.sender.subscribe());
            return if flight.tag == tag {
                Boarding::Join(arrival)
            } else {
                Boarding::Wait(arrival)
            };
        }
        let (sender, result) = watch::channel(None);
        let sender = Arc::new(sender);
        let arrival = Arrival(result);
        let flight = Flight {
            tag,
            sender: Arc::clone(&sender),
        };
        open.insert(key.clone(), flight);
        let landing = Landing {
            flights: Arc::clone(self),
            key,
            sender,
        };
        Boarding::Lead(landing, arrival)
    }
}

impl<K: Eq + Hash, V> Flights<K, V> {
    /// How many wait for results, those who lead among them.
    pub(crate) fn aboard(&self) -> usize {
        let open = self.open();
        open.values()
            .map(|flight| flight.sender.receiver_count())
            .sum()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<K, Flight<V>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash, V> Landing<K, V> {
    /// Hands the result to all who wait.
    pub(crate) fn land(self, value: V) {
        self.sender.send_replace(Some(value));
    }
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        self.flights.open().remove(&self.key);
    }
}

impl<V: Clone> Arrival<V> {
    /// The result, or nothing where the flight was lost.
    pub(crate) async fn wait(mut self) -> Option<V> {
        let result = self.0.wait_for(Option::is_some).await.ok()?;
        result.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flights() -> Arc<Flights<&'static str, u32>> {
        Arc::new(Flights::new())
    }

    #[tokio::test]
    async fn the_same_is_shared_and_another_password_waits() {
        let flights = flights();
        let (right, wrong) = (flights.tag(&[b"right"]), flights.tag(&[b"wrong"]));
        let Boarding::Lead(landing, mine) = flights.board("ada", right) else {
            panic!("the first leads")
        };
        let Boarding::Join(shared) = flights.board("ada", right) else {
            panic!("the second joins")
        };
        let Boarding::Wait(other) = flights.board("ada", wrong) else {
            panic!("another password waits")
        };
        assert_eq!(flights.aboard(), 3);
        assert!(matches!(flights.board("bob", wrong), Boarding::Lead(..)));
        landing.land(7);
        assert_eq!(
            (mine.wait().await, shared.wait().await, other.wait().await),
            (Some(7), Some(7), Some(7))
        );
        assert!(matches!(flights.board("ada", wrong), Boarding::Lead(..)));
    }

    #[tokio::test]
    async fn a_lost_flight_frees_its_place() {
        let flights = flights();
        let tag = flights.tag(&[b"x"]);
        let Boarding::Lead(landing, arrival) = flights.board("ada", tag) else {
            panic!("the first leads")
        };
        drop(landing);
        assert_eq!(arrival.wait().await, None);
        assert!(matches!(flights.board("ada", tag), Boarding::Lead(..)));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let flights = flights();
        assert!(flights.tag(&[b"ab", b"c"]) != flights.tag(&[b"a", b"bc"]));
    }
}
