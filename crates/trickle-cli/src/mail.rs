//! Who carries mails: a server that speaks SMTP, or a folder.

use std::{
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    address::AddressError,
    message::{Mailbox, MultiPart},
};
use rand::{TryRngCore as _, rngs::OsRng};
use trickle_engine::{Mail, MailError, Mailer};
use trickle_model::{Clock as _, EventId, SystemClock};

/// How mails leave.
#[derive(Clone, Debug, clap::Args)]
pub struct MailArgs {
    /// Mail server, as smtps://USER:PASSWORD@HOST or smtp://HOST:PORT?tls=required; without it mails are files in the data folder
    #[arg(
        long,
        value_name = "URL",
        env = "TRICKLE_SMTP_URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// Sender of mails whose template names none
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "TRICKLE_MAIL_FROM",
        default_value = SENDER
    )]
    pub mail_from: String,
}

const SENDER: &str = "Trickle <trickle@localhost>";

impl MailArgs {
    /// Files in the data folder.
    pub fn folder() -> Self {
        Self {
            smtp_url: None,
            mail_from: SENDER.to_owned(),
        }
    }

    /// The mailer.
    pub fn mailer(&self, data_dir: &Path) -> anyhow::Result<Arc<dyn Mailer>> {
        let from: Mailbox = self
            .mail_from
            .parse()
            .with_context(|| format!("use {} as the sender of mails", self.mail_from))?;
        let Some(url) = &self.smtp_url else {
            let folder = data_dir.join("mail");
            return Ok(Arc::new(FolderMailer { folder, from }));
        };
        // Its error would quote the URL, and so the password.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| {
                anyhow::anyhow!("use the address of the mail server: it is no smtp or smtps URL")
            })?
            .build();
        Ok(Arc::new(SmtpMailer { transport, from }))
    }
}

struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = message(&mail, &self.from)?;
        let sent = self.transport.send(message).await;
        sent.map(drop).map_err(|error| MailError(error.to_string()))
    }
}

/// For a first try, and for machines without a mail server. The files hold links that work: only their owner may read them.
struct FolderMailer {
    folder: PathBuf,
    from: Mailbox,
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let bytes = message(&mail, &self.from)?.formatted();
        let name = EventId::generate(SystemClock.now(), &mut OsRng.unwrap_err());
        let file = self.folder.join(format!("{name}.eml"));
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
            // Whole or not at all: somebody may be waiting for the file.
            let half = file.with_extension("part");
            let mut options = std::fs::OpenOptions::new();
            let mut out = options
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&half)?;
            out.write_all(&bytes)?;
            std::fs::rename(half, file)
        });
        let written = written
            .await
            .map_err(|error| MailError(error.to_string()))?;
        written.map_err(|error| MailError(error.to_string()))
    }
}

fn message(mail: &Mail, from: &Mailbox) -> Result<Message, MailError> {
    let malformed = |error: AddressError| MailError(format!("an address is malformed: {error}"));
    let from = match &mail.from {
        Some(from) => from.parse().map_err(malformed)?,
        None => from.clone(),
    };
    // Whom it goes to is no mailbox with a name: `ada<eve@example.com>` would go to somebody else than it says.
    let to: Address = mail.to.parse().map_err(malformed)?;
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(&mail.subject)
        .multipart(MultiPart::alternative_plain_html(
            mail.text.clone(),
            mail.html.clone(),
        ))
        .map_err(|error| MailError(error.to_string()))
}
