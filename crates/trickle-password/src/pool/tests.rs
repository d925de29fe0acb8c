use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use trickle_testkit::wait_for;

use super::*;

fn pool(queue: usize) -> HashingPool {
    HashingPool::new(PoolOptions {
        threads: NonZeroUsize::MIN,
        queue: NonZeroUsize::new(queue).unwrap(),
        params: Argon2Params::new(64, 1, 1).unwrap(),
    })
}

/// A request that has begun and occupies the thread until the sender is dropped.
fn occupy(
    pool: &HashingPool,
) -> (
    impl Future<Output = Result<(), Overloaded>>,
    mpsc::Sender<()>,
) {
    let (release, released) = mpsc::channel::<()>();
    let (begin, started) = mpsc::channel();
    let mut occupied = Box::pin(pool.run(move |_| {
        begin.send(()).unwrap();
        let _ = released.recv();
    }));
    assert!(poll(&mut occupied).is_pending());
    started.recv().unwrap();
    (occupied, release)
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn hashes_and_verifies() {
    let pool = HashingPool::new(PoolOptions::default());
    let mut rng = StdRng::seed_from_u64(1);
    let (right, wrong) = (Password::from("correct horse"), Password::from("wrong"));
    let hash = pool.hash(&right, &mut rng).await.unwrap();
    assert_eq!(pool.verify(&right, &hash).await, Ok(Verdict::Match));
    assert_eq!(pool.verify(&wrong, &hash).await, Ok(Verdict::Mismatch));
    assert_eq!(pool.verify_nothing(&wrong).await, Ok(()));
    assert_eq!(
        pool.verify(&right, &"no hash".into()).await,
        Err(PoolVerifyError::Unverifiable(VerifyError::UnknownScheme))
    );
}

#[tokio::test]
async fn rehash_is_decided_by_the_cost_of_the_pool() {
    let pool = pool(1);
    let mut rng = StdRng::seed_from_u64(1);
    let password = Password::from("correct horse");
    let weak = crate::hash(&password, &Argon2Params::new(32, 1, 1).unwrap(), &mut rng);
    assert_eq!(
        pool.verify(&password, &weak).await,
        Ok(Verdict::NeedsRehash)
    );
    let hash = pool.hash(&password, &mut rng).await.unwrap();
    assert_eq!(pool.verify(&password, &hash).await, Ok(Verdict::Match));
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let pool = pool(2);
    let password = Password::from("correct horse");
    let (occupied, release) = occupy(&pool);
    let mut first = pin!(pool.verify_nothing(&password));
    let mut second = pin!(pool.verify_nothing(&password));
    assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending());
    assert_eq!(pool.waiting(), 2);

    let mut rng = StdRng::seed_from_u64(1);
    assert_eq!(
        pool.hash(&password, &mut rng).await.unwrap_err(),
        Overloaded
    );
    assert_eq!(pool.verify_nothing(&password).await, Err(Overloaded));
    let hash = crate::hash(&password, &pool.params, &mut rng);
    assert_eq!(
        pool.verify(&password, &hash).await,
        Err(PoolVerifyError::Overloaded(Overloaded))
    );

    drop(release);
    assert_eq!(
        (occupied.await, first.await, second.await),
        (Ok(()), Ok(()), Ok(()))
    );
    assert_eq!(pool.verify(&password, &hash).await, Ok(Verdict::Match));
}

#[tokio::test]
async fn a_dropped_request_gives_its_place_back_and_is_never_worked() {
    let pool = pool(1);
    let (occupied, release) = occupy(&pool);
    let worked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&worked);
    let mut abandoned = Box::pin(pool.run(move |_| seen.store(true, Ordering::Relaxed)));
    assert!(poll(&mut abandoned).is_pending());
    assert_eq!(
        poll(&mut Box::pin(pool.run(|_| ()))),
        Poll::Ready(Err(Overloaded))
    );

    drop(abandoned);
    assert_eq!(pool.waiting(), 0);
    let mut next = Box::pin(pool.run(|_| ()));
    assert!(poll(&mut next).is_pending());
    drop(release);
    assert_eq!((occupied.await, next.await), (Ok(()), Ok(())));
    assert!(!worked.load(Ordering::Relaxed));
}

#[tokio::test]
async fn a_request_dropped_last_is_skipped_too() {
    let pool = pool(4);
    let (occupied, release) = occupy(&pool);
    let worked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&worked);
    let mut abandoned = Box::pin(pool.run(move |_| seen.store(true, Ordering::Relaxed)));
    assert!(poll(&mut abandoned).is_pending());
    let mut next = Box::pin(pool.run(|_| ()));
    assert!(poll(&mut next).is_pending());
    drop(abandoned);
    drop(release);
    assert_eq!((occupied.await, next.await), (Ok(()), Ok(())));
    assert!(!worked.load(Ordering::Relaxed));
}

#[tokio::test]
async fn a_panic_reaches_its_caller_and_no_other() {
    let pool = Arc::new(pool(1));
    let shared = Arc::clone(&pool);
    let panicked = tokio::spawn(async move { shared.run(|_| panic!("a bug")).await });
    assert!(panicked.await.unwrap_err().is_panic());
    assert_eq!(pool.run(|_| 1).await, Ok(1));
}

#[test]
fn dropping_the_pool_ends_its_threads() {
    let pool = pool(1);
    let queue = Arc::downgrade(&pool.queue);
    drop(pool);
    wait_for(Duration::from_secs(10), || queue.strong_count() == 0);
}
