//! One message, in either direction, and what the pool makes of an answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use trickle_model::{Action, Outcome};
use trickle_protocol::{Reply, ToPool, ToWorker};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = serde_json::from_slice::<ToPool>(bytes) {
        let again = serde_json::to_value(&message).expect("it was JSON");
        let read: ToPool =
            serde_json::from_value(again.clone()).expect("what was written can be read");
        assert_eq!(serde_json::to_value(read).expect("it was JSON"), again);
        show(message);
    }
    if let Ok(message) = serde_json::from_slice::<ToWorker>(bytes) {
        hides(&message);
    }
});

/// Every outcome can be shown.
fn show(message: ToPool) {
    let ToPool::Answered {
        reply: Reply::Answer(answer),
        ..
    } = message
    else {
        return;
    };
    for action in Action::ALL {
        let outcome = Outcome::from_answer(action, (*answer).clone());
        assert!(!outcome.name().is_empty());
        let _ = outcome.to_string();
        let is_a_success = matches!(outcome, Outcome::Profile(_) | Outcome::Done(_));
        assert!(
            !is_a_success || answer.error.is_none(),
            "an error never is a success"
        );
    }
}

/// `Debug` shows no configuration and no argument.
fn hides(message: &ToWorker) {
    let shown = format!("{message:?}");
    let texts: Vec<&str> = match message {
        ToWorker::Bind(bind) => bind
            .configuration
            .values()
            .map(|value| value.expose())
            .collect(),
        ToWorker::Run(run) => run.arguments.iter().filter_map(Value::as_str).collect(),
        // Names and addresses are no secret.
        ToWorker::Named { .. } | ToWorker::Inspect { .. } => Vec::new(),
    };
    // Short texts stand in the frame around them.
    for text in texts.into_iter().filter(|text| text.len() > 24) {
        let scripts = match message {
            ToWorker::Bind(bind) => format!("{:?}{:?}", bind.scripts, bind.configuration.keys()),
            ToWorker::Run(_) | ToWorker::Named { .. } | ToWorker::Inspect { .. } => String::new(),
        };
        assert!(
            !shown.contains(text) || scripts.contains(text),
            "{text:?} is shown"
        );
    }
}
