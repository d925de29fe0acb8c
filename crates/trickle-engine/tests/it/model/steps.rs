//! The steps, with what must come of each.

use std::{sync::Arc, time::Duration};

use serde_json::Map;
use trickle_engine::{
    Caller, DeleteUserOutcome, Engine, ForgotPassword, LinkHost, LoginOutcome, LoginRequest,
    PasswordOutcome,
};
use trickle_model::{Connection, ImportMode, Secret, TenantId, User, UserId};
use trickle_store::{FailureKey, Stage, StoredUser};

use super::{
    holds::opens,
    legacy::email,
    plan::Guess,
    subject::{Life, MOST_FAILURES, Subject},
};

const IP: &str = "192.0.2.7";

/// What the stores say of a person before a step.
struct Before {
    connection: Arc<Connection>,
    stored: Option<StoredUser>,
    failures: u64,
}

fn caller() -> Caller {
    Caller {
        ip: Some(IP.to_owned()),
        ..Caller::default()
    }
}

fn request(connection: &Arc<Connection>, who: usize, password: &str) -> LoginRequest {
    LoginRequest {
        connection: Arc::clone(connection),
        identifier: email(who),
        password: Secret::new(password),
        caller: caller(),
        context: Map::new(),
    }
}

impl Life {
    async fn settled(&self) {
        for node in &self.nodes {
            node.settled().await;
        }
    }
}

impl Subject {
    fn typed(&self, who: usize, guess: Guess) -> String {
        let legacy = self.legacy.data().passwords[who].clone();
        self.people[who].typed(guess, &legacy)
    }

    /// Whether the legacy store would take the password.
    fn is_legacy(&self, who: usize, password: &str) -> bool {
        let data = self.legacy.data();
        !data.gone[who] && data.passwords[who] == password
    }

    fn before(&self, who: usize) -> Before {
        self.life.runtime.block_on(async {
            self.life.settled().await;
            let key = FailureKey {
                connection: self.connection.clone(),
                identifier: email(who),
                ip: IP.to_owned(),
            };
            let (store, address) = (&self.life.store, email(who));
            let door = store.front_door(&self.tenant, &key, Stage::Login);
            let found = store.find_by_identifier(&self.connection, &address);
            Before {
                connection: self.connection().await,
                failures: door
                    .await
                    .unwrap()
                    .from_address
                    .map_or(0, |some| some.count),
                stored: found.await.unwrap(),
            }
        })
    }

    /// A password that the store will take may be in the account from now on.
    fn may_be_proven(&mut self, who: usize, password: &str) {
        if self.mode != ImportMode::Native && self.is_legacy(who, password) {
            self.people[who].proven.insert(password.to_owned());
        }
    }

    pub(super) fn login(&mut self, who: usize, guess: Guess) {
        let password = self.typed(who, guess);
        let before = self.before(who);
        // The count in the store is the one that was kept here: none was lost, none was made up.
        assert_eq!(before.failures, self.people[who].failures);
        self.may_be_proven(who, &password);
        let runs = self.legacy.logins();
        let node = &self.life.nodes[self.fresh as usize % self.life.nodes.len()];
        let login = node.login(request(&before.connection, who, &password));
        let outcome = self.life.runtime.block_on(login).unwrap();
        let asked = self.legacy.logins() - runs;
        let expected = self.expected(who, &password, &before);
        let name = outcome.name();
        assert!(
            expected.contains(&name),
            "{name} instead of {expected:?} for {password:?} in {:?}",
            self.mode
        );
        match outcome {
            LoginOutcome::TooManyAttempts => assert_eq!(asked, 0),
            LoginOutcome::WrongCredentials => self.people[who].failures += 1,
            LoginOutcome::Authenticated { .. } => {
                self.people[who].failures = 0;
                let holds = &mut self.people[who].holds;
                // The legacy store is in charge: what it took last counts.
                if self.mode == ImportMode::Off && holds.as_ref() != Some(&password) {
                    *holds = None;
                }
            }
            _ => {}
        }
    }

    /// The names of outcomes that there may be.
    fn expected(&self, who: usize, password: &str, before: &Before) -> &'static [&'static str] {
        if before.failures >= MOST_FAILURES {
            return &["too_many_attempts"];
        }
        let stored = before.stored.as_ref();
        let native = stored.and_then(|stored| stored.password.as_ref());
        match (self.mode, native) {
            (ImportMode::Native | ImportMode::On, Some(hash)) if opens(hash, password) => {
                return &["authenticated"];
            }
            (ImportMode::On, Some(_)) if self.may_have_drifted(stored) => {}
            (ImportMode::Native, _) | (ImportMode::On, Some(_)) => return &["wrong_credentials"],
            (ImportMode::On, None) | (ImportMode::Off, _) => {}
        }
        let is_right = self.is_legacy(who, password);
        match (self.legacy.data().is_down, is_right) {
            (true, true) => &["legacy_store_down"],
            // What was refused just now is remembered, and nobody is asked.
            (true, false) => &["legacy_store_down", "wrong_credentials"],
            (false, true) if self.people[who].is_buried => &["blocked"],
            (false, true) => &["authenticated"],
            (false, false) => &["wrong_credentials"],
        }
    }

    /// Whoever has chosen a password here is not asked for any more.
    fn may_have_drifted(&self, stored: Option<&StoredUser>) -> bool {
        let chosen = stored.and_then(|stored| stored.user.last_password_reset);
        self.drift_days > 0 && chosen.is_none()
    }

    pub(super) fn crowd(&mut self, who: usize, guesses: &[Guess]) {
        let before = self.before(who);
        let typed: Vec<String> = guesses
            .iter()
            .map(|guess| self.typed(who, *guess))
            .collect();
        for password in &typed {
            self.may_be_proven(who, password);
        }
        let runs = self.legacy.logins();
        let nodes: Vec<Engine> = self.life.nodes.clone();
        let outcomes = self.life.runtime.block_on(async {
            let logins: Vec<_> = typed
                .iter()
                .enumerate()
                .map(|(at, password)| {
                    let node = nodes[at % nodes.len()].clone();
                    let request = request(&before.connection, who, password);
                    tokio::spawn(async move { node.login(request).await.unwrap() })
                })
                .collect();
            let mut outcomes = Vec::new();
            for login in logins {
                outcomes.push(login.await.unwrap());
            }
            outcomes
        });
        if before.failures >= MOST_FAILURES {
            assert!(
                outcomes
                    .iter()
                    .all(|one| matches!(one, LoginOutcome::TooManyAttempts))
            );
            assert_eq!(self.legacy.logins(), runs);
        }
        for (password, outcome) in typed.iter().zip(&outcomes) {
            if let LoginOutcome::Authenticated { user, .. } = outcome {
                assert_eq!(user.email, Some(email(who)));
                assert!(self.people[who].proven.contains(password), "{password:?}");
                if self.mode == ImportMode::Off && self.people[who].holds.as_ref() != Some(password)
                {
                    self.people[who].holds = None;
                }
            }
        }
        self.people[who].failures = self.before(who).failures;
    }

    pub(super) fn crash(&mut self, who: usize, guess: Guess, after_micros: u64) {
        let password = self.typed(who, guess);
        let before = self.before(who);
        self.may_be_proven(who, &password);
        if self.mode == ImportMode::Off && self.is_legacy(who, &password) {
            self.people[who].holds = None;
        }
        let node = self.life.nodes[0].clone();
        let request = request(&before.connection, who, &password);
        self.life
            .runtime
            .spawn(async move { node.login(request).await.map(drop) });
        std::thread::sleep(Duration::from_micros(after_micros));
        self.die();
        self.look_again();
    }

    /// A crash loses the last counts, and nothing else.
    fn look_again(&mut self) {
        for who in 0..self.people.len() {
            let failures = self.before(who).failures;
            assert!(failures <= self.people[who].failures + 1);
            self.people[who].failures = failures;
        }
    }

    pub(super) fn change_in_legacy_store(&mut self, who: usize) {
        let fresh = self.fresh();
        let old = std::mem::replace(&mut self.legacy.data().passwords[who], fresh);
        self.people[who].old.push(old);
        let stored = self.before(who).stored;
        if stored.is_none_or(|stored| stored.password.is_none()) {
            // What was chosen was chosen there, and has been replaced there.
            self.people[who].holds = None;
        }
    }

    /// Asks for a link, and gives the token of the mail, if there was one.
    fn link(&mut self, who: usize) -> Option<String> {
        let before = self.before(who);
        *self.life.mails.0.lock().unwrap() = None;
        let node = &self.life.nodes[0];
        let order = ForgotPassword {
            connection: before.connection,
            tenant: "acme".to_owned(),
            email: email(who),
            host: LinkHost::Known("login.example".to_owned()),
            caller: caller(),
        };
        self.life.runtime.block_on(async {
            node.forgot_password(order);
            node.drain().await;
        });
        let mail = self.life.mails.0.lock().unwrap().take()?;
        let (_, rest) = mail.split_once("ticket=").unwrap();
        let token = rest.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
        token.map(str::to_owned).next()
    }

    pub(super) fn reset(&mut self, who: usize) {
        let Some(token) = self.link(who) else { return };
        let fresh = self.choose(who);
        let changed = redeem(
            self.life.nodes[0].clone(),
            self.tenant.clone(),
            token,
            fresh.clone(),
        );
        let outcome = self.life.runtime.block_on(changed);
        self.chosen(who, fresh, &outcome);
    }

    pub(super) fn reset_and_crash(&mut self, who: usize, after_micros: u64) {
        let Some(token) = self.link(who) else { return };
        let fresh = self.choose(who);
        let changed = redeem(
            self.life.nodes[0].clone(),
            self.tenant.clone(),
            token,
            fresh,
        );
        self.life.runtime.spawn(async move { drop(changed.await) });
        std::thread::sleep(Duration::from_micros(after_micros));
        // It was not confirmed: either password may be the one.
        self.people[who].holds = None;
        self.die();
        self.look_again();
    }

    /// A password that may be in the account from now on.
    fn choose(&mut self, who: usize) -> String {
        let fresh = self.fresh();
        self.people[who].proven.insert(fresh.clone());
        fresh
    }

    fn chosen(&mut self, who: usize, fresh: String, outcome: &PasswordOutcome) {
        match outcome {
            PasswordOutcome::Changed => {
                self.people[who].holds = Some(fresh);
                self.people[who].failures = 0;
            }
            PasswordOutcome::LegacyStoreDown(..) => assert!(self.legacy.data().is_down),
            PasswordOutcome::NotChanged => assert!(self.legacy.data().gone[who]),
            PasswordOutcome::Gone => assert!(self.people[who].is_buried),
            other => panic!("{other:?}"),
        }
    }

    fn user(&self, who: usize) -> Option<(Arc<Connection>, User)> {
        let before = self.before(who);
        Some((before.connection, before.stored?.user))
    }

    pub(super) fn set(&mut self, who: usize) {
        let Some((connection, user)) = self.user(who) else {
            return;
        };
        let fresh = self.choose(who);
        let secret = Secret::new(fresh.as_str());
        let caller = caller();
        let set = self.life.nodes[0].set_password(&connection, &user, &secret, &caller);
        let outcome = self.life.runtime.block_on(set).unwrap();
        self.chosen(who, fresh, &outcome);
    }

    pub(super) fn delete(&mut self, who: usize) {
        let Some((connection, user)) = self.user(who) else {
            return;
        };
        let caller = caller();
        let deleted = self.life.nodes[0].delete_user(&connection, &user, &caller);
        match self.life.runtime.block_on(deleted).unwrap() {
            DeleteUserOutcome::Deleted => {
                assert_eq!(user.id, UserId::from_raw(&format!("legacy-{who}")));
                self.people[who].is_buried = true;
                self.people[who].holds = None;
            }
            DeleteUserOutcome::LegacyStoreDown(..) => assert!(self.legacy.data().is_down),
            other => panic!("{other:?}"),
        }
    }
}

async fn redeem(
    node: Engine,
    tenant: TenantId,
    token: String,
    password: String,
) -> PasswordOutcome {
    let password = Secret::new(password);
    node.change_password_by_ticket(&tenant, &token, password, caller())
        .await
        .unwrap()
}
