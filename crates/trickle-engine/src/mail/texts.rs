//! The mails of a tenant that has no templates of its own.

use super::TemplateKind;

pub(super) const fn subject(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::PasswordChange => "Choose a new password",
        TemplateKind::EmailVerification => "Confirm your email address",
        TemplateKind::Invitation => "You are invited to {{ organization.display_name }}",
    }
}

pub(super) const fn body(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::PasswordChange => {
            "<!doctype html>\n<html lang=\"en\"><body style=\"font-family:sans-serif;line-height:1.5\">\n\
             <p>Hello,</p>\n<p>somebody, most likely you, asked for a new password for {{ user.email }} at {{ friendly_name }}.</p>\n\
             <p><a href=\"{{ url }}\">Choose a new password</a></p>\n\
             <p>The link works once. If you did not ask for it, nothing has to be done: your password stays as it is.</p>\n\
             </body></html>\n"
        }
        TemplateKind::EmailVerification => {
            "<!doctype html>\n<html lang=\"en\"><body style=\"font-family:sans-serif;line-height:1.5\">\n\
             <p>Hello,</p>\n<p>please confirm that {{ user.email }} is your address at {{ friendly_name }}.</p>\n\
             <p><a href=\"{{ url }}\">Confirm the address</a></p>\n\
             <p>The link works once. If you have no account there, you can ignore this mail.</p>\n\
             </body></html>\n"
        }
        TemplateKind::Invitation => {
            "<!doctype html>\n<html lang=\"en\"><body style=\"font-family:sans-serif;line-height:1.5\">\n\
             <p>Hello,</p>\n<p>{{ inviter.name }} invites you to {{ organization.display_name }} at {{ friendly_name }}.</p>\n\
             <p><a href=\"{{ url }}\">Accept the invitation</a></p>\n\
             <p>The link works once. If you do not know who that is, you can ignore this mail.</p>\n\
             </body></html>\n"
        }
    }
}

pub(super) const fn plain(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::PasswordChange => {
            "Hello,\n\nsomebody, most likely you, asked for a new password for {{ user.email }} at {{ friendly_name }}.\n\
             Choose one here:\n\n{{ url }}\n\n\
             The link works once. If you did not ask for it, nothing has to be done: your password stays as it is.\n"
        }
        TemplateKind::EmailVerification => {
            "Hello,\n\nplease confirm that {{ user.email }} is your address at {{ friendly_name }}:\n\n{{ url }}\n\n\
             The link works once. If you have no account there, you can ignore this mail.\n"
        }
        TemplateKind::Invitation => {
            "Hello,\n\n{{ inviter.name }} invites you to {{ organization.display_name }} at {{ friendly_name }}:\n\n{{ url }}\n\n\
             The link works once. If you do not know who that is, you can ignore this mail.\n"
        }
    }
}
