use std::{io::Write as _, path::Path};

use anyhow::Context as _;
use serde_json::Value;
use trickle_engine::FileReader;

use crate::remote::Server;

/// Rows that are not in.
#[derive(Default)]
pub struct Refused {
    /// Their users were there before.
    pub skipped: u64,
    /// Something is wrong with them.
    pub failed: u64,
}

/// Writes the rows that are not in to a file, one for each line, as they come.
pub async fn fetch(server: &Server, id: &str, path: &Path) -> anyhow::Result<Refused> {
    let what = || format!("write {}", path.display());
    let file = std::fs::File::create(path).with_context(what)?;
    let mut file = std::io::BufWriter::new(file);
    let mut refused = Refused::default();
    let mut failure = None;
    let mut reader = FileReader::default();
    let mut take = |row: &[u8]| {
        let entry: Value = serde_json::from_slice(row).unwrap_or_default();
        if entry["errors"][0]["code"] == "DUPLICATED_USER" {
            refused.skipped += 1;
        } else {
            refused.failed += 1;
        }
        let written = file.write_all(row).and_then(|()| file.write_all(b"\n"));
        failure = written.err().or(failure.take());
        Ok(())
    };
    let mut response = server.fetch(&format!("/api/v2/jobs/{id}/errors")).await?;
    while let Some(piece) = response.chunk().await.context("read the job's errors")? {
        reader
            .push(&piece, &mut take)
            .context("read the job's errors")?;
    }
    reader.finish(&mut take).context("read the job's errors")?;
    failure.map_or(Ok(()), Err).with_context(what)?;
    file.flush().with_context(what)?;
    Ok(refused)
}
