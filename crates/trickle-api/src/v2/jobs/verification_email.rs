//! `POST /api/v2/jobs/verification-email`.

use axum::{Json, extract::State, http::StatusCode};
use rand::{TryRngCore as _, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_engine::{Engine, SendVerification, VerificationSent};
use trickle_model::{JobId, UserId};
use trickle_store::{Job, JobCounts, JobKind, JobStatus};

use super::view::view;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    users::chosen,
};

/// Sends a user a link to prove the address.
pub(super) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let id = UserId::from_text(fields.required_text("user_id")?);
    for name in ["client_id", "organization_id"] {
        drop(fields.take_nullable(name));
    }
    let identity = fields.take("identity");
    fields.finish()?;
    let user = engine.store().user(caller.tenant(), &id).await?;
    let user = chosen(engine.store(), user.ok_or(Error::NoUser)?, identity).await?;
    let sent = engine
        .send_verification(SendVerification {
            user,
            tenant: caller.site.tenant.name.clone(),
            host: caller.site.host.clone(),
            caller: caller.caller(),
        })
        .await?;
    let (status, reason) = match sent {
        VerificationSent::Sent => (JobStatus::Completed, None),
        VerificationSent::NoAddress => {
            return Err(Error::Body("The user has no email address".to_owned()));
        }
        VerificationSent::NoUser => return Err(Error::NoUser),
        VerificationSent::Failed(why) => (JobStatus::Failed, Some(why)),
    };
    let now = engine.clock().now();
    let job = Job {
        id: JobId::generate(&mut OsRng.unwrap_err()),
        tenant: caller.tenant().clone(),
        kind: JobKind::VerificationEmail,
        status,
        connection: None,
        details: Map::new(),
        reason,
        counts: JobCounts::default(),
        created_at: now,
        started_at: Some(now),
        ended_at: Some(now),
    };
    engine.store().add_job(&job, None).await?;
    let mut shown = view(&job);
    shown["status"] = JobStatus::Pending.as_str().into();
    Ok((StatusCode::CREATED, Json(shown)))
}
