//! Which steps there are, and how often.

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use trickle_model::ImportMode;
use trickle_store::Database;
use trickle_testkit::postgres::Postgres;

use super::subject::Subject;

/// How many people there are.
pub(super) const PEOPLE: usize = 3;

/// What somebody types.
#[derive(Clone, Copy, Debug)]
pub(super) enum Guess {
    /// The legacy store's password of the moment.
    Legacy,
    /// What was chosen here last.
    Chosen,
    /// One that the legacy store had before.
    Old,
    /// One that nobody ever had.
    Wrong(u8),
}

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Somebody logs in.
    Login(usize, Guess),
    /// Somebody logs in several times at once, on all nodes.
    Crowd(usize, Vec<Guess>),
    /// The process dies so many microseconds after somebody has begun to log in.
    Crash(usize, Guess, u64),
    /// The tenant changes the mode.
    Mode(ImportMode),
    /// The legacy store goes away, or comes back.
    Outage(bool),
    /// Somebody changes the password in the legacy store.
    LegacyChange(usize),
    /// Somebody chooses a password by mail.
    Reset(usize),
    /// The same, and the process dies meanwhile.
    ResetCrash(usize, u64),
    /// An administrator sets a password.
    Set(usize),
    /// An administrator deletes somebody, for good.
    Delete(usize),
}

/// Steps do not depend on each other; what follows from them is looked at by the subject.
#[derive(Clone, Debug)]
pub(super) struct Plan;

impl ReferenceStateMachine for Plan {
    type State = ();
    type Transition = Step;

    fn init_state() -> BoxedStrategy<()> {
        Just(()).boxed()
    }

    fn transitions((): &()) -> BoxedStrategy<Step> {
        let who = 0..PEOPLE;
        let guess = prop_oneof![
            6 => Just(Guess::Legacy),
            3 => Just(Guess::Chosen),
            1 => Just(Guess::Old),
            3 => (0..4_u8).prop_map(Guess::Wrong),
        ];
        let mode = prop_oneof![
            4 => Just(ImportMode::On),
            2 => Just(ImportMode::Off),
            1 => Just(ImportMode::Native),
        ];
        // A first login takes a few milliseconds.
        let moment = 0..8_000_u64;
        prop_oneof![
            10 => (who.clone(), guess.clone()).prop_map(|(who, guess)| Step::Login(who, guess)),
            4 => (who.clone(), prop::collection::vec(guess.clone(), 2..8))
                .prop_map(|(who, guesses)| Step::Crowd(who, guesses)),
            4 => (who.clone(), guess, moment.clone())
                .prop_map(|(who, guess, after)| Step::Crash(who, guess, after)),
            4 => mode.prop_map(Step::Mode),
            2 => any::<bool>().prop_map(Step::Outage),
            2 => who.clone().prop_map(Step::LegacyChange),
            3 => who.clone().prop_map(Step::Reset),
            1 => (who.clone(), moment).prop_map(|(who, after)| Step::ResetCrash(who, after)),
            2 => who.clone().prop_map(Step::Set),
            1 => who.prop_map(Step::Delete),
        ]
        .boxed()
    }

    fn apply((): (), _: &Step) {}
}

/// One node.
pub(super) struct OnSqlite;
/// One node that asks the legacy store again about wrong passwords of migrated users.
pub(super) struct WithDrift;
/// Two nodes with one database.
pub(super) struct OnPostgres;

impl StateMachineTest for OnSqlite {
    type SystemUnderTest = Subject;
    type Reference = Plan;

    fn init_test((): &()) -> Subject {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("trickle.db"));
        Subject::new(database, folder, None, 0)
    }

    fn apply(mut subject: Subject, (): &(), step: Step) -> Subject {
        subject.take(&step);
        subject
    }
}

impl StateMachineTest for WithDrift {
    type SystemUnderTest = Subject;
    type Reference = Plan;

    fn init_test((): &()) -> Subject {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("trickle.db"));
        Subject::new(database, folder, None, 7)
    }

    fn apply(mut subject: Subject, (): &(), step: Step) -> Subject {
        subject.take(&step);
        subject
    }
}

impl StateMachineTest for OnPostgres {
    type SystemUnderTest = Subject;
    type Reference = Plan;

    fn init_test((): &()) -> Subject {
        let server = Postgres::shared();
        let name = server.fresh_database();
        let database = Database::Postgres(trickle_model::Secret::new(server.url(&name)));
        Subject::new(
            database,
            tempfile::tempdir().unwrap(),
            Some((server, name)),
            0,
        )
    }

    fn apply(mut subject: Subject, (): &(), step: Step) -> Subject {
        subject.take(&step);
        subject
    }
}
