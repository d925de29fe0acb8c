//! The mail that an import has ended.

use serde_json::Value;
use trickle_store::Job;

use super::settings::ImportOrder;
use crate::{Engine, EngineError, Mail};

/// Under which name the store keeps the tenant's settings, and the one that says where its people are to be reached.
const SETTINGS: &str = "tenant";
const ADDRESS: &str = "support_email";

impl Engine {
    /// Writes to the tenant's `support_email` where the order asks for it. The job has ended whether or not the mail can be sent.
    pub(super) async fn tell_of_end(&self, job: &Job, reason: Option<&str>) {
        if !ImportOrder::of(job).tells {
            return;
        }
        let sent = match self.support_address(job).await {
            Ok(Some(address)) => {
                let sent = self.parts.mailer.send(mail(job, reason, address)).await;
                sent.map_err(|error| error.to_string())
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = sent {
            tracing::warn!(
                tenant.id = %job.tenant,
                job.id = %job.id,
                reason = why,
                "failed to send the mail about the end of an import"
            );
        }
    }

    async fn support_address(&self, job: &Job) -> Result<Option<String>, EngineError> {
        let settings = self.stored_setting(&job.tenant, SETTINGS).await?;
        let address = settings.as_ref().and_then(|all| all.get(ADDRESS));
        let address = address.and_then(Value::as_str);
        Ok(address
            .filter(|address| address.contains('@'))
            .map(str::to_owned))
    }
}

/// Numbers only: nothing of the file is in it.
fn mail(job: &Job, reason: Option<&str>, to: String) -> Mail {
    let counts = job.counts;
    let subject = match reason {
        None => "Your users import has completed",
        Some(_) => "Your users import has failed",
    };
    let mut lines = vec![
        format!("{subject}."),
        format!("Job: {}", job.id),
        format!(
            "Rows: {}. Added: {}. Changed: {}. Not taken over: {}.",
            counts.total, counts.inserted, counts.updated, counts.failed
        ),
    ];
    if let Some(reason) = reason {
        lines.push(reason.to_owned());
    }
    let paragraphs: String = lines
        .iter()
        .map(|line| format!("<p>{line}</p>\n"))
        .collect();
    Mail {
        to,
        from: None,
        subject: subject.to_owned(),
        html: format!("<!doctype html>\n<html lang=\"en\"><body>\n{paragraphs}</body></html>\n"),
        text: lines.join("\n\n") + "\n",
    }
}
