//! Conditions on the identities of users: their own, and those of the users who are linked to them.

use trickle_model::ConnectionId;

use super::ast::{Expr, SearchError, Test};
use super::json::Place;
use super::like::Case;
use super::sql::Sql;
use super::terms::{FOLDED, term};
use super::users::{Compiler, flag};

/// What fields of identities begin with.
const IDENTITIES: &str = "identities.";
/// What linked users are shown as.
pub(super) const PROFILE: &str = "identities.profileData.";

/// Which identities conditions look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identities {
    /// Each user's own: nobody is linked.
    Own,
    /// Those of linked users as well.
    All,
}

/// A field of `profileData`, on the row of a linked user.
#[derive(Debug, PartialEq)]
pub(super) enum Profile<'a> {
    Email,
    Username,
    EmailVerified,
    /// A root field without a column.
    Attribute {
        path: Vec<&'a str>,
        case: Case,
    },
}

impl<'a> Profile<'a> {
    /// Of the name behind [`PROFILE`]; nothing where it is none.
    pub(super) fn parse(name: &'a str) -> Option<Self> {
        Some(match name {
            "email" => Self::Email,
            "username" => Self::Username,
            "email_verified" => Self::EmailVerified,
            _ => {
                let path: Vec<&str> = name.split('.').collect();
                if path.iter().any(|part| part.is_empty()) {
                    return None;
                }
                let case = if FOLDED.contains(&name) {
                    Case::Folded
                } else {
                    Case::Kept
                };
                Self::Attribute { path, case }
            }
        })
    }
}

/// Whether a query says anything of identities.
pub(crate) fn asks_for_identities(expr: &Expr) -> bool {
    match expr {
        Expr::All(all) | Expr::Any(all) => all.iter().any(asks_for_identities),
        Expr::Not(inner) => asks_for_identities(inner),
        Expr::Term(term) => {
            let field = term.field.as_deref();
            field.is_some_and(|field| field.starts_with(IDENTITIES))
        }
    }
}

/// Appends that a user has an identity in a connection.
pub(crate) fn in_connection(connection: &ConnectionId, identities: Identities, sql: &mut Sql) {
    of_any(identities, sql, |whose, sql| {
        sql.push(whose)
            .push(".connection_id = ")
            .text_value(connection.as_str());
    });
}

/// Appends a condition on the row of the user, or on that of any linked user.
pub(super) fn of_any(identities: Identities, sql: &mut Sql, condition: impl Fn(&str, &mut Sql)) {
    if identities == Identities::Own {
        condition("users", sql);
        return;
    }
    sql.push("(");
    condition("users", sql);
    sql.push(" OR ");
    of_linked(sql, |sql| condition("linked", sql));
    sql.push(")");
}

fn of_linked<T>(sql: &mut Sql, condition: impl FnOnce(&mut Sql) -> T) -> T {
    sql.push("EXISTS (SELECT 1 FROM users AS linked WHERE linked.tenant_id = users.tenant_id AND linked.linked_to = users.id AND ");
    let done = condition(sql);
    sql.push(")");
    done
}

impl Compiler<'_> {
    pub(super) fn profile(
        &self,
        name: &str,
        profile: &Profile<'_>,
        test: &Test,
        sql: &mut Sql,
    ) -> Result<(), SearchError> {
        if self.identities == Identities::All {
            return of_linked(sql, |sql| self.in_profile(name, profile, test, sql));
        }
        // A value that makes no sense is refused whether or not anybody is linked.
        self.in_profile(name, profile, test, &mut Sql::default())?;
        sql.push("FALSE");
        Ok(())
    }

    fn in_profile(
        &self,
        name: &str,
        profile: &Profile<'_>,
        test: &Test,
        sql: &mut Sql,
    ) -> Result<(), SearchError> {
        match profile {
            Profile::Email => self.text("linked.email_key", Case::Folded, test, sql),
            Profile::Username => self.text("linked.username_key", Case::Folded, test, sql),
            Profile::EmailVerified => return flag(name, "linked.email_verified", test, sql),
            Profile::Attribute { path, case } => {
                let place = Place {
                    column: "linked.attributes",
                    path,
                    case: *case,
                };
                match test {
                    Test::Is(text) => {
                        let text = case.of(text);
                        let name = name.strip_prefix(PROFILE).unwrap_or(name);
                        // By the index of terms, which lacks names that are made of the address.
                        sql.push("(EXISTS (SELECT 1 FROM user_terms WHERE user_terms.term = ")
                            .number(term(self.tenant, name, &text))
                            .push(" AND user_terms.user_key = linked.search_key) OR ");
                        place.condition(&Test::Is(text), self.dialect, sql);
                        sql.push(")");
                    }
                    test => place.condition(test, self.dialect, sql),
                }
            }
        }
        Ok(())
    }
}
