//! Tokens that work once.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, FromRow};
use trickle_model::{TenantId, UserId};

use crate::column::{Row, number, object, text};
use crate::error::{Changed, Step};
use crate::login_basis::{LoginBasis, insert_resting};
use crate::{Store, StoreError};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneTimePurpose {
    /// To be exchanged for tokens (RFC 6749 §4.1.2).
    AuthorizationCode,
    /// To go on at the login page after a login from another origin.
    LoginTicket,
    /// To go on with a second factor after the password.
    SecondFactor,
}

impl OneTimePurpose {
    /// Its name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization-code",
            Self::LoginTicket => "login-ticket",
            Self::SecondFactor => "second-factor",
        }
    }
}

/// A token that works once.
#[derive(Clone, Debug, PartialEq)]
pub struct OneTimeToken {
    /// SHA-256 of the token, hexadecimal.
    pub id: String,
    /// The tenant.
    pub tenant: TenantId,
    /// What it is for.
    pub purpose: OneTimePurpose,
    /// Who has proven something.
    pub user: UserId,
    /// On what the login rests.
    pub by: LoginBasis,
    /// Sealed in the store.
    pub details: Map<String, Value>,
    /// From when on it does not work.
    pub expires_at: Timestamp,
}

/// What became of a token that somebody came with.
#[derive(Clone, Debug, PartialEq)]
pub enum TakeOneTime {
    /// It worked, and does not any more.
    Taken(OneTimeToken),
    /// It had worked before.
    Used,
    /// There is no such token, or it has expired.
    Unknown,
}

#[derive(FromRow)]
struct OneTimeRow {
    user_id: String,
    details: String,
    expires_at: i64,
    proven_by: Option<String>,
    logins_ended: i64,
}

/// Opens in its own row only.
fn place<'a>(tenant: &'a TenantId, id: &'a str) -> [&'a str; 3] {
    ["one_time_token", tenant.as_str(), id]
}

impl Store {
    /// Adds a token; false where its basis holds no longer.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.one_time_tokens.add", skip_all, fields(tenant.id = %token.tenant, user.id = %token.user))]
    pub async fn add_one_time(&self, token: &OneTimeToken) -> Result<bool, StoreError> {
        let json = object(&token.details);
        let sealed = self
            .vault
            .seal(json.as_bytes(), &place(&token.tenant, &token.id));
        let columns = [
            "id",
            "purpose",
            "details",
            "expires_at",
            "proven_by",
            "logins_ended",
        ];
        let sql = insert_resting(self.dialect, "one_time_tokens", &columns);
        let by = &token.by;
        sqlx::query(AssertSqlSafe(sql))
            .bind(text(token.tenant.as_str()))
            .bind(text(token.user.as_str()))
            .bind(text(by.user.as_str()))
            .bind(number(by.logins_ended))
            .bind(text(&token.id))
            .bind(token.purpose.as_str())
            .bind(sealed)
            .bind(token.expires_at.as_millisecond())
            .bind(text(by.user.as_str()))
            .bind(number(by.logins_ended))
            .execute(&self.write)
            .await
            .at_most_one("add the token")
    }

    /// A token that works still.
    ///
    /// # Errors
    /// The store fails, or the token cannot be opened.
    #[tracing::instrument(name = "db.one_time_tokens.token", skip_all, fields(tenant.id = %tenant))]
    pub async fn one_time(
        &self,
        tenant: &TenantId,
        id: &str,
        purpose: OneTimePurpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        let found: Option<OneTimeRow> = sqlx::query_as(
            "SELECT user_id, details, expires_at, proven_by, logins_ended FROM one_time_tokens \
             WHERE tenant_id = $1 AND id = $2 AND purpose = $3 AND expires_at > $4 AND used_at IS NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(purpose.as_str())
        .bind(now.as_millisecond())
        .fetch_optional(&self.read)
        .await
        .step("find the token")?;
        let open = |row: OneTimeRow| self.open_one_time(row, tenant, id, purpose);
        found.map(open).transpose()
    }

    /// Uses a token up. Of several who come with it at once one gets it.
    ///
    /// # Errors
    /// The store fails, or the token cannot be opened.
    #[tracing::instrument(name = "db.one_time_tokens.take", skip_all, fields(tenant.id = %tenant))]
    pub async fn take_one_time(
        &self,
        tenant: &TenantId,
        id: &str,
        purpose: OneTimePurpose,
        now: Timestamp,
    ) -> Result<TakeOneTime, StoreError> {
        let step = "use the token up";
        let mut tx = self.begin_write().await?;
        let found: Option<OneTimeRow> = sqlx::query_as(
            "SELECT user_id, details, expires_at, proven_by, logins_ended FROM one_time_tokens \
             WHERE tenant_id = $1 AND id = $2 AND purpose = $3 AND expires_at > $4",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(purpose.as_str())
        .bind(now.as_millisecond())
        .fetch_optional(&mut *tx)
        .await
        .step(step)?;
        let Some(found) = found else {
            return Ok(TakeOneTime::Unknown);
        };
        let taken = sqlx::query(
            "UPDATE one_time_tokens SET used_at = $3 WHERE tenant_id = $1 AND id = $2 AND used_at IS NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        tx.commit().await.step(step)?;
        if !taken {
            return Ok(TakeOneTime::Used);
        }
        let open = self.open_one_time(found, tenant, id, purpose);
        open.map(TakeOneTime::Taken)
    }

    fn open_one_time(
        &self,
        found: OneTimeRow,
        tenant: &TenantId,
        id: &str,
        purpose: OneTimePurpose,
    ) -> Result<OneTimeToken, StoreError> {
        let row = Row {
            table: "one_time_tokens",
            id,
        };
        let clear = self.vault.unseal_text(&found.details, &place(tenant, id));
        let clear = clear.map_err(|error| row.inconsistent("details", error))?;
        let proven_by = found.proven_by.unwrap_or_else(|| found.user_id.clone());
        Ok(OneTimeToken {
            by: LoginBasis {
                user: UserId::from_text(proven_by),
                logins_ended: row.count("logins_ended", found.logins_ended)?,
            },
            details: row.object("details", &clear)?,
            expires_at: row.time("expires_at", found.expires_at)?,
            id: id.to_owned(),
            tenant: tenant.clone(),
            purpose,
            user: UserId::from_text(found.user_id),
        })
    }
}
