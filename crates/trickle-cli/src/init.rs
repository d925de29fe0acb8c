//! `trickle init`: a folder of scripts to begin with.

mod address;
mod bans;
mod columns;
mod dispatch;
mod documents;
mod fill;
mod filling;
mod forms;
mod from;
mod joins;
mod keycloak;
mod names;
mod prove;
mod report;
mod samples;
mod scripts;
mod secrets;
mod sql;
mod store;
mod templates;
mod types;

use std::{
    io::{BufRead as _, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    output::{self, Mistake},
    programs::WorkerArgs,
    project,
};

/// What the folder begins with.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: trickle init --template postgres --set DB_HOST=db.internal scripts/\nExample: trickle init --from postgres://reader:secret@127.0.0.1/legacy --identifier jane@example.com --password-stdin scripts/"
)]
pub struct Args {
    /// The folder; it is made where it is missing
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Begin with the scripts of a template
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    template: Option<String>,
    /// A value of the template's configuration, as KEY=VALUE; can be given several times
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "from")]
    set: Vec<String>,
    /// List the templates
    #[arg(long)]
    list: bool,
    /// Look at a legacy store, and write scripts that fit: postgres://…, mysql://…, mssql://… or mongodb://…
    #[arg(
        long,
        value_name = "URL",
        env = "TRICKLE_LEGACY_URL",
        hide_env_values = true
    )]
    from: Option<String>,
    /// The users' table, where the proposal is not the right one
    #[arg(long, value_name = "TABLE", requires = "from")]
    table: Option<String>,
    /// A user whose password you know, to prove the scripts with
    #[arg(long, value_name = "TEXT", requires = "from")]
    identifier: Option<String>,
    /// Read that user's password from standard input, up to the first line end; a terminal is asked and shows nothing
    #[arg(long, requires = "identifier")]
    password_stdin: bool,
    /// Trust the authority in this PEM file, where the store's certificate is of no public one
    #[arg(long, value_name = "FILE", requires = "from")]
    ca: Option<PathBuf>,
    /// Put the text in this file behind each password before bcrypt, as Devise does with its pepper
    #[arg(long, value_name = "FILE", requires = "from")]
    pepper: Option<PathBuf>,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    workers: WorkerArgs,
}

/// Writes the folder.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    if args.list {
        for name in templates::names() {
            println!("{name:27}{}", templates::title(name));
        }
        return Ok(output::SUCCESS);
    }
    if let Some(url) = &args.from {
        return from::run(&args, url).await;
    }
    let name = match &args.template {
        Some(name) => name.clone(),
        None => ask()?,
    };
    let mut files = templates::files(&name);
    if files.is_empty() {
        let names = templates::names().join(", ");
        return Err(Mistake(format!("find the template {name:?}; there are {names}")).into());
    }
    let mut environment = String::new();
    if let Some((_, settings)) = files.iter_mut().find(|(name, _)| name == project::FILE) {
        let mut values = args.set.clone();
        if args.template.is_none() {
            let answers = filling::ask(settings, std::io::stdin().lock(), std::io::stderr());
            values.extend(answers?);
        }
        *settings = filling::filled(settings, &values)?;
        environment = filling::environment(settings);
    }
    write(&args.folder, &files, args.force)?;
    write_environment(&args.folder, &environment)?;
    let folder = args.folder.display();
    eprintln!(
        "wrote {} files and types for editors to {folder}\n\nNow:\n  1. read README.md, and look whether trickle.toml is right\n  2. put the secrets that it names into .env\n  3. run `trickle test {folder}`",
        files.len() + 1,
    );
    Ok(output::SUCCESS)
}

/// `.env`, which only its owner can read, where there is none.
fn write_environment(folder: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = folder.join(".env");
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    match made {
        Ok(mut file) => file
            .write_all(text.as_bytes())
            .with_context(|| format!("write {}", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error).with_context(|| format!("write {}", path.display())),
    }
}

/// Asks for a template, where somebody is there to answer.
fn ask() -> anyhow::Result<String> {
    let names = templates::names();
    let mut input = std::io::stdin().lock();
    if !input.is_terminal() {
        let message = format!(
            "choose a template: give --template NAME, one of {}, or --from URL",
            names.join(", ")
        );
        return Err(Mistake(message).into());
    }
    for (index, name) in names.iter().enumerate() {
        eprintln!("{:3}  {name:27}{}", index + 1, templates::title(name));
    }
    eprint!("Where are the users? Number or name: ");
    std::io::stderr().flush().context("ask for a template")?;
    let mut line = String::new();
    input.read_line(&mut line).context("read the answer")?;
    let answer = line.trim();
    let chosen = answer
        .parse::<usize>()
        .ok()
        .and_then(|number| names.get(number.checked_sub(1)?));
    Ok((*chosen.unwrap_or(&answer)).to_owned())
}

/// Writes files, the types beside them, and `.gitignore` so that `.env` stays out of repositories. Nothing is written where one of them is
/// there already.
fn write(folder: &Path, files: &[(String, String)], force: bool) -> anyhow::Result<()> {
    let there: Vec<&str> = files
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| folder.join(name).exists())
        .collect();
    if !there.is_empty() && !force {
        let message = format!(
            "write to {}: {} would be overwritten; --force does so",
            folder.display(),
            there.join(", ")
        );
        return Err(Mistake(message).into());
    }
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    types::write(folder)?;
    let ignore = folder.join(".gitignore");
    let before = std::fs::read_to_string(&ignore).unwrap_or_default();
    if !before.lines().any(|line| line.trim() == ".env") {
        std::fs::write(&ignore, format!("{before}.env\n"))
            .with_context(|| format!("write {}", ignore.display()))?;
    }
    Ok(())
}
