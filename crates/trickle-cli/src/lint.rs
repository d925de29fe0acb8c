//! `trickle lint`: what is wrong with scripts, without running them.

mod files;
mod pretty;

use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use trickle_lint::{Finding, Options, Severity, lint, sarif};
use trickle_model::Action;

use crate::{
    output::{self, unreadable},
    watching,
};

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The line and a mark below it, for people
    Pretty,
    /// A list of findings
    Json,
    /// SARIF 2.1.0, for code hosts
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// What is looked at, and how it is told.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: trickle lint scripts/\n\nEnds with 0 where nothing was found, with 1 where something was, with 2 where there was nothing to look at.\nThe rules: docs/reference/lints/README.md"
)]
pub struct Args {
    /// Scripts, or folders with scripts named as actions (login.js, get_user.js, …)
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Which script it is, where neither the file's name nor its function's tells
    #[arg(long, value_name = "ACTION")]
    action: Option<Action>,
    /// Show errors alone, and end with 0 where there are only warnings
    #[arg(long)]
    errors_only: bool,
    /// Take packages of this folder for known, too
    #[arg(long, value_name = "DIR")]
    modules_dir: Option<PathBuf>,
    /// Look again whenever a script changes
    #[arg(long)]
    watch: bool,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "pretty", value_name = "FORMAT")]
    format: Format,
    /// Print JSON
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// A file with what was found in it.
#[derive(Debug, Serialize)]
pub struct Looked {
    /// Its name as it was given, or found below a folder that was given.
    pub file: String,
    /// In the order of the text.
    pub findings: Vec<Finding>,
    #[serde(skip)]
    text: String,
}

/// Looks at all files and prints what is found.
pub async fn run(args: &Args) -> anyhow::Result<u8> {
    if !args.watch {
        return once(args);
    }
    let again = async || {
        if let Err(error) = once(args) {
            output::failure(&error);
        }
    };
    watching::whenever_changed(|| files::watched(&args.paths), &[], again).await
}

fn once(args: &Args) -> anyhow::Result<u8> {
    let mut looked = Vec::new();
    for path in files::scripts(&args.paths)? {
        looked.push(look(&path, args)?);
    }
    let found = looked.iter().any(|one| !one.findings.is_empty());
    match if args.json { Format::Json } else { args.format } {
        Format::Pretty => pretty::print(&looked),
        Format::Json => output::json(&looked),
        Format::Sarif => {
            let files: Vec<_> = looked
                .into_iter()
                .map(|one| (uri(&one.file), one.findings))
                .collect();
            output::json(&sarif(&files));
        }
        Format::Github => pretty::print_annotations(&looked),
    }
    Ok(if found {
        output::ANSWER_IS_NO
    } else {
        output::SUCCESS
    })
}

/// A file's name as SARIF wants it: relative to where the code host looks, or with its scheme.
fn uri(file: &str) -> String {
    if let Ok(absolute) = url::Url::from_file_path(file) {
        return absolute.into();
    }
    utf8_percent_encode(file, UNSAFE).to_string()
}

/// What is written out in a path: all but its slashes and what RFC 3986 §2.3 reserves for nothing.
const UNSAFE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

fn look(path: &std::path::Path, args: &Args) -> anyhow::Result<Looked> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let options = Options {
        action: args
            .action
            .or_else(|| files::action(path))
            .or_else(|| files::action_of_function(&text)),
        further_modules: match &args.modules_dir {
            Some(folder) => files::packages(folder)?,
            None => Vec::new(),
        },
    };
    let mut findings = lint(&text, &options);
    findings.retain(|one| !args.errors_only || one.severity == Severity::Error);
    let name = path.strip_prefix("./").unwrap_or(path);
    Ok(Looked {
        file: name.display().to_string(),
        findings,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_uris() {
        assert_eq!(
            uri("my scripts/lögin#1.js"),
            "my%20scripts/l%C3%B6gin%231.js"
        );
        assert_eq!(uri("../a_b/login.js"), "../a_b/login.js");
        assert_eq!(uri("/home/me/login.js"), "file:///home/me/login.js");
    }
}
