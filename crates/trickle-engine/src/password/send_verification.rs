//! Mailing somebody a link to prove an address.

use trickle_model::{EventCode, User};
use trickle_store::TicketPurpose;

use super::request::name_of;
use crate::{
    Caller, Engine, EngineError,
    journal::Entry,
    mail::{Facts, TemplateKind},
    tickets::{NewTicket, Subject},
};

/// A mail that an administrator asks for.
#[derive(Clone, Debug)]
pub struct SendVerification {
    /// To whom.
    pub user: User,
    /// Name of the tenant, for the mail.
    pub tenant: String,
    /// `host` or `host:port` under which the link leads back; whoever asks has a token for it.
    pub host: String,
    /// Who asks.
    pub caller: Caller,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerificationSent {
    /// Handed over.
    Sent,
    /// There is no address to write to.
    NoAddress,
    /// The user or the connection is gone.
    NoUser,
    /// No mail was sent, and why.
    Failed(String),
}

impl Engine {
    /// Sends somebody who has just signed up a link to prove the address, unless it is proven or the tenant has turned mails of
    /// this kind off. The work is done after this returns: a mail server that is slow makes nobody wait.
    pub fn verify_new_user(&self, order: SendVerification) {
        if order.user.email_verified || order.user.email.is_none() {
            return;
        }
        let engine = self.clone();
        self.spawn(async move {
            let sent = match engine.wants_verification(&order.user).await {
                Ok(true) => engine.send_verification(order).await.map(drop),
                Ok(false) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = sent {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "failed to send a new user a link to prove the address"
                );
            }
        });
    }

    async fn wants_verification(&self, user: &User) -> Result<bool, EngineError> {
        let connection = self
            .parts
            .store
            .connection(&user.tenant, &user.connection)
            .await;
        let connection = connection.map_err(EngineError::store("read the connection"))?;
        let Some(connection) = connection else {
            return Ok(false);
        };
        let template = self
            .template(&connection, TemplateKind::EmailVerification)
            .await?;
        Ok(template.enabled)
    }

    /// Sends a link to prove an address; earlier ones work no more.
    ///
    /// # Errors
    /// The store failed.
    pub async fn send_verification(
        &self,
        order: SendVerification,
    ) -> Result<VerificationSent, EngineError> {
        let user = &order.user;
        let Some(email) = user.email.clone() else {
            return Ok(VerificationSent::NoAddress);
        };
        let store = &self.parts.store;
        let connection = store.connection(&user.tenant, &user.connection).await;
        let connection = connection.map_err(EngineError::store("read the connection"))?;
        let Some(connection) = connection else {
            return Ok(VerificationSent::NoUser);
        };
        let kind = TemplateKind::EmailVerification;
        let template = self.template(&connection, kind).await?;
        let sent = if !template.enabled {
            VerificationSent::Failed("mails of this kind are turned off".to_owned())
        } else if self.is_mailed_too_often(&connection, &email).await? {
            VerificationSent::Failed("too many mails to this address".to_owned())
        } else {
            let made = self.make_ticket(NewTicket {
                connection: &connection,
                purpose: TicketPurpose::EmailVerification,
                subject: Subject::User(user.id.clone()),
                email: Some(email.clone()),
                result_url: template.result_url.clone(),
                includes_email: false,
                proves_email: true,
                seconds: template.link_seconds,
            });
            let (host, token) = (&order.host, made.await?);
            let url = format!(
                "https://{host}/u/email-verification?ticket={}",
                token.expose()
            );
            let title = self.mail_title(&user.tenant, &order.tenant, &url);
            let mail = template.render(&Facts {
                email: &email,
                name: &name_of(&user.attributes, &email),
                url: &url,
                tenant: &order.tenant,
                title: &title.await?,
                connection: &connection.name,
                more: &[],
            });
            match self.parts.mailer.send(mail).await {
                Ok(()) => VerificationSent::Sent,
                Err(error) => VerificationSent::Failed(error.to_string()),
            }
        };
        let (code, description) = match &sent {
            VerificationSent::Failed(why) => (EventCode::VerificationRequestFailed, why.clone()),
            _ => (
                EventCode::VerificationRequested,
                "Verification email sent".to_owned(),
            ),
        };
        self.log_flow(
            Entry {
                code,
                description,
                connection: &connection,
                caller: &order.caller,
                user: Some(user.id.clone()),
                user_name: Some(email),
                details: serde_json::Map::new(),
            },
            None,
        )
        .await;
        Ok(sent)
    }
}
