use serde_json::{Map, Value};
use trickle_model::{SecondFactor, TenantId, phone_identifier_of};

use super::{ImportChange, ImportId, ImportPassword, ImportRow, OnExisting};
use crate::column::{key, object, text};
use crate::search::Searched;

/// A row as its columns are, so that nothing but the database is waited for while others wait for the writer.
#[derive(Clone, Debug)]
pub struct ReadyRow {
    /// In the file, from 1.
    pub position: u64,
    pub(super) is_whole: bool,
    pub(super) id: ImportId,
    pub(in crate::users) user_id: String,
    pub(super) raw_id: String,
    pub(super) email: Option<String>,
    pub(super) email_key: Option<String>,
    pub(super) email_verified: bool,
    pub(super) username: Option<String>,
    pub(super) username_key: Option<String>,
    /// A key where numbers are identifiers of the connection.
    pub(super) phone: Option<String>,
    pub(super) blocked: bool,
    pub(super) attributes: String,
    pub(super) user_metadata: String,
    pub(super) app_metadata: String,
    pub(super) second_factors: Vec<SecondFactor>,
    pub(super) password: Option<ImportPassword>,
    /// Where users who are here already are changed.
    pub(super) change: Option<Box<ImportChange>>,
    pub(in crate::users) terms: Box<[i64]>,
}

impl ImportRow {
    /// The row's columns, for a tenant. Computes; call it where that is no harm.
    pub fn ready(self, tenant: &TenantId, on_existing: OnExisting) -> ReadyRow {
        let profile = &self.profile;
        let id = self.id.id();
        ReadyRow {
            position: self.position,
            is_whole: self.is_whole,
            user_id: text(id.as_str()),
            raw_id: text(id.raw()),
            email: profile.email.as_deref().map(text),
            email_key: profile.email.as_deref().map(key),
            email_verified: profile.email_verified,
            username: profile.username.as_deref().map(text),
            username_key: profile.username.as_deref().map(key),
            phone: phone_identifier_of(&profile.attributes),
            blocked: profile.blocked,
            attributes: object(&profile.attributes),
            user_metadata: object(&profile.user_metadata),
            app_metadata: object(&profile.app_metadata),
            terms: Searched {
                tenant,
                email: profile.email.as_deref(),
                attributes: &profile.attributes,
                user_metadata: &profile.user_metadata,
                app_metadata: &profile.app_metadata,
            }
            .terms()
            .into_iter()
            .collect(),
            second_factors: self.profile.second_factors,
            id: self.id,
            password: self.password,
            change: (on_existing == OnExisting::Change).then(|| Box::new(self.change)),
        }
    }
}

impl ReadyRow {
    /// What no other user of the connection may have.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let keys = [&self.email_key, &self.username_key, &self.phone];
        let keys = keys.into_iter().flatten();
        std::iter::once(&self.user_id)
            .chain(keys)
            .map(String::as_str)
    }

    pub(super) const fn is_made_up(&self) -> bool {
        matches!(self.id, ImportId::MadeUp(_))
    }

    /// The attributes of the user whom the row adds.
    pub(super) fn attributes(&self) -> Map<String, Value> {
        serde_json::from_str(&self.attributes).expect("it was written from a map")
    }
}
