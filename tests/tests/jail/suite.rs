use std::time::Duration;

use futures::StreamExt as _;
use trickle_jail::Namespaces;

use crate::attacks;
use crate::case::Case;
use crate::outside::Environment;
use crate::stage::{Stage, Subject};

/// Attacks at a time; each has a worker of its own.
const ABREAST: usize = 4;

/// Between two logins of the neighbour.
const PACE: Duration = Duration::from_millis(50);

/// Makes every attack that there is for the subject on any machine.
pub async fn run(subject: Subject, namespaces: Namespaces, environment: &Environment) {
    let only = std::env::var("ATTACK").unwrap_or_default();
    run_some(subject, namespaces, environment, |case| {
        !case.name_server && case.name.starts_with(only.as_str())
    })
    .await;
}

/// Makes those of the subject's attacks, while a neighbour is served all the time.
pub async fn run_some(
    subject: Subject,
    namespaces: Namespaces,
    environment: &Environment,
    is_one: impl Fn(&Case) -> bool,
) {
    let cases = attacks(|case| subject.part(case).is_some() && is_one(case));
    assert!(!cases.is_empty());
    let stage = Stage::start(subject, namespaces, environment).await;
    let attacks = futures::stream::iter(&cases)
        .map(async |case| {
            let lines = stage.attack(case).await;
            (!lines.is_empty()).then(|| {
                let (name, title) = (&case.name, &case.title);
                format!("{name} ({title})\n{}", lines.join("\n"))
            })
        })
        .buffer_unordered(ABREAST)
        .filter_map(async |failure| failure)
        .collect::<Vec<String>>();
    let failures = tokio::select! {
        failures = attacks => failures,
        complaint = neighbour_goes_on(&stage) => panic!("{complaint}"),
    };
    stage.finish().await;
    assert!(
        failures.is_empty(),
        "{} of {} attacks\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n\n")
    );
}

/// Logs a neighbour in again and again, until that fails.
async fn neighbour_goes_on(stage: &Stage) -> String {
    let mut pace = tokio::time::interval(PACE);
    loop {
        pace.tick().await;
        if let Err(complaint) = stage.neighbour.beat().await {
            return complaint;
        }
    }
}
