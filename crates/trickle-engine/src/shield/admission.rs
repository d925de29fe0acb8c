//! Letting an attempt in, and what it leaves at the door.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use trickle_model::Connection;
use trickle_store::{FailureKey, FrontDoor, Stage, ThrottleKey, Write};

use super::{BruteForce, SettingsError, SuspiciousIp, guesses::Guess, settings::Pace};
use crate::{Caller, Engine, EngineError, flight::Tag, login::Decision};

/// A block ends so long after the last failure.
const BLOCKED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An attempt that was let in.
#[derive(Clone, Default)]
pub(crate) struct Pass {
    failures: Option<FailureKey>,
    bucket: Option<(ThrottleKey, Pace)>,
    /// Held until what the attempt leaves behind is written.
    pub(crate) guess: Option<Arc<Guess>>,
}

impl Pass {
    /// What a wrong guess leaves behind.
    pub(crate) fn failed(&self, at: Timestamp) -> Vec<Write> {
        let failure = self.failures.clone().map(|key| Write::Failure {
            key,
            at,
            forget_before: at - BLOCKED_FOR,
        });
        failure.into_iter().chain(self.fill(at)).collect()
    }

    /// What a success leaves behind.
    pub(crate) fn succeeded(&self) -> Option<Write> {
        self.failures.clone().map(Write::Forget)
    }

    /// What an attempt leaves behind that counts whatever its end, and is not counted yet.
    pub(crate) fn fill(&self, at: Timestamp) -> Option<Write> {
        self.bucket.clone().map(|(key, pace)| Write::Fill {
            key,
            at,
            interval: pace.interval,
        })
    }
}

impl Engine {
    /// Lets a login in, or says why not. The guess is entered before failures are read, and leaves after its own failure is
    /// written: no two can pass each other, whatever their number.
    pub(crate) async fn admit_login(
        &self,
        connection: &Connection,
        identifier: &str,
        caller: &Caller,
        tag: Tag,
    ) -> Result<Result<Pass, Decision>, EngineError> {
        let here = FailureKey {
            connection: connection.id.clone(),
            identifier: identifier.to_owned(),
            ip: caller.ip.clone().unwrap_or_default(),
        };
        let anywhere = FailureKey {
            ip: String::new(),
            ..here.clone()
        };
        let (near, near_others) = self.guesses.enter(here.clone(), tag);
        let (far, far_others) = self.guesses.enter(anywhere.clone(), tag);
        let door = self.door(connection, &here, Stage::Login).await?;
        let now = self.parts.clock.now();
        let mut pass = Pass::default();
        let settings = settings(BruteForce::parse(door.brute_force.as_ref()))?;
        if settings.enabled && is_guarded(connection) && !settings.allows(caller.ip.as_deref()) {
            let (key, guess, others, counted) = if settings.by_address {
                (here, near, near_others, door.from_address)
            } else {
                (anywhere, far, far_others, door.from_anywhere)
            };
            let counted = counted.filter(|failures| failures.last_at > now - BLOCKED_FOR);
            let failures = counted.map_or(0, |failures| failures.count);
            if settings.blocks && failures + others >= settings.max_attempts {
                return Ok(Err(Decision::too_many_attempts()));
            }
            pass.failures = Some(key);
            pass.guess = Some(Arc::new(guess));
        }
        // An application's own address stands for all its users: slowing it down would shut everybody out.
        if caller.is_persons_address {
            match keep_pace(connection, &door, Stage::Login, caller, now)? {
                Ok(bucket) => pass.bucket = bucket,
                Err(decision) => return Ok(Err(decision)),
            }
        }
        Ok(Ok(pass))
    }

    /// Lets a sign-up in, or says why not; it counts whatever becomes of it.
    pub(crate) async fn admit_sign_up(
        &self,
        connection: &Connection,
        caller: &Caller,
    ) -> Result<Result<Pass, Decision>, EngineError> {
        self.admit_at_pace(connection, Stage::SignUp, caller).await
    }

    /// Lets the look-up of an identifier in, at the pace of sign-ups; it counts whatever becomes of it.
    pub(crate) async fn admit_look_up(
        &self,
        connection: &Connection,
        caller: &Caller,
    ) -> Result<Result<Pass, Decision>, EngineError> {
        self.admit_at_pace(connection, Stage::LookUp, caller).await
    }

    /// Counted before anything is done: of many at once no more get in.
    async fn admit_at_pace(
        &self,
        connection: &Connection,
        stage: Stage,
        caller: &Caller,
    ) -> Result<Result<Pass, Decision>, EngineError> {
        let nobody = FailureKey {
            connection: connection.id.clone(),
            identifier: String::new(),
            ip: caller.ip.clone().unwrap_or_default(),
        };
        let door = self.door(connection, &nobody, stage).await?;
        let now = self.parts.clock.now();
        let bucket = match keep_pace(connection, &door, stage, caller, now)? {
            Ok(bucket) => bucket,
            Err(decision) => return Ok(Err(decision)),
        };
        let Some((key, pace)) = bucket else {
            return Ok(Ok(Pass::default()));
        };
        let store = &self.parts.store;
        let is_in = store.fill_where_room(&key, now, pace.interval, pace.attempts);
        let is_in = is_in.await;
        if is_in.map_err(EngineError::store("count the attempt"))? {
            return Ok(Ok(Pass::default()));
        }
        let blocks = settings(SuspiciousIp::parse(door.suspicious_ip.as_ref()))?.blocks;
        Ok(if blocks {
            Err(Decision::throttled())
        } else {
            Ok(Pass {
                bucket: Some((key, pace)),
                ..Pass::default()
            })
        })
    }

    async fn door(
        &self,
        connection: &Connection,
        key: &FailureKey,
        stage: Stage,
    ) -> Result<FrontDoor, EngineError> {
        let door = self.parts.store.front_door(&connection.tenant, key, stage);
        door.await
            .map_err(EngineError::store("read what is counted for the attempt"))
    }
}

fn keep_pace(
    connection: &Connection,
    door: &FrontDoor,
    stage: Stage,
    caller: &Caller,
    now: Timestamp,
) -> Result<Result<Option<(ThrottleKey, Pace)>, Decision>, EngineError> {
    let settings = settings(SuspiciousIp::parse(door.suspicious_ip.as_ref()))?;
    let Some(ip) = caller.ip.as_deref().filter(|ip| !settings.allows(ip)) else {
        return Ok(Ok(None));
    };
    if !settings.enabled {
        return Ok(Ok(None));
    }
    let pace = settings.pace(stage);
    if settings.blocks && is_full(door.empty_at, pace, now) {
        return Ok(Err(Decision::throttled()));
    }
    let key = ThrottleKey {
        tenant: connection.tenant.clone(),
        stage,
        ip: ip.to_owned(),
    };
    Ok(Ok(Some((key, pace))))
}

/// Whether one more attempt would spill.
fn is_full(empty_at: Option<Timestamp>, pace: Pace, now: Timestamp) -> bool {
    let left = empty_at.map_or(Duration::ZERO, |at| {
        Duration::try_from(at.duration_since(now)).unwrap_or_default()
    });
    left + pace.interval > pace.interval.saturating_mul(pace.attempts)
}

/// `options.brute_force_protection`; on unless it is turned off.
pub(super) fn is_guarded(connection: &Connection) -> bool {
    let option = connection.options.as_map().get("brute_force_protection");
    option.and_then(serde_json::Value::as_bool) != Some(false)
}

/// They were checked when they were stored.
pub(super) fn settings<T>(parsed: Result<T, SettingsError>) -> Result<T, EngineError> {
    parsed.map_err(|error| EngineError::Settings(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_so_many_and_lets_one_out_at_a_time() {
        let pace = Pace {
            attempts: 3,
            interval: Duration::from_secs(10),
        };
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let after = |seconds| Some(now + SignedDuration::from_secs(seconds));
        assert!(!is_full(None, pace, now));
        assert!(!is_full(after(-5), pace, now));
        assert!(!is_full(after(20), pace, now));
        assert!(is_full(after(21), pace, now));
    }
}
