use super::Node;

/// What a text tells of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tells {
    /// It is the same for every password.
    Nothing,
    /// Whether somebody who types it is right.
    Digest,
    /// The password.
    All,
}

impl Node {
    pub(super) fn tells(&self) -> Tells {
        match self {
            Self::Password => Tells::All,
            Self::Salt | Self::User | Self::Text(_) => Tells::Nothing,
            Self::Join(parts) => {
                let most = parts.iter().map(Self::tells).max();
                most.unwrap_or(Tells::Nothing)
            }
            Self::Change(_, of) => of.tells(),
            Self::Digest(_, _, of) | Self::Repeat(_, _, _, of) | Self::Symfony(_, _, of) => {
                of.tells().min(Tells::Digest)
            }
            Self::Hmac(_, _, of) => of.0.tells().max(of.1.tells()).min(Tells::Digest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::template::Template;

    #[test]
    fn only_digests_hide_a_password() {
        for (text, tells) in [
            ("md5($s . \"x\")", Tells::Nothing),
            ("hmac_md5($p, $s)", Tells::Digest),
            ("symfony(2, md5, $s . $p)", Tells::Digest),
            ("upper(repeat(2, md5, $p)) . $s", Tells::Digest),
            ("hex(base64($p))", Tells::All),
            ("md5($p) . $p", Tells::All),
        ] {
            let template = Template::parse("template", text, (0, 0)).unwrap();
            let told = template.map_or(Tells::Nothing, |template| template.0.tells());
            assert_eq!(told, tells, "{text}");
        }
    }
}
