//! Running again when a file changes.

use super::{Args, once, report};
use crate::{output, watching};

/// Runs all cases, then again after each change, until Ctrl-C. What is wrong with the project's own files is told and waited for, too.
pub async fn run(args: &Args) -> anyhow::Result<u8> {
    let paths = [args.folder.clone()];
    let written: Vec<_> = args.lcov.iter().cloned().collect();
    loop {
        let seen = watching::look(&paths, &written);
        match once(args).await {
            Ok(results) => report::print(args.reporter, &results),
            Err(error) => output::failure(&error),
        }
        if !watching::changed(&paths, &written, &seen).await? {
            return Ok(output::SUCCESS);
        }
    }
}
