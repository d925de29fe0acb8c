//! The import machine and the login flow as a whole: random steps, among them crashes, outages and changes of the mode, and after
//! each what must always hold.

mod holds;
mod legacy;
mod people;
mod plan;
mod steps;
mod subject;

use proptest::test_runner::Config;
use proptest_state_machine::prop_state_machine;

use plan::{OnPostgres, OnSqlite, WithDrift};

/// `PROPTEST_CASES` asks for more.
fn config(cases: u32) -> Config {
    let asked = Config::default();
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => asked.cases,
        None => cases,
    };
    Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..asked
    }
}

prop_state_machine! {
    #![proptest_config(config(24))]
    #[test]
    fn whatever_happens_on_sqlite_nothing_is_lost_or_made_up(sequential 1..40 => OnSqlite);
}

prop_state_machine! {
    #![proptest_config(config(16))]
    #[test]
    fn whatever_happens_while_passwords_drift_nothing_is_lost_or_made_up(sequential 1..40 => WithDrift);
}

prop_state_machine! {
    #![proptest_config(config(8))]
    #[test]
    fn whatever_happens_on_two_nodes_nothing_is_lost_or_made_up(sequential 1..40 => OnPostgres);
}
