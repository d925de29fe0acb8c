use jiff::Timestamp;
use trickle_model::{JobId, TenantId};

use super::Job;
use crate::Store;
use crate::column::text;
use crate::vault::PREFIX;

/// Opens under the tenant's own host only.
fn place(tenant: &TenantId) -> [&str; 2] {
    ["job_link", tenant.as_str()]
}

impl Store {
    /// A token that leads to a job until `until`. Nobody can make one without the master key, and none is kept.
    pub fn seal_link(&self, job: &Job, until: Timestamp) -> String {
        let clear = format!("{}\n{}", until.as_millisecond(), job.id);
        let sealed = self.vault.seal(clear.as_bytes(), &place(&job.tenant));
        sealed.trim_start_matches(PREFIX).to_owned()
    }

    /// The job to which a token leads; nothing when it is none of the tenant's, or too old.
    pub fn open_link(&self, tenant: &TenantId, token: &str, now: Timestamp) -> Option<JobId> {
        let sealed = format!("{PREFIX}{}", text(token));
        let clear = self.vault.unseal_text(&sealed, &place(tenant)).ok()?;
        let (until, id) = clear.split_once('\n')?;
        let until: i64 = until.parse().ok()?;
        (now.as_millisecond() < until).then(|| JobId::from_text(id))
    }
}
