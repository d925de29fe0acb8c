use std::path::PathBuf;

use serde_json::json;
use trickle_password::{Guess, Password, Verdict, guess, verify};

use super::identify;
use crate::{
    output::{self, Mistake, unreadable},
    style::{ERROR, GOOD, painted},
    typed,
};

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The stored hash
    #[arg(value_name = "HASH", required_unless_present = "hash_file")]
    hash: Option<String>,
    /// File with the stored hash, or with the JSON object of a custom_password_hash
    #[arg(long, value_name = "FILE", conflicts_with = "hash")]
    hash_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<u8> {
    let hash = match (&args.hash, &args.hash_file) {
        (Some(hash), _) => hash.clone(),
        (None, Some(file)) => {
            std::fs::read_to_string(file).map_err(|error| unreadable(file, &error))?
        }
        (None, None) => return Err(Mistake("verify nothing; name a hash".to_owned()).into()),
    };
    let (guesses, unsound): (Vec<Guess>, Vec<Guess>) = guess(hash.trim())
        .into_iter()
        .partition(|guess| guess.error.is_none());
    if guesses.is_empty() {
        let error = unsound.first().and_then(|guess| guess.error.as_ref());
        let message = error.map_or_else(
            || "recognise the hash; its kind is not known".to_owned(),
            ToString::to_string,
        );
        return Err(Mistake(message).into());
    }
    let password = Password::from(typed::password("Password: ")?);
    let matching = guesses
        .iter()
        .find_map(|guess| match verify(&password, &guess.hash) {
            Ok(Verdict::Match) => Some((guess, false)),
            Ok(Verdict::NeedsRehash) => Some((guess, true)),
            Ok(Verdict::Mismatch) | Err(_) => None,
        });
    show(args, &guesses, matching);
    Ok(match matching {
        Some(_) => output::SUCCESS,
        None => output::ANSWER_IS_NO,
    })
}

fn show(args: &Args, guesses: &[Guess], matching: Option<(&Guess, bool)>) {
    if args.json {
        output::json(&json!({
            "matches": matching.is_some(),
            "needs_rehash": matching.map(|(_, rehash)| rehash),
            "hash": matching.map(|(guess, _)| identify::view(guess)),
            "tried": guesses.iter().map(|guess| guess.scheme.as_str()).collect::<Vec<_>>(),
        }));
        return;
    }
    match matching {
        Some((guess, rehash)) => {
            let text = format!("the password fits: {}", guess.scheme);
            output::styled(painted(GOOD, &text));
            if rehash {
                output::styled("The first login replaces it by Argon2id.");
            }
            if let Some(described) = identify::import(guess).get("custom_password_hash") {
                output::styled(format_args!("import as {described}"));
            }
        }
        None => {
            let tried: Vec<&str> = guesses.iter().map(|guess| guess.scheme.as_str()).collect();
            let text = format!("the password does not fit; tried: {}", tried.join("; "));
            output::styled(painted(ERROR, &text));
        }
    }
}
