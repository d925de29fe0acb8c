use std::time::Instant;

use tokio::task::JoinSet;

use crate::{Samples, millis};

/// Whoever can have a `login` script run for one fixed user.
pub trait Caller: Send + 'static {
    /// Has it run once; an error unless a profile comes back.
    fn call(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Lets all callers call at once, each of them `calls` times in a row; times of single calls in milliseconds.
pub async fn measure<C: Caller>(callers: &mut Vec<C>, calls: usize) -> anyhow::Result<Samples> {
    let mut tasks = JoinSet::new();
    for mut caller in callers.drain(..) {
        tasks.spawn(async move {
            let mut times = Samples::default();
            for _ in 0..calls {
                let began = Instant::now();
                caller.call().await?;
                times.add(millis(began.elapsed()));
            }
            anyhow::Ok((caller, times))
        });
    }
    let mut all = Samples::default();
    while let Some(done) = tasks.join_next().await {
        let (caller, times) = done??;
        callers.push(caller);
        all.extend(&times);
    }
    Ok(all)
}
