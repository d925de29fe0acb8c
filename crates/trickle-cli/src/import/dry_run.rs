use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher as _, RandomState},
    io::Read as _,
};

use anyhow::Context as _;
use serde_json::{Map, Value, json};
use trickle_engine::{FileReader, RowDefect, RowRules, check_row, warnings};
use trickle_model::ConnectionOptions;

use super::{Args, Progress};
use crate::{
    output,
    style::{BOLD, ERROR, GOOD, WARNING, painted},
};

const PIECE_BYTES: usize = 64 << 10;
/// Rows that are named for each finding.
const NAMED: usize = 5;

/// One finding, and the rows it is about.
#[derive(Default)]
struct Rows {
    count: u64,
    first: Vec<u64>,
}

impl Rows {
    fn add(&mut self, row: u64) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(row);
        }
    }

    fn text(&self) -> String {
        let first: Vec<String> = self.first.iter().map(u64::to_string).collect();
        let more = self.count - self.first.len() as u64;
        match (more, first.len()) {
            (0, 1) => format!("row {}", first[0]),
            (0, _) => format!("rows {}", first.join(", ")),
            (more, _) => format!("rows {} and {more} more", first.join(", ")),
        }
    }
}

/// What is found in a file.
struct Findings {
    rules: RowRules,
    /// Whether a row may change the user of an earlier one.
    is_upsert: bool,
    rows: u64,
    /// By code, path and message.
    errors: BTreeMap<(&'static str, String, String), Rows>,
    warnings: BTreeMap<&'static str, Rows>,
    seen: HashSet<u64>,
    hasher: RandomState,
}

/// Reads the file as the server would.
pub async fn run(args: &Args, connection: Option<Value>) -> anyhow::Result<u8> {
    let options = match connection.map(|mut connection| connection["options"].take()) {
        Some(Value::Object(options)) => options,
        _ => Map::new(),
    };
    let mut rules = RowRules::new(ConnectionOptions::from_stored(options));
    if args.upsert {
        rules = rules.for_changes();
    }
    let (path, is_upsert) = (args.file.clone(), args.upsert);
    let findings = tokio::task::spawn_blocking(move || read(&path, rules, is_upsert));
    let findings = findings.await.context("read the file")??;
    if args.json {
        output::json(&findings.to_json());
    } else {
        findings.print();
    }
    Ok(if findings.errors.is_empty() {
        output::SUCCESS
    } else {
        output::ANSWER_IS_NO
    })
}

fn read(path: &std::path::Path, rules: RowRules, is_upsert: bool) -> anyhow::Result<Findings> {
    let what = || format!("read {}", path.display());
    let mut file = std::fs::File::open(path).with_context(what)?;
    let length_bytes = file.metadata().with_context(what)?.len();
    let progress = Progress::new();
    let (mut read_bytes, mut shown) = (0, None);
    let mut findings = Findings {
        rules,
        is_upsert,
        rows: 0,
        errors: BTreeMap::new(),
        warnings: BTreeMap::new(),
        seen: HashSet::new(),
        hasher: RandomState::new(),
    };
    let mut reader = FileReader::default();
    let mut piece = vec![0; PIECE_BYTES];
    let mut read = || -> Result<(), Failure> {
        loop {
            let length = file.read(&mut piece).map_err(Failure::Read)?;
            read_bytes += length as u64;
            // A pipe has no length.
            let percent = (read_bytes * 100).checked_div(length_bytes);
            if percent.is_some() && percent != shown {
                progress.show("reading", percent.unwrap_or(0), "");
                shown = percent;
            }
            let mut sink = |row: &[u8]| {
                findings.row(row);
                Ok(())
            };
            if length == 0 {
                reader.finish(&mut sink).map_err(Failure::File)?;
                return Ok(());
            }
            reader
                .push(&piece[..length], &mut sink)
                .map_err(Failure::File)?;
        }
    };
    let end = read();
    progress.clear();
    match end {
        Ok(()) => {}
        Err(Failure::Read(error)) => return Err(error).with_context(what),
        // Nothing of such a file is imported.
        Err(Failure::File(error)) => {
            let row = findings.rows + 1;
            let finding = findings
                .errors
                .entry(("FILE", String::new(), error.to_string()));
            finding.or_default().add(row);
        }
    }
    Ok(findings)
}

enum Failure {
    Read(std::io::Error),
    File(trickle_engine::FileError),
}

impl Findings {
    fn row(&mut self, raw: &[u8]) {
        self.rows += 1;
        let row = self.rows;
        let Ok(value) = serde_json::from_slice::<Value>(raw) else {
            let message = "this is no JSON value".to_owned();
            let finding = self.errors.entry(("FORMAT", String::new(), message));
            finding.or_default().add(row);
            return;
        };
        for name in self.rules.unique_fields() {
            if let Some(text) = value.get(name).and_then(Value::as_str) {
                let text = text.trim().to_lowercase();
                // Hashes, since a million addresses would take a lot of memory.
                if !self.seen.insert(self.hasher.hash_one((name, text))) {
                    // Whoever has the address is changed, whatever else the row says.
                    if self.is_upsert && name == "email" {
                        break;
                    }
                    let message = "an earlier row of the file has it, too".to_owned();
                    let finding = self
                        .errors
                        .entry(("DUPLICATED_USER", name.to_owned(), message));
                    finding.or_default().add(row);
                }
            }
        }
        match check_row(value, &self.rules) {
            Ok(sound) => {
                for warning in warnings(&sound) {
                    self.warnings.entry(warning.text()).or_default().add(row);
                }
            }
            Err(defects) => {
                for RowDefect {
                    code,
                    path,
                    message,
                } in defects
                {
                    let finding = self.errors.entry((code, path, message));
                    finding.or_default().add(row);
                }
            }
        }
    }

    fn print(&self) {
        let count = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {many}"),
        };
        let title = count(self.errors.len(), "error that blocks", "errors that block");
        let style = if self.errors.is_empty() { GOOD } else { ERROR };
        output::styled(format_args!(
            "{} in {} rows",
            painted(style, &title),
            self.rows
        ));
        for ((code, path, message), rows) in &self.errors {
            let place = if path.is_empty() { "" } else { " " };
            let code = painted(BOLD, code);
            output::styled(format_args!(
                "  {code}{place}{path}: {message} ({})",
                rows.text()
            ));
        }
        if self.errors.keys().any(|(code, ..)| *code == "NOT_PASSED") {
            output::styled(
                "  how a file of another product is converted: docs/how-to/import-from-other-products.md",
            );
        }
        let title = count(self.warnings.len(), "thing to know", "things to know");
        output::styled(painted(WARNING, &title));
        for (text, rows) in &self.warnings {
            output::styled(format_args!("  {text} ({})", rows.text()));
        }
    }

    fn to_json(&self) -> Value {
        let errors: Vec<Value> = self
            .errors
            .iter()
            .map(|((code, path, message), rows)| {
                json!({
                    "code": code, "path": path, "message": message, "rows": rows.count, "first": rows.first,
                })
            })
            .collect();
        let warnings: Vec<Value> = self
            .warnings
            .iter()
            .map(|(text, rows)| json!({"message": text, "rows": rows.count, "first": rows.first}))
            .collect();
        json!({"rows": self.rows, "errors": errors, "warnings": warnings})
    }
}
