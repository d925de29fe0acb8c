use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use futures::stream::try_unfold;
use reqwest::{
    Body,
    multipart::{Form, Part},
};
use serde_json::Value;
use tokio::{fs::File, io::AsyncReadExt as _, time::sleep};

use super::{Args, Progress};
use crate::remote::Server;

const PIECE_BYTES: usize = 64 << 10;
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Sends the file, piece by piece.
pub async fn send(
    args: &Args,
    server: &Server,
    connection: &str,
    progress: &Progress,
) -> anyhow::Result<Value> {
    let what = || format!("read {}", args.file.display());
    let file = File::open(&args.file).await.with_context(what)?;
    let file_info = file.metadata().await.with_context(what)?;
    // A pipe has no length.
    let length = file_info.is_file().then_some(file_info.len());
    let sent = Arc::new(AtomicU64::new(0));
    let mut form = Form::new()
        .text("connection_id", connection.to_owned())
        .text("upsert", args.upsert.to_string())
        .text("send_completion_email", "false");
    if let Some(id) = &args.external_id {
        form = form.text("external_id", id.clone());
    }
    let body = body(file, Arc::clone(&sent));
    let part = match length {
        Some(length) => Part::stream_with_length(body, length),
        None => Part::stream(body),
    };
    let form = form.part("users", part.file_name("users"));
    let upload = server.upload("/api/v2/jobs/users-imports", form);
    tokio::pin!(upload);
    loop {
        tokio::select! {
            job = &mut upload => return job,
            () = sleep(LOOK_AGAIN) => {
                let percent = sent.load(Ordering::Relaxed) * 100;
                let percent = length.and_then(|length| percent.checked_div(length));
                progress.show("uploading", percent.unwrap_or(0), "");
            }
        }
    }
}

fn body(file: File, sent: Arc<AtomicU64>) -> Body {
    let pieces = try_unfold((file, sent), |(mut file, sent)| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        sent.fetch_add(length as u64, Ordering::Relaxed);
        Ok::<_, std::io::Error>((length > 0).then_some((piece, (file, sent))))
    });
    Body::wrap_stream(pieces)
}

/// Waits until the job has ended.
pub async fn wait(server: &Server, id: &str, progress: &mut Progress) -> anyhow::Result<Value> {
    loop {
        let job = server.get(&format!("/api/v2/jobs/{id}")).await?;
        if job["status"] != "pending" {
            return Ok(job);
        }
        let percent = job["percentage_done"].as_u64().unwrap_or(0);
        let left = job["time_left_seconds"].as_u64();
        let note = left.map_or_else(String::new, |seconds| format!("{seconds} s left"));
        progress.show("importing", percent, &note);
        sleep(LOOK_AGAIN).await;
    }
}
