//! Turns, uploads, orders and links of jobs.

use serde_json::json;
use trickle_model::JobId;
use trickle_store::{JobStatus, Lease, NewChunk, OrderJob};

use crate::db::{TestDb, at, object, on_both};
use crate::importing::{SECRET, end_event, job, lease, taken};

async fn jobs_take_turns_and_outlive_their_nodes(db: &TestDb) {
    let world = db.world().await;
    let store = &world.store;
    let first = taken(&world, "job_1", 1, 1, &lease("dead", 100)).await;
    let second = taken(&world, "job_2", 1, 1, &lease("me", 100)).await;
    assert_eq!((first.id.as_str(), second.id.as_str()), ("job_1", "job_2"));
    assert_eq!(store.open_jobs(&world.tenant).await.unwrap(), 2);
    let other = lease("other", 200);
    assert_eq!(store.take_turn(&other, at(99)).await.unwrap(), None);
    let over = store.take_turn(&other, at(100)).await.unwrap().unwrap();
    assert_eq!((over.id, over.started_at), (first.id.clone(), Some(at(2))));
    // Whoever was given up cannot end it.
    let event = end_event(&world, 101);
    let end = async |lease: &Lease, status| {
        let ended = store.end_job(&first, lease, status, None, &event);
        ended.await.unwrap()
    };
    assert!(!end(&lease("dead", 100), JobStatus::Failed).await);
    // A part of it is left, so that it is not complete.
    assert!(!end(&other, JobStatus::Completed).await);
    assert!(store.next_chunk(&first, 0).await.unwrap().is_some());
    assert!(end(&other, JobStatus::Failed).await);
    assert!(!end(&other, JobStatus::Failed).await);
    assert_eq!(store.next_chunk(&first, 0).await.unwrap().map(|_| ()), None);
    let ended = store.job(&world.tenant, &first.id).await.unwrap().unwrap();
    assert_eq!(ended.status, JobStatus::Failed);

    store.release_jobs().await.unwrap();
    let again = store.take_turn(&other, at(101)).await.unwrap().unwrap();
    assert_eq!(again.id, second.id);
    assert!(store.pass_turn(&again, &other, at(102)).await.unwrap());
    assert!(store.take_turn(&other, at(102)).await.unwrap().is_some());

    store.sweep_jobs(at(101), at(103)).await.unwrap();
    assert!(store.job(&world.tenant, &first.id).await.unwrap().is_some());
    store.sweep_jobs(at(102), at(103)).await.unwrap();
    assert!(store.job(&world.tenant, &first.id).await.unwrap().is_none());
    assert_eq!(db.db_count("jobs").await, 1);
}

async fn uploads_are_sealed_and_swept(db: &TestDb) {
    let world = db.world().await;
    let store = &world.store;
    let mine = lease("me", 100);
    let new = job(&world, "job_1");
    store.add_job(&new, Some(&mine)).await.unwrap();
    let chunk = NewChunk {
        number: 0,
        rows: 1,
        clear: SECRET.as_bytes(),
    };
    let add = async |lease: &Lease, number| {
        let chunk = NewChunk { number, ..chunk };
        let chunks = [chunk];
        let kept = store.add_job_chunks(&world.tenant, &new.id, lease, &chunks);
        kept.await.unwrap()
    };
    assert!(add(&mine, 0).await);
    assert!(!add(&lease("other", 100), 1).await);
    // What a crash took back is missed.
    let whole = (&new.id, 2);
    let details = object(json!({}));
    let times = (at(1), at(1));
    let ordered = store.order_job(&world.tenant, whole, &world.connection, &details, times);
    assert_eq!(ordered.await.unwrap(), OrderJob::Incomplete);
    // Nobody sees it, nobody works on it.
    assert_eq!(store.job(&world.tenant, &new.id).await.unwrap(), None);
    assert_eq!(store.take_turn(&mine, at(50)).await.unwrap(), None);
    if let Some(folder) = db.folder() {
        for file in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let is_secret = |window: &[u8]| window == SECRET.as_bytes();
            assert!(!bytes.windows(SECRET.len()).any(is_secret));
        }
    }
    store.sweep_jobs(at(0), at(100)).await.unwrap();
    assert_eq!(db.db_count("job_chunks").await, 1);
    store.sweep_jobs(at(0), at(101)).await.unwrap();
    assert_eq!(db.db_count("job_chunks").await, 0);
    assert!(!add(&mine, 1).await);
    let ordered = store.order_job(&world.tenant, whole, &world.connection, &details, times);
    assert_eq!(ordered.await.unwrap(), OrderJob::Gone);
}

async fn orders_of_the_same_are_one_job(db: &TestDb) {
    let world = db.world().await;
    let store = &world.store;
    let mine = lease("me", 1_000);
    let order = async |id: &str, file: &str, same_since| {
        store.add_job(&job(&world, id), Some(&mine)).await.unwrap();
        let details = object(json!({"file": file}));
        let id = JobId::from_text(id);
        let times = (at(2), at(same_since));
        let ordered = store.order_job(&world.tenant, (&id, 0), &world.connection, &details, times);
        match ordered.await.unwrap() {
            OrderJob::Ordered(job) => format!("{} new", job.id),
            OrderJob::Same(job) => format!("{} again", job.id),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(order("job_1", "a", 0).await, "job_1 new");
    assert_eq!(order("job_2", "a", 0).await, "job_1 again");
    assert_eq!(order("job_3", "b", 0).await, "job_3 new");
    // What the second one brought is gone.
    assert_eq!(db.db_count("jobs").await, 2);
    let job = store.take_turn(&mine, at(3)).await.unwrap().unwrap();
    assert_eq!(order("job_4", "a", 0).await, "job_1 again");
    let event = end_event(&world, 10);
    let ended = store.end_job(&job, &mine, JobStatus::Completed, None, &event);
    assert!(ended.await.unwrap());
    assert_eq!(order("job_5", "a", 10).await, "job_1 again");
    assert_eq!(order("job_6", "a", 11).await, "job_6 new");
    let both = tokio::join!(order("job_7", "c", 0), order("job_8", "c", 0));
    let mut both = [both.0, both.1];
    both.sort();
    assert!(
        both == ["job_7 again", "job_7 new"] || both == ["job_8 again", "job_8 new"],
        "{both:?}"
    );
}

async fn links_lead_to_their_tenants_job_for_a_while(db: &TestDb) {
    let world = db.world().await;
    let job = job(&world, "job_1");
    let token = world.store.seal_link(&job, at(100));
    let open = |tenant: &str, token: &str, now| {
        let tenant = trickle_model::TenantId::from_text(tenant);
        world.store.open_link(&tenant, token, at(now))
    };
    assert_eq!(open("tenant-1", &token, 99), Some(job.id.clone()));
    assert_eq!(open("tenant-1", &token, 100), None);
    assert_eq!(open("tenant-2", &token, 99), None);
    assert_eq!(open("tenant-1", &token[1..], 99), None);
    assert_eq!(open("tenant-1", "job_1", 99), None);
}

on_both!(
    jobs_take_turns_and_outlive_their_nodes,
    uploads_are_sealed_and_swept,
    orders_of_the_same_are_one_job,
    links_lead_to_their_tenants_job_for_a_while,
);
