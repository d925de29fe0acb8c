//! Attacks on the sandbox, one folder of `tests/specs/jail` each, judged from outside by canaries.

mod canaries;
mod case;
mod judge;
mod name_server;
mod neighbour;
mod outside;
mod server;
mod soak;
mod stage;
mod suite;
mod walls;

use case::Case;
use outside::User;
use stage::Subject;
use trickle_jail::Namespaces;
use walls::Wall;

/// What a tenant can upload, against everything that is shipped.
#[test]
fn scripts_against_all_walls() {
    outside::watch(
        "scripts_against_all_walls",
        User::Own,
        async |environment| {
            suite::run(Subject::Shipped, Namespaces::all(), &environment).await;
        },
    );
}

/// The same scripts where the engine holds them no more: the kernel and the supervisor do.
#[test]
fn scripts_without_the_engines_walls() {
    outside::watch(
        "scripts_without_the_engines_walls",
        User::Own,
        async |environment| {
            suite::run(Subject::LayersOff, Namespaces::all(), &environment).await;
        },
    );
}

/// What somebody does who has taken the whole process over.
#[test]
fn system_calls_against_the_kernels_walls() {
    let test = "system_calls_against_the_kernels_walls";
    outside::watch(test, User::Own, async |environment| {
        suite::run(Subject::RawCalls, Namespaces::all(), &environment).await;
    });
}

/// The same where the machine gives workers no namespaces.
#[test]
fn system_calls_without_namespaces() {
    let test = "system_calls_without_namespaces";
    outside::watch(test, User::Own, async |environment| {
        suite::run(Subject::RawCalls, Namespaces::none(), &environment).await;
    });
}

/// The same against a server that is no root's.
#[test]
fn system_calls_against_an_ordinary_users_server() {
    let test = "system_calls_against_an_ordinary_users_server";
    outside::watch(test, User::Ordinary, async |environment| {
        suite::run(Subject::RawCalls, Namespaces::all(), &environment).await;
    });
}

/// Scripts against that server.
#[test]
fn scripts_against_an_ordinary_users_server() {
    let test = "scripts_against_an_ordinary_users_server";
    outside::watch(test, User::Ordinary, async |environment| {
        suite::run(Subject::Shipped, Namespaces::all(), &environment).await;
    });
}

/// Scripts of somebody whose name server the machine asks.
#[test]
fn names_of_a_hostile_name_server() {
    let test = "names_of_a_hostile_name_server";
    outside::watch(test, User::OwnNetwork, async |environment| {
        name_server::start();
        for subject in [Subject::Shipped, Subject::LayersOff] {
            suite::run_some(subject, Namespaces::all(), &environment, |case| {
                case.name_server
            })
            .await;
        }
    });
}

#[test]
fn every_wall_is_attacked() {
    let cases = case::all();
    assert!(cases.len() >= 80, "only {} attacks", cases.len());
    for wall in Wall::ALL {
        let attacks = cases.iter().filter(|case| case.meets(wall)).count();
        assert!(attacks > 0, "no attack meets the wall {wall:?}");
    }
}

/// A worker that lets scripts make system calls is for these tests alone.
#[test]
fn the_shipped_worker_makes_no_raw_calls() {
    const MARK: &[u8] = b"trickle-worker-raw";
    let holds = |subject: Subject| {
        let program = std::fs::read(subject.program()).unwrap();
        program.windows(MARK.len()).any(|window| window == MARK)
    };
    assert!(holds(Subject::RawCalls), "the mark is no mark");
    assert!(!holds(Subject::Shipped));
}

/// Hostile runs, as many as `SOAK_RUNS` says: `make soak`.
#[test]
#[ignore = "takes minutes"]
fn soak() {
    outside::watch("soak", User::Own, async |environment| {
        soak::run(&environment).await;
    });
}

/// The attacks of which `part` says how they go.
fn attacks(part: impl Fn(&Case) -> bool) -> Vec<Case> {
    case::all().into_iter().filter(part).collect()
}
