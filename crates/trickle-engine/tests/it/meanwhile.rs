//! Users who are changed while a script runs for their login.

use std::sync::Arc;

use serde_json::{Value, json};
use trickle_engine::LoginOutcome;
use trickle_model::{Clock as _, Connection, Profile, SystemClock, UserId};
use trickle_store::{RefreshProfile, UserEdit};
use trickle_testkit::wait_for_async;

use crate::fixture::{Fixture, LIMIT, PASSWORD, hashed, request};

const ADA: &str = "ada@example.com";

/// What a login by the legacy store's word does with a user who is here.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Makes the user native.
    Adopt,
    /// Takes a newer password over.
    Drift,
    /// Leaves the legacy store in charge.
    Proxy,
    /// Nothing.
    DryRun,
}

const MODES: [Mode; 4] = [Mode::Adopt, Mode::Drift, Mode::Proxy, Mode::DryRun];

struct World {
    fixture: Fixture,
    connection: Arc<Connection>,
    ada: UserId,
    /// Of another connection.
    grace: UserId,
}

impl World {
    async fn new(mode: Mode) -> Self {
        let fixture = Fixture::new().await;
        let mut trickle = json!({"failures_at_once": true});
        match mode {
            Mode::Drift => trickle["drift_days"] = json!(7),
            Mode::DryRun => trickle["rehearsal"] = json!({"dry_run": true}),
            Mode::Adopt | Mode::Proxy => {}
        }
        let is_on = !matches!(mode, Mode::Proxy);
        let connection = fixture
            .connection(json!({
                "enabledDatabaseCustomization": true, "import_mode": is_on, "trickle": trickle,
            }))
            .await;
        let neighbour = fixture.import_on().await;
        let older = matches!(mode, Mode::Drift).then_some("an older password");
        let ada = fixture.db_user(&connection, profile("1", ADA), older).await;
        let grace = profile("9", "grace@example.com");
        let grace = fixture.db_user(&neighbour, grace, None).await;
        fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
        Self {
            fixture,
            connection,
            ada,
            grace,
        }
    }

    async fn block(&self, user: &UserId) {
        let edit = UserEdit {
            blocked: Some(true),
            ..UserEdit::default()
        };
        let (store, tenant) = (&self.fixture.store, &self.fixture.tenant);
        let edited = store.edit_user(tenant, user, &edit, SystemClock.now());
        assert!(matches!(
            edited.await.unwrap(),
            RefreshProfile::Refreshed(_)
        ));
    }

    async fn link(&self) {
        self.fixture.db_link(&self.grace, &self.ada).await;
    }

    /// Ada's login, and what is done while its script runs.
    async fn login_during(&self, change: impl Future<Output = ()>) -> LoginOutcome {
        let fake = &self.fixture.fake;
        fake.shut();
        let engine = self.fixture.engine.clone();
        let request = request(&self.connection, ADA, PASSWORD);
        let login = tokio::spawn(async move { engine.login(request).await.unwrap() });
        wait_for_async(LIMIT, async || fake.runs() == 1).await;
        change.await;
        fake.open();
        login.await.unwrap()
    }
}

fn profile(id: &str, email: &str) -> Profile {
    Profile {
        id: id.to_owned(),
        email: Some(email.to_owned()),
        ..Profile::default()
    }
}

/// As whom, or the name of the failure.
fn got(outcome: &LoginOutcome) -> Value {
    match outcome {
        LoginOutcome::Authenticated { user, .. } => json!({"as": user.id.as_str()}),
        failed => failed.name().into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_counts_that_came_while_the_script_ran() {
    for mode in MODES {
        let world = World::new(mode).await;
        let outcome = world.login_during(world.block(&world.ada)).await;
        assert_eq!(got(&outcome), "blocked", "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_counts_that_came_while_the_script_ran() {
    for mode in MODES {
        let world = World::new(mode).await;
        let outcome = world.login_during(world.link()).await;
        assert_eq!(got(&outcome), json!({"as": "auth0|9"}), "{mode:?}");

        let world = World::new(mode).await;
        world.block(&world.grace).await;
        let outcome = world.login_during(world.link()).await;
        assert_eq!(got(&outcome), "blocked", "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_came_while_the_script_ran_decides_for_the_user_as_it_is() {
    for mode in [Mode::Adopt, Mode::DryRun] {
        let set = async |world: &World, password: &str| {
            let (store, tenant) = (&world.fixture.store, &world.fixture.tenant);
            let hash = hashed(password);
            let set = store.set_password(tenant, &world.ada, &hash, 0, SystemClock.now());
            assert!(set.await.unwrap());
        };
        let world = World::new(mode).await;
        let outcome = world.login_during(set(&world, "chosen here")).await;
        assert_eq!(got(&outcome), "wrong_credentials", "{mode:?}");

        let world = World::new(mode).await;
        let outcome = world
            .login_during(async {
                set(&world, PASSWORD).await;
                world.block(&world.ada).await;
            })
            .await;
        assert_eq!(got(&outcome), "blocked", "{mode:?}");

        let world = World::new(mode).await;
        let outcome = world
            .login_during(async {
                set(&world, PASSWORD).await;
                world.link().await;
            })
            .await;
        assert_eq!(got(&outcome), json!({"as": "auth0|9"}), "{mode:?}");
    }
}
