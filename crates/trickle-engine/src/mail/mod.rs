//! Mails to people: what they say, and who carries them.

mod template;
mod texts;

use async_trait::async_trait;

pub(crate) use template::Facts;
pub use template::{MailTemplate, TemplateError, TemplateKind};

/// A mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The person's address.
    pub to: String,
    /// The sender, where the tenant's template names one.
    pub from: Option<String>,
    /// One line.
    pub subject: String,
    /// HTML.
    pub html: String,
    /// The same without markup.
    pub text: String,
}

impl std::fmt::Debug for Mail {
    /// Links in mails are secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// A mail could not be handed over; the text says why, without the mail.
#[derive(Debug, thiserror::Error)]
#[error("hand a mail over: {0}")]
pub struct MailError(pub String);

/// Carries mails: SMTP or a folder in production, memory in tests.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail over.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}
