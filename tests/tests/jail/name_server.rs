//! A name server that an attacker owns.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};

use hickory_resolver::Name;
use hickory_resolver::proto::op::{Message, MessageType, Query};
use hickory_resolver::proto::rr::{RData, Record, RecordType, rdata};

const PUBLIC: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 34);
const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

/// Answers on the port of name servers for as long as this process lives.
pub fn start() {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 53)).expect("a network of its own");
    let mut asked = HashMap::new();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        loop {
            let (length, from) = socket.recv_from(&mut bytes).unwrap();
            let question = Message::from_vec(&bytes[..length]).unwrap();
            let answer = answer(&question, &mut asked).to_vec().unwrap();
            socket.send_to(&answer, from).unwrap();
        }
    });
}

fn answer(question: &Message, asked: &mut HashMap<Name, u32>) -> Message {
    let mut answer = Message::new();
    answer
        .set_id(question.id())
        .set_message_type(MessageType::Response)
        .set_recursion_available(true)
        .add_queries(question.queries().iter().cloned());
    for query in question.queries() {
        answer.add_answers(records(query, asked));
    }
    answer
}

/// What it says is true for no second.
fn records(query: &Query, asked: &mut HashMap<Name, u32>) -> Vec<Record> {
    let (name, text) = (query.name(), query.name().to_ascii().to_lowercase());
    let record = |data| Record::from_rdata(name.clone(), 0, data);
    let v4 = |address: Ipv4Addr| record(RData::A(rdata::A(address)));
    match (text.strip_suffix(".attack.test."), query.query_type()) {
        (Some("both"), RecordType::A) => vec![v4(PUBLIC), v4(Ipv4Addr::LOCALHOST)],
        (Some("alias"), RecordType::A) => {
            let target = Name::from_ascii("localhost.").unwrap();
            let address = RData::A(rdata::A(Ipv4Addr::LOCALHOST));
            vec![
                record(RData::CNAME(rdata::CNAME(target.clone()))),
                Record::from_rdata(target, 0, address),
            ]
        }
        (Some("mapped"), RecordType::AAAA) => {
            let address: Ipv6Addr = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
            vec![record(RData::AAAA(rdata::AAAA(address)))]
        }
        (Some("unspecified"), RecordType::A) => vec![v4(Ipv4Addr::UNSPECIFIED)],
        (Some("metadata"), RecordType::A) => vec![v4(METADATA)],
        (Some(turn), RecordType::A) if matches!(turn.rsplit_once('.'), Some((_, "turn"))) => {
            let times = asked.entry(name.clone()).or_default();
            *times += 1;
            vec![v4(match *times {
                1 => PUBLIC,
                _ => Ipv4Addr::LOCALHOST,
            })]
        }
        _ => Vec::new(),
    }
}
