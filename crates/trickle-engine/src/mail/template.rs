//! A tenant's templates: text with `{{ names }}` in it, and nothing that computes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Mail, texts};
use crate::escape_html;

/// What a mail is for; the names are those of the Management API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateKind {
    /// `reset_email`: a link to choose a new password.
    PasswordChange,
    /// `verify_email`: a link to prove the address.
    EmailVerification,
    /// `user_invitation`: a link to join an organization.
    Invitation,
}

impl TemplateKind {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::PasswordChange,
        Self::EmailVerification,
        Self::Invitation,
    ];

    /// Its name in the Management API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordChange => "reset_email",
            Self::EmailVerification => "verify_email",
            Self::Invitation => "user_invitation",
        }
    }

    /// Its name in the tenant's settings.
    pub fn setting(self) -> String {
        format!("email-template:{}", self.as_str())
    }
}

/// A template that cannot be used; the text says why.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

/// How a mail of one kind looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTemplate {
    kind: TemplateKind,
    body: Option<String>,
    subject: Option<String>,
    from: Option<String>,
    /// Whether mails of this kind are sent.
    pub enabled: bool,
    /// How long links work, in seconds.
    pub link_seconds: i64,
    /// Where people go on after the link.
    pub result_url: Option<String>,
    /// Properties that would compute or lead elsewhere than to a page: they are kept as they are written, and the usual ones stand in for
    /// them.
    pub ignored: Vec<&'static str>,
}

/// 5 days, as everybody is used to.
const LINK_SECONDS: i64 = 432_000;
const LINK_SECONDS_MAX: i64 = 30 * 86_400;
const BODY_MAX_BYTES: usize = 256 << 10;
/// Of a part of a mail that is filled in: a template may have a name as often as it likes.
const FILLED_MAX_BYTES: usize = 1 << 20;
/// What legacy stores call people is as long as they like.
const VALUE_MAX_CHARS: usize = 256;

/// What a mail is about.
pub(crate) struct Facts<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    pub(crate) url: &'a str,
    pub(crate) tenant: &'a str,
    /// What people know the tenant by.
    pub(crate) title: &'a str,
    pub(crate) connection: &'a str,
    /// Names that mails of one kind alone know.
    pub(crate) more: &'a [(&'static str, &'a str)],
}

impl MailTemplate {
    /// The template as the Management API shows it: defaults, and over them what the tenant has set.
    pub fn shown(kind: TemplateKind, stored: Option<&Map<String, Value>>) -> Map<String, Value> {
        let mut all = Map::new();
        all.insert("template".to_owned(), kind.as_str().into());
        all.insert("syntax".to_owned(), "liquid".into());
        all.insert("enabled".to_owned(), true.into());
        all.insert("subject".to_owned(), texts::subject(kind).into());
        all.insert("body".to_owned(), texts::body(kind).into());
        all.insert("from".to_owned(), "".into());
        all.insert("urlLifetimeInSeconds".to_owned(), LINK_SECONDS.into());
        all.insert("resultUrl".to_owned(), "".into());
        all.extend(
            stored
                .into_iter()
                .flatten()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        all
    }

    /// Reads a template; what is missing has its default.
    ///
    /// # Errors
    /// A value that cannot be taken.
    pub fn parse(
        kind: TemplateKind,
        stored: Option<&Map<String, Value>>,
    ) -> Result<Self, TemplateError> {
        let wrong = |name: &str, expected: &str| {
            TemplateError(format!("Expected {expected} on property {name}"))
        };
        let mut template = Self {
            kind,
            body: None,
            subject: None,
            from: None,
            enabled: true,
            link_seconds: LINK_SECONDS,
            result_url: None,
            ignored: Vec::new(),
        };
        for (name, value) in stored.into_iter().flatten() {
            let text = || match value {
                Value::Null => Ok(None),
                Value::String(text) if text.len() > BODY_MAX_BYTES => {
                    Err(wrong(name, "at most 262144 bytes"))
                }
                Value::String(text) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
                _ => Err(wrong(name, "text")),
            };
            match name.as_str() {
                "body" => template.body = text()?,
                "subject" => template.subject = text()?,
                "from" => template.from = text()?,
                "resultUrl" => template.result_url = text()?,
                "template" if value == kind.as_str() => {}
                "syntax" if value == "liquid" || value == "" => {}
                "includeEmailInRedirect" if value.is_boolean() => {}
                "template"
                | "syntax"
                | "includeEmailInRedirect"
                | "enabled"
                | "urlLifetimeInSeconds"
                    if value.is_null() => {}
                "enabled" => {
                    let enabled = value.as_bool();
                    template.enabled = enabled.ok_or_else(|| wrong(name, "true or false"))?;
                }
                "urlLifetimeInSeconds" => {
                    let seconds = value.as_i64().filter(|seconds| *seconds >= 0);
                    template.link_seconds =
                        match seconds.ok_or_else(|| wrong(name, "an integer from 0"))? {
                            // So are templates that nobody has touched.
                            0 => LINK_SECONDS,
                            // Old mails must not open accounts.
                            seconds => seconds.min(LINK_SECONDS_MAX),
                        };
                }
                "template" | "syntax" | "includeEmailInRedirect" => {
                    return Err(wrong(name, "another value"));
                }
                _ => {
                    return Err(TemplateError(format!(
                        "Additional properties not allowed: {name}"
                    )));
                }
            }
        }
        for (name, property, marks) in [
            ("body", &mut template.body, &["{%"][..]),
            ("subject", &mut template.subject, &["{%"]),
            // The page after a link is no template.
            ("resultUrl", &mut template.result_url, &["{{", "{%"]),
        ] {
            let text = property.as_deref().unwrap_or_default();
            if marks.iter().any(|mark| text.contains(mark)) {
                *property = None;
                template.ignored.push(name);
            }
        }
        // Into an application of a telephone (`shop://verified`), or nowhere.
        let is_page = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        let elsewhere = template.result_url.take_if(|url| !is_page(url.as_str()));
        if elsewhere.is_some() {
            template.ignored.push("resultUrl");
        }
        Ok(template)
    }

    pub(crate) fn render(&self, facts: &Facts<'_>) -> Mail {
        let values = facts.values();
        let filled = |own: Option<&String>, usual: &str, shown: fn(&str) -> String| {
            own.and_then(|own| fill(own, &values, shown))
                .or_else(|| fill(usual, &values, shown))
                .unwrap_or_default()
        };
        let subject = filled(
            self.subject.as_ref(),
            texts::subject(self.kind),
            str::to_owned,
        );
        Mail {
            to: facts.email.to_owned(),
            from: self.from.clone(),
            // A line break would begin another header.
            subject: subject.replace(['\r', '\n'], " "),
            html: filled(self.body.as_ref(), texts::body(self.kind), escape_html),
            text: filled(None, texts::plain(self.kind), str::to_owned),
        }
    }
}

impl Facts<'_> {
    fn values(&self) -> BTreeMap<&'static str, &str> {
        let all = [
            ("email", self.email),
            ("user.email", self.email),
            ("user.name", self.name),
            ("application.name", self.title),
            ("tenant", self.tenant),
            ("friendly_name", self.title),
            ("connection.name", self.connection),
        ];
        let texts = all.iter().chain(self.more);
        let mut values: BTreeMap<_, _> = texts.map(|&(name, value)| (name, cut(value))).collect();
        values.insert("url", self.url);
        values
    }
}

fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(VALUE_MAX_CHARS);
    end.map_or(text, |(end, _)| &text[..end])
}

/// Puts values in the place of their names; a name that is not known becomes nothing. Filters after `|` are not applied. Nothing where it
/// becomes too long.
fn fill(text: &str, values: &BTreeMap<&str, &str>, shown: fn(&str) -> String) -> Option<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        if filled.len() > FILLED_MAX_BYTES {
            return None;
        }
        filled.push_str(before);
        let Some((inside, after)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        let name = inside.split('|').next().unwrap_or("").trim();
        filled.push_str(
            &values
                .get(name)
                .map_or_else(String::new, |value| shown(value)),
        );
        rest = after;
    }
    filled.push_str(rest);
    (filled.len() <= FILLED_MAX_BYTES).then_some(filled)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> Facts<'static> {
        Facts {
            email: "ada@example.com",
            name: "<b>Ada</b>",
            url: "https://acme.test/u/reset-password?ticket=x&y",
            tenant: "acme",
            title: "Acme & Sons",
            connection: "customers",
            more: &[],
        }
    }

    #[test]
    fn names_are_filled_and_escaped() {
        let stored = json!({"body": "<p>{{user.name}} {{ url }} {{ nobody }}</p>", "subject": "Hi {{ user.name }}\nBcc: x"});
        let template =
            MailTemplate::parse(TemplateKind::PasswordChange, stored.as_object()).unwrap();
        let mail = template.render(&facts());
        assert_eq!(
            mail.html,
            "<p>&lt;b&gt;Ada&lt;/b&gt; https://acme.test/u/reset-password?ticket=x&amp;y </p>"
        );
        assert_eq!(mail.subject, "Hi <b>Ada</b> Bcc: x");
        assert!(mail.text.contains("ticket=x&y"));
    }

    #[test]
    fn no_mail_grows_beyond_all_bounds() {
        let name = "'".repeat(1_000_000);
        let facts = Facts {
            name: &name,
            ..facts()
        };
        let kind = TemplateKind::PasswordChange;
        let render = |body: &str| {
            let stored = json!({"body": body});
            let template = MailTemplate::parse(kind, stored.as_object()).unwrap();
            template.render(&facts).html
        };
        assert_eq!(render("{{user.name}}"), "&#39;".repeat(VALUE_MAX_CHARS));
        let usual = MailTemplate::parse(kind, None).unwrap().render(&facts);
        assert_eq!(render(&"{{user.name}}".repeat(20_000)), usual.html);
    }

    #[test]
    fn every_usual_mail_has_its_link() {
        for kind in TemplateKind::ALL {
            let mail = MailTemplate::parse(kind, None).unwrap().render(&facts());
            assert!(
                mail.html.contains("at Acme &amp; Sons") && mail.text.contains("at Acme & Sons")
            );
            assert!(mail.html.contains("ticket=x&amp;y") && mail.text.contains("ticket=x&y"));
            assert!(!mail.html.contains("{{") && !mail.text.contains("{{"));
        }
    }

    #[test]
    fn what_would_compute_is_kept_and_not_followed() {
        let kind = TemplateKind::PasswordChange;
        let stored = json!({
            "body": "{% if x %}", "subject": "Hi {{ user.name }}",
            "resultUrl": "{{ application.callback_domain }}",
        });
        let template = MailTemplate::parse(kind, stored.as_object()).unwrap();
        assert_eq!(template.ignored, ["body", "resultUrl"]);
        assert_eq!(template.result_url, None);
        let mail = template.render(&facts());
        let usual = MailTemplate::parse(kind, None).unwrap().render(&facts());
        assert_eq!(
            (mail.html, mail.subject),
            (usual.html, "Hi <b>Ada</b>".to_owned())
        );
        let shown = MailTemplate::shown(kind, stored.as_object());
        assert_eq!(shown["body"], "{% if x %}");
    }

    #[test]
    fn what_says_nothing_means_the_usual() {
        let kind = TemplateKind::PasswordChange;
        let usual = MailTemplate::parse(kind, None).unwrap();
        let nothing = json!({
            "syntax": null, "enabled": null, "includeEmailInRedirect": null, "urlLifetimeInSeconds": null,
            "body": null, "subject": null, "from": null, "resultUrl": null, "template": null,
        });
        assert_eq!(
            MailTemplate::parse(kind, nothing.as_object()).unwrap(),
            usual
        );
        assert_eq!(
            MailTemplate::shown(kind, nothing.as_object()),
            MailTemplate::shown(kind, None)
        );
        let more = json!({"syntax": "", "urlLifetimeInSeconds": 31_536_000});
        let more = MailTemplate::parse(kind, more.as_object()).unwrap();
        assert_eq!(more.link_seconds, LINK_SECONDS_MAX);
        let untouched = json!({
            "from": "", "subject": "", "resultUrl": "", "syntax": "liquid", "urlLifetimeInSeconds": 0,
            "includeEmailInRedirect": false,
        });
        assert_eq!(
            MailTemplate::parse(kind, untouched.as_object()).unwrap(),
            usual
        );
    }

    #[test]
    fn links_lead_on_to_pages_alone() {
        for url in ["shop://verified", "/verified", "javascript:x"] {
            let stored = json!({"resultUrl": url});
            let kind = TemplateKind::EmailVerification;
            let template = MailTemplate::parse(kind, stored.as_object()).unwrap();
            assert_eq!(
                (template.result_url, template.ignored),
                (None, vec!["resultUrl"])
            );
            assert_eq!(
                MailTemplate::shown(kind, stored.as_object())["resultUrl"],
                url
            );
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let cases = [
            (
                json!({"resultUrl": 1}),
                "Expected text on property resultUrl",
            ),
            (
                json!({"urlLifetimeInSeconds": -1}),
                "Expected an integer from 0 on property urlLifetimeInSeconds",
            ),
            (
                json!({"colour": "x"}),
                "Additional properties not allowed: colour",
            ),
        ];
        for (stored, text) in cases {
            let error = MailTemplate::parse(TemplateKind::EmailVerification, stored.as_object());
            assert_eq!(error.unwrap_err().to_string(), text);
        }
    }
}
