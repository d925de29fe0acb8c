//! What cases of jobs and imports begin with.

use serde_json::{Map, json};
use trickle_model::{Event, EventCode, EventId, JobId, Profile, UserId};
use trickle_store::{
    DueTerms, ImportBatch, ImportChange, ImportId, ImportRow, ImportedBatch, Job, JobCounts,
    JobKind, JobStatus, Lease, NewChunk, OnBuried, OnExisting, OrderJob, ReadyRow, RowRefusal,
};

use crate::db::{World, at, object};

pub const SECRET: &str = "a-hash-that-nobody-may-see";

pub fn job(world: &World, id: &str) -> Job {
    Job {
        id: JobId::from_text(id),
        tenant: world.tenant.clone(),
        kind: JobKind::UsersImport,
        status: JobStatus::Receiving,
        connection: None,
        details: Map::new(),
        reason: None,
        counts: JobCounts::default(),
        created_at: at(0),
        started_at: None,
        ended_at: None,
    }
}

pub fn end_event(world: &World, now: i64) -> Event {
    Event {
        id: EventId::from_text("e"),
        tenant: world.tenant.clone(),
        at: at(now),
        code: EventCode::UsersImported,
        description: String::new(),
        connection: None,
        client: None,
        user: None,
        user_name: None,
        ip: None,
        user_agent: None,
        details: Map::new(),
    }
}

pub fn lease(holder: &str, until: i64) -> Lease {
    Lease {
        holder: holder.into(),
        until: at(until),
    }
}

/// A job with so many parts of so many rows, whose turn is taken by the lease.
pub async fn taken(world: &World, id: &str, parts: u64, rows: u64, lease: &Lease) -> Job {
    let new = job(world, id);
    let store = &world.store;
    store.add_job(&new, Some(lease)).await.unwrap();
    for number in 0..parts {
        let clear = format!("{SECRET}-{number}");
        let chunk = NewChunk {
            number,
            rows,
            clear: clear.as_bytes(),
        };
        let chunks = [chunk];
        let kept = store.add_job_chunks(&world.tenant, &new.id, lease, &chunks);
        assert!(kept.await.unwrap());
    }
    let connection = &world.connection;
    let details = object(json!({"of": id}));
    let (all, times) = ((&new.id, parts * rows), (at(1), at(1)));
    let ordered = store.order_job(&world.tenant, all, connection, &details, times);
    assert!(matches!(ordered.await.unwrap(), OrderJob::Ordered(_)));
    store.take_turn(lease, at(2)).await.unwrap().unwrap()
}

pub fn row(position: u64, id: Option<&str>, email: &str) -> ImportRow {
    let made_up = format!("made-up-{position}-{email}");
    ImportRow {
        position,
        is_whole: true,
        profile: Profile {
            email: Some(email.into()),
            ..Profile::default()
        },
        id: match id {
            Some(id) => ImportId::Given(UserId::from_raw(id)),
            None => ImportId::MadeUp(UserId::from_raw(&made_up)),
        },
        password: None,
        change: ImportChange::default(),
    }
}

pub fn ready(world: &World, rows: impl IntoIterator<Item = ImportRow>) -> Vec<ReadyRow> {
    let ready = |row: ImportRow| row.ready(&world.tenant, OnExisting::Change);
    rows.into_iter().map(ready).collect()
}

/// Takes a part over, with all that becomes due.
pub async fn import(world: &World, batch: &ImportBatch<'_>) -> ImportedBatch {
    let mut due = DueTerms::default();
    let store = &world.store;
    let imported = store
        .import_users(batch, &describe, &mut due)
        .await
        .unwrap();
    store.write_due_terms(&mut due).await.unwrap();
    assert!(due.is_empty());
    imported
}

pub fn batch<'a>(
    world: &'a World,
    job: &'a Job,
    lease: &'a Lease,
    chunk: u64,
    rows: &'a [ReadyRow],
) -> ImportBatch<'a> {
    ImportBatch {
        tenant: &world.tenant,
        connection: &world.connection,
        job: &job.id,
        lease,
        chunk,
        rows,
        unsound: &[],
        on_existing: OnExisting::Refuse,
        on_buried: OnBuried::Add,
        now: at(3),
    }
}

pub fn describe(_: u64, refusal: RowRefusal) -> String {
    json!({"refusal": format!("{refusal:?}")}).to_string()
}

pub const fn done(inserted: u64, updated: u64, failed: u64) -> ImportedBatch {
    ImportedBatch::Done {
        inserted,
        updated,
        failed,
    }
}
