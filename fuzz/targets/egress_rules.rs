//! Rules as operators and tenants write them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trickle_jail::{EgressRule, HostPattern};

fuzz_target!(|text: &str| {
    let Ok(rule) = text.parse::<EgressRule>() else {
        return;
    };
    assert_ne!(rule.port, Some(0));
    if let HostPattern::Name(name) = &rule.host {
        assert!(
            name.parse::<std::net::IpAddr>().is_err(),
            "{name} is an address"
        );
        assert!(name.len() <= 253);
    }
    let shown = rule.to_string();
    assert_eq!(shown.parse(), Ok(rule), "{shown}");
});
