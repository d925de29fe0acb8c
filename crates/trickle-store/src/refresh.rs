//! Refresh tokens: families that go back to one login, of which one token works at a time.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};
use trickle_model::{ClientId, TenantId, UserId};

use crate::column::{Row, number, object, text};
use crate::error::{Changed, Step};
use crate::login_basis::{LoginBasis, insert_resting};
use crate::stored::remove;
use crate::{Store, StoreError};

/// In the place of the time at which a code was used.
const CAME_AGAIN: i64 = 0;

/// All refresh tokens that go back to one login.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshFamily {
    /// Its id.
    pub id: String,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose tokens these are.
    pub client: ClientId,
    /// For whom.
    pub user: UserId,
    /// Id of the authorization code that it began with.
    pub origin: Option<String>,
    /// What the tokens are for.
    pub details: Map<String, Value>,
    /// When the person logged in.
    pub created_at: Timestamp,
    /// From when on none of its tokens works.
    pub expires_at: Timestamp,
}

/// One refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token, hexadecimal.
    pub id: String,
    /// From when on it does not work unless it is used.
    pub idle_expires_at: Timestamp,
}

/// How a token is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshUse {
    /// Another token takes its place. The old one works for `leeway` still, for clients that lost the answer.
    Rotate {
        /// The new token.
        next: RefreshToken,
        /// How long the old one works still.
        leeway: SignedDuration,
    },
    /// It stays, and is idle from now on.
    Keep {
        /// From when on it does not work unless it is used again.
        idle_expires_at: Timestamp,
    },
}

/// What became of a token that somebody came with.
#[derive(Clone, Debug, PartialEq)]
pub enum UseRefresh {
    /// It worked.
    Used(RefreshFamily),
    /// It had been exchanged before: its family is gone.
    Reused(RefreshFamily),
    /// There is no such token, or it has expired.
    Unknown,
}

#[derive(FromRow)]
pub(crate) struct FamilyRow {
    id: String,
    client_id: String,
    user_id: String,
    origin: Option<String>,
    details: String,
    created_at: i64,
    expires_at: i64,
}

#[derive(FromRow)]
struct TokenRow {
    used_at: Option<i64>,
}

impl FamilyRow {
    pub(crate) fn into_family(self, tenant: &TenantId) -> Result<RefreshFamily, StoreError> {
        let row = Row {
            table: "refresh_families",
            id: &self.id,
        };
        Ok(RefreshFamily {
            details: row.object("details", &self.details)?,
            created_at: row.time("created_at", self.created_at)?,
            expires_at: row.time("expires_at", self.expires_at)?,
            tenant: tenant.clone(),
            client: ClientId::from_text(self.client_id),
            user: UserId::from_text(self.user_id),
            origin: self.origin,
            id: self.id,
        })
    }
}

impl Store {
    /// Adds a family with its first token; false where the basis of its login holds no longer, or the code that it began with came a second
    /// time meanwhile.
    ///
    /// # Errors
    /// The client is unknown, or the store fails.
    #[tracing::instrument(name = "db.refresh_families.add", skip_all, fields(tenant.id = %family.tenant, client.id = %family.client, user.id = %family.user))]
    pub async fn add_refresh_family(
        &self,
        family: &RefreshFamily,
        first: &RefreshToken,
        by: &LoginBasis,
    ) -> Result<bool, StoreError> {
        let step = "add the refresh token";
        let columns = [
            "id",
            "client_id",
            "origin",
            "details",
            "created_at",
            "expires_at",
        ];
        let sql = insert_resting(self.dialect, "refresh_families", &columns);
        let mut tx = self.begin_write().await?;
        let added = sqlx::query(AssertSqlSafe(sql))
            .bind(text(family.tenant.as_str()))
            .bind(text(family.user.as_str()))
            .bind(text(by.user.as_str()))
            .bind(number(by.logins_ended))
            .bind(text(&family.id))
            .bind(text(family.client.as_str()))
            .bind(family.origin.as_deref().map(text))
            .bind(object(&family.details))
            .bind(family.created_at.as_millisecond())
            .bind(family.expires_at.as_millisecond())
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
        if !added {
            return Ok(false);
        }
        if let Some(code) = &family.origin
            && self.came_again(&family.tenant, code, &mut tx).await?
        {
            return Ok(false);
        }
        insert(&family.tenant, &family.id, first, &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// The family of a token, whether or not the token was used.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.of_token", skip_all, fields(tenant.id = %tenant))]
    pub async fn refresh_family(
        &self,
        tenant: &TenantId,
        token: &str,
    ) -> Result<Option<RefreshFamily>, StoreError> {
        let found: Option<FamilyRow> = sqlx::query_as(
            "SELECT id, client_id, user_id, origin, details, created_at, expires_at FROM refresh_families \
             WHERE tenant_id = $1 AND id = (SELECT family_id FROM refresh_tokens WHERE tenant_id = $1 AND id = $2)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(token))
        .fetch_optional(&self.read)
        .await
        .step("find the family of the refresh token")?;
        found.map(|row| row.into_family(tenant)).transpose()
    }

    /// Uses a token. One that was exchanged before ends its family: either who comes now has stolen it, or who came before.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_tokens.use", skip_all, fields(tenant.id = %tenant))]
    pub async fn use_refresh_token(
        &self,
        tenant: &TenantId,
        token: &str,
        how: &RefreshUse,
        now: Timestamp,
    ) -> Result<UseRefresh, StoreError> {
        let step = "use the refresh token";
        let mut tx = self.begin_write().await?;
        // The family before its tokens, as whoever ends logins takes them: either would wait for the other, and of two uses at once
        // the second sees what the first did.
        let sql = format!(
            "SELECT id, client_id, user_id, origin, details, created_at, expires_at FROM refresh_families \
             WHERE tenant_id = $1 AND id = (SELECT family_id FROM refresh_tokens WHERE tenant_id = $1 AND id = $2) \
             AND expires_at > $3{}",
            self.dialect.for_update()
        );
        let family: Option<FamilyRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(token))
            .bind(now.as_millisecond())
            .fetch_optional(&mut *tx)
            .await
            .step(step)?;
        let Some(family) = family else {
            return Ok(UseRefresh::Unknown);
        };
        let family = family.into_family(tenant)?;
        let found: Option<TokenRow> = sqlx::query_as(
            "SELECT used_at FROM refresh_tokens WHERE tenant_id = $1 AND id = $2 AND idle_expires_at > $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(token))
        .bind(now.as_millisecond())
        .fetch_optional(&mut *tx)
        .await
        .step(step)?;
        let Some(found) = found else {
            return Ok(UseRefresh::Unknown);
        };
        let row = Row {
            table: "refresh_tokens",
            id: "(hashed)",
        };
        let used_at = row.optional_time("used_at", found.used_at)?;
        if is_reused(used_at, how, now) {
            let reused = (tenant, family.id.as_str());
            remove("refresh_families", reused, step, &mut *tx).await?;
            tx.commit().await.step(step)?;
            return Ok(UseRefresh::Reused(family));
        }
        apply(tenant, token, &family.id, how, now, &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(UseRefresh::Used(family))
    }

    /// Ends the family of a token of this client; false without such a token.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.end", skip_all, fields(tenant.id = %tenant))]
    pub async fn end_refresh_family(
        &self,
        tenant: &TenantId,
        family: &str,
    ) -> Result<bool, StoreError> {
        let step = "end the refresh tokens";
        remove("refresh_families", (tenant, family), step, &self.write).await
    }

    /// Ends the families that began with a code, which came a second time: it begins no others either.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.refresh_families.end_of_code", skip_all, fields(tenant.id = %tenant))]
    pub async fn end_refresh_families_of_code(
        &self,
        tenant: &TenantId,
        code: &str,
    ) -> Result<u64, StoreError> {
        let step = "end the refresh tokens of the code";
        // The mark waits for whoever adds a family and has looked at the code, and holds nothing when the families go: who ends logins takes
        // families first, and a user who is deleted takes its codes first.
        let sql = format!(
            "UPDATE one_time_tokens SET used_at = {CAME_AGAIN} WHERE tenant_id = $1 AND id = $2"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(code))
            .execute(&self.write)
            .await
            .at_most_one(step)?;
        sqlx::query("DELETE FROM refresh_families WHERE tenant_id = $1 AND origin = $2")
            .bind(text(tenant.as_str()))
            .bind(text(code))
            .execute(&self.write)
            .await
            .step(step)
            .map(|done| done.rows_affected())
    }

    /// Whether a code came a second time; until the transaction ends it does not.
    async fn came_again(
        &self,
        tenant: &TenantId,
        code: &str,
        tx: &mut AnyConnection,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "SELECT used_at FROM one_time_tokens WHERE tenant_id = $1 AND id = $2{}",
            self.dialect.for_update()
        );
        let found: Option<TokenRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(text(tenant.as_str()))
            .bind(text(code))
            .fetch_optional(tx)
            .await
            .step("look whether the code came again")?;
        Ok(found.is_some_and(|row| row.used_at == Some(CAME_AGAIN)))
    }
}

fn is_reused(used_at: Option<Timestamp>, how: &RefreshUse, now: Timestamp) -> bool {
    match (used_at, how) {
        (None, _) => false,
        (Some(used_at), RefreshUse::Rotate { leeway, .. }) => {
            now > used_at + *leeway || leeway.is_zero()
        }
        // It was exchanged while the client's tokens rotated.
        (Some(_), RefreshUse::Keep { .. }) => true,
    }
}

async fn apply(
    tenant: &TenantId,
    token: &str,
    family: &str,
    how: &RefreshUse,
    now: Timestamp,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let step = "use the refresh token";
    match how {
        RefreshUse::Rotate { next, .. } => {
            // The first use counts: who comes again within the leeway does not prolong it.
            sqlx::query(
                "UPDATE refresh_tokens SET used_at = $3 WHERE tenant_id = $1 AND id = $2 AND used_at IS NULL",
            )
            .bind(text(tenant.as_str()))
            .bind(text(token))
            .bind(now.as_millisecond())
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
            insert(tenant, family, next, tx).await
        }
        RefreshUse::Keep { idle_expires_at } => sqlx::query(
            "UPDATE refresh_tokens SET idle_expires_at = $3 WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(token))
        .bind(idle_expires_at.as_millisecond())
        .execute(&mut *tx)
        .await
        .exactly_one(step),
    }
}

async fn insert(
    tenant: &TenantId,
    family: &str,
    token: &RefreshToken,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO refresh_tokens (tenant_id, id, family_id, idle_expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(text(tenant.as_str()))
    .bind(text(&token.id))
    .bind(text(family))
    .bind(token.idle_expires_at.as_millisecond())
    .execute(tx)
    .await
    .exactly_one("add the refresh token")
}
