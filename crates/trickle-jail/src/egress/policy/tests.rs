use super::*;

use Decision::{Allow, Refuse};

fn list(rules: &[&str]) -> Vec<EgressRule> {
    rules.iter().map(|rule| rule.parse().unwrap()).collect()
}

/// What a child may do that was told that `db.internal` is at 10.0.0.7 and `api.example` at 8.8.4.4.
fn policy(rules: EgressRules) -> EgressPolicy {
    let pins = Pins::default();
    pins.add("db.internal", &["10.0.0.7".parse().unwrap()]);
    pins.add("api.example", &["8.8.4.4".parse().unwrap()]);
    EgressPolicy::new(rules, Arc::new(pins))
}

fn decide(allow: &[&str], address: &str) -> Decision {
    let rules = EgressRules {
        allow: list(allow),
        ..EgressRules::default()
    };
    policy(rules).decide(address.parse().unwrap())
}

#[test]
fn table() {
    let private = Refuse(Refusal::Private);
    for (rules, address, expected) in [
        (&[][..], "8.8.8.8:443", Allow),
        (&[], "[2606:4700::1111]:443", Allow),
        (&[], "8.8.8.8:25", Refuse(Refusal::Closed)),
        (&["8.8.8.8:25"], "8.8.8.8:25", Allow),
        (&["0.0.0.0/0"], "8.8.8.8:25", Allow),
        (&[], "10.0.0.1:443", private),
        (&[], "[::ffff:10.0.0.1]:443", private),
        (&[], "127.0.0.53:53", private),
        (&[], "0.0.0.0:80", private),
        (&["10.0.0.1"], "10.0.0.1:443", Allow),
        (&["10.0.0.1:443"], "10.0.0.1:443", Allow),
        (&["10.0.0.1:443"], "10.0.0.1:80", private),
        (&["10.0.0.1:443"], "10.0.0.2:443", private),
        (&["10.0.0.1:443"], "[::ffff:10.0.0.1]:443", Allow),
        (&["10.0.0.0/8"], "10.9.9.9:1", Allow),
        (&["fd00::/8:1"], "[fd12::1]:1", Allow),
        (&["fd00::/8:1"], "[fd12::1]:2", private),
        (&["64:ff9b::/96"], "[64:ff9b::808:808]:443", Allow),
    ] {
        assert_eq!(decide(rules, address), expected, "{rules:?} {address}");
    }
}

#[test]
fn a_name_is_what_the_child_was_told() {
    let private = Refuse(Refusal::Private);
    for (rules, address, expected) in [
        (&["db.internal:5432"][..], "10.0.0.7:5432", Allow),
        (&["db.internal:5432"], "10.0.0.7:5433", private),
        (&["db.internal"], "10.0.0.8:5432", private),
        // Nobody has told the child where that is.
        (&["localhost"], "127.0.0.1:5432", private),
        (&["api.example"], "10.0.0.7:443", private),
    ] {
        assert_eq!(decide(rules, address), expected, "{rules:?} {address}");
    }
}

#[test]
fn metadata_needs_its_exact_address() {
    let metadata = Refuse(Refusal::Metadata);
    for (rules, address, expected) in [
        (&[][..], "169.254.169.254:80", metadata),
        (&["169.254.0.0/16"], "169.254.169.254:80", metadata),
        (&["169.254.0.0/16"], "169.254.169.253:80", Allow),
        (&["0.0.0.0/0"], "[::ffff:169.254.169.254]:80", metadata),
        (&["64:ff9b::/96"], "[64:ff9b::a9fe:a9fe]:80", metadata),
        (&["fd00::/8"], "[fd00:ec2::254]:80", metadata),
        (&["169.254.169.254:80"], "169.254.169.254:80", Allow),
        (&["169.254.169.254:80"], "169.254.169.254:81", metadata),
        (&["fd00:ec2::254"], "[fd00:ec2::254]:80", Allow),
        // Google's name server has that address; names are the supervisor's business.
        (&[], "169.254.169.254:53", metadata),
    ] {
        assert_eq!(decide(rules, address), expected, "{rules:?} {address}");
    }
}

#[test]
fn the_own_list_narrows_and_never_opens() {
    let rules = EgressRules {
        allow: list(&["10.0.0.0/8:5432"]),
        public: true,
        only: Some(list(&["api.example:443", "10.0.0.1", "192.168.0.0/16"])),
    };
    let policy = policy(rules);
    for (address, expected) in [
        ("8.8.4.4:443", Allow),
        ("8.8.4.4:80", Refuse(Refusal::NotListed)),
        ("8.8.8.8:443", Refuse(Refusal::NotListed)),
        ("10.0.0.1:5432", Allow),
        ("10.0.0.1:80", Refuse(Refusal::Private)),
        ("10.0.0.2:5432", Refuse(Refusal::NotListed)),
        ("192.168.0.1:80", Refuse(Refusal::Private)),
    ] {
        assert_eq!(
            policy.decide(address.parse().unwrap()),
            expected,
            "{address}"
        );
    }
}

#[test]
fn the_operator_can_close_public_addresses() {
    let rules = EgressRules {
        allow: list(&["api.example:443"]),
        public: false,
        only: None,
    };
    let policy = policy(rules);
    let decide = |address: &str| policy.decide(address.parse().unwrap());
    assert_eq!(decide("8.8.4.4:443"), Allow);
    assert_eq!(decide("8.8.8.8:443"), Refuse(Refusal::Closed));
}

#[test]
fn a_name_is_told_where_some_port_is_open() {
    let rules = EgressRules {
        allow: list(&["db.internal:5432", "10.1.0.0/16:80"]),
        ..EgressRules::default()
    };
    let policy = policy(rules);
    let may = |name: &str, address: &str| policy.may_name(name, address.parse().unwrap());
    assert_eq!(may("db.internal", "10.0.0.9"), Allow);
    assert_eq!(may("other.internal", "10.0.0.9"), Refuse(Refusal::Private));
    assert_eq!(may("other.internal", "10.1.2.3"), Allow);
    assert_eq!(may("other.example", "1.1.1.1"), Allow);
    let metadata = "169.254.169.254";
    assert_eq!(may("db.internal", metadata), Refuse(Refusal::Metadata));
    assert_eq!(may("x", "::ffff:127.0.0.1"), Refuse(Refusal::Private));
}

#[test]
fn a_name_is_asked_for_where_a_rule_has_it() {
    let all = policy(EgressRules::default());
    assert_eq!(all.may_ask("anything.example"), Allow);
    let narrowed = policy(EgressRules {
        only: Some(list(&["db.example:5432", "10.0.0.1"])),
        ..EgressRules::default()
    });
    assert_eq!(narrowed.may_ask("db.example"), Allow);
    assert_eq!(narrowed.may_ask("_mongodb._tcp.db.example"), Allow);
    let unlisted = Refuse(Refusal::NotListed);
    for name in [
        "secret.evil.example",
        "secret.db.example",
        "_secret",
        "_a.b",
    ] {
        assert_eq!(narrowed.may_ask(name), unlisted, "{name}");
    }
    let network = policy(EgressRules {
        allow: list(&["10.0.0.0/8"]),
        public: false,
        only: None,
    });
    assert_eq!(network.may_ask("db.internal"), Allow);
}
