use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ranges;

/// How long an answer opens a rule with a name after it was given: as long as the oldest worker lives, since drivers resolve a name
/// once and connect to its addresses again and again.
const LIFETIME: Duration = Duration::from_mins(20);

/// Names of one child; more are forgotten, the oldest first.
const NAMES: usize = 256;

/// Which addresses the supervisor has named to one child.
///
/// A rule with a host name opens these and no others. So it does not matter what the name means to somebody else or at another time,
/// and a name that a script never asked for opens nothing.
#[derive(Debug, Default)]
pub struct Pins {
    names: Mutex<HashMap<String, Pin>>,
}

#[derive(Debug)]
struct Pin {
    at: Instant,
    addresses: Vec<IpAddr>,
}

impl Pins {
    /// Remembers what a name was said to be. Earlier answers for the name stay good: connections to them may be under way.
    pub fn add(&self, name: &str, addresses: &[IpAddr]) {
        let name = normal(name);
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.retain(|_, pin| pin.at.elapsed() < LIFETIME);
        if names.len() >= NAMES && !names.contains_key(&name) {
            let oldest = names.iter().min_by_key(|(_, pin)| pin.at);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                names.remove(&oldest);
            }
        }
        let pin = names.entry(name).or_insert_with(|| Pin {
            at: Instant::now(),
            addresses: Vec::new(),
        });
        pin.at = Instant::now();
        for address in addresses.iter().copied().map(ranges::canonical) {
            if !pin.addresses.contains(&address) && pin.addresses.len() < NAMES {
                pin.addresses.push(address);
            }
        }
    }

    /// Whether `name` was said to be at this canonical address.
    pub(super) fn hold(&self, name: &str, address: IpAddr) -> bool {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .get(name)
            .is_some_and(|pin| pin.at.elapsed() < LIFETIME && pin.addresses.contains(&address))
    }

    /// The name that was last said to be at this address.
    pub fn name_of(&self, address: IpAddr) -> Option<String> {
        let address = ranges::canonical(address);
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .iter()
            .filter(|(_, pin)| pin.addresses.contains(&address))
            .max_by_key(|(_, pin)| pin.at)
            .map(|(name, _)| name.clone())
    }
}

/// As rules have them: lower case, without a final dot.
fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_what_was_said() {
        let pins = Pins::default();
        let (first, second): (IpAddr, IpAddr) =
            ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        pins.add("DB.internal.", &["::ffff:10.0.0.1".parse().unwrap()]);
        assert!(pins.hold("db.internal", first));
        assert!(!pins.hold("db.internal", second));
        pins.add("db.internal", &[second]);
        assert!(pins.hold("db.internal", first) && pins.hold("db.internal", second));
        assert!(!pins.hold("other", first));
        assert_eq!(pins.name_of(second).as_deref(), Some("db.internal"));
        assert_eq!(pins.name_of("9.9.9.9".parse().unwrap()), None);
    }

    #[test]
    fn is_bounded() {
        let pins = Pins::default();
        for number in 0..2 * NAMES {
            pins.add(&format!("n{number}"), &["10.0.0.1".parse().unwrap()]);
        }
        assert_eq!(pins.names.lock().unwrap().len(), NAMES);
    }
}
