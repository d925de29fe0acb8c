#![doc = include_str!("../README.md")]

mod egress;

pub use egress::{
    ConnectAttempt, ConnectPolicy, Decision, EgressEntry, EgressLog, EgressPolicy, EgressRule,
    EgressRuleError, HostPattern, NameServers, Transport,
};
