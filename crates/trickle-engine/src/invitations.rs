//! Mailing somebody an invitation to an organization.

use trickle_model::TenantId;

use crate::{
    Engine, EngineError,
    mail::{Facts, TemplateKind},
};

/// An invitation that an administrator sends.
#[derive(Clone, Debug)]
pub struct SendInvitation {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name, for the mail.
    pub tenant_name: String,
    /// To whom.
    pub email: String,
    /// Who invites.
    pub inviter: String,
    /// To what.
    pub organization: String,
    /// Where it leads.
    pub url: String,
}

impl Engine {
    /// Sends an invitation, unless the tenant has turned mails of this kind off. The work is done after this returns: a mail server
    /// that is slow makes nobody wait.
    pub fn send_invitation(&self, order: SendInvitation) {
        let engine = self.clone();
        self.spawn(async move {
            if let Err(error) = engine.mail_invitation(&order).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    tenant.id = %order.tenant,
                    "failed to send an invitation"
                );
            }
        });
    }

    async fn mail_invitation(&self, order: &SendInvitation) -> Result<(), EngineError> {
        let kind = TemplateKind::Invitation;
        let template = self.template_of(&order.tenant, kind).await?;
        if !template.enabled {
            return Ok(());
        }
        let title = self.mail_title(&order.tenant, &order.tenant_name, &order.url);
        let mail = template.render(&Facts {
            email: &order.email,
            name: &order.email,
            url: &order.url,
            tenant: &order.tenant_name,
            title: &title.await?,
            connection: "",
            more: &[
                ("inviter.name", &order.inviter),
                ("organization.display_name", &order.organization),
                ("organization.name", &order.organization),
            ],
        });
        let sent = self.parts.mailer.send(mail).await;
        if let Err(error) = sent {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                tenant.id = %order.tenant,
                "failed to send an invitation"
            );
        }
        Ok(())
    }
}
