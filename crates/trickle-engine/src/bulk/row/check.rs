use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_model::{ConnectionOptions, EmailRule, Profile, UserId, is_address, is_phone};
use trickle_store::{ImportChange, ImportId, ImportPassword, ImportRow};

use super::factors;
use super::password;
use super::reader::{Reader, wrong_type};
use crate::bulk::RowDefect;
use crate::create_user::username;
use crate::engine::entropy;
use crate::forms::TextForms;
use crate::profile;

const ID_MAX: usize = 255;
const NAME_MAX: usize = 300;
const PICTURE_MAX: usize = 2_048;

/// Root keys that `app_metadata` may not have, because they once were something else.
const NOT_IN_APP_METADATA: [&str; 18] = [
    "__tenant",
    "_id",
    "blocked",
    "clientID",
    "created_at",
    "email_verified",
    "email",
    "globalClientID",
    "global_client_id",
    "identities",
    "lastIP",
    "lastLogin",
    "loginsCount",
    "metadata",
    "multifactor_last_modified",
    "multifactor",
    "updated_at",
    "user_id",
];

/// What a connection asks of its users.
#[derive(Clone, Debug)]
pub struct RowRules {
    options: ConnectionOptions,
    email: EmailRule,
    forms: TextForms,
    may_change: bool,
}

impl RowRules {
    /// The rules of a connection.
    pub fn new(options: ConnectionOptions) -> Self {
        Self {
            email: options.email_rule(),
            forms: TextForms::of(&options),
            options,
            may_change: false,
        }
    }

    /// The same for an import that changes users who are here already: they need not be named by all that a new one needs.
    #[must_use]
    pub fn for_changes(self) -> Self {
        Self {
            may_change: true,
            ..self
        }
    }

    /// The fields that two rows of a file cannot share.
    pub fn unique_fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        let number = self.options.phone_is_identifier().then_some("phone_number");
        ["email", "user_id", "username"].into_iter().chain(number)
    }
}

/// A row that can become a user.
#[derive(Clone, Debug)]
pub struct SoundRow {
    pub(crate) id: Option<String>,
    pub(crate) profile: Profile,
    pub(crate) password: Option<ImportPassword>,
    pub(crate) change: ImportChange,
    pub(crate) scheme: Option<&'static str>,
}

/// Checks a row: types, lengths, forms, and whether its hash can be verified at a bearable cost.
///
/// # Errors
/// All that is wrong with it.
pub fn check_row(row: Value, rules: &RowRules) -> Result<SoundRow, Vec<RowDefect>> {
    let fields = match row {
        Value::Object(fields) => fields,
        other => return Err(vec![wrong_type("", "object", &other)]),
    };
    let mut fields = Reader::new(fields);
    let id = id(&mut fields);
    let email = email(&mut fields, rules);
    let username = user_name(&mut fields, rules);
    let email_verified = fields.flag("email_verified");
    let blocked = fields.flag("blocked");
    let mut attributes = names(&mut fields);
    let change_attributes = attributes.clone();
    phone(&mut fields, &mut attributes);
    let user_metadata = fields.object("user_metadata");
    let app_metadata = app_metadata(&mut fields);
    let password = password::take(&mut fields);
    let second_factors = factors::take(&mut fields);
    identifier(
        &mut fields,
        rules,
        email.as_ref(),
        username.as_ref(),
        &attributes,
    );
    let defects = fields.finish();
    if !defects.is_empty() {
        return Err(defects);
    }
    let (password, scheme) = password.map_or((None, None), |(password, scheme)| {
        (Some(password), Some(scheme))
    });
    Ok(SoundRow {
        profile: Profile {
            id: String::new(),
            email,
            email_verified: email_verified.unwrap_or(false),
            username,
            blocked: blocked.unwrap_or(false),
            attributes,
            user_metadata: user_metadata.clone().unwrap_or_default(),
            app_metadata: app_metadata.clone().unwrap_or_default(),
            second_factors,
        },
        change: ImportChange {
            email_verified,
            attributes: change_attributes,
            user_metadata,
            app_metadata,
        },
        id,
        password,
        scheme,
    })
}

impl SoundRow {
    /// The row as the store takes it, with what every user has; an id is made up where it names none.
    pub(in crate::bulk) fn into_import_row(
        self,
        position: u64,
        rules: &RowRules,
        now: Timestamp,
    ) -> ImportRow {
        let id = match &self.id {
            Some(id) => ImportId::Given(UserId::from_raw(id)),
            None => ImportId::MadeUp(UserId::generate(now, &mut entropy())),
        };
        let is_named = self.profile.username.is_some() || !username::are_required(&rules.options);
        ImportRow {
            position,
            is_whole: is_named,
            profile: profile::native(self.profile, &rules.options),
            id,
            password: self.password,
            change: self.change,
        }
    }
}

fn id(fields: &mut Reader) -> Option<String> {
    fields.text("user_id", 1, ID_MAX)
}

fn email(fields: &mut Reader, rules: &RowRules) -> Option<String> {
    let given = fields.text("email", 1, usize::MAX)?;
    // Composing makes letters of others.
    let is_one = is_address(given.trim());
    let email = rules.forms.composed(given);
    // Columns of a fixed width are filled up with spaces.
    let trimmed = email.trim();
    let is_sound = is_one && is_address(trimmed);
    if is_sound {
        return Some(trimmed.to_owned());
    }
    fields.note(
        "email",
        "FORMAT",
        "Object didn't pass validation for format email",
    );
    None
}

fn user_name(fields: &mut Reader, rules: &RowRules) -> Option<String> {
    let name = fields.text("username", 1, 128)?;
    let name = rules.forms.composed(name);
    if let Some(defect) = username::defect(&rules.options, &name) {
        fields.note("username", "FORMAT", defect);
        return None;
    }
    Some(name)
}

/// Root fields that a later import may change, too.
fn names(fields: &mut Reader) -> Map<String, Value> {
    let mut names = Map::new();
    for (name, most) in [
        ("given_name", NAME_MAX),
        ("family_name", NAME_MAX),
        ("name", NAME_MAX),
        ("nickname", NAME_MAX),
        ("picture", PICTURE_MAX),
    ] {
        if let Some(text) = fields.text(name, 0, most) {
            names.insert(name.to_owned(), text.into());
        }
    }
    names
}

fn phone(fields: &mut Reader, attributes: &mut Map<String, Value>) {
    if let Some(number) = fields.text("phone_number", 1, usize::MAX) {
        if is_phone(&number) {
            attributes.insert("phone_number".to_owned(), number.into());
        } else {
            let message = "String does not match pattern: ^\\+[0-9]{1,15}$";
            fields.note("phone_number", "PATTERN", message);
        }
    }
    if let Some(verified) = fields.flag("phone_verified") {
        attributes.insert("phone_verified".to_owned(), verified.into());
    }
}

fn app_metadata(fields: &mut Reader) -> Option<Map<String, Value>> {
    let metadata = fields.object("app_metadata")?;
    for name in metadata.keys() {
        if NOT_IN_APP_METADATA.contains(&name.as_str()) {
            let path = format!("app_metadata.{name}");
            fields.note(&path, "NOT_PASSED", format!("Property not allowed: {name}"));
        }
    }
    Some(metadata)
}

/// By what the person is to be known. A value that is wrong has been told already.
fn identifier(
    fields: &mut Reader,
    rules: &RowRules,
    email: Option<&String>,
    username: Option<&String>,
    attributes: &Map<String, Value>,
) {
    let told = |fields: &Reader, name: &str| fields.defects.iter().any(|one| one.path == name);
    if email.is_none() && rules.email == EmailRule::Required && !told(fields, "email") {
        fields.note(
            "email",
            "OBJECT_REQUIRED",
            "Missing required property: email",
        );
    }
    let needs_name = !rules.may_change && username::are_required(&rules.options);
    if username.is_none() && needs_name && !told(fields, "username") {
        let message = "Missing required property: username";
        fields.note("username", "OBJECT_REQUIRED", message);
    }
    let is_known = email.is_some() || username.is_some() || attributes.contains_key("phone_number");
    if !is_known && fields.defects.is_empty() {
        let message = "Missing any of: email, phone_number, username";
        fields.note("", "ANY_OF_MISSING", message);
    }
}
