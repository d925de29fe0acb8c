//! Imports whose rows cannot be checked, because that panics.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread::{self, ThreadId},
};

use jiff::Timestamp;
use trickle_model::{Clock, SystemClock};
use trickle_store::{JobStatus, OnExisting};

use crate::fixture::Fixture;

/// Panics so often where rows are checked, which is in another thread than all else.
struct Broken {
    often: u32,
    panics: AtomicU32,
    elsewhere: ThreadId,
}

impl Broken {
    fn new(often: u32) -> Arc<Self> {
        Arc::new(Self {
            often,
            panics: AtomicU32::new(0),
            elsewhere: thread::current().id(),
        })
    }
}

impl Clock for Broken {
    fn now(&self) -> Timestamp {
        if thread::current().id() != self.elsewhere {
            let panics = self.panics.fetch_add(1, Ordering::SeqCst);
            assert!(panics >= self.often, "this is the defect");
        }
        SystemClock.now()
    }
}

#[tokio::test]
async fn a_check_that_panics_each_time_ends_its_job() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let upload = f.upload(&connection, r#"[{"email":"a@b.c"}]"#, OnExisting::Refuse);
    let job = upload.await.unwrap();
    let broken = Broken::new(u32::MAX);
    f.node_by(broken.clone()).finish_jobs().await.unwrap();
    let job = f.job(&job).await;
    assert_eq!(job.status, JobStatus::Failed);
    let reason =
        "A defect of the server keeps it from checking some of the rows; its log says where.";
    assert_eq!(job.reason.as_deref(), Some(reason));
    assert_eq!(broken.panics.load(Ordering::SeqCst), 3);
    assert_eq!(f.codes().await.last(), Some(&"fui"));
}

#[tokio::test]
async fn a_check_that_panics_twice_is_tried_again() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let upload = f.upload(&connection, r#"[{"email":"a@b.c"}]"#, OnExisting::Refuse);
    let job = upload.await.unwrap();
    f.node_by(Broken::new(2)).finish_jobs().await.unwrap();
    let job = f.job(&job).await;
    assert_eq!((job.status, job.counts.inserted), (JobStatus::Completed, 1));
}
