use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionRequest, Limits, NodeVersion, TenantId,
};

/// A connection whose runs have a wall time that no healthy run comes near.
pub fn binding(tenant: &str, connection: &str, revision: u64) -> Binding {
    Binding {
        tenant: TenantId::from_text(tenant),
        connection: ConnectionId::from_text(connection),
        revision,
        scripts: BTreeMap::new(),
        configuration: BTreeMap::new(),
        node_version: NodeVersion::default(),
        limits: Limits {
            wall: Duration::from_mins(1),
            ..Limits::default()
        },
        allow_net: Vec::new(),
        public_net: true,
        only_net: None,
    }
}

pub fn request(binding: &Arc<Binding>, arguments: Value) -> ExecutionRequest {
    let Value::Array(arguments) = arguments else {
        panic!("arguments are an array");
    };
    ExecutionRequest {
        id: ExecutionId::from_text("test"),
        binding: Arc::clone(binding),
        action: Action::ChangePassword,
        arguments,
        context: Map::new(),
    }
}
