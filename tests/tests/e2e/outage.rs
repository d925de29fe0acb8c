//! The legacy store is out of reach, in every way that networks know.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use trickle_testkit::{http::LegacyService, wait_for_async};

use crate::harness::{Install, LIMIT, LOGIN, Manager, Proxy, Site, Weather, connection, user};

/// So many runs that find the store down open the breaker (`docs/reference/limits.md`).
const OPENS_AFTER: usize = 5;
/// Within this time.
const WINDOW: Duration = Duration::from_secs(30);

/// What the tenant's log says of it.
const OPENED: &str = "The legacy store is down; it is not asked for";
const CLOSED: &str = "The legacy store answers again";

/// All that an outage must not change.
async fn accounts(manager: &Manager) -> Vec<Value> {
    let users = manager.users().await;
    let kept = |mut user: Value| {
        for counted in ["last_login", "last_ip", "logins_count", "updated_at"] {
            user.as_object_mut().unwrap().remove(counted);
        }
        user
    };
    users.into_iter().map(kept).collect()
}

async fn descriptions(manager: &Manager) -> Vec<String> {
    let logs = manager.get("/logs?per_page=100").await.with_status(200);
    let logs = logs.as_array().unwrap().iter();
    logs.filter_map(|entry| entry["description"].as_str().map(str::to_owned))
        .collect()
}

/// Whether the breaker opens when so many find the store down within its window. All guess at once: it is not the machine's pace
/// that is looked at. Who is too slow all the same has another try.
async fn opens(site: &Site, manager: &Manager) -> bool {
    for _ in 0..3 {
        let began = Instant::now();
        let guesses = (0..OPENS_AFTER).map(|number| {
            let site = site.clone();
            tokio::spawn(async move {
                let email = format!("stranger{number}@example.com");
                site.login("customers", &email, "guess").await
            })
        });
        for guess in guesses.collect::<Vec<_>>() {
            let answer = guess.await.unwrap();
            assert!(matches!(answer.status, 500 | 503), "{}", answer.text);
        }
        let said = descriptions(manager).await;
        let mut since = said.iter().take_while(|one| !one.contains(CLOSED));
        if since.any(|one| one.contains(OPENED)) {
            return true;
        }
        if began.elapsed() < WINDOW {
            return false;
        }
    }
    panic!("this machine makes {OPENS_AFTER} guesses in no less than {WINDOW:?}");
}

/// A login that needs the store, in fair weather. A machine that stands still makes it look down for a while.
async fn moves(site: &Site, name: &str) {
    let (email, password) = (format!("{name}@example.com"), format!("{name}'s password"));
    wait_for_async(LIMIT, async || {
        let answer = site.login("customers", &email, &password).await;
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text);
        answer.status == 200
    })
    .await;
}

/// Whether Bob is refused without the store being asked. Now and then the breaker lets one ask: who came just then has another try.
async fn asks_nobody(site: &Site, proxy: &Proxy) -> bool {
    for _ in 0..3 {
        let taken = proxy.taken();
        let answer = site
            .login("customers", "bob@example.com", "bob's password")
            .await;
        assert_eq!(answer.status, 503, "{}", answer.text);
        if proxy.taken() == taken {
            return true;
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn outages_of_every_kind_hurt_nobody_who_is_native_and_change_no_account() {
    let service = LegacyService::with_users(vec![user("1", "alice"), user("2", "bob")]);
    let mut proxy = Proxy::start(service.addr()).await;
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let login = LOGIN.replace("timeout: 10000", "timeout: 3000");
    assert_ne!(login, LOGIN);
    let mut customers = connection(
        "customers",
        &login,
        &login,
        &json!({"baseUrl": proxy.url()}),
    );
    customers["options"]["trickle"] = json!({"failures_at_once": true});
    manager.add_connection(customers).await;
    let alice = async || {
        let answer = site.login("customers", "alice@example.com", "alice's password");
        answer.await.status
    };
    moves(&site, "alice").await;
    let before = accounts(&manager).await;
    let asked = service.hits("/profile");

    for weather in [
        Weather::Refuses,
        Weather::Drops,
        Weather::Stalls,
        Weather::HalfCloses,
        Weather::Corrupts,
    ] {
        proxy.turn(weather).await;
        let opened = opens(&site, &manager).await;
        // Who speaks nonsense is there: it is the script that cannot go on.
        assert!(opened || weather == Weather::Corrupts, "{weather:?}");
        assert!(!opened || asks_nobody(&site, &proxy).await, "{weather:?}");
        assert_eq!(alice().await, 200, "{weather:?}");
        assert_eq!(accounts(&manager).await, before, "{weather:?}");

        proxy.turn(Weather::Fair).await;
        // A wrong password is one only when the legacy store says so.
        let tries = AtomicUsize::new(0);
        wait_for_async(LIMIT, async || {
            tokio::time::sleep(Duration::from_millis(200)).await;
            // Another one each time: a refusal is remembered for a moment.
            let password = format!("{weather:?} {}", tries.fetch_add(1, Ordering::Relaxed));
            let answer = site
                .login("customers", "nobody@example.com", &password)
                .await;
            assert!(matches!(answer.status, 403 | 503), "{}", answer.text);
            answer.status == 403
        })
        .await;
        // It has closed by itself, since it opened last.
        let said = descriptions(&manager).await;
        let mut since = said.iter().take_while(|one| !one.contains(OPENED));
        assert!(
            since.any(|one| one.contains(CLOSED)) || !opened,
            "{weather:?}"
        );
    }
    // Alice never needed it, and none of the many failures counted against Bob.
    assert!(service.hits("/profile") > asked);
    moves(&site, "bob").await;
    assert_eq!(manager.users().await.len(), 2);
}
