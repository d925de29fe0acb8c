//! Names, looked up for workers that cannot ask anybody themselves.

use std::io;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::rr::{RData, Record, RecordType};
use hickory_resolver::{ResolveError, TokioResolver};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use trickle_jail::{Decision, EgressPolicy, EgressState, Refusal};
use trickle_protocol::{
    AddressFamily, NAME_MAX_BYTES, NameAnswer, NameFailure, NameKind, NameQuestion, NameRecord,
    RecordData, RecordKind,
};

use crate::Wire;
use crate::tenants::Turns;

/// Longer than a resolver tries its servers; drivers have limits of their own.
const LIMIT: Duration = Duration::from_secs(10);

/// Look-ups of all workers at once: each may hold one of the runtime's threads.
const AT_ONCE: usize = 64;

/// Beyond these an answer is cut: no service has more servers, no options are longer.
const RECORDS: usize = 64;
const TEXT_BYTES: usize = 4096;

/// Looks names up for all workers.
pub(crate) struct NameDesk {
    /// `None` where the system's name servers are not known; addresses are still found.
    records: Option<TokioResolver>,
    slots: Arc<Semaphore>,
    /// Answers first, and hears every answer; on a developer's machine.
    wire: Option<Arc<dyn Wire>>,
}

impl NameDesk {
    /// Asks the system's name servers, as `/etc/resolv.conf` says.
    pub fn from_system(wire: Option<Arc<dyn Wire>>) -> Self {
        let records = TokioResolver::builder_tokio()
            .map(hickory_resolver::ResolverBuilder::build)
            .inspect_err(|error| {
                tracing::warn!(%error, "failed to read the system's name servers; scripts find no SRV and TXT records");
            })
            .ok();
        Self {
            records,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            wire,
        }
    }

    /// Answers a question of one worker, under its rules. What it is told about addresses is what it may connect to.
    pub async fn answer(
        &self,
        question: &NameQuestion,
        policy: &EgressPolicy,
        state: &EgressState,
        turns: &Turns,
    ) -> NameAnswer {
        let Some(name) = normal(&question.name) else {
            return NameAnswer::Nothing(NameFailure::BadName);
        };
        let decision = policy.may_ask(&name);
        state.log.record(Some(name.clone()), None, decision);
        if decision != Decision::Allow {
            return NameAnswer::Nothing(NameFailure::Refused);
        }
        let told = match self.told(question) {
            Some(found) => found,
            None => timeout(LIMIT, self.look_up(&name, question.kind, turns))
                .await
                .unwrap_or(Err(NameFailure::TryAgain)),
        };
        let answer = match told {
            Ok(found) => filter(&name, found, policy, state),
            Err(failure) => NameAnswer::Nothing(failure),
        };
        if let Some(wire) = &self.wire {
            wire.answered(&text(question), &text(&answer));
        }
        answer
    }

    /// What stands before the name servers has to say.
    fn told(&self, question: &NameQuestion) -> Option<Result<Found, NameFailure>> {
        let answer = self.wire.as_ref()?.answer(&text(question))?;
        Some(match serde_json::from_str(&answer) {
            Ok(NameAnswer::Addresses(addresses)) => Ok(Found::Addresses(addresses)),
            Ok(NameAnswer::Records(records)) => Ok(Found::Records(records)),
            Ok(NameAnswer::Nothing(failure)) => Err(failure),
            Err(_) => Err(NameFailure::TryAgain),
        })
    }

    async fn look_up(
        &self,
        name: &str,
        kind: NameKind,
        turns: &Turns,
    ) -> Result<Found, NameFailure> {
        // The tenant's own queue first: in the one of all tenants it stands with no more than that.
        let turn = slot(Arc::clone(&turns.look_ups)).await?;
        let slot = slot(Arc::clone(&self.slots)).await?;
        match kind {
            NameKind::Addresses(family) => {
                let name = name.to_owned();
                // The thread keeps both for as long as it is busy, which may be longer than anybody waits for it.
                let work = tokio::task::spawn_blocking(move || {
                    let found = addresses(&name, family);
                    drop((turn, slot));
                    found
                });
                let found = work.await.unwrap_or(Err(NameFailure::TryAgain));
                found.map(Found::Addresses)
            }
            NameKind::Records(kind) => self.records(name, kind).await.map(Found::Records),
        }
    }

    async fn records(&self, name: &str, kind: RecordKind) -> Result<Vec<NameRecord>, NameFailure> {
        let resolver = self.records.as_ref().ok_or(NameFailure::TryAgain)?;
        // The final dot: no search domains, as other DNS libraries of Node.js.
        let wanted = type_of(kind);
        let answer = resolver.lookup(format!("{name}."), wanted).await;
        let answer = answer.map_err(|error| failure_of(&error))?;
        // Aliases on the way to them are no answer of their own.
        let records = answer
            .records()
            .iter()
            .filter(|record| record.record_type() == wanted)
            .filter_map(read);
        Ok(records.take(RECORDS).collect())
    }
}

enum Found {
    Addresses(Vec<IpAddr>),
    Records(Vec<NameRecord>),
}

/// Leaves what the worker may connect to, and pins it.
fn filter(name: &str, found: Found, policy: &EgressPolicy, state: &EgressState) -> NameAnswer {
    let mut refusal = None;
    let mut may = |address: IpAddr| match policy.may_name(name, address) {
        Decision::Allow => {
            state.pins.add(name, &[address]);
            true
        }
        Decision::Refuse(reason) => {
            refusal = Some(reason);
            false
        }
    };
    let answer = match found {
        Found::Addresses(mut addresses) => {
            addresses.retain(|address| may(*address));
            (!addresses.is_empty()).then_some(NameAnswer::Addresses(addresses))
        }
        Found::Records(mut records) => {
            records.retain(|record| match record.data {
                RecordData::Address(address) => may(address),
                _ => true,
            });
            (!records.is_empty()).then_some(NameAnswer::Records(records))
        }
    };
    match (answer, refusal) {
        (Some(answer), _) => answer,
        (None, Some(reason)) => refuse(name, reason, state),
        (None, None) => NameAnswer::Nothing(NameFailure::NoData),
    }
}

fn text(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("messages are made of texts and numbers")
}

/// Refuses a name, for everybody to see.
fn refuse(name: &str, reason: Refusal, state: &EgressState) -> NameAnswer {
    let decision = Decision::Refuse(reason);
    state.log.record(Some(name.to_owned()), None, decision);
    NameAnswer::Nothing(NameFailure::Refused)
}

/// A worker has asked for more than it may.
pub(crate) fn refuse_further(question: &NameQuestion, state: &EgressState) -> NameAnswer {
    match normal(&question.name) {
        Some(name) => refuse(&name, Refusal::TooManyNames, state),
        None => NameAnswer::Nothing(NameFailure::BadName),
    }
}

async fn slot(of: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, NameFailure> {
    of.acquire_owned().await.map_err(|_| NameFailure::TryAgain)
}

fn addresses(name: &str, family: AddressFamily) -> Result<Vec<IpAddr>, NameFailure> {
    let found = (name, 0).to_socket_addrs();
    let mut addresses = Vec::new();
    for address in found.map_err(|error| failure_of_system(&error))? {
        let ip = address.ip();
        let wanted = match family {
            AddressFamily::Any => true,
            AddressFamily::V4 => ip.is_ipv4(),
            AddressFamily::V6 => ip.is_ipv6(),
        };
        if wanted && addresses.len() < RECORDS {
            addresses.push(ip);
        }
    }
    Ok(addresses)
}

/// In lower case, without the final dot; `None` for what is no name.
fn normal(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:%".contains(&byte));
    let is_name = !name.is_empty() && name.len() < NAME_MAX_BYTES && is_plain;
    is_name.then(|| name.to_ascii_lowercase())
}

const fn type_of(kind: RecordKind) -> RecordType {
    match kind {
        RecordKind::A => RecordType::A,
        RecordKind::Aaaa => RecordType::AAAA,
        RecordKind::Cname => RecordType::CNAME,
        RecordKind::Mx => RecordType::MX,
        RecordKind::Ns => RecordType::NS,
        RecordKind::Srv => RecordType::SRV,
        RecordKind::Txt => RecordType::TXT,
    }
}

fn read(record: &Record) -> Option<NameRecord> {
    let name = |name: &hickory_resolver::Name| {
        let text = name.to_ascii();
        text.strip_suffix('.').unwrap_or(&text).to_owned()
    };
    let data = match record.data() {
        RData::A(address) => RecordData::Address(address.0.into()),
        RData::AAAA(address) => RecordData::Address(address.0.into()),
        RData::CNAME(target) => RecordData::Name(name(&target.0)),
        RData::NS(server) => RecordData::Name(name(&server.0)),
        RData::MX(mail) => RecordData::Mail {
            preference: mail.preference(),
            exchange: name(mail.exchange()),
        },
        RData::SRV(service) => RecordData::Service {
            priority: service.priority(),
            weight: service.weight(),
            port: service.port(),
            target: name(service.target()),
        },
        RData::TXT(text) => RecordData::Text(texts(text.txt_data())),
        _ => return None,
    };
    let ttl = record.ttl();
    Some(NameRecord { ttl, data })
}

/// Bytes as Latin-1, as Node.js has them.
fn texts(parts: &[Box<[u8]>]) -> Vec<String> {
    let mut left = TEXT_BYTES;
    parts
        .iter()
        .map(|part| {
            let kept = &part[..part.len().min(left)];
            left -= kept.len();
            kept.iter().copied().map(char::from).collect()
        })
        .collect()
}

fn failure_of(error: &ResolveError) -> NameFailure {
    if error.is_nx_domain() {
        NameFailure::NoSuchName
    } else if error.is_no_records_found() {
        NameFailure::NoData
    } else {
        NameFailure::TryAgain
    }
}

/// The standard library gives the C library's words only, `gai_strerror(3)`.
fn failure_of_system(error: &io::Error) -> NameFailure {
    let words = error.to_string();
    let passing = ["emporary failure", "Try again", "System error"];
    if passing.iter().any(|word| words.contains(word)) {
        NameFailure::TryAgain
    } else {
        NameFailure::NoSuchName
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenants::Tenants;
    use trickle_jail::EgressRules;
    use trickle_model::TenantId;

    async fn ask(allow: &[&str], name: &str, kind: NameKind) -> (NameAnswer, EgressState) {
        let state = EgressState::new(8);
        let rules = EgressRules {
            allow: allow.iter().map(|rule| rule.parse().unwrap()).collect(),
            ..EgressRules::default()
        };
        let policy = EgressPolicy::new(rules, Arc::clone(&state.pins));
        let question = NameQuestion {
            name: name.to_owned(),
            kind,
        };
        let desk = NameDesk::from_system(None);
        let turns = Tenants::default().turns_of(&TenantId::from_text("t"));
        let answer = desk.answer(&question, &policy, &state, &turns).await;
        (answer, state)
    }

    const ANY: NameKind = NameKind::Addresses(AddressFamily::Any);

    #[tokio::test]
    async fn a_name_of_a_private_address_is_refused_and_seen() {
        let start = std::time::Instant::now();
        for name in [
            "localhost",
            "LOCALHOST.",
            "127.1",
            "0x7f000001",
            "2130706433",
            "::1",
        ] {
            let (answer, state) = ask(&[], name, ANY).await;
            assert_eq!(answer, NameAnswer::Nothing(NameFailure::Refused), "{name}");
            let refused = state.log.since(start).pop().unwrap();
            assert_eq!(refused.refusal(), Some(Refusal::Private), "{name}");
        }
    }

    #[tokio::test]
    async fn a_rule_opens_a_name_and_pins_its_addresses() {
        let v4 = NameKind::Addresses(AddressFamily::V4);
        let (answer, state) = ask(&["localhost:5432"], "localhost", v4).await;
        let expected: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(answer, NameAnswer::Addresses(vec![expected]));
        assert_eq!(state.pins.name_of(expected).as_deref(), Some("localhost"));
    }

    #[tokio::test]
    async fn what_is_no_name_is_not_asked_for() {
        let long = "x".repeat(300);
        for name in ["", ".", "a b", "a\0b", "ä.example", "a/b", &long] {
            let (answer, _) = ask(&[], name, ANY).await;
            assert_eq!(answer, NameAnswer::Nothing(NameFailure::BadName), "{name}");
        }
    }

    #[test]
    fn texts_are_latin_1_and_bounded() {
        let long = vec![b'x'; 3000].into_boxed_slice();
        let parts = [Box::from(&b"a\xe4"[..]), long.clone(), long];
        let texts = texts(&parts);
        assert_eq!(texts[0], "aä");
        assert_eq!(texts[2].len(), TEXT_BYTES - 2 - 3000);
    }
}
