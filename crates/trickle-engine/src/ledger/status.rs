//! The state of a connection's migration.

use std::collections::BTreeMap;

use jiff::{SignedDuration, civil::Date};
use serde_json::{Value, json};
use trickle_model::{Connection, ConnectionId};
use trickle_store::{IMPORTED, LedgerEntry, RehearsalEntry, RehearsalGroup, RollCounts};

use super::{
    flow::MIGRATED,
    forecast::{date, done_on, pace},
    total::{TotalSource, Totals},
};
use crate::{Engine, EngineError};

const DAY_MILLIS: i64 = 86_400_000;
/// Most lines of the ledger at once.
const LINES_MAX: u64 = 1_000;

/// What the tenant says of a migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MigrationSettings {
    /// How many users the legacy store has or had; nothing takes back what was said.
    pub total: Option<u64>,
}

/// How far a migration is.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// The newest of what the tenant typed in and what its script counted; else how many are on the roll, if there is one.
    pub total: Option<u64>,
    /// Where it is from.
    pub total_from: Option<TotalSource>,
    /// What the `count` script gave last: `{"total":…,"at":…}`.
    pub counted: Value,
    /// Why it has failed since: `{"reason":…,"at":…}`.
    pub count_failed: Value,
    /// Users who are here.
    pub users: u64,
    /// Users whose passwords are here: the legacy store is not asked for them any more.
    pub native: u64,
    /// Users who are not native yet, where the total is known.
    pub remaining: Option<u64>,
    /// Users whom bulk imports made native.
    pub imported: u64,
    /// How many are on the roll, and how many of them are not native.
    pub roll: RollCounts,
    /// Logins by outcome, since the connection was made.
    pub attempts: BTreeMap<String, u64>,
    /// Flows other than logins, by kind and outcome.
    pub flows: BTreeMap<String, BTreeMap<String, u64>>,
    /// Days on which somebody was migrated or imported.
    pub days: Vec<MigrationDay>,
    /// Users migrated a day lately, at login.
    pub per_day: f64,
    /// The day on which nobody is left, if it goes on as lately.
    pub done_on: Option<Date>,
}

/// One day of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationDay {
    /// The day, UTC.
    pub date: Date,
    /// Users migrated on it, at login or by a link.
    pub migrated: u64,
    /// Users whom bulk imports made native on it.
    pub imported: u64,
    /// Users migrated and imported up to its end.
    pub so_far: u64,
}

pub(super) fn setting(connection: &ConnectionId) -> String {
    format!("migration:{connection}")
}

/// How long is kept what names people or attempts.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Lines of the ledger, and what was rehearsed; counts by day stay.
    pub ledger: SignedDuration,
    /// Entries of the log.
    pub log: SignedDuration,
}

impl Engine {
    /// How far a connection's migration is.
    ///
    /// # Errors
    /// The store failed.
    pub async fn migration(&self, connection: &Connection) -> Result<Migration, EngineError> {
        self.settled().await;
        let store = &self.parts.store;
        let settings = self
            .stored_setting(&connection.tenant, &setting(&connection.id))
            .await?;
        let totals = Totals::new(settings.unwrap_or_default());
        let counted = store.count_native(&connection.id).await;
        let (users, native) = counted.map_err(EngineError::store("count the native users"))?;
        let roll = store.count_roll(&connection.id).await;
        let roll = roll.map_err(EngineError::store("count who has not moved"))?;
        let listed = (roll.listed > 0).then_some((roll.listed, TotalSource::Roll));
        let (total, total_from) = totals.newest().or(listed).unzip();
        let (counted, count_failed) = totals.shown();
        let days = store.ledger_days(&connection.id).await;
        let days = days.map_err(EngineError::store("count the attempts by day"))?;
        let mut attempts = BTreeMap::new();
        let mut flows: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        let mut migrated = Vec::new();
        let mut moved: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for day in days {
            if let Some((kind, outcome)) = day.outcome.split_once(':') {
                if outcome == MIGRATED {
                    moved.entry(day.day).or_default().0 += day.attempts;
                    migrated.push((day.day, day.attempts));
                }
                let flow = flows.entry(kind.to_owned()).or_default();
                *flow.entry(outcome.to_owned()).or_default() += day.attempts;
                continue;
            }
            if day.outcome == IMPORTED {
                moved.entry(day.day).or_default().1 += day.attempts;
                continue;
            }
            *attempts.entry(day.outcome.clone()).or_default() += day.attempts;
            if day.outcome == MIGRATED {
                moved.entry(day.day).or_default().0 += day.attempts;
                migrated.push((day.day, day.attempts));
            }
        }
        let today = self
            .parts
            .clock
            .now()
            .as_millisecond()
            .div_euclid(DAY_MILLIS);
        let per_day = pace(&migrated, today);
        let remaining = total.map(|total| total.saturating_sub(native));
        Ok(Migration {
            total,
            total_from,
            counted,
            count_failed,
            users,
            native,
            remaining,
            roll,
            imported: moved.values().map(|(_, imported)| imported).sum(),
            attempts,
            flows,
            days: burn_down(&moved),
            per_day,
            done_on: remaining.and_then(|remaining| done_on(remaining, per_day, today)),
        })
    }

    /// Keeps what the tenant says of a migration.
    ///
    /// # Errors
    /// The store failed.
    pub async fn set_migration(
        &self,
        connection: &Connection,
        settings: MigrationSettings,
    ) -> Result<(), EngineError> {
        let now = self.parts.clock.now();
        self.change_totals(connection, |totals| totals.typed(settings.total, now))
            .await
    }

    /// Attempts of a connection, newest first, of those before the one named.
    ///
    /// # Errors
    /// The store failed.
    pub async fn ledger(
        &self,
        connection: &Connection,
        before: Option<&trickle_model::EventId>,
        most: u64,
    ) -> Result<Vec<LedgerEntry>, EngineError> {
        self.settled().await;
        let lines = self
            .parts
            .store
            .ledger(&connection.id, before, most.min(LINES_MAX))
            .await;
        lines.map_err(EngineError::store("read the ledger"))
    }

    /// What was found beside logins: counts of each kind, and findings, newest first, of those before the one named.
    ///
    /// # Errors
    /// The store failed.
    pub async fn rehearsals(
        &self,
        connection: &Connection,
        before: Option<&trickle_model::EventId>,
        most: u64,
    ) -> Result<(BTreeMap<RehearsalGroup, u64>, Vec<RehearsalEntry>), EngineError> {
        self.settled().await;
        let store = &self.parts.store;
        let groups = store.count_rehearsals(&connection.id).await;
        let groups = groups.map_err(EngineError::store("count what was rehearsed"))?;
        let found = store
            .rehearsals(&connection.id, before, most.min(LINES_MAX))
            .await;
        let found = found.map_err(EngineError::store("read what was rehearsed"))?;
        Ok((groups, found))
    }

    /// Removes what has had its time: counters, tickets, sessions and tokens, and what is older than it is kept. Then counts where nobody
    /// has counted for a day.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sweep(&self, kept: Kept) -> Result<(), EngineError> {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let month = SignedDuration::from_hours(30 * 24);
        let failed = || EngineError::store("remove what has had its time");
        store
            .sweep_front_door(now - month, now)
            .await
            .map_err(failed())?;
        store
            .sweep_rehearsals(now - kept.ledger)
            .await
            .map_err(failed())?;
        store.sweep_tickets(now).await.map_err(failed())?;
        self.destroy_due_secrets().await?;
        store
            .sweep_jobs(now - SignedDuration::from_hours(24), now)
            .await
            .map_err(failed())?;
        store.sweep_logins(now).await.map_err(failed())?;
        store
            .sweep_ledger(now - kept.ledger)
            .await
            .map_err(failed())?;
        store.sweep_events(now - kept.log).await.map_err(failed())?;
        self.count_due().await
    }
}

fn burn_down(moved: &BTreeMap<i64, (u64, u64)>) -> Vec<MigrationDay> {
    let mut so_far = 0;
    let days = moved.iter().filter_map(|(day, (migrated, imported))| {
        so_far += migrated + imported;
        Some(MigrationDay {
            date: date(*day)?,
            migrated: *migrated,
            imported: *imported,
            so_far,
        })
    });
    days.collect()
}

impl Migration {
    /// As the API shows it.
    pub fn to_json(&self) -> Value {
        let days: Vec<Value> = self
            .days
            .iter()
            .map(|day| {
                json!({
                    "date": day.date.to_string(), "migrated": day.migrated, "imported": day.imported,
                    "so_far": day.so_far,
                })
            })
            .collect();
        json!({
            "total": self.total, "total_from": self.total_from.map(TotalSource::as_str),
            "counted": self.counted, "count_failed": self.count_failed, "users": self.users, "native": self.native, "remaining": self.remaining,
            "imported": self.imported, "listed": self.roll.listed, "stragglers": self.roll.stragglers,
            "attempts": self.attempts, "flows": self.flows, "days": days,
            "forecast": {"per_day": self.per_day, "done_on": self.done_on.map(|day| day.to_string())},
        })
    }
}
