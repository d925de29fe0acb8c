//! What people know a tenant by.

use serde_json::{Map, Value};
use trickle_model::TenantId;

use crate::{Engine, EngineError, provision::DEFAULT_TENANT};

/// The `friendly_name` of a tenant's settings, else its own name; nothing of the first tenant of an install, whose name is nobody's.
pub fn tenant_title(name: &str, settings: &Map<String, Value>) -> Option<String> {
    let friendly = settings.get("friendly_name").and_then(Value::as_str);
    let own = Some(name).filter(|name| *name != DEFAULT_TENANT);
    friendly
        .filter(|name| !name.is_empty())
        .or(own)
        .map(str::to_owned)
}

impl Engine {
    /// The same for a mail, which is of the host that its link leads to where the tenant has no title.
    pub(crate) async fn mail_title(
        &self,
        tenant: &TenantId,
        name: &str,
        url: &str,
    ) -> Result<String, EngineError> {
        let settings = self.stored_setting(tenant, "tenant").await?;
        let title = tenant_title(name, &settings.unwrap_or_default());
        Ok(title.unwrap_or_else(|| host_of(url).to_owned()))
    }
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tenant_is_called_as_it_calls_itself() {
        let title = |name, settings: Value| {
            tenant_title(name, settings.as_object().expect("an object")).unwrap_or_default()
        };
        assert_eq!(
            title("acme", json!({"friendly_name": "Acme & Sons"})),
            "Acme & Sons"
        );
        assert_eq!(title("default", json!({"friendly_name": "Acme"})), "Acme");
        assert_eq!(title("acme", json!({"friendly_name": ""})), "acme");
        assert_eq!(title("default", json!({})), "");
    }

    #[test]
    fn links_lead_to_a_host() {
        assert_eq!(host_of("https://a.test:8443/u/x?y"), "a.test:8443");
        assert_eq!(host_of("https://a.test"), "a.test");
    }
}
