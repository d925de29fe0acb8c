use rand::{TryRngCore as _, rngs::OsRng};
use serde_json::json;
use trickle_password::{Password, make, makers};

use crate::{
    output::{self, Mistake},
    typed,
};

/// What to make.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The kind of hash
    #[arg(value_name = "SCHEME", required_unless_present = "list")]
    scheme: Option<String>,
    /// List the kinds that can be made
    #[arg(long)]
    list: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<u8> {
    let known: Vec<&str> = makers().collect();
    if args.list {
        if args.json {
            output::json(&known);
        } else {
            println!("{}", known.join("\n"));
        }
        return Ok(output::SUCCESS);
    }
    let scheme = args.scheme.as_deref().unwrap_or_default();
    if !known.contains(&scheme) {
        let all = known.join(", ");
        return Err(Mistake(format!("make a hash of the kind {scheme}; there are {all}")).into());
    }
    let password = Password::from(typed::password()?);
    let hash = make(scheme, &password, &mut OsRng.unwrap_err())
        .map_err(|error| Mistake(error.to_string()))?;
    if args.json {
        output::json(&json!({"scheme": scheme, "hash": hash.as_str()}));
    } else {
        println!("{}", hash.as_str());
    }
    Ok(output::SUCCESS)
}
