//! Links in mails.

use std::time::Duration;

use serde_json::json;
use trickle_store::{StoreError, Ticket, TicketPurpose};
use trickle_testkit::wait_for_async;

use crate::db::{TestDb, World, at, object, on_both};

const LIMIT: Duration = Duration::from_secs(30);
const PURPOSE: TicketPurpose = TicketPurpose::PasswordChange;

on_both![the_newest_of_its_kind_works, a_newer_one_keeps_it_away];

fn ticket(world: &World, id: &str) -> Ticket {
    Ticket {
        id: id.to_owned(),
        tenant: world.tenant.clone(),
        connection: world.connection.clone(),
        purpose: PURPOSE,
        subject: "auth0|1".to_owned(),
        details: object(json!({"user": "auth0|1"})),
        created_at: at(1),
        expires_at: at(10),
    }
}

/// Which of the two tickets of a test work.
async fn working(world: &World) -> Vec<&'static str> {
    let mut working = Vec::new();
    for id in ["first", "second"] {
        let found = world.store.ticket(&world.tenant, id, PURPOSE, at(2)).await;
        working.extend(found.unwrap().map(|_| id));
    }
    working
}

async fn the_newest_of_its_kind_works(db: &TestDb) {
    let world = db.world().await;
    for id in ["first", "second"] {
        world.store.add_ticket(&ticket(&world, id)).await.unwrap();
        assert_eq!(working(&world).await, [id]);
    }
}

async fn a_newer_one_keeps_it_away(db: &TestDb) {
    let world = db.world().await;
    let (store, first) = (&world.store, ticket(&world, "first"));
    store.add_ticket(&first).await.unwrap();
    assert!(store.take_ticket(&world.tenant, "first").await.unwrap());
    store.put_ticket_back(&first).await.unwrap();
    assert_eq!(working(&world).await, ["first"]);
    assert!(store.take_ticket(&world.tenant, "first").await.unwrap());
    store.add_ticket(&ticket(&world, "second")).await.unwrap();
    store.put_ticket_back(&first).await.unwrap();
    assert_eq!(working(&world).await, ["second"]);
}

/// Adds the first ticket, and does something else while that is on its way.
async fn at_once(db: &TestDb, world: &World, then: impl Future<Output = Result<(), StoreError>>) {
    // Whoever adds a ticket waits for the connection that it refers to.
    let mut change = db.another().await;
    let hold = "SELECT id FROM connections FOR UPDATE";
    change.execute(hold).await;
    let (store, first) = (world.store.clone(), ticket(world, "first"));
    let first = tokio::spawn(async move { store.add_ticket(&first).await });
    wait_for_async(LIMIT, async || change.waiters().await == 1).await;
    let changing = async {
        wait_for_async(LIMIT, async || change.waiters().await == 2).await;
        change.commit().await;
    };
    let (then, ()) = tokio::join!(then, changing);
    then.unwrap();
    first.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_are_made_at_once_the_later_one_works() {
    let db = TestDb::postgres();
    let world = db.world().await;
    let second = ticket(&world, "second");
    at_once(&db, &world, world.store.add_ticket(&second)).await;
    assert_eq!(working(&world).await, ["second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_made_while_another_is_put_back_works() {
    let db = TestDb::postgres();
    let world = db.world().await;
    let second = ticket(&world, "second");
    at_once(&db, &world, world.store.put_ticket_back(&second)).await;
    assert_eq!(working(&world).await, ["first"]);
}
