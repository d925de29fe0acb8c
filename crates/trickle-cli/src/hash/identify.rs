use std::io::{BufRead as _, IsTerminal as _, stdin};

use anyhow::Context as _;
use serde_json::{Value, json};
use trickle_password::{Guess, guess};

use crate::{
    output::{self, Mistake},
    style::{BOLD, ERROR, painted},
};

/// What to identify.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Stored hashes
    #[arg(value_name = "HASH")]
    hashes: Vec<String>,
    /// Print JSON: for each hash a list of what it may be, with what to import
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args) -> anyhow::Result<u8> {
    let hashes = if args.hashes.is_empty() {
        if stdin().is_terminal() {
            eprintln!("hashes, one a line; Ctrl-D ends");
        }
        let lines = stdin().lock().lines();
        let lines: Result<Vec<String>, _> = lines.collect();
        let lines = lines.context("read standard input")?;
        lines.into_iter().filter(|line| !line.is_empty()).collect()
    } else {
        args.hashes
    };
    if hashes.is_empty() {
        let message = "identify nothing; name a hash, or give lines on standard input";
        return Err(Mistake(message.to_owned()).into());
    }
    let guessed: Vec<(String, Vec<Guess>)> = hashes
        .into_iter()
        .map(|hash| {
            let guesses = guess(hash.trim());
            (hash, guesses)
        })
        .collect();
    if args.json {
        let all: Vec<Value> = guessed.iter().map(|(_, guesses)| list(guesses)).collect();
        output::json(&all);
    } else {
        for (hash, guesses) in &guessed {
            print(hash, guesses);
        }
    }
    let is_good =
        |(_, guesses): &(String, Vec<Guess>)| guesses.iter().any(|one| one.error.is_none());
    Ok(if guessed.iter().all(is_good) {
        output::SUCCESS
    } else {
        output::ANSWER_IS_NO
    })
}

fn print(hash: &str, guesses: &[Guess]) {
    output::styled(output::plain(hash));
    if guesses.is_empty() {
        let text = "no known kind of hash";
        output::styled(format_args!("  {}", painted(ERROR, text)));
    }
    for guess in guesses {
        let cost = guess.cost.as_deref().unwrap_or_default();
        let scheme = painted(BOLD, &guess.scheme);
        let percent = guess.likelihood_percent;
        output::styled(format_args!("  {percent:>3} %  {scheme}  {cost}"));
        if let Some(error) = &guess.error {
            let text = format!("cannot be verified: failed to {error}");
            output::styled(format_args!("         {}", painted(ERROR, &text)));
        } else if let Some(described) = import(guess).get("custom_password_hash") {
            output::styled(format_args!("         import as {described}"));
        }
        if let Some(note) = guess.note {
            anstream::println!("         {note}");
        }
    }
}

/// Whether the text alone does not say how it was made.
fn is_described(guess: &Guess) -> bool {
    guess.hash.as_str().starts_with("{\"algorithm\"")
        || serde_json::from_str::<Value>(guess.hash.as_str())
            .is_ok_and(|value| value.get("algorithm").is_some())
}

fn list(guesses: &[Guess]) -> Value {
    guesses.iter().map(view).collect()
}

/// `{"scheme":…,"likelihood_percent":…,"cost":…,"import":{"password_hash":…},"error":…,"note":…}`; `import` is the part of a row that
/// brings the hash in.
pub fn view(guess: &Guess) -> Value {
    json!({
        "scheme": guess.scheme,
        "likelihood_percent": guess.likelihood_percent,
        "cost": guess.cost,
        "import": import(guess),
        "error": guess.error.as_ref().map(|error| format!("failed to {error}")),
        "note": guess.note,
    })
}

/// The part of a row that brings the hash in; nothing where none does.
pub fn import(guess: &Guess) -> Value {
    let text = guess.hash.as_str();
    if guess.error.is_some() || guess.scheme == "plain" {
        Value::Null
    } else if is_described(guess) {
        let described: Value = serde_json::from_str(text).unwrap_or_default();
        json!({ "custom_password_hash": described })
    } else if guess.is_certain() {
        json!({ "password_hash": text })
    } else {
        json!({ "custom_password_hash": { "algorithm": "stored", "hash": { "value": text } } })
    }
}
