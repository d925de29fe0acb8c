//! Links for those who have not moved, many at once.

use std::time::Duration;

use serde_json::Map;
use tokio::time::sleep;
use trickle_model::{Connection, EventCode, Outcome, Secret};
use trickle_store::{RollEntry, TicketPurpose};

use crate::{
    Caller, Engine, EngineError, execution::Execution, journal::Entry, mail::TemplateKind,
    tickets::NewTicket,
};

/// Links of one batch. Each may cost the legacy store a question.
const BATCH: u64 = 50;
/// Between two people: what a legacy store bears beside its own work.
const PAUSE: Duration = Duration::from_millis(50);

/// Links for the next ones who have not moved.
#[derive(Clone, Debug, Default)]
pub struct StragglerOrder {
    /// Of those after this one.
    pub after: Option<String>,
    /// How many people, at most 50.
    pub most: u64,
    /// Where they go on.
    pub result_url: Option<String>,
    /// How long the links work; as in mails unless said otherwise.
    pub seconds: Option<i64>,
}

/// A link for somebody who has not moved.
#[derive(Clone, Debug)]
pub struct StragglerTicket {
    /// Who it is.
    pub straggler: RollEntry,
    /// The address that the legacy store has, or the user here.
    pub email: Option<String>,
    /// The link's token, or why there is none.
    pub token: Result<Secret, String>,
}

/// What became of a batch.
#[derive(Clone, Debug)]
pub enum StragglerBatch {
    /// Links, and after whom the next batch goes on, if there is somebody left. A legacy store that is down ends a batch early.
    Made {
        /// One for each person.
        tickets: Vec<StragglerTicket>,
        /// To be named as `after`.
        next: Option<String>,
    },
    /// Another one is under way.
    UnderWay,
}

impl Engine {
    /// Makes links by which people who have not moved choose a password, and nothing of them is written down before they do. The
    /// legacy store is asked for one person at a time.
    ///
    /// # Errors
    /// The store failed.
    pub async fn straggler_tickets(
        &self,
        connection: &Connection,
        order: &StragglerOrder,
        caller: &Caller,
    ) -> Result<StragglerBatch, EngineError> {
        let Some(_batch) = self.batches.begin(&connection.id) else {
            return Ok(StragglerBatch::UnderWay);
        };
        let most = order.most.min(BATCH);
        let after = order.after.as_deref();
        let people = self.stragglers(connection, after, most).await?;
        let is_last = (people.len() as u64) < most;
        let template = self
            .template(connection, TemplateKind::PasswordChange)
            .await?;
        let mut tickets: Vec<StragglerTicket> = Vec::new();
        let mut is_down = false;
        for straggler in people {
            if !tickets.is_empty() {
                sleep(PAUSE).await;
            }
            let found = match self.addressee(connection, &straggler.identifier).await? {
                Ok((found, _)) => Ok(found),
                Err((_, Some(run))) if says_nothing(&run) => {
                    is_down = true;
                    break;
                }
                Err((why, _)) => Err(why),
            };
            let ticket = match found {
                Err(why) => StragglerTicket {
                    straggler,
                    email: None,
                    token: Err(why),
                },
                Ok(found) => {
                    let made = self.make_ticket(NewTicket {
                        connection,
                        purpose: TicketPurpose::PasswordChange,
                        subject: found.subject,
                        email: Some(found.email.clone()),
                        result_url: order
                            .result_url
                            .clone()
                            .or_else(|| template.result_url.clone()),
                        includes_email: false,
                        // Whoever gets the list hands the links out as they like.
                        proves_email: false,
                        seconds: order.seconds.unwrap_or(template.link_seconds),
                    });
                    StragglerTicket {
                        straggler,
                        email: Some(found.email),
                        token: Ok(made.await?),
                    }
                }
            };
            tickets.push(ticket);
        }
        let made = tickets.iter().filter(|ticket| ticket.token.is_ok()).count();
        self.log(Entry {
            code: EventCode::Warning,
            description: format!("{made} links were made for users who have not moved"),
            connection,
            caller,
            user: None,
            user_name: None,
            details: Map::new(),
        })
        .await;
        let last = tickets
            .last()
            .map(|ticket| ticket.straggler.identifier.clone());
        let next = if is_down {
            // Whoever could not be asked for comes next.
            last.or_else(|| Some(order.after.clone().unwrap_or_default()))
        } else {
            last.filter(|_| !is_last)
        };
        Ok(StragglerBatch::Made { tickets, next })
    }
}

/// Whether a run tells nothing of the person, so that it is worth asking again later.
fn says_nothing(run: &Execution) -> bool {
    matches!(
        run.report.outcome,
        Outcome::LegacyStoreDown(..) | Outcome::TooSlow(_) | Outcome::Busy
    )
}
