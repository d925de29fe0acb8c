use std::panic::Location;
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(10);

/// Returns as soon as `condition` holds. Ask for a state, never for "something changed".
///
/// # Panics
/// When the condition does not hold within `limit`; the message names the caller's line.
#[track_caller]
pub fn wait_for(limit: Duration, mut condition: impl FnMut() -> bool) {
    let caller = Location::caller();
    let start = Instant::now();
    while !condition() {
        give_up_after(limit, start, caller);
        std::thread::sleep(INTERVAL);
    }
}

/// [`wait_for`] for async tests; the runtime goes on between two looks.
///
/// # Panics
/// As [`wait_for`].
#[track_caller]
pub fn wait_for_async(
    limit: Duration,
    mut condition: impl AsyncFnMut() -> bool,
) -> impl Future<Output = ()> {
    let caller = Location::caller();
    async move {
        let start = Instant::now();
        while !condition().await {
            give_up_after(limit, start, caller);
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

fn give_up_after(limit: Duration, start: Instant, caller: &Location<'_>) {
    assert!(
        start.elapsed() < limit,
        "the condition at {caller} did not hold within {limit:?}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_once_the_condition_holds() {
        let mut looks = 0;
        wait_for(Duration::from_secs(10), || {
            looks += 1;
            looks == 3
        });
        assert_eq!(looks, 3);
    }

    #[test]
    #[should_panic(expected = "wait.rs")]
    fn names_the_line_that_waited_in_vain() {
        wait_for(Duration::ZERO, || false);
    }

    #[tokio::test]
    async fn lets_the_runtime_go_on() {
        let task = tokio::spawn(async {});
        wait_for_async(Duration::from_secs(10), async || task.is_finished()).await;
    }
}
