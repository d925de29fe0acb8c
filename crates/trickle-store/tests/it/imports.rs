//! Jobs and the users they bring.

use std::time::Duration;

use serde_json::{Map, Value, json};
use trickle_model::{Event, EventCode, EventId, JobId, Profile, Secret, UserId};
use trickle_store::{
    DueTerms, ImportBatch, ImportChange, ImportId, ImportPassword, ImportRow, ImportedBatch, Job,
    JobCounts, JobError, JobKind, JobStatus, Lease, LoginBasis, NewChunk, OnBuried, OnExisting,
    OrderJob, Page, ReadyRow, RowRefusal, UserEdit, UserSearch,
};
use trickle_testkit::postgres::Postgres;

use trickle_testkit::wait_for_async;

use crate::db::{HASH, TestDb, World, at, object, on_both};

const LIMIT: Duration = Duration::from_secs(30);
const SECRET: &str = "a-hash-that-nobody-may-see";

fn job(world: &World, id: &str) -> Job {
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

fn end_event(world: &World, now: i64) -> Event {
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

fn lease(holder: &str, until: i64) -> Lease {
    Lease {
        holder: holder.into(),
        until: at(until),
    }
}

/// A job with so many parts of so many rows, whose turn is taken by the lease.
async fn taken(world: &World, id: &str, parts: u64, rows: u64, lease: &Lease) -> Job {
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
    let times = (at(1), at(1));
    let ordered = store.order_job(&world.tenant, &new.id, connection, &details, times);
    assert!(matches!(ordered.await.unwrap(), OrderJob::Ordered(_)));
    store.take_turn(lease, at(2)).await.unwrap().unwrap()
}

fn row(position: u64, id: Option<&str>, email: &str) -> ImportRow {
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

fn ready(world: &World, rows: impl IntoIterator<Item = ImportRow>) -> Vec<ReadyRow> {
    let ready = |row: ImportRow| row.ready(&world.tenant, OnExisting::Change);
    rows.into_iter().map(ready).collect()
}

/// Takes a part over, with all that becomes due.
async fn import(world: &World, batch: &ImportBatch<'_>) -> ImportedBatch {
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

fn batch<'a>(
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

fn describe(_: u64, refusal: RowRefusal) -> String {
    json!({"refusal": format!("{refusal:?}")}).to_string()
}

const fn done(inserted: u64, updated: u64, failed: u64) -> ImportedBatch {
    ImportedBatch::Done {
        inserted,
        updated,
        failed,
    }
}

async fn refusals(world: &World, job: &Job) -> Vec<(u64, String)> {
    let errors = world.store.job_errors(&world.tenant, &job.id, 0, 100).await;
    let refusal = |error: JobError| {
        let entry: Value = serde_json::from_str(&error.entry).unwrap();
        (
            error.position,
            entry["refusal"].as_str().unwrap().to_owned(),
        )
    };
    errors.unwrap().into_iter().map(refusal).collect()
}

async fn rows_come_once_and_their_part_goes_with_them(db: &TestDb) {
    let world = db.world().await;
    let (mine, others) = (lease("me", 1_000), lease("other", 1_000));
    let job = taken(&world, "job_1", 2, 300, &mine).await;
    let rows = (0..300).map(|n| row(n + 1, Some(&n.to_string()), &format!("u{n}@x.y")));
    let rows = ready(&world, rows);
    let store = &world.store;
    let foreign = batch(&world, &job, &others, 0, &rows);
    let imported = import(&world, &foreign).await;
    assert_eq!(imported, ImportedBatch::Lost);
    assert_eq!(db.db_count("users").await, 0);

    let own = batch(&world, &job, &mine, 0, &rows);
    let imported = import(&world, &own).await;
    assert_eq!(imported, done(300, 0, 0));
    // The part is gone, so that whoever comes late does nothing.
    let again = import(&world, &own).await;
    assert_eq!(again, ImportedBatch::Lost);
    assert_eq!(db.db_count("users").await, 300);
    assert_eq!(db.db_count("identities").await, 300);
    let made = store.user(&world.tenant, &UserId::from_raw("0")).await;
    let made = LoginBasis::of_new(&made.unwrap().unwrap());
    assert_eq!(world.basis("0").await, made);
    let next = store.next_chunk(&job, 0).await.unwrap().unwrap();
    assert_eq!(next.number, 1);
    assert_eq!(*next.clear, format!("{SECRET}-1").into_bytes());
    let counted = store.job(&world.tenant, &job.id).await.unwrap().unwrap();
    let expected = JobCounts {
        total: 600,
        inserted: 300,
        ..JobCounts::default()
    };
    assert_eq!((counted.counts, counted.counts.done()), (expected, 300));
}

async fn users_who_are_here_are_refused_one_by_one(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("ada@x.y"), Some("ada")).await;
    world.add("gone", Some("gone@x.y"), None).await;
    let store = &world.store;
    let gone = UserId::from_raw("gone");
    let buried = std::slice::from_ref(&gone);
    let removed = store.bury_user(&world.tenant, &gone, buried, at(2));
    assert!(removed.await.unwrap());
    let mine = lease("me", 1_000);
    let job = taken(&world, "job_1", 1, 7, &mine).await;
    let mut named = row(5, None, "new@x.y");
    named.profile.username = Some("ADA".into());
    let rows = [
        row(1, None, "ADA@x.y"),
        row(2, Some("1"), "other@x.y"),
        row(3, Some("gone"), "gone@x.y"),
        row(4, Some("4"), "bob@x.y"),
        named,
        row(6, None, "bob@x.y"),
        row(7, Some("4"), "bob2@x.y"),
    ];
    let rows = ready(&world, rows);
    let unsound = [JobError {
        position: 8,
        entry: json!({"refusal": "Unsound"}).to_string(),
    }];
    let batch = ImportBatch {
        on_buried: OnBuried::Refuse,
        unsound: &unsound,
        ..batch(&world, &job, &mine, 0, &rows)
    };
    let imported = import(&world, &batch).await;
    assert_eq!(imported, done(1, 0, 7));
    let expected = [
        (1, "Duplicated"),
        (2, "Duplicated"),
        (3, "Buried"),
        (5, "ConflictUsername"),
        (6, "Duplicated"),
        (7, "Duplicated"),
        (8, "Unsound"),
    ];
    let expected = expected.map(|(position, refusal)| (position, refusal.to_owned()));
    assert_eq!(refusals(&world, &job).await, expected);
}

async fn a_number_is_taken_once_where_people_log_in_by_it(db: &TestDb) {
    let world = db.world().await;
    let mine = lease("me", 1_000);
    let numbers = ["+49 30", "+4930", "+31"];
    let rows = |offset: usize| {
        let row = |(at, number): (usize, &str)| {
            let email = format!("u{}@x.y", offset + at);
            let mut row = row(at as u64 + 1, None, &email);
            row.profile.attributes = object(json!({"phone_number": number}));
            row
        };
        ready(&world, numbers.into_iter().enumerate().map(row))
    };
    let before = taken(&world, "job_1", 1, 3, &mine).await;
    let rows_before = rows(0);
    let shared = batch(&world, &before, &mine, 0, &rows_before);
    assert_eq!(import(&world, &shared).await, done(3, 0, 0));

    crate::phones::say(&world, true).await;
    let job = taken(&world, "job_2", 1, 5, &mine).await;
    let mut rows = rows(10);
    let mut named = row(4, None, "u9@x.y");
    named.profile.attributes = object(json!({"phone_number": "+32"}));
    let mut unnamed = row(5, None, "nobody");
    unnamed.profile.email = None;
    unnamed.profile.attributes = named.profile.attributes.clone();
    rows.extend(ready(&world, [named, unnamed]));
    let unique = ImportBatch {
        on_existing: OnExisting::Change,
        ..batch(&world, &job, &mine, 0, &rows)
    };
    assert_eq!(import(&world, &unique).await, done(1, 1, 3));
    let expected = [1, 2, 3].map(|at| (at, "ConflictPhoneNumber".to_owned()));
    assert_eq!(refusals(&world, &job).await, expected);
    let found = world.find("+32").await.unwrap();
    assert_eq!(found.user.email.as_deref(), Some("u9@x.y"));
}

/// Others hold them so; who has the first one then takes the second.
#[tokio::test(flavor = "multi_thread")]
async fn users_to_change_are_held_in_the_order_of_their_ids() {
    let db = TestDb::postgres();
    let world = db.world().await;
    world.add("b", Some("b@x.y"), None).await;
    world.add("a", Some("c@x.y"), None).await;
    let mine = lease("me", 1_000);
    let job = taken(&world, "job_1", 1, 2, &mine).await;
    let rows = ready(&world, [row(1, None, "b@x.y"), row(2, None, "c@x.y")]);
    let batch = ImportBatch {
        on_existing: OnExisting::Change,
        ..batch(&world, &job, &mine, 0, &rows)
    };
    let touch = |id: &str| format!("UPDATE users SET updated_at = updated_at WHERE id = '{id}'");
    let mut another = db.another().await;
    another.execute(&touch("auth0|a")).await;
    let touching = async {
        wait_for_async(LIMIT, async || another.is_waited_for().await).await;
        another.execute(&touch("auth0|b")).await;
        another.commit().await;
    };
    let (imported, ()) = tokio::join!(import(&world, &batch), touching);
    assert_eq!(imported, done(0, 2, 0));
}

async fn upserts_change_what_they_may(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("ada@x.y"), None).await;
    let store = &world.store;
    let mine = lease("me", 1_000);
    let job = taken(&world, "job_1", 1, 7, &mine).await;
    let change = |name: &str| ImportChange {
        email_verified: Some(true),
        attributes: object(json!({"name": name})),
        user_metadata: Some(object(json!({"only": "this"}))),
        app_metadata: None,
    };
    let with = |row: ImportRow, password, name: &str| ImportRow {
        password: Some(password),
        change: change(name),
        ..row
    };
    let hash = |text: &str| Secret::new(text);
    let rows = [
        // She has a password of her own.
        with(
            row(1, Some("1"), "ada@x.y"),
            ImportPassword::Replacing(hash("new")),
            "Ada",
        ),
        row(2, Some("2"), "ada@x.y"),
        row(3, Some("1"), "elsewhere@x.y"),
        ImportRow {
            is_whole: false,
            ..row(7, None, "eve@x.y")
        },
        // Comes and is changed in one part.
        with(
            row(4, None, "bob@x.y"),
            ImportPassword::Replacing(hash("first")),
            "Bob",
        ),
        with(
            row(5, None, "bob@x.y"),
            ImportPassword::Replacing(hash("second")),
            "Robert",
        ),
        with(
            row(6, None, "bob@x.y"),
            ImportPassword::First(hash("third")),
            "Rob",
        ),
    ];
    let rows = ready(&world, rows);
    let batch = ImportBatch {
        on_existing: OnExisting::Change,
        ..batch(&world, &job, &mine, 0, &rows)
    };
    let imported = import(&world, &batch).await;
    assert_eq!(imported, done(1, 3, 3));
    let expected = [(2, "ConflictEmail"), (3, "ConflictId"), (7, "NoUsername")];
    let expected = expected.map(|(position, refusal)| (position, refusal.to_owned()));
    assert_eq!(refusals(&world, &job).await, expected);

    let find = async |email: &str| {
        let found = store.find_by_identifier(&world.connection, email).await;
        found.unwrap().unwrap()
    };
    let ada = find("ada@x.y").await;
    assert_eq!(ada.password.unwrap().expose(), HASH);
    assert_eq!(ada.user.attributes["name"], "Ada");
    assert!(ada.user.email_verified);
    assert_eq!(
        Value::Object(ada.user.user_metadata),
        json!({"only": "this"})
    );
    let bob = find("bob@x.y").await;
    assert_eq!(bob.password.unwrap().expose(), "second");
    assert_eq!(bob.user.attributes["name"], "Rob");
    let made_up = async |id| store.has_made_up_id(&world.tenant, id).await.unwrap();
    assert!(made_up(&bob.user.id).await && !made_up(&ada.user.id).await);
    let days = store.ledger_days(&world.connection).await.unwrap();
    assert_eq!((days.len(), days[0].attempts), (1, 1));
    assert_eq!(days[0].outcome, trickle_store::IMPORTED);
}

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
    let end = async |lease: &Lease| {
        let ended = store.end_job(&first, lease, JobStatus::Completed, None, &event);
        ended.await.unwrap()
    };
    assert!(!end(&lease("dead", 100)).await);
    assert!(end(&other).await);
    assert!(!end(&other).await);
    assert_eq!(store.next_chunk(&first, 0).await.unwrap().map(|_| ()), None);
    let ended = store.job(&world.tenant, &first.id).await.unwrap().unwrap();
    assert_eq!(ended.status, JobStatus::Completed);

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
        let ordered = store.order_job(&world.tenant, &id, &world.connection, &details, times);
        match ordered.await.unwrap() {
            OrderJob::Ordered(job) => format!("{} new", job.id),
            OrderJob::Same(job) => format!("{} again", job.id),
            OrderJob::Gone => "gone".to_owned(),
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

async fn texts_of_any_kind_come_whole(db: &TestDb) {
    let world = db.world().await;
    let store = &world.store;
    let mine = lease("me", 1_000);
    let job = taken(&world, "job_1", 1, 3, &mine).await;
    let odd = ["NULL", "{\"a\",b}\\", " \"\\\"' \u{0}\u{1F600}\n", ""];
    let rows = odd.iter().zip(1..).map(|(text, n)| {
        let mut row = row(n, Some(&format!("{n}{text}")), &format!("{n}@x.y"));
        row.profile.user_metadata = object(json!({"text": text}));
        row.password = Some(ImportPassword::First(Secret::new(text.replace('\0', ""))));
        row
    });
    let rows = ready(&world, rows);
    let imported = import(&world, &batch(&world, &job, &mine, 0, &rows)).await;
    assert_eq!(imported, done(4, 0, 0));
    for (text, n) in odd.iter().zip(1..) {
        let email = format!("{n}@x.y");
        let found = store.find_by_identifier(&world.connection, &email);
        let found = found.await.unwrap().unwrap();
        let clean = text.replace('\0', "\u{fffd}");
        assert_eq!(found.user.id.raw(), format!("{n}{clean}"));
        assert_eq!(found.user.user_metadata["text"], *text);
        let hash = found.password.unwrap();
        assert_eq!(hash.expose(), text.replace('\0', ""));
    }
}

async fn what_became_of_users_counts_and_not_what_the_file_said(db: &TestDb) {
    let world = db.world().await;
    let store = &world.store;
    let mine = lease("me", 1_000);
    let job = taken(&world, "job_1", 1, 3, &mine).await;
    let rows = (1..=3).map(|n| {
        let mut row = row(n, Some(&n.to_string()), &format!("u{n}@x.y"));
        row.profile.app_metadata = object(json!({"plan": "gold"}));
        row
    });
    let rows = ready(&world, rows);
    let mut due = DueTerms::default();
    let batch = batch(&world, &job, &mine, 0, &rows);
    let imported = store.import_users(&batch, &describe, &mut due).await;
    assert_eq!(imported.unwrap(), done(3, 0, 0));
    // Before the index is written, one is changed and one goes.
    let edit = UserEdit {
        app_metadata: Some(Some(object(json!({"plan": "free"})))),
        ..UserEdit::default()
    };
    let id = UserId::from_raw("1");
    store
        .edit_user(&world.tenant, &id, &edit, at(3))
        .await
        .unwrap();
    let id = UserId::from_raw("2");
    assert!(store.remove_user(&world.tenant, &id).await.unwrap());
    store.write_due_terms(&mut due).await.unwrap();
    assert_eq!(found(&world, "app_metadata.plan:gold").await, "3");
    assert_eq!(found(&world, "app_metadata.plan:free").await, "1");
    assert_eq!(db.db_count("user_terms").await, 2);
    assert_eq!(db.db_count("due_terms").await, 0);
}

async fn terms_that_a_crash_lost_are_made_of_the_users(db: &TestDb) {
    let mut world = db.world().await;
    let mine = lease("me", 1_000);
    let job = taken(&world, "job_1", 1, 1, &mine).await;
    let mut gold = row(1, Some("1"), "u1@x.y");
    gold.profile.app_metadata = object(json!({"plan": "gold"}));
    let rows = ready(&world, [gold]);
    let batch = batch(&world, &job, &mine, 0, &rows);
    let mut lost = DueTerms::default();
    let imported = world.store.import_users(&batch, &describe, &mut lost).await;
    assert_eq!(imported.unwrap(), done(1, 0, 0));
    drop(lost);
    world.store.close().await;
    world.store = db.open().await;
    assert_eq!(found(&world, "app_metadata.plan:gold").await, "1");
    assert_eq!(db.db_count("due_terms").await, 0);
}

/// The ids of those whom a search finds.
async fn found(world: &World, q: &str) -> String {
    let search = UserSearch {
        query: q.parse().unwrap(),
        connection: None,
        sort: None,
    };
    let page = Page {
        offset: 0,
        limit: 10,
    };
    let found = world.store.search_users(&world.tenant, &search, page).await;
    let found = found.unwrap().items;
    let ids: Vec<&str> = found.iter().map(|found| found.user.id.raw()).collect();
    ids.join(" ")
}

/// PostgreSQL does not wait for its disk with each part.
#[tokio::test(flavor = "multi_thread")]
async fn parts_that_a_crash_of_the_server_took_back_come_again() {
    let server = Postgres::start_with(&[("wal_writer_delay", "10s")]);
    let db = TestDb::on(&server);
    let world = db.world().await;
    let (store, mine) = (&world.store, lease("me", 1_000));
    let job = taken(&world, "job_1", 3, 1, &mine).await;
    let take_over = async |number| {
        let rows = [row(number, None, &format!("{number}@example.com"))];
        let rows = ready(&world, rows);
        let batch = batch(&world, &job, &mine, number, &rows);
        assert_eq!(import(&world, &batch).await, done(1, 0, 0));
    };
    take_over(0).await;
    take_over(1).await;
    server.crash();
    while store.ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut from = 0;
    while let Some(part) = store.next_chunk(&job, from).await.unwrap() {
        take_over(part.number).await;
        from = part.number + 1;
    }
    assert_eq!(from, 3);
    assert_eq!(db.db_count("users").await, 3);
    assert_eq!(db.db_count("job_chunks").await, 0);
    let job = store.job(&world.tenant, &job.id).await.unwrap().unwrap();
    assert_eq!(job.counts.inserted, 3);
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
    orders_of_the_same_are_one_job,
    rows_come_once_and_their_part_goes_with_them,
    texts_of_any_kind_come_whole,
    users_who_are_here_are_refused_one_by_one,
    a_number_is_taken_once_where_people_log_in_by_it,
    what_became_of_users_counts_and_not_what_the_file_said,
    terms_that_a_crash_lost_are_made_of_the_users,
    upserts_change_what_they_may,
    jobs_take_turns_and_outlive_their_nodes,
    uploads_are_sealed_and_swept,
    links_lead_to_their_tenants_job_for_a_while,
);
