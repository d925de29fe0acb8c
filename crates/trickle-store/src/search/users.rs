//! Searches of users.

use trickle_model::TenantId;

use super::ast::{Bound, Expr, SearchError, Term, Test};
use super::driver::{Driver, driver};
use super::identities::{Identities, PROFILE, Profile, of_any};
use super::json::Place;
use super::like::{self, Case, after, prefix};
use super::range::{between_numbers, between_times};
use super::sql::Sql;
use super::terms::{FOLDED, term};
use crate::column::key;
use crate::dialect::Dialect;

/// What a field of the language is in the database.
#[derive(Debug, PartialEq)]
pub(super) enum Field<'a> {
    /// Text, as it is or by its lower-cased twin.
    Text(&'static str, Case),
    Flag(&'static str),
    Number(&'static str),
    Time(&'static str),
    ConnectionName,
    EmailDomain,
    RawId,
    /// A whole object, which is there or not.
    Object(&'static str),
    /// Of any linked user.
    Profile(Profile<'a>),
    /// Of any organization that the user is a member of.
    Organization,
    /// The same for all users.
    Constant(&'static str),
    /// Inside a JSON column; the name is the one under which its values are indexed.
    Json {
        column: &'static str,
        path: Vec<&'a str>,
        case: Case,
    },
}

pub(super) fn field(name: &str) -> Result<Field<'_>, SearchError> {
    Ok(match name {
        "user_id" => Field::Text("users.id", Case::Kept),
        "email" => Field::Text("users.email_key", Case::Folded),
        "email.domain" => Field::EmailDomain,
        "username" => Field::Text("users.username_key", Case::Folded),
        "last_ip" => Field::Text("users.last_ip", Case::Kept),
        "email_verified" => Field::Flag("users.email_verified"),
        "blocked" => Field::Flag("users.blocked"),
        "logins_count" => Field::Number("users.logins_count"),
        "created_at" => Field::Time("users.created_at"),
        "updated_at" => Field::Time("users.updated_at"),
        "last_login" => Field::Time("users.last_login"),
        "last_password_reset" => Field::Time("users.last_password_reset"),
        "identities.connection" => Field::ConnectionName,
        "identities.user_id" => Field::RawId,
        "identities.provider" => Field::Constant("auth0"),
        "identities.isSocial" => Field::Constant("false"),
        "organization_id" => Field::Organization,
        "user_metadata" => Field::Object("users.user_metadata"),
        "app_metadata" => Field::Object("users.app_metadata"),
        _ if name.starts_with(PROFILE) => {
            let profile = Profile::parse(&name[PROFILE.len()..]);
            let unknown = || SearchError::UnknownField(name.to_owned());
            Field::Profile(profile.ok_or_else(unknown)?)
        }
        _ => {
            let mut path: Vec<&str> = name.split('.').collect();
            if path.iter().any(|part| part.is_empty()) {
                return Err(SearchError::UnknownField(name.to_owned()));
            }
            let column = match path[0] {
                "user_metadata" => "users.user_metadata",
                "app_metadata" => "users.app_metadata",
                "identities" => return Err(SearchError::UnknownField(name.to_owned())),
                _ => "users.attributes",
            };
            if column != "users.attributes" {
                path.remove(0);
            }
            let case = if FOLDED.contains(&name) {
                Case::Folded
            } else {
                Case::Kept
            };
            Field::Json { column, path, case }
        }
    })
}

/// Where a term without a field looks.
pub(super) const BARE: [&str; 7] = [
    "email",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "username",
    "user_id",
];

/// A term without a field as alternatives with one.
pub(super) fn spread(term: &Term) -> Option<Vec<Term>> {
    if term.field.is_some() {
        return None;
    }
    let fields = BARE.into_iter().map(|field| Term {
        field: Some(field.to_owned()),
        test: term.test.clone(),
    });
    Some(fields.collect())
}

/// A condition on `users`, and how to get at those who can fulfil it without looking at all.
///
/// # Errors
/// A field or a value makes no sense.
pub(crate) fn compile(
    expr: &Expr,
    tenant: &TenantId,
    dialect: Dialect,
    identities: Identities,
    sql: &mut Sql,
) -> Result<Option<Driver>, SearchError> {
    let compiler = Compiler {
        tenant,
        dialect,
        identities,
    };
    compiler.expr(expr, sql)?;
    driver(expr, tenant)
}

pub(super) struct Compiler<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) dialect: Dialect,
    pub(super) identities: Identities,
}

impl Compiler<'_> {
    fn expr(&self, expr: &Expr, sql: &mut Sql) -> Result<(), SearchError> {
        match expr {
            Expr::All(all) => self.list(all, " AND ", "TRUE", sql),
            Expr::Any(all) => self.list(all, " OR ", "FALSE", sql),
            Expr::Not(inner) => {
                // What is not known is not so.
                sql.push("NOT COALESCE(");
                self.expr(inner, sql)?;
                sql.push(", FALSE)");
                Ok(())
            }
            Expr::Term(term) => match spread(term) {
                None => self.term(term, sql),
                Some(terms) => {
                    let all: Vec<Expr> = terms.into_iter().map(Expr::Term).collect();
                    self.list(&all, " OR ", "FALSE", sql)
                }
            },
        }
    }

    fn list(&self, all: &[Expr], word: &str, none: &str, sql: &mut Sql) -> Result<(), SearchError> {
        if all.is_empty() {
            sql.push(none);
            return Ok(());
        }
        sql.push("(");
        for (at, one) in all.iter().enumerate() {
            if at > 0 {
                sql.push(word);
            }
            self.expr(one, sql)?;
        }
        sql.push(")");
        Ok(())
    }

    fn term(&self, wanted: &Term, sql: &mut Sql) -> Result<(), SearchError> {
        let name = wanted.field.as_deref().unwrap_or_default();
        let test = &wanted.test;
        match field(name)? {
            Field::Text(column, case) => self.text(column, case, test, sql),
            Field::Flag(column) => return flag(name, column, test, sql),
            // Who never logged in is shown without a count.
            Field::Number(column) if *test == Test::Exists => drop(sql.push(column).push(" > 0")),
            Field::Number(column) => return between_numbers(name, column, test, sql),
            Field::Time(column) => return between_times(name, column, test, sql),
            Field::ConnectionName => self.connection(test, sql),
            Field::RawId => of_any(self.identities, sql, |whose, sql| {
                sql.push("EXISTS (SELECT 1 FROM identities WHERE identities.tenant_id = ")
                    .push(whose)
                    .push(".tenant_id AND identities.user_id = ")
                    .push(whose)
                    .push(".id AND ");
                self.text("identities.raw_id", Case::Kept, test, sql);
                sql.push(")");
            }),
            Field::Profile(profile) => return self.profile(name, &profile, test, sql),
            Field::Organization => {
                sql.push("EXISTS (SELECT 1 FROM organization_members WHERE organization_members.tenant_id = users.tenant_id AND organization_members.user_id = users.id AND ");
                self.text(
                    "organization_members.organization_id",
                    Case::Kept,
                    test,
                    sql,
                );
                sql.push(")");
            }
            Field::EmailDomain => self.email_domain(test, sql),
            Field::Object(column) => {
                if *test != Test::Exists {
                    return Err(SearchError::UnknownField(name.to_owned()));
                }
                sql.push(column).push(" <> '{}'");
            }
            Field::Constant(value) => {
                let fits = match test {
                    Test::Is(text) => text == value,
                    Test::Exists => true,
                    Test::Like(_) | Test::Between(..) => false,
                };
                sql.push(if fits { "TRUE" } else { "FALSE" });
            }
            Field::Json { column, path, case } => {
                let place = Place {
                    column,
                    path: &path,
                    case,
                };
                match test {
                    Test::Is(text) => self.is_in_json(name, text, &place, sql),
                    test => place.condition(test, self.dialect, sql),
                }
            }
        }
        Ok(())
    }

    /// By the index of terms; names that are made of the address are not in it.
    fn is_in_json(&self, name: &str, text: &str, place: &Place<'_>, sql: &mut Sql) {
        let text = place.case.of(text);
        sql.push("(EXISTS (SELECT 1 FROM user_terms WHERE user_terms.term = ")
            .number(term(self.tenant, name, &text))
            .push(" AND user_terms.user_key = users.search_key)");
        match name {
            "name" => {
                sql.push(" OR (users.email_key = ")
                    .text_value(&key(&text))
                    .push(" AND ");
            }
            "nickname" => {
                sql.push(" OR (");
                self.begins("users.email_key", &format!("{}@", key(&text)), sql);
                sql.push(" AND ");
            }
            _ => {
                sql.push(")");
                return;
            }
        }
        place.condition(&Test::Is(text), self.dialect, sql);
        sql.push("))");
    }

    /// By bytes, so that an index serves.
    fn begins(&self, column: &str, text: &str, sql: &mut Sql) {
        let by_bytes = self.dialect.by_bytes();
        sql.push("(")
            .push(column)
            .push(by_bytes)
            .push(" >= ")
            .text_value(text)
            .push(" AND ")
            .push(column)
            .push(by_bytes)
            .push(" < ")
            .text_value(&after(text))
            .push(")");
    }

    pub(super) fn text(&self, column: &str, case: Case, test: &Test, sql: &mut Sql) {
        match test {
            Test::Is(text) => {
                sql.push(column).push(" = ").text_value(&case.of(text));
            }
            Test::Like(pieces) => match prefix(pieces) {
                Some(text) => self.begins(column, &case.of(text), sql),
                // The column holds what is folded already.
                None => like::condition(column, pieces, case, self.dialect, sql),
            },
            Test::Exists => {
                sql.push("COALESCE(").push(column).push(", '') <> ''");
            }
            Test::Between(low, high) => {
                let by_bytes = self.dialect.by_bytes();
                sql.push("(TRUE");
                for (bound, including, excluding) in [(low, " >= ", " > "), (high, " <= ", " < ")] {
                    let (operator, text) = match bound {
                        Bound::Open => continue,
                        Bound::Including(text) => (including, text),
                        Bound::Excluding(text) => (excluding, text),
                    };
                    sql.push(" AND ")
                        .push(column)
                        .push(by_bytes)
                        .push(operator)
                        .text_value(&case.of(text));
                }
                sql.push(")");
            }
        }
    }

    fn connection(&self, test: &Test, sql: &mut Sql) {
        of_any(self.identities, sql, |whose, sql| {
            sql.push(whose)
                .push(".connection_id IN (SELECT connections.id FROM connections WHERE connections.tenant_id = ")
                .text_value(self.tenant.as_str())
                .push(" AND ");
            self.text("connections.name", Case::Kept, test, sql);
            sql.push(")");
        });
    }

    fn email_domain(&self, test: &Test, sql: &mut Sql) {
        let expression = match self.dialect {
            Dialect::Sqlite => "substr(users.email_key, instr(users.email_key, '@') + 1)",
            Dialect::Postgres => "split_part(users.email_key, '@', 2)",
        };
        sql.push("(users.email_key IS NOT NULL AND ");
        self.text(expression, Case::Folded, test, sql);
        sql.push(")");
    }
}

pub(super) fn flag(
    name: &str,
    column: &str,
    test: &Test,
    sql: &mut Sql,
) -> Result<(), SearchError> {
    let value = match test {
        // It is shown of nobody else.
        Test::Exists if name == "blocked" => "1",
        Test::Exists => {
            sql.push("TRUE");
            return Ok(());
        }
        Test::Is(text) if text == "true" => "1",
        Test::Is(text) if text == "false" => "0",
        _ => {
            return Err(SearchError::Value(name.to_owned(), "true or false"));
        }
    };
    // A constant, so that indexes of the rarer value serve.
    sql.push(column).push(" = ").push(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_where_they_are() {
        let json = |column, path: &[&'static str], case| Field::Json {
            column,
            path: path.to_vec(),
            case,
        };
        for (name, expected) in [
            ("email", Field::Text("users.email_key", Case::Folded)),
            ("name", json("users.attributes", &["name"], Case::Folded)),
            (
                "phone_number",
                json("users.attributes", &["phone_number"], Case::Kept),
            ),
            (
                "app_metadata.a.b",
                json("users.app_metadata", &["a", "b"], Case::Kept),
            ),
            (
                "user_metadata.name",
                json("users.user_metadata", &["name"], Case::Kept),
            ),
            ("user_metadata", Field::Object("users.user_metadata")),
        ] {
            assert_eq!(field(name), Ok(expected), "{name}");
        }
        for name in [
            "app_metadata..a",
            "identities.x",
            "identities.profileData",
            "identities.profileData.",
            ".",
            "",
        ] {
            assert!(field(name).is_err(), "{name}");
        }
    }

    #[test]
    fn flags_take_two_values() {
        let mut sql = Sql::default();
        let test = Test::Is("maybe".into());
        let error = flag("blocked", "users.blocked", &test, &mut sql).unwrap_err();
        assert_eq!(error.to_string(), "blocked is compared with true or false");
    }
}
