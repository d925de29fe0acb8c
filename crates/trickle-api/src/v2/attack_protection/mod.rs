//! `/attack-protection`: the tenant's settings for the front door.

mod settings;

use serde_json::json;

use super::operation::{Named, Operation, Shape};

static SETTINGS: Named = Named {
    name: "AttackProtection",
    schema: || json!({"type": "object", "properties": {"enabled": {"type": "boolean"}}}),
};

const READ: &[&str] = &["read:attack_protection"];
const CHANGE: &[&str] = &["update:attack_protection"];

pub(super) fn operations() -> Vec<Operation> {
    const BRUTE_FORCE: &str = "/attack-protection/brute-force-protection";
    const SUSPICIOUS_IP: &str = "/attack-protection/suspicious-ip-throttling";
    let shape = Shape::One(&SETTINGS);
    vec![
        Operation::get(BRUTE_FORCE, READ, settings::brute_force)
            .says("Shows when an identifier is shut out")
            .gives(shape),
        Operation::patch(BRUTE_FORCE, CHANGE, settings::change_brute_force)
            .says("Changes when an identifier is shut out")
            .takes(shape)
            .gives(shape),
        Operation::get(SUSPICIOUS_IP, READ, settings::suspicious_ip)
            .says("Shows at which pace an address may try")
            .gives(shape),
        Operation::patch(SUSPICIOUS_IP, CHANGE, settings::change_suspicious_ip)
            .says("Changes at which pace an address may try")
            .takes(shape)
            .gives(shape),
    ]
}
