use serde_json::{Map, Value, json};
use trickle_model::{ClientId, ConnectionOptions};
use trickle_store::{Job, OnBuried, OnExisting};

/// What an import is to do besides adding users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOrder {
    /// What happens to users who are here already.
    pub on_existing: OnExisting,
    /// The caller's own name for the job.
    pub external_id: Option<String>,
    /// Who ordered it.
    pub client: Option<ClientId>,
    /// Whether a mail tells the tenant of its end.
    pub tells: bool,
}

impl ImportOrder {
    /// What is kept with the job; `file` is the file's SHA-256.
    pub(super) fn details(&self, file: &str) -> Map<String, Value> {
        let details = json!({
            "upsert": self.on_existing == OnExisting::Change,
            "external_id": self.external_id,
            "client_id": self.client.as_ref().map(ClientId::as_str),
            "send_completion_email": self.tells,
            "file_sha256": file,
        });
        match details {
            Value::Object(details) => details,
            _ => unreachable!("it was written as an object"),
        }
    }

    pub(super) fn of(job: &Job) -> Self {
        let text = |name: &str| job.details.get(name).and_then(Value::as_str);
        let upsert = job.details.get("upsert").and_then(Value::as_bool);
        Self {
            on_existing: match upsert {
                Some(true) => OnExisting::Change,
                _ => OnExisting::Refuse,
            },
            external_id: text("external_id").map(str::to_owned),
            client: text("client_id").map(ClientId::from_text),
            tells: job.details.get("send_completion_email") == Some(&Value::Bool(true)),
        }
    }
}

/// Whether the connection lets deleted users come back.
pub(super) fn on_buried(options: &ConnectionOptions) -> OnBuried {
    if options.own_flag("bury_deleted") {
        OnBuried::Refuse
    } else {
        OnBuried::Add
    }
}
