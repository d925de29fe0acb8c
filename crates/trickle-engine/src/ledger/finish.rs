//! The end of a migration.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use trickle_model::{Connection, ConnectionOptions, EventCode, ScriptSave};
use trickle_store::{Ending, Reopening};

use crate::{Caller, Engine, EngineError, journal::Entry};

/// Says "nobody" to whoever is asked for.
const NO_LOGIN: &str = "function login(email, password, callback) {\n  callback(null, null);\n}";
const NO_USER: &str = "function getUser(email, callback) {\n  callback(null, null);\n}";

/// How a migration ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationEnd {
    /// The native store decides alone; scripts are kept and ignored.
    Native,
    /// Import stays on, and `login` and `get_user` know nobody.
    NoOps,
}

impl MigrationEnd {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::NoOps => "no-ops",
        }
    }

    fn options(self, before: &ConnectionOptions) -> ConnectionOptions {
        let mut options = before.as_map().clone();
        match self {
            Self::Native => {
                options.insert("enabledDatabaseCustomization".to_owned(), false.into());
                options.insert("import_mode".to_owned(), false.into());
            }
            Self::NoOps => {
                options.insert("enabledDatabaseCustomization".to_owned(), true.into());
                options.insert("import_mode".to_owned(), true.into());
                let scripts = json!({"login": NO_LOGIN, "get_user": NO_USER});
                options.insert("customScripts".to_owned(), scripts);
            }
        }
        ConnectionOptions::from_stored(options)
    }
}

impl Engine {
    /// Ends a migration; false where it has ended already. It can be reopened for so many days, then the configuration values, which
    /// open the legacy store, are destroyed.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_migration(
        &self,
        connection: &Connection,
        end: MigrationEnd,
        reversible_days: u32,
        caller: &Caller,
    ) -> Result<bool, EngineError> {
        let now = self.parts.clock.now();
        let until = now + SignedDuration::from_hours(24 * i64::from(reversible_days));
        let after = end.options(&connection.options);
        let save = save(caller, "end of the migration");
        let ended = self
            .parts
            .store
            .end_migration(
                &connection.tenant,
                &connection.id,
                (end.as_str(), &after),
                &save,
                (now, until),
            )
            .await
            .map_err(EngineError::store("end the migration"))?;
        if ended {
            let text = format!("The migration has ended ({})", end.as_str());
            self.finished(connection, caller, text).await;
        }
        Ok(ended)
    }

    /// Goes back to what was before the migration ended.
    ///
    /// # Errors
    /// The store failed.
    pub async fn reopen_migration(
        &self,
        connection: &Connection,
        caller: &Caller,
    ) -> Result<Reopening, EngineError> {
        let now = self.parts.clock.now();
        let save = save(caller, "the migration goes on");
        let reopened = self
            .parts
            .store
            .reopen_migration(&connection.tenant, &connection.id, &save, now)
            .await
            .map_err(EngineError::store("reopen the migration"))?;
        if reopened == Reopening::Done {
            let text = "The migration goes on".to_owned();
            self.finished(connection, caller, text).await;
        }
        Ok(reopened)
    }

    /// How the migration has ended, if it has.
    ///
    /// # Errors
    /// The store failed.
    pub async fn migration_ending(
        &self,
        connection: &Connection,
    ) -> Result<Option<Ending>, EngineError> {
        let ending = self.parts.store.ending(&connection.id).await;
        ending.map_err(EngineError::store("read the end of the migration"))
    }

    /// Destroys the secrets of migrations that ended long enough ago.
    pub(super) async fn destroy_due_secrets(&self) -> Result<(), EngineError> {
        let now = self.parts.clock.now();
        let destroyed = self.parts.store.destroy_legacy_secrets(now).await;
        let destroyed = destroyed.map_err(EngineError::store("destroy legacy secrets"))?;
        for (tenant, id) in destroyed {
            self.connection_changed(&tenant, &id).await;
            let connection = self.parts.store.connection(&tenant, &id).await;
            let connection = connection.map_err(EngineError::store("read the connection"))?;
            if let Some(connection) = connection {
                let text = "The legacy store's secrets were destroyed".to_owned();
                self.log_finish(&connection, &Caller::default(), text).await;
            }
        }
        Ok(())
    }

    async fn finished(&self, connection: &Connection, caller: &Caller, text: String) {
        self.connection_changed(&connection.tenant, &connection.id)
            .await;
        self.log_finish(connection, caller, text).await;
    }

    async fn log_finish(&self, connection: &Connection, caller: &Caller, description: String) {
        self.log(Entry {
            code: EventCode::Warning,
            description,
            connection,
            caller,
            user: None,
            user_name: None,
            details: Map::new(),
        })
        .await;
    }
}

fn save(caller: &Caller, note: &str) -> ScriptSave {
    ScriptSave {
        author: caller
            .client
            .as_ref()
            .map(|client| client.as_str().to_owned()),
        note: Some(note.to_owned()),
        ..ScriptSave::default()
    }
}

/// As the API shows it.
pub fn ending_json(ending: &Ending) -> Value {
    json!({
        "ending": ending.kind, "ended_at": trickle_model::iso_millis(ending.ended_at),
        "reversible_until": trickle_model::iso_millis(ending.reversible_until),
        "secrets_destroyed_at": ending.destroyed_at.map(trickle_model::iso_millis),
    })
}
