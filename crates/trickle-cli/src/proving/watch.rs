//! Running again when a file changes.

use super::{Args, once, report};
use crate::{output, watching};

/// Runs all cases, then again after each change, until Ctrl-C. What is wrong with the project's own files is told and waited for, too.
pub async fn run(args: &Args) -> anyhow::Result<u8> {
    let paths = || vec![args.folder.clone()];
    let written: Vec<_> = args.lcov.iter().cloned().collect();
    watching::whenever_changed(paths, &written, async || match once(args).await {
        Ok(results) => report::print(args.reporter, &results),
        Err(error) => output::failure(&error),
    })
    .await
}
