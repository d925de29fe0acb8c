//! Users that imports bring.

use std::time::Duration;

use serde_json::{Value, json};
use trickle_model::{Secret, UserId};
use trickle_store::{
    DueTerms, ImportBatch, ImportChange, ImportPassword, ImportRow, ImportedBatch, Job, JobCounts,
    JobError, LoginBasis, OnBuried, OnExisting, Page, UserEdit, UserSearch,
};
use trickle_testkit::postgres::Postgres;
use trickle_testkit::wait_for_async;

use crate::db::{HASH, TestDb, World, at, object, on_both};
use crate::importing::{SECRET, batch, describe, done, import, lease, ready, row, taken};

const LIMIT: Duration = Duration::from_secs(30);

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
    wait_for_async(LIMIT, async || store.ping().await.is_ok()).await;
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

on_both!(
    rows_come_once_and_their_part_goes_with_them,
    users_who_are_here_are_refused_one_by_one,
    a_number_is_taken_once_where_people_log_in_by_it,
    upserts_change_what_they_may,
    texts_of_any_kind_come_whole,
    what_became_of_users_counts_and_not_what_the_file_said,
    terms_that_a_crash_lost_are_made_of_the_users,
);
