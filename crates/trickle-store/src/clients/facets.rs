//! What lists of clients are narrowed by, apart from the settings that say it.

use serde_json::Value;
use trickle_model::ClientSettings;

use crate::column::{KEY_MAX_BYTES, text};

/// The columns of one client.
pub(super) struct Facets {
    pub(super) app_type: Option<String>,
    pub(super) is_first_party: i64,
    pub(super) external_id: Option<String>,
}

impl Facets {
    /// Texts that no index takes are left out.
    pub(super) fn of(settings: &ClientSettings) -> Self {
        let said = |name: &str| {
            let value = settings.as_map().get(name).and_then(Value::as_str);
            value.map(text).filter(|value| value.len() <= KEY_MAX_BYTES)
        };
        Self {
            app_type: said("app_type"),
            is_first_party: i64::from(settings.is_first_party()),
            external_id: said("external_client_id"),
        }
    }
}
