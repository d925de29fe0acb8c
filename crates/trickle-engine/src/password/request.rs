//! Asking for a link.

use std::{sync::Arc, time::Duration};

use trickle_model::{
    Action, Connection, EventCode, ImportMode, Outcome, Profile, Secret, TenantId, User, UserId,
};
use trickle_store::{RefreshProfile, Stage, ThrottleKey, TicketPurpose, UserEdit};

use crate::{
    Caller, Engine, EngineError,
    execution::Execution,
    identifier_of,
    journal::{Entry, execution_details},
    login::follows,
    mail::{Facts, MailTemplate, TemplateKind},
    profile::{cached, native},
    tickets::{NewTicket, Subject},
};

/// So many mails to one address in a row…
const MAILS: u32 = 5;
/// …and one more after each such time.
const MAIL_INTERVAL: Duration = Duration::from_mins(10);

/// Under which host links lead back.
#[derive(Clone, Debug)]
pub enum LinkHost {
    /// `host` or `host:port` that belongs to the tenant.
    Known(String),
    /// Whoever asked could have made the name up: a link under it would carry its token to a stranger.
    Unknown,
}

/// Somebody says to have forgotten a password.
#[derive(Clone, Debug)]
pub struct ForgotPassword {
    /// Through this connection.
    pub connection: Arc<Connection>,
    /// Name of the tenant, for the mail.
    pub tenant: String,
    /// As typed.
    pub email: String,
    /// Under which host the link leads back.
    pub host: LinkHost,
    /// Who asks.
    pub caller: Caller,
}

/// A link that an administrator wants to hand out.
#[derive(Clone, Debug)]
pub struct TicketOrder {
    /// For whom.
    pub user: User,
    /// What for.
    pub purpose: TicketPurpose,
    /// Where the person goes on.
    pub result_url: Option<String>,
    /// Whether the address goes along.
    pub includes_email: bool,
    /// Whether using the link also proves the address.
    pub proves_email: bool,
    /// How long it works; five days unless said otherwise.
    pub seconds: Option<i64>,
}

/// Whom the mail goes to.
pub(super) struct Addressee {
    pub(super) subject: Subject,
    pub(super) email: String,
    name: String,
}

impl Engine {
    /// Sends a link to choose a new password, if there is somebody to send it to. The work is done after this returns, so that
    /// neither answer nor time tell who is known.
    pub fn forgot_password(&self, order: ForgotPassword) {
        let engine = self.clone();
        self.spawn(async move {
            if let Err(error) = engine.send_password_link(&order).await {
                tracing::error!(
                    tenant.id = %order.connection.tenant,
                    connection.id = %order.connection.id,
                    error = &error as &dyn std::error::Error,
                    "failed to send a link for a new password"
                );
            }
        });
    }

    /// Makes a link for an administrator and gives its token.
    ///
    /// # Errors
    /// The store failed, or the connection is gone.
    pub async fn order_ticket(&self, order: &TicketOrder) -> Result<Option<Secret>, EngineError> {
        let user = &order.user;
        let connection = self
            .parts
            .store
            .connection(&user.tenant, &user.connection)
            .await;
        let connection = connection.map_err(EngineError::store("read the connection"))?;
        let Some(connection) = connection else {
            return Ok(None);
        };
        let template = self.template(&connection, kind_of(order.purpose)).await?;
        let made = self.make_ticket(NewTicket {
            connection: &connection,
            purpose: order.purpose,
            subject: Subject::User(user.id.clone()),
            email: user.email.clone(),
            result_url: order.result_url.clone().or(template.result_url),
            includes_email: order.includes_email,
            proves_email: order.proves_email,
            seconds: order.seconds.unwrap_or(template.link_seconds),
        });
        made.await.map(Some)
    }

    async fn send_password_link(&self, order: &ForgotPassword) -> Result<(), EngineError> {
        let connection = &order.connection;
        let LinkHost::Known(host) = &order.host else {
            let why = "no mail is sent under a host name that is not known to be the tenant's; start the server with --public-host";
            self.log_request(
                order,
                EventCode::PasswordChangeRequestFailed,
                why,
                None,
                None,
            )
            .await;
            return Ok(());
        };
        if self.is_mailed_too_often(connection, &order.email).await? {
            let why = "too many mails to this address";
            self.log_request(
                order,
                EventCode::PasswordChangeRequestFailed,
                why,
                None,
                None,
            )
            .await;
            return Ok(());
        }
        let (found, execution) = match self.addressee(connection, &order.email).await? {
            Ok(found) => found,
            Err((why, execution)) => {
                let code = EventCode::PasswordChangeRequestFailed;
                self.log_request(order, code, &why, None, execution.as_ref())
                    .await;
                return Ok(());
            }
        };
        // A legacy store may know one person by many names, as by letters that its collation takes for the same.
        let key = |name: &str| identifier_of(&connection.options, name);
        if key(&found.email) != key(&order.email)
            && self.is_mailed_too_often(connection, &found.email).await?
        {
            let code = EventCode::PasswordChangeRequestFailed;
            let why = "too many mails to the address of this user";
            self.log_request(order, code, why, Some(&found), execution.as_ref())
                .await;
            return Ok(());
        }
        let template = self
            .template(connection, TemplateKind::PasswordChange)
            .await?;
        if !template.enabled {
            let why = "mails of this kind are turned off";
            self.log_request(
                order,
                EventCode::PasswordChangeRequestFailed,
                why,
                None,
                None,
            )
            .await;
            return Ok(());
        }
        let token = self
            .make_ticket(NewTicket {
                connection,
                purpose: TicketPurpose::PasswordChange,
                subject: found.subject.clone(),
                email: Some(found.email.clone()),
                result_url: template.result_url.clone(),
                includes_email: false,
                proves_email: true,
                seconds: template.link_seconds,
            })
            .await?;
        let url = format!("https://{host}/u/reset-password?ticket={}", token.expose());
        let title = self.mail_title(&connection.tenant, &order.tenant, &url);
        let mail = template.render(&Facts {
            email: &found.email,
            name: &found.name,
            url: &url,
            tenant: &order.tenant,
            title: &title.await?,
            connection: &connection.name,
            more: &[],
        });
        let (code, text) = match self.parts.mailer.send(mail).await {
            Ok(()) => (
                EventCode::PasswordChangeRequested,
                "Change password request sent".to_owned(),
            ),
            Err(error) => (EventCode::PasswordChangeRequestFailed, error.to_string()),
        };
        self.log_request(order, code, &text, Some(&found), execution.as_ref())
            .await;
        Ok(())
    }

    /// Whom to write to, or why to nobody. The legacy store is asked about all who are not native: it knows where they are now.
    pub(super) async fn addressee(
        &self,
        connection: &Connection,
        typed: &str,
    ) -> Result<
        Result<(Addressee, Option<Arc<Execution>>), (String, Option<Arc<Execution>>)>,
        EngineError,
    > {
        let identifier = identifier_of(&connection.options, typed);
        let mode = connection.options.import_mode();
        let stored = self.find(connection, &identifier).await?;
        let asks = mode != ImportMode::Native && connection.has(Action::GetUser);
        if let Some(stored) = &stored
            && (!asks || (mode == ImportMode::On && stored.password.is_some()))
        {
            return Ok(addressee_here(&stored.user).map(|found| (found, None)));
        }
        if !asks {
            return Ok(Err(("there is no such user".to_owned(), None)));
        }
        let run = self.get_user(connection, &identifier, None).await;
        if let (ImportMode::On, Some(stored), Outcome::NoSuchUser) =
            (mode, &stored, &run.report.outcome)
            && stored.user.logins_count == 0
        {
            // From a file, or made here: the legacy store may never have had the person.
            return Ok(addressee_here(&stored.user).map(|found| (found, Some(run))));
        }
        let profile = match &run.report.outcome {
            Outcome::Profile(profile) => profile.clone().verify(connection.options.email_rule()),
            other => return Ok(Err((other.to_string(), Some(run)))),
        };
        let profile = match profile {
            Ok(profile) => profile,
            Err(error) => return Ok(Err((error.to_string(), Some(run)))),
        };
        let found = match &stored {
            Some(stored) => {
                self.addressee_cached(connection, &stored.user, profile)
                    .await?
            }
            None if self.is_deleted_for_good(connection, &profile.id).await? => Err((
                "the user was deleted here and is not imported again".to_owned(),
                None,
            )),
            None => addressee_there(profile),
        };
        Ok(found
            .map(|found| (found, Some(Arc::clone(&run))))
            .map_err(|(why, _)| (why, Some(run))))
    }

    /// Somebody who is cached: at the address that the legacy store has now, which the user gets here as by a login. At the one before there
    /// may be somebody else.
    async fn addressee_cached(
        &self,
        connection: &Connection,
        user: &User,
        profile: Profile,
    ) -> Result<Result<Addressee, NoAddressee>, EngineError> {
        let options = &connection.options;
        let imports = options.import_mode() == ImportMode::On;
        let profile = if imports {
            native(profile, options)
        } else {
            cached(profile, options)
        };
        let profile = self.known_as(options, user, &profile).await?.into_owned();
        let is_the_one = UserId::from_raw(&profile.id) == user.id;
        if !is_the_one && imports {
            // Who has the address there would get this one's account, and not the own one as with import off.
            let why = "the legacy store has somebody else by this identifier";
            return Ok(Err((why.to_owned(), None)));
        }
        let key = |email: &String| email.to_lowercase();
        let is_same = user.email.as_ref().map(key) == profile.email.as_ref().map(key);
        if profile.email.is_none() || is_same || !is_the_one || !follows(&connection.options) {
            return Ok(addressee_here(user));
        }
        // The address alone: `get_user` may say less of a person than `login`.
        let edit = UserEdit {
            email: Some(profile.email),
            email_verified: Some(profile.email_verified),
            ..UserEdit::default()
        };
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let refreshed = store.edit_user(&user.tenant, &user.id, &edit, now);
        let refreshed = refreshed.await;
        Ok(
            match refreshed.map_err(EngineError::store("refresh the cached user"))? {
                RefreshProfile::Refreshed(user) => addressee_here(&user),
                RefreshProfile::Taken(_) => {
                    let why = "another user has the address that the legacy store has for this one";
                    Err((why.to_owned(), None))
                }
                // An address is in none of the objects.
                RefreshProfile::Gone | RefreshProfile::TooLarge(_) => {
                    Err(("there is no such user".to_owned(), None))
                }
            },
        )
    }

    /// Counts the mail too.
    pub(super) async fn is_mailed_too_often(
        &self,
        connection: &Connection,
        email: &str,
    ) -> Result<bool, EngineError> {
        let key = ThrottleKey {
            tenant: connection.tenant.clone(),
            stage: Stage::Mail,
            // One form, so that no other spelling of a number gets another five.
            ip: identifier_of(&connection.options, email),
        };
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let is_in = store.fill_where_room(&key, now, MAIL_INTERVAL, MAILS).await;
        is_in
            .map(|is_in| !is_in)
            .map_err(EngineError::store("count the mail"))
    }

    pub(super) async fn template(
        &self,
        connection: &Connection,
        kind: TemplateKind,
    ) -> Result<MailTemplate, EngineError> {
        self.template_of(&connection.tenant, kind).await
    }

    pub(crate) async fn template_of(
        &self,
        tenant: &TenantId,
        kind: TemplateKind,
    ) -> Result<MailTemplate, EngineError> {
        let stored = self.stored_setting(tenant, &kind.setting()).await?;
        MailTemplate::parse(kind, stored.as_ref())
            .map_err(|error| EngineError::Settings(error.to_string()))
    }

    async fn log_request(
        &self,
        order: &ForgotPassword,
        code: EventCode,
        description: &str,
        found: Option<&Addressee>,
        execution: Option<&Arc<Execution>>,
    ) {
        let user = match found.map(|found| &found.subject) {
            Some(Subject::User(id)) => Some(id.clone()),
            _ => None,
        };
        let details = execution.map(|run| execution_details(run, true));
        self.log_flow(
            Entry {
                code,
                description: description.to_owned(),
                connection: &order.connection,
                caller: &order.caller,
                user,
                user_name: Some(identifier_of(&order.connection.options, &order.email)),
                details: details.unwrap_or_default(),
            },
            execution,
        )
        .await;
    }
}

const fn kind_of(purpose: TicketPurpose) -> TemplateKind {
    match purpose {
        TicketPurpose::PasswordChange => TemplateKind::PasswordChange,
        TicketPurpose::EmailVerification => TemplateKind::EmailVerification,
    }
}

type NoAddressee = (String, Option<Arc<Execution>>);

fn addressee_here(user: &User) -> Result<Addressee, NoAddressee> {
    let Some(email) = user.email.clone() else {
        return Err(("the user has no address".to_owned(), None));
    };
    Ok(Addressee {
        subject: Subject::User(user.id.clone()),
        name: name_of(&user.attributes, &email),
        email,
    })
}

fn addressee_there(profile: Profile) -> Result<Addressee, NoAddressee> {
    let Some(email) = profile.email.clone() else {
        return Err(("the profile of get_user has no address".to_owned(), None));
    };
    Ok(Addressee {
        name: name_of(&profile.attributes, &email),
        subject: Subject::Legacy(Box::new(profile)),
        email,
    })
}

pub(super) fn name_of(
    attributes: &serde_json::Map<String, serde_json::Value>,
    email: &str,
) -> String {
    let name = attributes.get("name").and_then(serde_json::Value::as_str);
    name.unwrap_or(email).to_owned()
}
