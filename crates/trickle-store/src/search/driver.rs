//! How to get at the users who can fulfil a condition without looking at all of them.

use trickle_model::TenantId;

use super::ast::{Expr, SearchError, Term, Test};
use super::identities::Profile;
use super::like::{Case, after, prefix};
use super::sql::Sql;
use super::terms::term;
use super::users::{Field, field, spread};
use crate::column::{key, text};
use crate::dialect::Dialect;

/// More are no better than looking at all.
const BRANCHES_MAX: usize = 30;

/// Not as the index of linked users has it: that would be looked through in the place of the key's.
const IS_LINKED: &str = " AND COALESCE(users.linked_to, '') <> ''";

/// Everybody who fulfils the condition is in one of the branches.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Driver {
    branches: Vec<Branch>,
    /// Whether everybody in them fulfils it.
    pub(crate) is_exact: bool,
}

/// Users by an index; the ranks say which is likely the smaller.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Branch {
    Id(String),
    Email(String),
    Username(String),
    /// Of the user itself, or of one who is linked to it.
    RawId(String),
    /// To whom somebody with this address is linked.
    LinkedEmail(String),
    /// The same by a user name.
    LinkedUsername(String),
    /// Of this organization.
    Member(String),
    Term(i64),
    EmailPrefix(String),
}

impl Branch {
    const fn rank(&self) -> u8 {
        match self {
            Self::Id(_) => 0,
            Self::Email(_) | Self::LinkedEmail(_) => 1,
            Self::Username(_) | Self::RawId(_) | Self::LinkedUsername(_) => 2,
            Self::Member(_) | Self::Term(_) => 3,
            Self::EmailPrefix(_) => 4,
        }
    }

    /// `SELECT` of the ids, or of a constant for each where they are only counted, which an index alone answers.
    fn select(&self, counts: bool, tenant: &TenantId, dialect: Dialect, sql: &mut Sql) {
        let tenant = tenant.as_str();
        let what = if counts {
            "SELECT 1 AS id FROM "
        } else {
            "SELECT users.id FROM "
        };
        let linked = if counts {
            what
        } else {
            "SELECT users.linked_to AS id FROM "
        };
        match self {
            Self::Term(term) if counts => {
                sql.push("SELECT 1 AS id FROM user_terms WHERE user_terms.term = ")
                    .number(*term);
            }
            Self::Term(term) => {
                sql.push(
                    "SELECT users.id FROM user_terms CROSS JOIN users WHERE user_terms.term = ",
                )
                .number(*term)
                .push(" AND users.search_key = user_terms.user_key AND users.tenant_id = ")
                .text_value(tenant);
            }
            Self::Username(name) => named(what, tenant, name, sql),
            Self::LinkedUsername(name) => {
                named(linked, tenant, name, sql);
                sql.push(IS_LINKED);
            }
            Self::RawId(id) if counts => {
                sql.push("SELECT 1 AS id FROM identities WHERE ");
                raw_id(tenant, id, sql);
            }
            Self::RawId(id) => {
                sql.push("SELECT COALESCE(users.linked_to, users.id) AS id FROM identities CROSS JOIN users WHERE users.tenant_id = ")
                    .text_value(tenant)
                    .push(" AND users.id = identities.user_id AND ");
                raw_id(tenant, id, sql);
            }
            Self::Member(organization) => {
                sql.push("SELECT organization_members.user_id AS id FROM organization_members WHERE organization_members.tenant_id = ")
                    .text_value(tenant)
                    .push(" AND organization_members.organization_id = ")
                    .text_value(organization);
            }
            Self::Id(value) => equal(what, "id", tenant, value, sql),
            Self::Email(value) => equal(what, "email_key", tenant, value, sql),
            Self::LinkedEmail(value) => {
                equal(linked, "email_key", tenant, value, sql);
                sql.push(IS_LINKED);
            }
            Self::EmailPrefix(value) => {
                let by_bytes = dialect.by_bytes();
                sql.push(what)
                    .push("users WHERE users.tenant_id = ")
                    .text_value(tenant)
                    .push(" AND users.email_key")
                    .push(by_bytes)
                    .push(" >= ")
                    .text_value(value)
                    .push(" AND users.email_key")
                    .push(by_bytes)
                    .push(" < ")
                    .text_value(&after(value));
            }
        }
    }
}

fn named(what: &str, tenant: &str, name: &str, sql: &mut Sql) {
    sql.push(what)
        .push("users WHERE users.connection_id IN (SELECT connections.id FROM connections WHERE connections.tenant_id = ")
        .text_value(tenant)
        .push(") AND users.username_key = ")
        .text_value(name);
}

fn raw_id(tenant: &str, id: &str, sql: &mut Sql) {
    sql.push("identities.connection_id IN (SELECT connections.id FROM connections WHERE connections.tenant_id = ")
        .text_value(tenant)
        .push(") AND identities.raw_id = ")
        .text_value(id);
}

fn equal(what: &str, column: &str, tenant: &str, value: &str, sql: &mut Sql) {
    sql.push(what)
        .push("users WHERE users.tenant_id = ")
        .text_value(tenant)
        .push(" AND users.")
        .push(column)
        .push(" = ")
        .text_value(value);
}

impl Driver {
    /// `SELECT` of the ids of at most so many users of each branch, each user once.
    pub(crate) fn ids(&self, tenant: &TenantId, dialect: Dialect, most: i64, sql: &mut Sql) {
        for (at, branch) in self.branches.iter().enumerate() {
            if at > 0 {
                sql.push(" UNION ");
            }
            sql.push("SELECT id FROM (");
            branch.select(false, tenant, dialect, sql);
            sql.push(" LIMIT ").number(most).push(") AS branch");
            sql.push(&at.to_string());
        }
    }

    /// `SELECT` of a row for each of at most so many users; those of several branches may be counted twice.
    pub(crate) fn rows(&self, tenant: &TenantId, dialect: Dialect, most: i64, sql: &mut Sql) {
        for (at, branch) in self.branches.iter().enumerate() {
            if at > 0 {
                sql.push(" UNION ALL ");
            }
            sql.push("SELECT 1 FROM (");
            branch.select(true, tenant, dialect, sql);
            sql.push(" LIMIT ").number(most).push(") AS branch");
            sql.push(&at.to_string());
        }
    }

    /// In which order a walk along the only branch meets users, and the condition to walk it by; nothing where there are several.
    pub(crate) fn walk(&self) -> Option<Walk> {
        match self.branches.as_slice() {
            [Branch::Term(term)] => Some(Walk::Term(*term)),
            [Branch::EmailPrefix(_)] => Some(Walk::Email),
            _ => None,
        }
    }

    /// Whether each branch looks up a key that few users have at most, and nothing else is asked of them.
    pub(crate) fn is_by_keys(&self) -> bool {
        let is_key = |branch: &Branch| {
            matches!(
                branch,
                Branch::Id(_)
                    | Branch::Email(_)
                    | Branch::Username(_)
                    | Branch::RawId(_)
                    | Branch::LinkedEmail(_)
                    | Branch::LinkedUsername(_)
            )
        };
        self.is_exact && self.branches.iter().all(is_key)
    }

    fn cost(&self) -> (u8, usize) {
        let rank = self.branches.iter().map(Branch::rank).max();
        (rank.unwrap_or(0), self.branches.len())
    }
}

/// An order that an index has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walk {
    Term(i64),
    Email,
}

pub(super) fn driver(expr: &Expr, tenant: &TenantId) -> Result<Option<Driver>, SearchError> {
    match expr {
        Expr::Not(_) => Ok(None),
        Expr::All(all) => {
            let mut best: Option<Driver> = None;
            for one in all {
                if let Some(found) = driver(one, tenant)?
                    && best.as_ref().is_none_or(|best| found.cost() < best.cost())
                {
                    best = Some(found);
                }
            }
            Ok(best.map(|best| Driver {
                is_exact: best.is_exact && all.len() == 1,
                ..best
            }))
        }
        Expr::Any(all) => union(all.iter().map(|one| driver(one, tenant))),
        Expr::Term(wanted) => match spread(wanted) {
            None => of_term(wanted, tenant),
            Some(terms) => union(terms.iter().map(|one| of_term(one, tenant))),
        },
    }
}

fn union(
    drivers: impl Iterator<Item = Result<Option<Driver>, SearchError>>,
) -> Result<Option<Driver>, SearchError> {
    let mut all = Driver {
        branches: Vec::new(),
        is_exact: true,
    };
    for driver in drivers {
        let Some(driver) = driver? else {
            return Ok(None);
        };
        all.is_exact &= driver.is_exact;
        for branch in driver.branches {
            if !all.branches.contains(&branch) {
                all.branches.push(branch);
            }
        }
    }
    Ok((all.branches.len() <= BRANCHES_MAX).then_some(all))
}

fn of_term(wanted: &Term, tenant: &TenantId) -> Result<Option<Driver>, SearchError> {
    let name = wanted.field.as_deref().unwrap_or_default();
    let field = field(name)?;
    let exact = |branch| {
        Some(Driver {
            branches: vec![branch],
            is_exact: true,
        })
    };
    let value = match &wanted.test {
        Test::Is(value) => value,
        Test::Like(pieces) => {
            let column = matches!(field, Field::Text("users.email_key", _));
            let text = prefix(pieces).filter(|_| column);
            return Ok(text.and_then(|text| exact(Branch::EmailPrefix(key(text)))));
        }
        Test::Between(..) | Test::Exists => return Ok(None),
    };
    Ok(match field {
        Field::Text("users.id", _) => exact(Branch::Id(text(value))),
        Field::Text("users.email_key", _) => exact(Branch::Email(key(value))),
        Field::Text("users.username_key", _) => exact(Branch::Username(key(value))),
        Field::RawId => exact(Branch::RawId(text(value))),
        Field::Profile(Profile::Email) => exact(Branch::LinkedEmail(key(value))),
        Field::Profile(Profile::Username) => exact(Branch::LinkedUsername(key(value))),
        Field::Organization => exact(Branch::Member(text(value))),
        Field::Json { case, .. } => {
            let folded = case.of(value);
            let mut branches = vec![Branch::Term(term(tenant, name, &folded))];
            match name {
                "name" => branches.push(Branch::Email(key(&folded))),
                "nickname" => branches.push(Branch::EmailPrefix(format!("{}@", key(&folded)))),
                _ => {}
            }
            let is_exact = branches.len() == 1 && case == Case::Kept;
            Some(Driver { branches, is_exact })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::SearchQuery;

    #[test]
    fn keys_alone_lead_at_once() {
        let tenant = TenantId::from_text("t");
        for (q, expected) in [
            ("email:\"a@b.c\"", true),
            ("email:a@b.c OR username:ada OR user_id:x", true),
            ("email:a@b.c AND app_metadata.plan:gold", false),
            (
                "identities.user_id:x OR identities.profileData.email:a@b.c",
                true,
            ),
            ("email:jan*", false),
            ("app_metadata.plan:gold", false),
            ("organization_id:org_1", false),
            ("ada", false),
        ] {
            let query: SearchQuery = q.parse().unwrap();
            let found = driver(&query.0, &tenant).unwrap();
            assert_eq!(found.unwrap().is_by_keys(), expected, "{q}");
        }
    }

    #[test]
    fn the_smaller_branch_leads() {
        let tenant = TenantId::from_text("t");
        for (q, expected) in [
            (
                "email:a@b.c AND app_metadata.plan:gold",
                Some((1, true, false)),
            ),
            ("app_metadata.plan:gold", Some((1, true, true))),
            ("email:a@b.c OR username:ada", Some((2, true, true))),
            ("email:jan*", Some((1, true, true))),
            ("organization_id:org_1", Some((1, true, true))),
            ("name:ada", Some((2, true, false))),
            ("ada", Some((8, true, false))),
            ("identities.profileData.username:ada", Some((1, true, true))),
            ("identities.profileData.name:ada", None),
            ("NOT email:a@b.c", None),
            ("blocked:true", None),
            ("email:a@b.c OR blocked:true", None),
            ("name:ad*", None),
        ] {
            let query: SearchQuery = q.parse().unwrap();
            let found = driver(&query.0, &tenant).unwrap();
            let found = found.map(|driver| (driver.branches.len(), true, driver.is_exact));
            assert_eq!(found, expected, "{q}");
        }
    }
}
